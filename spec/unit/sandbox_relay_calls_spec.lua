-- What the sandbox's RELAY does with calls, in this process, spoken to in bare JSON-RPC: each command there is.

local relay_peer = require("spec.support.relay_peer")
local signalwire = require("signalwire")

local sip = relay_peer.sip

describe("the sandbox's RELAY does for calls:", function()
  local box, peer

  before_each(function()
    box = signalwire.sandbox()
    peer = relay_peer.connect(box, { contexts = { "default" } })
  end)

  local function dialled(to) return peer:dialled(box, to) end

  describe("commands", function()
    it("are refused for calls that are not there, not up, or another's", function()
      local call = dialled()
      assert.equal("404", peer:command("play.stop", { id = "none", node_id = "n" }, { control_id = "c" }).code)
      assert.equal("404", peer:command("denoise", { id = call.id, node_id = "wrong" }).code)
      assert.equal("400", peer:request("calling.denoise", { call_id = call.id }).code)
      assert.equal("409", relay_peer.connect(box):command("denoise", call).code)
      assert.equal("404", peer:command("play.stop", call, { control_id = "none" }).code)
      box:hang_up(call.id)
      assert.equal("410", peer:command("denoise", call).code)
      peer:request("calling.dial", { tag = "t", devices = { { sip("noanswer") } } })
      box:advance(1)
      local ringing = box.calls[peer:events("calling.call.dial")[1].call.call_id]
      assert.equal("409", peer:command("denoise", ringing).code)
      assert.equal("409", peer:command("answer", ringing).code)
      assert.equal("409", peer:command("pass", ringing).code)
      assert.equal("200", peer:command("end", ringing).code)
    end)

    it("may be given for a call of nobody's, whose events are heard from then on", function()
      local call = box.calls[box.sip_call_id]
      local play = { control_id = "c", play = { { type = "silence", params = { duration = 1 } } } }
      local result = peer:command("play", call, play)
      assert.same({ "200", call.id, "c" }, { result.code, result.call_id, result.control_id })
      box:advance(2)
      assert.equal("playing finished", peer:words("calling.call.play", "state"))
    end)

    it("are carried out as the Calling API's", function()
      local call = dialled("machine")
      local function control(params)
        params.control_id = "c"
        return params
      end
      local started = {
        { "record", { record = { audio = {} } }, "recording finished" },
        { "detect", { detect = { type = "machine", params = {} } } },
        {
          "tap",
          {
            tap = { type = "audio", params = { direction = "both" } },
            device = { type = "rtp", params = { addr = "1.2.3.4", port = 9 } },
          },
          "tapping finished",
        },
        { "stream", { url = "wss://example.com/" }, "streaming finished" },
        { "transcribe", {}, "transcribing finished" },
      }
      for _, row in ipairs(started) do
        assert.equal("200", peer:command(row[1], call, control(row[2])).code, row[1])
      end
      assert.equal("409", peer:command("transcribe", call, control {}).code)
      box:advance(1)
      for _, row in ipairs(started) do
        assert.equal("200", peer:command(row[1] .. ".stop", call, control {}).code, row[1])
      end
      box:advance(1)
      for _, row in ipairs(started) do
        if row[3] then assert.equal(row[3], peer:words("calling.call." .. row[1], "state"), row[1]) end
      end
      local found = peer:words("calling.call.detect", function(params) return params.detect.params.event end)
      assert.equal("finished", found)
    end)

    it("say where a recording and a tap are", function()
      local call = dialled()
      local record = peer:command("record", call, { control_id = "r", record = { audio = { format = "wav" } } })
      assert.matches("%.wav$", record.url)
      local tap = peer:command("tap", call, {
        control_id = "t",
        tap = { type = "audio", params = { direction = "both" } },
        device = { type = "ws", params = { uri = "wss://example.com" } },
      })
      assert.equal("rtp", tap.source_device.type)
    end)

    it("refuse params that are wrong", function()
      local call = dialled()
      for _, row in ipairs {
        { "play", { control_id = "c" } },
        { "play", { control_id = "c", play = { { type = "tts", params = {} } } } },
        { "play", { control_id = 7, play = { { type = "silence", params = { duration = 1 } } } } },
        { "collect", { control_id = "c" } },
        { "end", { reason = "bored" } },
        { "send_digits", { control_id = "c", digits = "12x" } },
        { "transfer", {} },
        { "transfer", { dest = 7 } },
        {
          "play_and_collect",
          {
            control_id = "c",
            play = { { type = "silence", params = { duration = 1 } } },
            collect = { digits = { max = 1 } },
            volume = 100,
          },
        },
        { "refer", { device = { type = "sip", params = { to = "tel:1" } } } },
        { "play_and_collect", { control_id = "c", play = {}, collect = { digits = {} } } },
        {
          "play_and_collect",
          { control_id = "c", play = { { type = "silence", params = { duration = 1 } } }, collect = {} },
        },
        { "bind_digit", { digits = "1" } },
        { "connect", { devices = { sip("a") } } },
      } do
        assert.equal("400", peer:command(row[1], call, row[2]).code, row[1])
      end
      assert.equal("answered", call.state)
      assert.equal("params.devices[1] is not a list of devices", box.requests[#box.requests].what)
    end)

    it("take params that are not known, unless the box is strict", function()
      local call = dialled()
      assert.equal("200", peer:command("denoise", call, { novelty = 1 }).code)
      assert.same({ "params.novelty is not known" }, box.requests[#box.requests].differs)
      box.strict = true
      assert.equal("400", peer:command("denoise", call, { novelty = 1 }).code)
    end)

    it("find what runs by its control_id alone", function()
      local call = dialled()
      -- stylua: ignore
      local methods = {
        "play.pause", "play.resume", "play.stop", "record.pause", "record.resume", "record.stop", "collect.stop",
        "collect.start_input_timers", "detect.stop", "tap.stop", "stream.stop", "transcribe.stop", "send_fax.stop",
        "receive_fax.stop", "pay.stop", "play_and_collect.stop", "play_and_collect.pause", "play_and_collect.resume",
      }
      for _, method in ipairs(methods) do
        assert.equal("404", peer:command(method, call, { control_id = "none" }).code, method)
      end
      local play = { control_id = "c", play = { { type = "silence", params = { duration = 9 } } } }
      peer:command("play", call, play)
      assert.equal("409", peer:command("play.resume", call, { control_id = "c" }).code)
      peer:command(
        "play_and_collect",
        call,
        { control_id = "d", play = play.play, collect = { digits = { max = 1 } } }
      )
      assert.equal("409", peer:command("play_and_collect.resume", call, { control_id = "d" }).code)
    end)

    it("take older forms, unless the box is strict", function()
      local call = dialled()
      local flat = { control_id = "c", play = { { type = "silence", duration = 1 } } }
      local prompt = { control_id = "d", play = flat.play, collect = { digits = { max = 1 } } }
      assert.equal("200", peer:command("play", call, flat).code)
      assert.equal("200", peer:command("play_and_collect", call, prompt).code)
      box.strict = true
      assert.equal("400", peer:command("play", call, flat).code)
      assert.equal("400", peer:command("play_and_collect", call, prompt).code)
    end)

    it("do nothing any more where the call has ended meanwhile", function()
      local call = dialled()
      peer:command("send_digits", call, { control_id = "d", digits = "1" })
      peer:command("connect", call, { devices = { { { type = "queue", params = { queue_name = "q" } } } } })
      box:hang_up(call.id)
      local offered = box.calls[box:add_call { context = "default" }]
      box:advance(0.05)
      peer:command("answer", offered)
      box:hang_up(offered.id)
      box:advance(1)
      assert.same({}, peer:events("calling.call.send_digits"))
      assert.equal("connecting", peer:words("calling.call.connect", "connect_state"))
      assert.equal("ended", offered.state)
    end)

    it("give the answers of fail_next that are none", function()
      local call = dialled()
      box:fail_next("decode")
      local frame = '{"jsonrpc":"2.0","id":1,"method":"calling.denoise","params":{"call_id":"%s","node_id":"%s"}}'
      peer.connection:send(frame:format(call.id, call.node_id))
      local text
      repeat
        text = peer.connection:receive()
      until not text or text:find("^<")
      assert.equal("<html>This is not JSON.</html>", text)
      box:fail_next("connect")
      local count = #box.requests
      peer:command("denoise", call)
      assert.equal(count, #box.requests)
      assert.is_nil(peer.ended.code)
    end)

    it("fail as fail_next says", function()
      local call = dialled()
      box:fail_next(500)
      assert.same({ code = "500", message = "Internal Server Error" }, peer:command("denoise", call))
      assert.equal(500, box.requests[#box.requests].status)
      assert.equal("fails, as fail_next said", box.requests[#box.requests].what)
      box:fail_next("timeout")
      assert.equal("no answer", select(2, peer:command("denoise", call)))
      assert.equal("200", peer:command("denoise", call).code)
      box:fail_next { kind = "network", taken = true }
      peer:forget()
      assert.equal("no answer", select(2, peer:command("end", call)))
      assert.equal("ended", call.state)
      assert.same({}, peer.ended)
    end)
  end)

  describe("refer", function()
    local function refer(call, to)
      local params = { to = "sip:" .. to .. "@example.com" }
      return peer:command("refer", call, { device = { type = "sip", params = params } })
    end

    it("tells how it went, in states and in codes that are texts", function()
      local call = dialled()
      assert.equal("Starting SIP REFER", refer(call, "bob").message)
      box:advance(2)
      assert.equal("inProgress success", peer:words("calling.call.refer", "state"))
      local last = peer:events("calling.call.refer")[2]
      assert.same({ "202", "200" }, { last.sip_refer_response_code, last.sip_notify_response_code })
      peer:forget()
      refer(call, "busy")
      box:advance(2)
      assert.equal("inProgress busy", peer:words("calling.call.refer", "state"))
    end)

    it("by the Calling API is heard on the socket, and by its status_url too", function()
      local call = dialled()
      local client = assert(signalwire.client { sandbox = box })
      assert(
        client.calling:refer(call.id, { device = "sip:bob@example.com", status_url = "https://example.com/s" })
      )
      box:advance(2)
      assert.equal("inProgress success", peer:words("calling.call.refer", "state"))
      assert.equal(2, #box.webhooks)
    end)
  end)

  describe("play_and_collect", function()
    local function prompt(call, collect)
      collect = collect or { digits = { max = 2 } }
      local play = { { type = "silence", params = { duration = 3 } } }
      return peer:command("play_and_collect", call, { control_id = "pc", play = play, collect = collect })
    end

    it("ends its playback when there is a result", function()
      assert.equal("200", prompt(dialled("press-42")).code)
      box:advance(2)
      assert.equal("42", peer:events("calling.call.collect")[1].result.params.digits)
      assert.equal("playing finished", peer:words("calling.call.play", "state"))
      assert.equal("pc", peer:events("calling.call.play")[1].control_id)
    end)

    it("waits for input from the end of its playback", function()
      prompt(dialled("silent"))
      box:advance(3.5)
      assert.equal("playing finished", peer:words("calling.call.play", "state"))
      assert.same({}, peer:events("calling.call.collect"))
      box:advance(4)
      assert.equal("no_input", peer:events("calling.call.collect")[1].result.type)
    end)

    it("leaves its timers to the end of the playback, or to a command", function()
      prompt(dialled("silent"), { digits = { max = 1 }, start_input_timers = true })
      box:advance(6.5)
      assert.same({}, peer:events("calling.call.collect"))
      box:advance(1)
      assert.equal("no_input", peer:events("calling.call.collect")[1].result.type)
      peer:forget()
      local call = dialled("silent")
      prompt(call, { digits = { max = 1 }, start_input_timers = false })
      box:advance(60)
      assert.same({}, peer:events("calling.call.collect"))
      assert.equal("200", peer:command("collect.start_input_timers", call, { control_id = "pc" }).code)
      box:advance(5)
      assert.equal("no_input", peer:events("calling.call.collect")[1].result.type)
    end)

    it("stops, and its volume changes", function()
      local call = dialled("silent")
      prompt(call)
      assert.equal("200", peer:command("play_and_collect.volume", call, { control_id = "pc", volume = 3 }).code)
      assert.equal("200", peer:command("play_and_collect.pause", call, { control_id = "pc" }).code)
      assert.equal("200", peer:command("play_and_collect.resume", call, { control_id = "pc" }).code)
      assert.equal("200", peer:command("play_and_collect.stop", call, { control_id = "pc" }).code)
      assert.equal("404", peer:command("play_and_collect.stop", call, { control_id = "pc" }).code)
      box:advance(1)
      assert.equal("playing paused playing finished", peer:words("calling.call.play", "state"))
      assert.equal("finished", peer:events("calling.call.collect")[1].result.type)
    end)
  end)

  describe("connect", function()
    it("joins a call with who answers first, until one of them ends", function()
      local call = dialled()
      assert.equal("200", peer:command("connect", call, { devices = { { sip("busy") }, { sip("bob") } } }).code)
      box:advance(2)
      assert.equal("connecting connected", peer:words("calling.call.connect", "connect_state"))
      local other = box.calls[peer:events("calling.call.connect")[2].peer.call_id]
      assert.equal("409", peer:command("connect", call, { devices = { { sip("eve") } } }).code)
      box:hang_up(other.id)
      box:advance(1)
      assert.equal("connecting connected disconnected", peer:words("calling.call.connect", "connect_state"))
      assert.equal("answered", call.state)
    end)

    it("ends the other leg with the call", function()
      local call = dialled()
      peer:command("connect", call, { devices = { { sip("bob") } } })
      box:advance(1)
      local other = call.peer
      peer:command("end", call)
      assert.equal("ended", other.state)
    end)

    it("fails where nobody answers, and is given up by disconnect", function()
      local call = dialled()
      peer:command("connect", call, { devices = { { sip("busy") } } })
      box:advance(1)
      peer:command("connect", call, { devices = { { sip("noanswer") } } })
      box:advance(1)
      assert.equal("200", peer:command("disconnect", call).code)
      assert.equal("200", peer:command("disconnect", call).code)
      box:advance(1)
      assert.equal("connecting failed connecting failed", peer:words("calling.call.connect", "connect_state"))
      assert.equal("nil noAnswer nil cancel", peer:words("calling.call.connect", "failed_reason"))
    end)

    it("is given up when the call ends, and so are the phones that ring", function()
      local call = dialled()
      peer:command("connect", call, { devices = { { sip("noanswer") } }, status_url = "https://example.com/s" })
      box:advance(1)
      local leg
      for _, one in pairs(box.calls) do
        if one.to == "sip:noanswer@example.com" then leg = one end
      end
      assert.equal("ringing", leg.state)
      box:hang_up(call.id)
      box:advance(1)
      assert.equal("ended cancel", leg.state .. " " .. leg.end_reason)
      assert.equal("connecting failed", peer:words("calling.call.connect", "connect_state"))
      assert.equal("cancel", peer:events("calling.call.connect")[2].failed_reason)
      assert.equal(2, #box.webhooks)
    end)

    it("parts calls by either door", function()
      local call = dialled()
      local client = assert(signalwire.client { sandbox = box })
      local parted = {}
      for _, part in ipairs {
        function() assert.equal("200", peer:command("disconnect", call).code) end,
        function() assert(client.calling:disconnect(call.id)) end,
      } do
        peer:forget()
        peer:command("connect", call, { devices = { { sip("bob") } } })
        box:advance(1)
        local other = call.peer
        part()
        box:advance(1)
        assert.equal("answered", other.state)
        parted[#parted + 1] = other
        -- The leg is the session's too, and hears that it is parted as well.
        assert.equal(
          "connecting connected disconnected disconnected",
          peer:words("calling.call.connect", "connect_state")
        )
      end
      box:hang_up(call.id)
      for _, other in ipairs(parted) do
        assert.equal("answered", other.state)
      end
    end)

    it("takes a call, a queue or a stream for a device", function()
      local call = dialled()
      local waiting = box.calls[box.phone_call_id]
      local queue = { control_id = "q", queue_name = "line" }
      assert.equal("200", peer:command("queue.enter", waiting, queue).code)
      peer:command("connect", call, { devices = { { { type = "queue", params = { queue_name = "line" } } } } })
      box:advance(1)
      assert.equal(waiting, call.peer)
      assert.equal("enqueue dequeue", peer:words("calling.call.queue", "status"))
      assert.equal("line", peer:events("calling.call.connect")[2].peer.queue_name)
      peer:command("disconnect", call)
      local other = { call_id = box.sip_call_id, node_id = "n" }
      peer:command("connect", call, { devices = { { { type = "call", params = other } } } })
      box:advance(1)
      assert.equal(box.sip_call_id, call.peer.id)
      peer:command("disconnect", call)
      peer:forget()
      peer:command("connect", call, { devices = { { { type = "stream", params = { url = "wss://x" } } } } })
      box:advance(1)
      peer:command("connect", call, { devices = { { { type = "queue", params = { queue_name = "none" } } } } })
      box:advance(1)
      assert.equal(
        "disconnected connecting connected connecting failed",
        peer:words("calling.call.connect", "connect_state")
      )
    end)
  end)

  it("an answer to everything, be it ever so wrong", function()
    local rows = require("signalwire.sandbox.relay.rows")
    local call = dialled()
    local seed = 7

    local function pick(list)
      seed = (seed * 16807) % 2147483647
      return list[seed % #list + 1]
    end

    local names = {}
    for name, row in pairs(rows) do
      if type(row) == "table" and name ~= "calling.end" then names[#names + 1] = name end
    end
    table.sort(names)
    local silence = { type = "silence", params = { duration = 1 } }
    -- stylua: ignore
    local values = {
      "", "c", "sip:a@example.com", "12", "stop", 0, -1, 7.5, 1e9, true, false, {}, { {} }, { 1 }, { a = 1 },
      sip("bob"), { { sip("bob") } }, { silence }, { audio = {} }, { digits = { max = 1 } }, { digits = {} },
      { type = "machine" }, { type = "audio", params = { direction = "both" } }, { params = 1 }, { type = {} },
    }
    for _ = 1, 6000 do
      local name = pick(names)
      local params = {}
      for _, param in ipairs(rows[name].params) do
        if param.required or pick { true, false } then params[param.name] = pick(values) end
      end
      if name == "calling.pass" then box:advance(0.1) end
      local result, err = peer:command(name:gsub("^calling%.", ""), call, params)
      assert.is_truthy(result or err, name)
      assert.are_not.equal("no answer", err, name)
      if call.state == "ended" then call = dialled() end
    end
    box:advance(100)
    assert.equal("200", peer:command("end", call).code)
  end)

  describe("the other commands", function()
    local call

    before_each(function() call = dialled("fax") end)

    local function run(method, params)
      local result = peer:command(method, call, params)
      assert.equal("200", result.code, method .. ": " .. tostring(result.message))
      return result
    end

    it("hold, denoise, send digits and echo, and say so", function()
      run("hold")
      run("unhold")
      run("denoise")
      run("denoise.stop")
      run("send_digits", { control_id = "d", digits = "1w2#" })
      run("echo", { timeout = 1 })
      box:advance(2)
      assert.equal("hold unhold", peer:words("calling.call.hold", "state"))
      assert.equal("true false", peer:words("calling.call.denoise", "denoised"))
      assert.equal("finished", peer:words("calling.call.send_digits", "state"))
      assert.equal("echoing finished", peer:words("calling.call.echo", "state"))
    end)

    it("send and receive faxes, page by page", function()
      local function kinds()
        return peer:words("calling.call.fax", function(params) return params.fax.type end)
      end
      run("send_fax", { control_id = "s", document = "https://example.com/a.pdf" })
      box:advance(5)
      assert.equal("page page finished", kinds())
      assert.is_true(peer:events("calling.call.fax")[3].fax.params.success)
      peer:forget()
      run("receive_fax", { control_id = "r" })
      box:advance(1.5)
      run("receive_fax.stop", { control_id = "r" })
      box:advance(5)
      assert.equal("page finished", kinds())
      assert.is_false(peer:events("calling.call.fax")[2].fax.params.success)
      assert.equal("404", peer:command("receive_fax.stop", call, { control_id = "r" }).code)
      call = dialled("alice")
      run("send_fax", { control_id = "s", document = "https://example.com/a.pdf" })
      box:advance(5)
      assert.equal("error", kinds())
    end)

    it("take payments, step by step", function()
      run("pay", { control_id = "p", payment_connector_url = "https://example.com/" })
      box:advance(5)
      assert.matches("^payment%-card%-number .* payment%-completed$", peer:words("calling.call.pay", "for"))
      run("pay", { control_id = "p", payment_connector_url = "https://example.com/" })
      run("pay.stop", { control_id = "p" })
      box:advance(1)
      assert.matches("payment%-failed$", peer:words("calling.call.pay", "for"))
    end)

    it("join conferences and rooms, and leave them", function()
      local conference = run("join_conference", { name = "all hands" }).conference_id
      assert.equal("409", peer:command("join_conference", call, { name = "all hands" }).code)
      run("leave_conference", { conference_id = conference })
      assert.equal("404", peer:command("leave_conference", call, { conference_id = conference }).code)
      run("join_room", { name = "r" })
      run("leave_room")
      assert.equal("404", peer:command("leave_room", call).code)
      box:advance(1)
      assert.equal(
        "conference-start participant-join participant-leave conference-end",
        peer:words("calling.conference", "status")
      )
      assert.is_nil(peer:events("calling.conference")[1].call_id)
      run("join_conference", { name = "all hands" })
      box:advance(1)
      peer:forget()
      box:hang_up(call.id)
      box:advance(1)
      assert.equal("participant-leave conference-end", peer:words("calling.conference", "status"))
    end)

    it("wait in queues, and leave them", function()
      local place = { control_id = "q", queue_name = "line" }
      run("queue.enter", place)
      assert.equal("409", peer:command("queue.enter", call, place).code)
      run("queue.leave", place)
      assert.equal("404", peer:command("queue.leave", call, place).code)
      run("queue.enter", place)
      box:hang_up(call.id)
      box:advance(1)
      assert.equal("enqueue leave enqueue leave", peer:words("calling.call.queue", "status"))
    end)

    it("run a command when bound keys are pressed", function()
      local play = { control_id = "b", play = { { type = "silence", params = { duration = 1 } } } }
      run(
        "bind_digit",
        { digits = "*1", bind_method = "calling.play", params = play, realm = "a", max_triggers = 1 }
      )
      run("bind_digit", { digits = "*2", bind_method = "calling.play", params = play, realm = "b" })
      assert.is_true(box:press(call.id, "*1"))
      assert.is_nil((box:press(call.id, "*1")))
      run("clear_digit_bindings", { realm = "a" })
      assert.is_true(box:press(call.id, "*2"))
      assert.equal("400", peer:command("bind_digit", call, { digits = "12x", bind_method = "calling.play" }).code)
      run("clear_digit_bindings", { realm = "b" })
      assert.is_nil((box:press(call.id, "*2")))
      box:advance(2)
      assert.equal("playing finished playing finished", peer:words("calling.call.play", "state"))
    end)

    it("start, feed and stop agents", function()
      run("ai", { control_id = "a", prompt = { text = "Be kind." } })
      run("ai_hold", { timeout = "30" })
      run("ai_unhold")
      run("ai_message", { role = "system", message_text = "Be brief." })
      run("ai.stop", { control_id = "a" })
      run("amazon_bedrock", { prompt = { text = "Be kind." } })
      run("user_event", { event = { kind = "x" } })
      run("live_transcribe", { action = "stop" })
      run("live_translate", { action = "stop" })
    end)

    it("hand a call on to another context", function()
      local other = relay_peer.connect(box, { contexts = { "sales" } })
      run("transfer", { dest = "context:sales" })
      box:advance(0.1)
      assert.equal(call.id, other:events("calling.call.receive")[1].call_id)
      assert.equal("200", other:command("end", call).code)
      call = dialled()
      run("transfer", { dest = "https://example.com/swml" })
      assert.equal("https://example.com/swml", call.url)
    end)

    it("are all those there are", function()
      local rows = require("signalwire.sandbox.relay.rows")
      local methods = require("signalwire.sandbox.relay.methods")
      local count = 0
      for name, row in pairs(rows) do
        if type(row) == "table" then
          count = count + 1
          assert.is_function(methods.find(name), name)
        end
      end
      assert.equal(64, count)
    end)
  end)
end)
