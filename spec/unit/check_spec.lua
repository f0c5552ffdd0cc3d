-- check.faults: what the schema refuses, in which words, and that it always comes back.

local json = require("signalwire.json")
local check = require("signalwire.check")
local samples = require("spec.support.samples")

local rows, texts, good = samples.rows, samples.texts, samples.good
local refer, dial, play = samples.refer, samples.dial, samples.play

local function faults(method, params) return texts(check.faults(rows[method], params)) end

local array = json.array

describe("faults", function()
  it("are none where the schema takes the params", function()
    assert.same({}, faults("refer", good.refer))
    assert.same({}, faults("dial", good.dial))
    assert.same({}, faults("disconnect", {}))
    assert.same({}, faults("disconnect", nil))
  end)

  it("have a path, a message, and a text of both", function()
    local fault = check.faults(rows.refer, {})[1]
    assert.equal("params.device", fault.path)
    assert.equal("is required", fault.message)
    assert.equal("params.device is required", tostring(fault))
  end)

  it(
    "are all listed at once, in the catalog's order, unknown names behind",
    function()
      assert.same({
        "params.control_id must be a string, not a number",
        "params.play is required",
        "params.volume must be at most 40, not 41",
        "params.loop must be a whole number, not 1.5",
        "params.another is not a known parameter",
        "params.statusurl is not a known parameter (did you mean 'status_url'?)",
      }, faults("play", { control_id = 1, volume = 41, loop = 1.5, statusurl = "x", another = 1 }))
    end
  )

  it("say where params are no table", function()
    assert.same({ "params must be an object, not a string" }, faults("refer", "sip:sales@example.com"))
    assert.same({ "params must be an object, not an array" }, faults("refer", { "sip:sales@example.com" }))
  end)

  it("name types in words", function()
    local function of(value) return faults("refer", refer { status_url = value })[1] end
    assert.equal("params.status_url must be a string, not a number", of(1))
    assert.equal("params.status_url must be a string, not a number", of(1.5))
    assert.equal("params.status_url must be a string, not a boolean", of(true))
    assert.equal("params.status_url must be a string, not null", of(json.null))
    assert.equal("params.status_url must be a string, not an object", of({ a = 1 }))
    assert.equal("params.status_url must be a string, not an array", of({ 1 }))
    assert.equal("params.status_url must be a string, not an empty table", of({}))
    assert.equal("params.status_url must be a string, not a function", of(print))
  end)

  it("take an empty table for what the schema wants", function()
    assert.same({}, faults("play", { control_id = "c", play = {} }))
    assert.same({}, faults("user_event", { event = {} }))
    assert.same({}, faults("dial", dial { status_events = array() }))
    assert.same({ "params.event must be an object, not an array" }, faults("user_event", { event = array() }))
  end)

  it("honour the array marks that OpenResty's lua-cjson has", function()
    local kept = package.loaded.cjson
    local library = { array_mt = {}, empty_array_mt = {}, empty_array = io.stderr }
    package.loaded.cjson = library
    local found = {
      faults("user_event", { event = setmetatable({}, library.array_mt) }),
      faults("user_event", { event = setmetatable({}, library.empty_array_mt) }),
      faults("user_event", { event = library.empty_array }),
      faults("dial", dial { status_events = library.empty_array }),
    }
    package.loaded.cjson = kept
    local refused = { "params.event must be an object, not an array" }
    assert.same({ refused, refused, refused, {} }, found)
  end)

  it("refuse tables that are neither array nor object", function()
    local message = "params.event must be an object, not a table with keys of both kinds"
    assert.same({ message }, faults("user_event", { event = { 1, a = 2 } }))
    assert.same({ message }, faults("user_event", { event = { [1] = 1, [3] = 3 } }))
    assert.same({ message }, faults("user_event", { event = { [true] = 1 } }))
  end)

  it("read tables raw", function()
    local params = setmetatable({}, { __index = good.refer })
    assert.same({ "params.device is required" }, faults("refer", params))
  end)

  it("count a float without fraction as an integer", function()
    assert.same({}, faults("dial", dial { timeout = 30.0 }))
    assert.same({ "params.timeout must be a whole number, not 30.5" }, faults("dial", dial { timeout = 30.5 }))
  end)

  it("refuse numbers that JSON can't carry", function()
    local message = "params.max_price_per_minute must be a number, not a number that JSON can't carry"
    for _, number in ipairs({ 0 / 0, 1 / 0, -1 / 0 }) do
      assert.same({ message }, faults("dial", dial { max_price_per_minute = number }))
    end
  end)

  it("hold limits", function()
    assert.same({ "params.timeout must be at least 1, not 0" }, faults("dial", dial { timeout = 0 }))
    assert.same({ "params.timeout must be at most 600, not 601" }, faults("dial", dial { timeout = 601 }))
    assert.same({ "params.lang must not be empty" }, faults("ai_sidecar", { lang = "" }))
    assert.same(
      { "params.hints must not have less than 1 item" },
      faults("ai_sidecar", { lang = "en-US", hints = {} })
    )
    local variables = {}
    for i = 1, 21 do
      variables["v" .. i] = "x"
    end
    assert.same(
      { "params.custom_variables must have at most 20 entries, not 21" },
      faults("dial", dial { custom_variables = variables })
    )
  end)

  it("take the limits themselves", function()
    for _, timeout in ipairs({ 1, 600 }) do
      assert.same({}, faults("dial", dial { timeout = timeout }))
    end
    for _, volume in ipairs({ -40, 40 }) do
      assert.same({}, faults("play_volume", { control_id = "c", volume = volume }))
    end
    assert.same({}, faults("ai_sidecar", { lang = "e", hints = { "one" } }))
    local variables = {}
    for i = 1, 20 do
      variables["v" .. i] = "x"
    end
    assert.same({}, faults("dial", dial { custom_variables = variables }))
  end)

  it("leave alone what the schema leaves open", function()
    assert.same({}, faults("user_event", { event = { anything = { 1, 2 }, nothing = json.null } }))
    assert.same({}, faults("transfer", { dest = { sections = { main = { "hangup" } } } }))
  end)

  it("follow what no command needs so far", function()
    local row = {
      params = {
        type = "object",
        fields = {
          { name = "code", type = "string", enum = { "a", "b" }, secret = true },
          { name = "pin", type = "integer", max = 9999, secret = true },
          { name = "note", type = "string", nullable = true },
          { name = "name", type = "string", min_length = 3 },
        },
      },
    }
    assert.same({}, check.faults(row, { note = json.null, name = "äöü" }))
    assert.same({
      'params.code must be "a" or "b"',
      "params.pin must be at most 9999",
      "params.name must have at least 3 characters",
    }, texts(check.faults(row, { code = "hush", pin = 12345, name = "äö" })))
    assert.same({ "params.pin must be a whole number, not a number" }, texts(check.faults(row, { pin = 1.25 })))
  end)

  it("list the values of an enum, and the nearest", function()
    assert.same(
      { 'params.url_method must be "GET" or "POST", not "PSOT" (did you mean \'POST\'?)' },
      faults("dial", dial { url_method = "PSOT" })
    )
    local ringtone = { type = "ringtone", params = { name = "xx-unknown" } }
    assert.same(
      { 'params.play[1].params.name must be one of 50 known values, not "xx-unknown"' },
      faults("play", play(ringtone))
    )
  end)

  it("hold to exactly one of two", function()
    assert.same({ "params needs 'url' or 'swml'" }, faults("dial", { from = "+1" }))
    assert.same({ "params takes only one of 'url' and 'swml'" }, faults("dial", dial { swml = {} }))
  end)

  it(
    "hint at the object that was left out",
    function()
      assert.same({
        "params.record is required",
        "params.audio is not a known parameter (did you mean 'record.audio'?)",
      }, faults("record", { control_id = "c", audio = {} }))
    end
  )

  it("write keys that are no names in brackets", function()
    assert.same(
      { 'params.custom_variables["a b"] must be a string, not a number' },
      faults("dial", dial { custom_variables = { ["a b"] = 1 } })
    )
    assert.same({ 'params["x?y"] is not a known parameter' }, faults("disconnect", { ["x\ny"] = 1 }))
    assert.same({ 'params["größe"] is not a known parameter' }, faults("disconnect", { ["größe"] = 1 }))
    assert.same(
      { ('params["%sé..."] is not a known parameter'):format(("x"):rep(34)) },
      faults("disconnect", { [("x"):rep(34) .. "éééé"] = 1 })
    )
    assert.same(
      { ("params.%s is not a known parameter"):format(("x"):rep(40)) },
      faults("disconnect", { [("x"):rep(40)] = 1 })
    )
    assert.same(
      { ('params["%s"] is not a known parameter'):format(("x-"):rep(20)) },
      faults("disconnect", { [("x-"):rep(20)] = 1 })
    )
    assert.same(
      { ('params["%s..."] is not a known parameter'):format(("x"):rep(37)) },
      faults("disconnect", { [("x"):rep(41)] = 1 })
    )
  end)

  it("show no secret", function()
    local list = check.faults(rows.stream, {
      control_id = "c",
      url = "wss://example.com",
      authorization_bearer_token = { "hush" },
    })
    assert.same({ "params.authorization_bearer_token must be a string, not an array" }, texts(list))
  end)
end)

