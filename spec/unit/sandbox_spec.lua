-- The sandbox in this process: driven as its users drive it, and by bare requests where the library is too polite.

local catalog = require("signalwire.catalog.calling")
local json = require("signalwire.json")
local signalwire = require("signalwire")

local status_url = "https://example.com/status"

local swml = { version = "1.0.0", sections = { main = { { answer = {} } } } }

describe("the sandbox", function()
  local box, client, sip, phone

  local function start(options)
    box = signalwire.sandbox(options)
    client = assert(signalwire.client { sandbox = box, retries = 0 })
    sip, phone = box.sip_call_id, box.phone_call_id
  end

  before_each(function() start() end)

  --- A bare request, which may be wrong in every way.
  local function post(body, path)
    if type(body) == "table" then body = json.encode(body) end
    local answer = box:serve { method = "POST", path = path or "/api/calling/calls", body = body }
    return answer.status, (json.decode(answer.body)), answer
  end

  --- What the events say: one word each.
  local function words(name)
    local list = {}
    for i, webhook in ipairs(box.webhooks) do
      local params = webhook.event.params
      list[i] = params[name or "state"] or "-"
    end
    return table.concat(list, " ")
  end

  local function last_params() return box.webhooks[#box.webhooks].event.params end

  local function dial(to, more)
    local params = {
      from = "+15551230000",
      to = to,
      swml = swml,
      status_url = status_url,
      status_events = { "created", "ringing", "answered", "ended" },
    }
    for name, value in pairs(more or {}) do
      params[name] = value
    end
    return assert(client.calling:dial(params)).id
  end

  describe("time", function()
    it("passes only when it is told to", function()
      local id = dial("sip:alice@example.com")
      assert.equal("queued", box.calls[id].state)
      assert.equal(0, #box.webhooks)
      box:advance(0.2)
      assert.equal("ringing", box.calls[id].state)
      box:advance(0.3)
      assert.equal("created ringing answered", words("call_state"))
    end)

    it("comes to the same in small steps as in one", function()
      local id = dial("sip:alice@example.com")
      for _ = 1, 50 do
        box:advance(0.01)
      end
      assert.equal("answered", box.calls[id].state)
      assert.equal("created ringing answered", words("call_state"))
      assert.is_true(math.abs(box:now() - 0.5) < 1e-9)
    end)

    it("makes happen what is due at its very end, however it was added up", function()
      local id = dial("sip:alice@example.com")
      for _ = 1, 4 do
        box:advance(0.1)
      end
      assert.equal("answered", box.calls[id].state)
    end)

    it("keeps the order of what is due, however much that is", function()
      local machine = box.machine
      local seen = {}
      for i = 1, 500 do
        local seconds = (i * 7919) % 100
        machine:later(seconds, function() seen[#seen + 1] = seconds * 1000 + i end)
      end
      box:advance(100)
      assert.equal(500, #seen)
      for i = 2, #seen do
        assert.is_true(seen[i] > seen[i - 1])
      end
    end)

    it("is the client's clock too", function()
      box:sleep(2)
      assert.equal(2, box:now())
      assert.has_error(function() box:advance(-1) end, "advance takes a number of seconds")
      assert.has_error(function() box:advance("1") end, "advance takes a number of seconds")
    end)
  end)

  describe("dial", function()
    it("answers with a whole leg", function()
      local params = { from = "+15551230000", to = "+15551230009", url = "https://example.com/swml" }
      local leg = assert(client.calling:dial(params))
      assert.equal("relay_pstn_call", leg.type)
      assert.equal("queued", leg.status)
      assert.equal("outbound-api", leg.direction)
      assert.equal("realtime_api", leg.source)
      assert.equal("https://example.com/swml", leg.url)
      assert.equal("number", type(leg.charge_details[1].charge))
      assert.truthy(leg.created_at:find("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d%.%d%d%dZ$"))
      assert.is_nil(leg.duration)
    end)

    it("sends the states that were asked for; without a wish, the end alone", function()
      local id = dial("sip:alice@example.com", { status_events = signalwire.array {} })
      box:advance(1)
      client:call(id):hangup()
      box:advance(1)
      assert.equal(0, #box.webhooks)
      id = assert(client.calling:dial { from = "a", to = "b", swml = swml, status_url = status_url }).id
      box:advance(1)
      client:call(id):hangup()
      box:advance(1)
      assert.equal("ended", words("call_state"))
      assert.equal("hangup", last_params().end_reason)
    end)

    it("ends as the called address says", function()
      for user, reason in pairs { busy = "busy", decline = "decline", error = "error", noanswer = "noAnswer" } do
        local id = dial("sip:" .. user .. "@example.com", { timeout = 10 })
        box:advance(11)
        assert.equal("ended", box.calls[id].state)
        assert.equal(reason, last_params().end_reason)
      end
    end)

    it("rings for the timeout where nobody answers", function()
      local id = dial("sip:noanswer@example.com", { timeout = 10 })
      box:advance(9)
      assert.equal("ringing", box.calls[id].state)
      box:advance(2)
      assert.equal("ended", box.calls[id].state)
    end)

    it("needs somebody to call", function()
      local status, body = post { command = "dial", params = { from = "+15551230000", swml = swml } }
      assert.equal(422, status)
      assert.equal("missing_required_parameter", body.errors[1].code)
    end)
  end)

  describe("refer", function()
    local function refer(to)
      assert(client.calling:refer(sip, { device = to, status_url = status_url }))
      box:advance(3)
      return words(), last_params()
    end

    it("is accepted, and then succeeds", function()
      local states, params = refer("sip:sales@example.com")
      assert.equal("inProgress success", states)
      assert.equal("sip:sales@example.com", params.sip_refer_to)
      assert.equal("202", params.sip_refer_response_code)
      assert.equal("200", params.sip_notify_response_code)
      assert.is_nil(params.control_id)
      assert.is_nil(box.webhooks[1].event.params.sip_notify_response_code)
    end)

    it("ends as the referred-to address says", function()
      local expected = {
        busy = { "inProgress busy", "486" },
        noanswer = { "inProgress noAnswer", "480" },
        decline = { "inProgress error", "603" },
        error = { "inProgress error", nil },
      }
      for user, ending in pairs(expected) do
        start()
        local states, params = refer("sip:" .. user .. "@example.com")
        assert.equal(ending[1], states)
        assert.equal(ending[2], params.sip_notify_response_code)
      end
    end)

    it("is canceled when the call ends first", function()
      client.calling:refer(sip, { device = "sip:sales@example.com", status_url = status_url })
      client.calling:end_(sip)
      box:advance(3)
      assert.equal("inProgress cancel", words())
    end)

    it("is for SIP calls, and for SIP addresses", function()
      local _, err = client.calling:refer(phone, { device = "sip:sales@example.com" })
      assert.equal(422, err.status)
      _, err = client.calling:refer(sip, { device = "+15551230009" })
      assert.equal("invalid_sip_destination", err.code)
    end)

    it("takes every documented form of the device", function()
      local to = "sip:sales@example.com"
      local devices = {
        { to = to },
        { type = "sip", to = to },
        { sip_uri = to },
        { type = "sip", params = { uri = to } },
        { type = "sip", params = { to = to, headers = { { name = "X", value = "1" } } } },
        to,
      }
      for _, device in ipairs(devices) do
        local status = post { command = "calling.refer", id = sip, params = { device = device } }
        assert.equal(200, status)
        assert.is_true(#box.requests[#box.requests].differs > 0)
      end
      local _, response = client.calling:refer(sip, { device = { type = "sip", params = { to = to } } })
      assert.equal(200, response.status)
      assert.is_nil(box.requests[#box.requests].differs)
    end)
  end)

  describe("play", function()
    local function play(items, more)
      local params = { control_id = "p", play = items, status_url = status_url }
      for name, value in pairs(more or {}) do
        params[name] = value
      end
      return client.calling:play(sip, params)
    end
    local silence = { { type = "silence", params = { duration = 3 } } }

    it("ends after its time", function()
      assert(play(silence))
      box:advance(2.9)
      assert.equal("playing", words())
      box:advance(0.2)
      assert.equal("playing finished", words())
    end)

    it("stands still while it is paused", function()
      assert(play(silence))
      box:advance(1)
      assert(client.calling:play_pause(sip, { control_id = "p" }))
      box:advance(60)
      assert.equal("playing paused", words())
      assert(client.calling:play_resume(sip, { control_id = "p" }))
      box:advance(1.9)
      assert.equal("playing paused playing", words())
      box:advance(0.2)
      assert.equal("playing paused playing finished", words())
    end)

    it("refuses what does not fit its state", function()
      local _, err = client.calling:play_pause(sip, { control_id = "p" })
      assert.equal(422, err.status)
      assert.equal("invalid_state", err.code)
      assert(play(silence))
      _, err = client.calling:play_resume(sip, { control_id = "p" })
      assert.equal(422, err.status)
      assert(client.calling:play_stop(sip, { control_id = "p" }))
      _, err = client.calling:play_stop(sip, { control_id = "p" })
      assert.equal(422, err.status)
    end)

    it("goes on for ever with loop 0, and ends with the call", function()
      assert(play(silence, { loop = 0 }))
      box:advance(1000)
      assert.equal("playing", words())
      box:hang_up(sip)
      box:advance(1)
      assert.equal("playing finished", words())
    end)

    it("fails for audio that can't be fetched", function()
      assert(play { { type = "audio", params = { url = "https://nowhere.invalid/a.mp3" } } })
      box:advance(5)
      assert.equal("error", words())
    end)

    it("takes flat items, and makes the control_id that is missing", function()
      local items = { { type = "tts", text = "Hello" }, { type = "silence", duration = 1 } }
      local params = { play = items, status_url = status_url }
      assert.equal(200, (post { command = "calling.play", id = sip, params = params }))
      box:advance(5)
      assert.equal("playing finished", words())
      assert.equal("string", type(last_params().control_id))
    end)
  end)

  describe("record", function()
    it("runs until it is stopped, and says what it has", function()
      local audio = { format = "wav" }
      assert(client.calling:record(sip, { control_id = "r", record = { audio = audio }, status_url = status_url }))
      box:advance(5)
      assert(client.calling:record_pause(sip, { control_id = "r" }))
      box:advance(5)
      assert(client.calling:record_resume(sip, { control_id = "r" }))
      box:advance(1)
      assert(client.calling:record_stop(sip, { control_id = "r" }))
      box:advance(1)
      assert.equal("recording paused recording finished", words())
      local params = last_params()
      assert.is_true(math.abs(params.duration - 6) < 1e-6)
      assert.truthy(params.url:find("%.wav$"))
      assert.equal("wav", params.record.audio.format)
    end)

    it("ends at max_length, and takes a bare audio", function()
      local params = { audio = { max_length = 2 }, status_url = status_url }
      assert.equal(200, (post { command = "calling.record", id = sip, params = params }))
      box:advance(3)
      assert.equal("recording finished", words())
    end)
  end)

  describe("collect", function()
    local function collect(more, id)
      local params = { control_id = "c", digits = { max = 4, terminators = "#" }, status_url = status_url }
      for name, value in pairs(more or {}) do
        params[name] = value
      end
      return client.calling:collect(id or sip, params)
    end

    it("gets the keys that the test presses", function()
      assert(collect())
      assert.is_true(box:press(sip, "12#"))
      box:advance(0.1)
      assert.same({ digits = "12", terminator = "#" }, last_params().result.params)
      assert.is_nil((box:press(sip, "1")))
    end)

    it("ends the digits when no more come", function()
      assert(collect())
      box:press(sip, "12")
      box:advance(4)
      assert.equal(0, #box.webhooks)
      box:advance(2)
      assert.same({ digits = "12", terminator = "" }, last_params().result.params)
    end)

    it("gets what the called address says", function()
      local id = dial("sip:press-77@example.com")
      box:advance(1)
      assert(collect({ digits = { max = 2 } }, id))
      box:advance(2)
      assert.equal("77", last_params().result.params.digits)
      id = dial("sip:say-two-tickets@example.com")
      box:advance(1)
      local params = { control_id = "s", speech = {}, status_url = status_url, partial_results = true }
      assert(client.calling:collect(id, params))
      box:advance(2)
      assert.equal("two tickets", last_params().result.params.text)
      assert.is_true(last_params().final)
      assert.is_false(box.webhooks[#box.webhooks - 1].event.params.final)
    end)

    it("has an initial timeout only where its timers run", function()
      local id = dial("sip:silent@example.com")
      box:advance(1)
      local before = #box.webhooks
      assert(collect({ initial_timeout = 2 }, id))
      box:advance(60)
      assert.equal(before, #box.webhooks)
      assert(client.calling:collect_start_input_timers(id, { control_id = "c" }))
      box:advance(3)
      assert.equal("no_input", last_params().result.type)
    end)

    it("needs digits or speech", function()
      local status, body = post { command = "calling.collect", id = sip, params = { control_id = "c" } }
      assert.equal(400, status)
      assert.same({ error = "Bad Request" }, body)
    end)
  end)

  describe("detect", function()
    local function events_of(to)
      local id = dial(to)
      box:advance(1)
      local first = #box.webhooks + 1
      assert(
        client.calling:detect(id, { control_id = "d", detect = { type = "machine" }, status_url = status_url })
      )
      box:advance(31)
      local found = {}
      for i = first, #box.webhooks do
        found[#found + 1] = box.webhooks[i].event.params.detect.params.event
      end
      return table.concat(found, " ")
    end

    it("finds whom the called address names", function()
      assert.equal("HUMAN finished", events_of("sip:alice@example.com"))
      assert.equal("MACHINE READY finished", events_of("sip:machine@example.com"))
      assert.equal("UNKNOWN finished", events_of("sip:fax@example.com"))
    end)
  end)

  describe("what runs on a call", function()
    it("taps and streams until stopped", function()
      local device = { type = "rtp", params = { addr = "192.0.2.1", port = 4000 } }
      local tap = { type = "audio", params = { direction = "both" } }
      assert(client.calling:tap(sip, { control_id = "t", tap = tap, device = device, status_url = status_url }))
      assert(client.calling:stream(sip, { control_id = "s", url = "wss://example.com/a", status_url = status_url }))
      box:advance(1)
      assert(client.calling:tap_stop(sip, { control_id = "t" }))
      assert(client.calling:stream_stop(sip, { control_id = "s" }))
      box:advance(1)
      assert.equal("tapping streaming finished finished", words())
      assert.equal(4000, box.webhooks[3].event.params.device.params.port)
      assert.equal("wss://example.com/a", last_params().url)
    end)

    it("is transcribed once at a time", function()
      assert(client.calling:transcribe(sip, { control_id = "t", status_url = status_url }))
      local _, err = client.calling:transcribe(sip, { control_id = "u" })
      assert.equal(409, err.status)
      assert(client.calling:transcribe_stop(sip, { control_id = "t" }))
      box:advance(2)
      local event = box.webhooks[1].event
      assert.equal("calling.transcript.completed", event.type)
      assert.is_nil(event.envelope.event_channel)
      assert.is_nil(event.params.control_id)
      assert.is_nil(event.params.node_id)
    end)

    it("is translated live", function()
      local action = { start = { from_lang = "en", to_lang = "de", direction = { "remote-caller" } } }
      assert(client.calling:live_translate(sip, { action = action }))
      assert(client.calling:live_translate(sip, { action = "stop" }))
    end)

    it("has a sidecar that answers", function()
      assert(client.calling:ai_sidecar_poke(sip, { text = "hello" }))
      assert(client.calling:ai_sidecar(sip, { lang = "en-US", url = status_url }))
      assert(client.calling:ai_sidecar_ask(sip, { text = "well?" }))
      box:advance(2)
      assert(client.calling:ai_sidecar_stop(sip))
      box:advance(1)
      local types = {}
      for i, webhook in ipairs(box.webhooks) do
        types[i] = webhook.event.state
      end
      assert.equal("start ask_request ask_answer stop final", table.concat(types, " "))
      assert.equal("ai_sidecar", box.webhooks[1].event.type)
    end)
  end)

  describe("update", function()
    it("cancels before the answer and completes after it", function()
      local id = dial("sip:alice@example.com")
      local leg = assert(client.calling:update { id = id, status = "canceled", swml = swml })
      assert.equal("canceled", leg.status)
      id = dial("sip:alice@example.com")
      box:advance(1)
      local _, err = client.calling:update { id = id, status = "canceled", swml = swml }
      assert.equal("cannot_cancel_in_progress", err.code)
      assert.equal("completed", assert(client.calling:update { id = id, status = "completed" }).status)
      _, err = client.calling:update { id = id, status = "completed" }
      assert.equal("cannot_update_completed", err.code)
    end)

    it("gives an answered call new instructions", function()
      local url = "https://example.com/2"
      assert.equal(url, assert(client.calling:update { id = sip, url = url }).url)
    end)
  end)

  describe("refusals", function()
    it("are the service's, for what is wrong with the request", function()
      assert.equal(400, (post("{")))
      assert.equal(400, (post("[1]")))
      assert.equal(400, (post("")))
      assert.equal(404, (post("{}", "/api/calling/other")))
      assert.equal(422, (post { command = "calling.reffer", id = sip, params = {} }))
      assert.equal(422, (post { id = sip, params = {} }))
      assert.equal(404, (post { command = "calling.denoise", id = "nobody", params = {} }))
      assert.equal(422, (post { command = "calling.denoise", params = {} }))
    end)

    it("want params, as an object", function()
      local body = '{"command":"calling.denoise","id":"' .. sip .. '"%s}'
      assert.equal(200, (post(body:format(', "params": {}'))))
      assert.equal(422, (post(body:format(""))))
      assert.equal(422, (post(body:format(', "params": []'))))
      assert.equal(422, (post(body:format(', "params" :\n [ ]'))))
      assert.equal(422, (post(body:format(', "params": 1'))))
    end)

    it("list every fault in the API's shape", function()
      local status, body = post { command = "calling.play", id = sip, params = { control_id = 1, volume = 100 } }
      assert.equal(422, status)
      assert.equal(3, #body.errors)
      for _, item in ipairs(body.errors) do
        assert.equal("validation_error", item.type)
        for _, name in ipairs { "code", "message", "attribute", "url" } do
          assert.equal("string", type(item[name]))
        end
      end
    end)

    it("meet a status_url that nothing can be sent to", function()
      for _, url in ipairs { "ftp://example.com", "example.com", "https://a/b\r\nX: 1", "https:///a" } do
        local _, err = client.calling:refer(sip, { device = "sip:a@example.com", status_url = url })
        assert.equal("not_an_http_url", err.code)
      end
    end)

    it("meet calls that are not answered, or have ended", function()
      local id = dial("sip:alice@example.com")
      local _, err = client.calling:denoise(id)
      assert.equal("invalid_state", err.code)
      assert(client.calling:end_(id))
      _, err = client.calling:denoise(id)
      assert.equal("invalid_state", err.code)
      _, err = client.calling:end_(id)
      assert.equal(422, err.status)
    end)

    it("meet older forms in a strict box", function()
      start { strict = true }
      local device = { to = "sip:a@example.com" }
      local status, body = post { command = "calling.refer", id = sip, params = { device = device } }
      assert.equal(422, status)
      assert.is_true(#body.errors >= 3)
      assert(client.calling:refer(sip, { device = "sip:a@example.com" }))
    end)

    it("meet other credentials, where a request carries some", function()
      start { project = "p", token = "t" }
      local headers = { authorization = "Basic cDp1" }
      local request = { method = "POST", path = "/api/calling/calls", body = "{}", headers = headers }
      assert.equal(401, box:serve(request).status)
      request.headers.authorization = "Basic cDp0"
      assert.equal(422, box:serve(request).status)
    end)
  end)

  it("serves every command of the catalog", function()
    local commands = require("signalwire.sandbox.commands")
    for _, row in ipairs(catalog.rows()) do
      assert.equal("function", type(commands[row.command]), row.command)
    end
  end)

  it("takes the older forms of the documents", function()
    local bodies = {
      { command = "dial", swml = swml, params = { from = "a", to = "b" } },
      { command = "dial", params = { from = "a", to = "b", swml = json.encode(swml) } },
      {
        command = "dial",
        params = { from = "a", to = "b", swml = swml, status_events = { "answered", "initiated" } },
      },
      { command = "update", params = { call_id = sip, metadata = { a = 1 }, url = "https://example.com" } },
      { command = "calling.ai_hold", id = sip, params = { timeout = 300 } },
      { command = "calling.ai_unhold", id = sip, params = { prompt = "back" } },
      {
        command = "calling.tap",
        id = sip,
        params = {
          tap = { type = "audio", direction = "both" },
          device = { type = "rtp", addr = "10.0.0.1", port = 4000 },
        },
      },
      { command = "calling.live_transcribe", id = sip, params = { action = { start = { language = "en" } } } },
      { command = "calling.detect", id = sip, params = { detect = { type = "machine" } } },
      { command = "calling.end", id = sip, params = { reason = "no_answer" } },
      { command = "update", params = { id = phone, status = "no-answer" } },
    }
    for _, body in ipairs(bodies) do
      local status, answer = post(body)
      assert.equal(200, status, json.encode(answer))
      assert.is_true(#box.requests[#box.requests].differs > 0, body.command)
    end
  end)

  describe("fail_next", function()
    it("fails one command in the way that is asked for", function()
      for _, kind in ipairs { "connect", "tls", "timeout", "network", "decode", "too_large", "unavailable" } do
        box:fail_next(kind)
        local body, err = client.calling:denoise(sip)
        assert.is_nil(body)
        assert.equal(kind, err.kind)
        assert(client.calling:denoise(sip))
      end
    end)

    it("tells what may be repeated from what may not", function()
      box:fail_next("connect")
      assert.is_true(select(2, client.calling:denoise(sip)).retryable)
      assert.equal(0, #box.requests)
      box:fail_next("timeout")
      assert.is_false(select(2, client.calling:denoise(sip)).retryable)
      assert.equal(1, #box.requests)
    end)

    it("lets a timeout take its time", function()
      box:fail_next("timeout")
      client.calling:denoise(sip, nil, { timeout = 7 })
      assert.equal(7, box:now())
    end)

    it("gives a status, with headers", function()
      box:fail_next { status = 503, headers = { ["Retry-After"] = "2" } }
      local before = box:now()
      assert(client.calling:denoise(sip, nil, { retries = 1 }))
      assert.is_true(box:now() - before >= 2)
      assert.equal(503, box.requests[1].status)
      assert.equal(200, box.requests[2].status)
      box:fail_next(429, 3)
      local _, err = client.calling:denoise(sip, nil, { retries = 2 })
      assert.equal(429, err.status)
      assert.equal(3, err.attempts)
    end)

    it("can let the command happen before its answer is lost", function()
      box:fail_next { kind = "network", taken = true }
      client.calling:end_(sip)
      assert.equal("ended", box.calls[sip].state)
      box:fail_next("network")
      client.calling:end_(phone)
      assert.equal("answered", box.calls[phone].state)
    end)

    it("says what it does not know", function()
      assert.has_error(
        function() box:fail_next("timeot") end,
        "fail_next knows no kind 'timeot' (did you mean 'timeout'?)"
      )
      assert.has_error(
        function() box:fail_next { statsu = 1 } end,
        "fail_next knows no option 'statsu' (did you mean 'status'?)"
      )
    end)
  end)

  describe("its log", function()
    it("has a line for each command and webhook, without secrets", function()
      local lines = {}
      start { log = function(line) lines[#lines + 1] = line end }
      local device = { type = "sip", params = { to = "sip:a:hidden1@example.com", password = "hidden2" } }
      assert(
        client.calling:refer(sip, { device = device, status_url = "https://u:hidden3@example.com/x?t=hidden4" })
      )
      post { command = "evil\ncommand", id = sip, params = {} }
      box:advance(3)
      assert.equal(4, #lines)
      assert.truthy(lines[1]:find("200  calling.refer", 1, true))
      assert.truthy(lines[1]:find(sip, 1, true))
      assert.truthy(lines[4]:find("success -> https://example.com/x", 1, true))
      assert.is_nil(table.concat(lines):find("hidden"))
      assert.is_nil(table.concat(lines):find("\n"))
    end)

    it("says where a command differs from the schema", function()
      local lines = {}
      start { log = function(line) lines[#lines + 1] = line end }
      local items = { { type = "silence", params = { duration = 1 } } }
      post { command = "calling.play", id = sip, params = { play = items } }
      assert.equal(2, #lines)
      assert.truthy(lines[2]:find("^%s+differs from the documents: params.control_id is required$"))
    end)
  end)

  it("remembers as much as it is told to", function()
    start { keep = 5 }
    for _ = 1, 100 do
      assert(client.calling:denoise(sip))
    end
    assert.is_true(#box.requests >= 5 and #box.requests < 10)
  end)

  it("says which option it does not know", function()
    assert.has_error(function() signalwire.sandbox { stritc = true } end, "sandbox has no option 'stritc'")
    assert.has_error(function() box:add_call { type = "fax" } end, "add_call knows no type 'fax'")
  end)
end)
