-- check.advice: what the documents want beyond the schema. check.nearest: the name that was meant.

local check = require("signalwire.check")
local cjson = require("cjson")
local catalog = require("signalwire.catalog.calling")
local samples = require("spec.support.samples")

local rows, texts, good = samples.rows, samples.texts, samples.good
local refer, dial, play = samples.refer, samples.dial, samples.play

local function advice(method, params) return texts(check.advice(rows[method], params)) end

describe("advice", function()
  it("is none for good params", function()
    assert.same({}, advice("refer", good.refer))
    assert.same({}, advice("dial", good.dial))
    assert.same({}, advice("refer", "sip:sales@example.com"))
    assert.same({}, advice("refer", nil))
  end)

  it("wants sip: addresses for a refer", function()
    assert.same(
      { "params.device.params.to should start with sip:" },
      advice("refer", { device = { type = "sip", params = { to = "tel:+15551230001" } } })
    )
    assert.same({}, advice("refer", { device = { type = "sip", params = { to = 5 } } }))
    assert.same({}, advice("refer", { device = "sip:sales@example.com" }))
  end)

  it("wants digits or speech for a collect", function()
    assert.same({ "params needs digits or speech" }, advice("collect", { control_id = "c" }))
    assert.same({}, advice("collect", { control_id = "c", speech = {} }))
  end)

  it("wants URLs of the web", function()
    assert.same(
      { "params.status_url should be an http:// or https:// address" },
      advice("refer", refer { status_url = "ftp://example.com" })
    )
    assert.same(
      { "params.url should start with wss://" },
      advice("stream", { control_id = "c", url = "ws://example.com" })
    )
    assert.same(
      { "params.play[2].params.url should be an http:// or https:// address" },
      advice(
        "play",
        play(
          { type = "audio", params = { url = "HTTPS://example.com/a.mp3" } },
          { type = "audio", params = { url = "/a.mp3" } }
        )
      )
    )
  end)

  it(
    "looks only where its condition holds",
    function()
      assert.same(
        { "params.play[1].params.duration should be more than 0" },
        advice(
          "play",
          play(
            { type = "silence", params = { duration = 0 } },
            { type = "ringtone", params = { name = "de", duration = 0 } }
          )
        )
      )
    end
  )

  it("knows a dial's rules", function()
    assert.same(
      {
        "params.send_digits should hold nothing but 0-9A-D*#w,",
        "params.codecs holds the unknown \"PCMX\" (did you mean 'PCMU'?)",
        "params.custom_variables.SW_a has a name that is reserved: sw_",
        'params.custom_variables["a-b"] should have a name that matches ^[A-Za-z_][A-Za-z0-9_]*$',
        "params.custom_variables.empty should be 1 to 1024 bytes long",
      },
      advice(
        "dial",
        dial {
          send_digits = "1x",
          codecs = "OPUS, PCMX",
          custom_variables = { SW_a = "x", ["a-b"] = "x", empty = "" },
        }
      )
    )
    assert.same(
      { "params.to is needed where there is no to_script" },
      advice("dial", { from = "+1", url = "https://example.com" })
    )
  end)

  it("knows the other rules", function()
    local function tap(addr)
      return advice("tap", {
        control_id = "c",
        tap = { type = "audio", params = { direction = "both" } },
        device = { type = "rtp", params = { addr = addr, port = 4000 } },
      })
    end
    local public = [[203.0.113.7 1.0.0.255 9.10.10.10 172.15.0.1 172.32.0.1 100.63.0.1 100.128.0.1
      192.167.0.1 169.253.0.1 1.168.0.1 1.254.0.1 1.64.0.1 223.255.255.255]]
    local other = [[10.0.0.1 192.168.1.1 172.16.0.1 172.31.255.1 100.64.0.1 100.127.0.1 127.0.0.1 169.254.0.1
      0.0.0.0 224.0.0.1 255.255.255.255 256.1.1.1 1.256.1.1 1.1.256.1 1.1.1.256 1.1.1 example.com]]
    for addr in public:gmatch("%S+") do
      assert.same({}, tap(addr), addr)
    end
    for addr in other:gmatch("%S+") do
      assert.same({ "params.device.params.addr should be a public IPv4 address" }, tap(addr))
    end
    assert.same(
      { 'params.timeout should be seconds in digits, such as "300"' },
      advice("ai_hold", { timeout = "5 min" })
    )
    assert.same(
      { "params.direction should hold both remote-caller and local-caller" },
      advice("ai_sidecar", { lang = "en-US", direction = { "local-caller" } })
    )
    assert.same({}, advice("ai_hold", { timeout = "300" }))
    assert.same({}, advice("ai_sidecar", { direction = { "local-caller", "remote-caller" } }))
    for level = 0, 2 do
      assert.same({}, advice("live_transcribe", { action = { start = { debug_level = level } } }))
    end
    assert.same({}, advice("dial", dial { custom_variables = { long = ("x"):rep(1024) } }))
    assert.same({}, advice("collect", { digits = { max = 1, terminators = "#" }, initial_timeout = 0.5 }))
    assert.same({ "params.control_id is ignored by the service" }, advice("ai_stop", { control_id = "c" }))
    assert.same(
      { "params.action.start.debug_level should be from 0 to 2" },
      advice("live_transcribe", { action = { start = { debug_level = 3 } } })
    )
  end)
end)

describe("advice on params of the wrong types", function()
  it("is none, and raises nothing", function()
    for _, wrong in ipairs({ true, print, cjson.null, 5, "x", {}, { 1 }, { a = 1 } }) do
      for _, row in ipairs(catalog.rows()) do
        local params = {}
        for _, field in ipairs(row.params.fields) do
          params[field.name] = wrong
        end
        check.advice(row, params)
        check.advice(row, wrong)
      end
    end
    assert.same({}, advice("ai_hold", { timeout = 5 }))
    assert.same({}, advice("ai_sidecar", { direction = "local-caller" }))
    assert.same({}, advice("dial", dial { send_digits = 5, codecs = 5, custom_variables = { a = 5 } }))
    assert.same({}, advice("collect", { digits = { max = "1" }, initial_timeout = {} }))
    assert.same({}, advice("live_transcribe", { action = { start = { vad_thresh = "much" } } }))
    assert.same({}, advice("tap", { device = { params = { addr = 5, uri = 5 } } }))
  end)
end)

describe("nearest", function()
  local names = { "refer", "record", "record_stop", "status_url", "transfer", "end_", "to" }

  it("finds what was meant", function()
    assert.equal("refer", check.nearest("reffer", names))
    assert.equal("refer", check.nearest("rfeer", names))
    assert.equal("refer", check.nearest("Refer", names))
    assert.equal("status_url", check.nearest("statusurl", names))
    assert.equal("status_url", check.nearest("statusUrl", names))
    assert.equal("record_stop", check.nearest("recordstop", names))
    assert.equal("end_", check.nearest("end", names))
  end)

  it("finds nothing where nothing is near", function()
    assert.is_nil(check.nearest("hangup", names))
    assert.is_nil(check.nearest("x", names))
    assert.is_nil(check.nearest("", names))
    assert.is_nil(check.nearest(5, names))
    assert.is_nil(check.nearest(("refer"):rep(100), names))
    assert.is_nil(check.nearest("refer", {}))
  end)
end)