describe("faults in a union", function()
  it(
    "are those of the alternative that the tag names",
    function()
      assert.same(
        {
          "params.play[2].params.text is required",
          "params.play[2].params.txt is not a known parameter (did you mean 'text'?)",
        },
        faults(
          "play",
          play({ type = "silence", params = { duration = 1 } }, { type = "tts", params = { txt = "hello" } })
        )
      )
    end
  )

  it("ask for the tag, and for a known one", function()
    local tags = '"audio", "tts", "silence" or "ringtone"'
    assert.same({ "params.play[1].type is required: " .. tags }, faults("play", play { params = {} }))
    assert.same(
      { "params.play[1].type must be " .. tags .. ", not \"silnce\" (did you mean 'silence'?)" },
      faults("play", play { type = "silnce" })
    )
    assert.same({ "params.play[1].type must be " .. tags .. ", not a number" }, faults("play", play { type = 5 }))
  end)

  it(
    "are those of the alternative that a key names",
    function()
      assert.same({
        "params.action.start.lang is required",
        "params.action.start.direction is required",
        "params.action.start.language is not a known parameter",
      }, faults("live_transcribe", { action = { start = { language = "en-US" } } }))
    end
  )

  it("ask for a key, and for one only", function()
    assert.same({
      "params.action needs 'start' or 'summarize'",
      "params.action.strat is not a known parameter (did you mean 'start'?)",
    }, faults("live_transcribe", { action = { strat = {} } }))
    assert.same({ "params.action needs 'start' or 'summarize'" }, faults("live_transcribe", { action = {} }))
    assert.same(
      { "params.action takes only one of 'start' and 'summarize'" },
      faults("live_transcribe", { action = { start = {}, summarize = {} } })
    )
  end)

  it("name the types where none fits", function()
    assert.same(
      { 'params.action must be an object or "stop", not a number' },
      faults("live_transcribe", { action = 1 })
    )
    assert.same(
      { 'params.action must be "stop", not "stpo" (did you mean \'stop\'?)' },
      faults("live_transcribe", { action = "stpo" })
    )
  end)

  it("name all the strings that would do", function()
    local function of(filter)
      return faults("live_translate", {
        action = {
          start = {
            from_lang = "en-US",
            to_lang = "de-DE",
            direction = { "remote-caller" },
            filter_from = filter,
          },
        },
      })
    end
    assert.same({}, of("polite"))
    assert.same({}, of("prompt: like a pirate"))
    assert.same({
      'params.action.start.filter_from must be "polite", "rude", "professional", "shakespeare", '
        .. '"gen-z" or a string that matches ^prompt:.+$, not "prompt:"',
    }, of("prompt:"))
    assert.equal(1, #of("prompt:\n"))
  end)

  it(
    "go as deep as the params",
    function()
      assert.same(
        {
          "params.prompt.pom[1].subsections[2] needs 'body' or 'bullets'",
          'params.SWAIG.functions[1].parameters.properties.list.items.type must be "string", "integer", '
            .. '"number", "boolean", "array" or "object", not "strings" (did you mean \'string\'?)',
        },
        faults("ai_sidecar", {
          lang = "en-US",
          prompt = { pom = { { body = "x", subsections = { { bullets = { "y" } }, { title = "z" } } } } },
          SWAIG = {
            functions = {
              {
                ["function"] = "f",
                parameters = {
                  type = "object",
                  properties = { list = { type = "array", items = { type = "strings" } } },
                },
              },
            },
          },
        })
      )
    end
  )

  it("are found in good time where alternatives share what is inside", function()
    local section = { body = "x", bullets = { 1 } }
    local path = "params.prompt.pom[1]" .. (".subsections[1]"):rep(20) .. ".bullets[1]"
    for _ = 1, 20 do
      section = { body = "x", bullets = { "y" }, subsections = { section } }
    end
    local started = os.clock()
    assert.same(
      { path .. " must be a string, not a number" },
      faults("ai_sidecar", { lang = "en-US", prompt = { pom = { section } } })
    )
    assert.is_true(os.clock() - started < 1)
  end)

  it("end where the params contain themselves", function()
    local section = { body = "x" }
    section.subsections = { section }
    local list = faults("ai_sidecar", { lang = "en-US", prompt = { pom = { section } } })
    assert.truthy(list[1]:find("is nested too deeply$"))
  end)
end)
