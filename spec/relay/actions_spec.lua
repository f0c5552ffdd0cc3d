-- What commands over RELAY start: actions, and the waits for what becomes of a call.
local relay = require("spec.support.relay")
local signalwire = require("signalwire")

local params_of = relay.params_of
local spawn, sleep = signalwire.spawn, signalwire.sleep

describe("over RELAY", function()
  local server

  setup(function() server = relay.start({ plain = 120 }) end)
  teardown(function() server:stop() end)

  local function with_call(script, fn, options) return relay.with_call(server, script, fn, options) end

  describe("an action", function()
    local function starts(call)
      local play = { { type = "tts", params = { text = "Hello" } } }
      return assert(call:play({ play = play }))
    end

    local cases = {
      play = { { play = {} }, "play", { "playing", "paused" }, { "finished", "error" } },
      record = { { record = {} }, "record", { "recording", "paused" }, { "finished", "no_input", "error" } },
      tap = { { tap = {}, device = {} }, "tap", { "tapping" }, { "finished" } },
      stream = { { url = "wss://x" }, "stream", { "streaming" }, { "finished" } },
      transcribe = { {}, "transcribe", { "transcribing" }, { "finished" } },
      pay = { { payment_connector_url = "https://x" }, "pay", {}, { "finished", "error" } },
    }
    for method, about in pairs(cases) do
      it(method .. " ends with its own last state, and with no other", function()
        with_call(nil, function(call, case)
          for i, last in ipairs(about[4]) do
            local params = { control_id = method .. i }
            for name, value in pairs(about[1]) do
              params[name] = value
            end
            local action = assert(call[method](call, params))
            local steps = {}
            for _, state in ipairs(about[3]) do
              steps[#steps + 1] = relay.of("call-1", about[2], { control_id = params.control_id, state = state })
            end
            steps[#steps + 1] = relay.of("call-1", about[2], { control_id = "another", state = last })
            case:now((table.unpack or unpack)(steps))
            sleep(0.05)
            assert.is_false(action:is_done())
            case:now(relay.of("call-1", about[2], { control_id = params.control_id, state = last }))
            local event = assert(action:wait(5))
            assert.equal(last, event.state)
            assert.equal(last == "finished", event.ok)
            assert.equal(event, action:result())
            assert.equal("completed", action:reason())
          end
        end)
      end)
    end

    it("pay ends with what its documents show instead of a state", function()
      with_call(nil, function(call, case)
        local action = assert(call:pay({ payment_connector_url = "https://x", control_id = "p" }))
        case:now(relay.of("call-1", "pay", { control_id = "p", ["for"] = "payment-card-number" }))
        case:now(relay.of("call-1", "pay", { control_id = "p", ["for"] = "payment-completed" }))
        assert.is_true(assert(action:wait(5)).ok)
      end)
    end)

    it("send_fax and receive_fax end with the type of the fax event, not with a page", function()
      with_call(nil, function(call, case)
        local sending = assert(call:send_fax({ document = "https://x", control_id = "f1" }))
        local receiving = assert(call:receive_fax({ control_id = "f2" }))
        local function fax(id, kind, params)
          return relay.of("call-1", "fax", { control_id = id, fax = { type = kind, params = params } })
        end
        case:now(fax("f1", "page", { number = 1 }), fax("f2", "page", { number = 1 }), fax("f2", "error"))
        assert.is_false(assert(receiving:wait(5)).ok)
        assert.is_false(sending:is_done())
        case:now(fax("f1", "finished", { success = true, pages = 2 }))
        assert.is_true(assert(sending:wait(5)).ok)
        assert(sending:stop())
        assert.equal("f1", params_of(case, "calling.send_fax.stop").control_id)
      end)
    end)

    it("detect ends with the first thing that was detected", function()
      with_call(nil, function(call, case)
        local action = assert(call:detect({ detect = { type = "machine" }, control_id = "d" }))
        case:now(relay.of("call-1", "detect", { control_id = "d", detect = {} }))
        case:now(relay.of("call-1", "detect", {
          control_id = "d",
          detect = { type = "machine", params = { event = "MACHINE" } },
        }))
        assert.equal("MACHINE", assert(action:wait(5)).state)
      end)
    end)

    local function collected(id, kind, more)
      local fields = { control_id = id, result = { type = kind, params = { digits = "12" } } }
      for name, value in pairs(more or {}) do
        fields[name] = value
      end
      return relay.of("call-1", "collect", fields)
    end

    it("collect ends with a whole result: not with a partial one, nor with the start of input", function()
      with_call(nil, function(call, case)
        local action = assert(call:collect({ digits = { max = 2 }, partial_results = true, control_id = "c" }))
        case:now(collected("c", "start_of_input"), collected("c", "digit", { final = false }))
        sleep(0.05)
        assert.is_false(action:is_done())
        case:now(collected("c", "digit", { final = true }))
        local event = assert(action:wait(5))
        assert.equal("12", event.digits)
        assert.is_true(event.ok)
        for _, kind in ipairs({ "no_input", "no_match", "error", "finished", "speech" }) do
          action = assert(call:collect({ digits = { max = 2 }, control_id = kind }))
          case:now(collected(kind, kind))
          assert.equal(kind == "finished" or kind == "speech", assert(action:wait(5)).ok)
        end
      end)
    end)

    it("collect that is continuous ends with its own state alone", function()
      with_call(nil, function(call, case)
        local action = assert(call:collect({ digits = { max = 2 }, continuous = true, control_id = "c" }))
        case:now(collected("c", "digit"), collected("c", "digit", { state = "collecting" }))
        sleep(0.05)
        assert.is_false(action:is_done())
        case:now(relay.of("call-1", "collect", { control_id = "c", state = "finished" }))
        assert(action:wait(5))
      end)
    end)

    it("play_and_collect does not mind what its playing says", function()
      with_call(nil, function(call, case)
        local action =
          assert(call:play_and_collect({ play = {}, collect = { digits = { max = 1 } }, control_id = "pc" }))
        case:now(relay.of("call-1", "play", { control_id = "pc", state = "finished" }))
        sleep(0.05)
        assert.is_false(action:is_done())
        case:now(collected("pc", "digit"))
        assert.equal("12", assert(action:wait(5)).digits)
        assert(action:start_input_timers())
        assert.equal("pc", params_of(case, "calling.collect.start_input_timers").control_id)
        assert(action:volume(3))
        assert.equal(3, params_of(case, "calling.play_and_collect.volume").volume)
      end)
    end)

    it("ai ends when it is stopped, or with its call", function()
      with_call(nil, function(call, case)
        local one, two = assert(call:ai({ prompt = {} })), assert(call:ai({ prompt = {} }))
        assert(one:stop())
        assert.equal("stopped", one:reason())
        assert.equal(one.control_id, params_of(case, "calling.ai.stop").control_id)
        case:now(relay.state("call-1", "ended"))
        local event, err = two:wait(5)
        assert.is_nil(event)
        assert.equal("call_ended", err.kind)
      end)
    end)

    it("is started with params that can't be written to", function()
      with_call(nil, function(call, case)
        local fixed = { __newindex = function() error("these are fixed") end }
        local action = assert(call:play(setmetatable({ play = {} }, fixed)))
        assert.equal(action.control_id, params_of(case, "calling.play").control_id)
        assert(call:refer(setmetatable({ device = "sip:a@example.com" }, fixed)))
      end)
    end)

    it("is acted upon by its control_id", function()
      with_call(nil, function(call, case)
        local playing = starts(call)
        assert(playing:pause())
        assert(playing:resume())
        assert(playing:volume({ volume = -3 }))
        assert(playing:stop())
        for _, method in ipairs({ "pause", "resume", "volume", "stop" }) do
          assert.equal(playing.control_id, params_of(case, "calling.play." .. method).control_id)
        end
        local recording = assert(call:record({ record = { audio = {} } }))
        assert(recording:pause("silence"))
        assert.equal("silence", params_of(case, "calling.record.pause").behavior)
        assert.has_error(function() return recording.volume end, "a record action has no 'volume'")
        assert.has_error(function() playing.stop() end)
      end)
    end)

    it("counts an event that comes before the answer to its command", function()
      local early = {
        relay.of("call-1", "play", { control_id = "$last.params.control_id", state = "finished" }),
        { sleep = 0.05 },
        { answer = { code = "200" } },
      }
      with_call({ { on = "calling.play", steps = early } }, function(call)
        local action = starts(call)
        assert.is_true(action:is_done())
        assert.equal("finished", assert(action:wait()).state)
      end)
    end)

    it("ends once, tells on_completed once, and can be waited for again after a time-out", function()
      with_call(nil, function(call, case, _, lines)
        local action = starts(call)
        local told = {}
        action:on_completed(function(event)
          sleep(0.01)
          told[#told + 1] = event.state
          call:answer()
        end)
        action:on_completed(function() error("boom") end)
        local event, err = action:wait(0.02)
        assert.is_nil(event)
        assert.equal("timeout", err.kind)
        local other = spawn(function() return action:wait() end)
        case:now(relay.of("call-1", "play", { control_id = action.control_id, state = "finished" }))
        case:now(relay.of("call-1", "play", { control_id = action.control_id, state = "error" }))
        assert.equal("finished", assert(action:wait(5)).state)
        assert.equal("finished", assert(other:wait()).state)
        assert.is_true(relay.eventually(function() return told[1] ~= nil end))
        action:on_completed(function(late) told[#told + 1] = "late " .. late.state end)
        assert.is_true(relay.eventually(function() return told[2] ~= nil end))
        assert.same({ "finished", "late finished" }, told)
        assert.truthy(lines[1]:find("on_completed.*boom"))
      end)
    end)

    it("is one of many that end apart", function()
      with_call(nil, function(call, case)
        local one, two = starts(call), starts(call)
        case:now(relay.of("call-1", "play", { control_id = two.control_id, state = "finished" }))
        assert(two:wait(5))
        assert.is_false(one:is_done())
        local again, err = call:play({ play = {}, control_id = one.control_id })
        assert.is_nil(again)
        assert.equal("invalid", err.kind)
      end)
    end)

    it("of a call that has gone is over at once", function()
      local gone = { on = "calling.play", steps = { { answer = { code = "404", message = "no such call" } } } }
      with_call({ gone }, function(call)
        local action = starts(call)
        local told
        action:on_completed(function(event, err) told = { event, err.kind } end)
        local event, err = action:wait()
        assert.is_nil(event)
        assert.equal("gone", err.kind)
        assert.equal("gone", action:reason())
        assert.is_true(relay.eventually(function() return told ~= nil end))
      end)
    end)

    it("of a call that has ended is over at once, and nothing is sent", function()
      with_call(nil, function(call, case)
        case:now(relay.state("call-1", "ended"))
        assert(call:wait_for_ended(5))
        local action = starts(call)
        assert.is_true(action:is_done())
        assert.equal("gone", action:reason())
        assert.is_true(assert(call:answer()).gone)
        assert.equal("signalwire.connect", case:methods())
      end)
    end)

    it("that is refused is an error, and whoever waits for it is told", function()
      local refusal = { on = "calling.play", steps = { { answer = { code = "500", message = "x" } } } }
      with_call({ refusal }, function(call, case)
        local action, err = call:play({ play = {}, control_id = "p" })
        assert.is_nil(action)
        assert.equal(500, err.status)
        assert.is_nil(err.action)
        case:now(relay.takes("calling.play"))
        sleep(0.05)
        assert(call:play({ play = {}, control_id = "p" }))
      end)
    end)

    it("whose command got no answer goes on, and can be stopped", function()
      with_call({ { on = "calling.play", steps = { { sleep = 0 } } } }, function(call, case)
        local action, err = call:play({ play = {} }, { timeout = 0.05 })
        assert.is_nil(action)
        assert.equal("timeout", err.kind)
        assert(err.action:stop())
        case:now(relay.of("call-1", "play", { control_id = err.action.control_id, state = "finished" }))
        assert(err.action:wait(5))
      end)
    end)
  end)

  describe("waits", function()
    it("for an event that comes from now on, and that its predicate takes", function()
      with_call(nil, function(call, case)
        case:now(relay.of("call-1", "play", { state = "playing", n = 0 }))
        sleep(0.05)
        local waits = spawn(function()
          return call:wait_for("calling.call.play", function(event)
            assert.equal("created", call.state)
            sleep(0.01)
            return event.params.n == 2
          end, 5)
        end)
        sleep(0)
        for n = 1, 3 do
          case:now(relay.of("call-1", "play", { state = "playing", n = n }))
        end
        assert.equal(2, assert(waits:wait()).params.n)
      end)
    end)

    it("no longer than they are given, and again after that", function()
      with_call(nil, function(call, case)
        local event, err = call:wait_for("calling.call.play", nil, 0.02)
        assert.is_nil(event)
        assert.equal("timeout", err.kind)
        event, err = call:wait_for("calling.call.play", 0.02)
        assert.is_nil(event)
        assert.equal("timeout", err.kind)
        local again = spawn(function() return call:wait_for("*", nil, 5) end)
        sleep(0)
        case:now(relay.of("call-1", "play", { state = "playing" }))
        assert(again:wait())
      end)
    end)

    it("and raise what their predicate raises", function()
      with_call(nil, function(call, case)
        local waits = spawn(function()
          return signalwire.pcall(call.wait_for, call, "*", function() error("boom", 0) end)
        end)
        sleep(0)
        case:now(relay.of("call-1", "play", { state = "playing" }))
        local fine, raised = waits:wait()
        assert.is_false(fine)
        assert.equal("boom", raised)
      end)
    end)

    it("for states: at once where they are reached or past, else when they are", function()
      with_call(nil, function(call, case)
        local ringing = spawn(function() return call:wait_for_ringing(5) end)
        local ended = spawn(function() return call:wait_for_ended(5) end)
        sleep(0)
        local none, err = call:wait_for_ended(0.02)
        assert.is_nil(none)
        assert.equal("timeout", err.kind)
        case:now(relay.state("call-1", "answered"))
        assert.equal("answered", assert(ringing:wait()).state)
        assert.equal("answered", assert(call:wait_for_answered()).state)
        assert.equal("answered", assert(call:wait_for_ringing()).state)
        case:now(relay.state("call-1", "ended", { end_reason = "hangup" }))
        assert.equal("hangup", assert(ended:wait()).reason)
        assert.equal("ended", assert(call:wait_for_ended()).state)
        assert.equal("ended", assert(call:wait_for_ending()).state)
      end)
    end)

    it("end with the call, the loss of the session, and its close", function()
      local endings = {
        call_ended = function(case) case:now(relay.state("call-1", "ended")) end,
        session_lost = function(case)
          case:now({ request = "signalwire.disconnect", params = { restart = true } }, { cut = "close" })
        end,
        closed = function(_, session) session:close() end,
      }
      for kind, finish in pairs(endings) do
        with_call(nil, function(call, case, session)
          local action = assert(call:play({ play = {} }))
          local waits = {
            spawn(function() return call:wait_for("calling.call.play") end),
            spawn(function() return action:wait() end),
            spawn(function() return call:refer_wait({ device = "sip:x@example.com" }) end),
            kind ~= "call_ended" and spawn(function() return call:wait_for_ended() end) or nil,
          }
          assert.truthy(case:wait({ event = "request", method = "calling.refer" }))
          sleep(0.05)
          finish(case, session)
          for _, task in ipairs(waits) do
            local event, err = task:wait()
            assert.is_nil(event)
            assert.equal(kind, err.kind)
          end
          assert.equal(kind, action:reason())
          if kind ~= "call_ended" then
            local result, err = call:answer()
            assert.is_nil(result)
            assert.equal(kind, err.kind)
          end
        end)
      end
    end)

    it("end where their task is cancelled, and leave nothing behind", function()
      with_call(nil, function(call)
        local task = spawn(function() return call:wait_for("*") end)
        sleep(0.01)
        task:cancel()
        local event, err = task:wait()
        assert.is_nil(event)
        assert.equal("cancelled", err.kind)
      end)
    end)
  end)

  describe("refer_wait", function()
    local function refer(state, more)
      local fields = { state = state, sip_refer_to = "sip:sales@example.com" }
      for name, value in pairs(more or {}) do
        fields[name] = value
      end
      return relay.of("call-1", "refer", fields)
    end

    it("tells what became of the REFER: not of its acceptance, but of the call", function()
      local outcomes = {
        { { "success" }, true },
        { { "finished", { sip_notify_response_code = "200", sip_refer_response_code = "202" } }, true },
        { { "success", { sip_notify_response_code = "486" } }, false },
        { { "busy", { sip_notify_response_code = "486" } }, false },
        { { "noAnswer" }, false },
        { { "of_the_future" }, false },
      }
      with_call(nil, function(call, case)
        for _, about in ipairs(outcomes) do
          local params = { device = "sip:sales@example.com" }
          local task = spawn(function() return call:refer_wait(params, { timeout = 5 }) end)
          sleep(0.02)
          case:now(refer("inProgress", { sip_refer_response_code = "202" }), refer(about[1][1], about[1][2]))
          local event = assert(task:wait())
          assert.equal(about[1][1], event.state)
          assert.equal(about[2], event.ok)
        end
      end)
    end)

    it("takes an event that comes before the answer, and the call's end right behind it", function()
      local steps = { refer("success"), relay.state("call-1", "ended"), { answer = { code = "200" } } }
      with_call(
        { { on = "calling.refer", steps = steps } },
        function(call) assert.is_true(assert(call:refer_wait({ device = "sip:sales@example.com" })).ok) end
      )
    end)

    it("is one at a time, and one that was given up does not answer for the next", function()
      with_call(nil, function(call, case)
        local task = spawn(
          function() return call:refer_wait({ device = "sip:one@example.com" }, { timeout = 0.1 }) end
        )
        sleep(0.02)
        for _, method in ipairs({ "refer_wait", "refer" }) do
          local none, err = call[method](call, { device = "sip:two@example.com" })
          assert.is_nil(none)
          assert.equal("invalid", err.kind)
        end
        local event, err = task:wait()
        assert.is_nil(event)
        assert.equal("timeout", err.kind)
        task = spawn(function() return call:refer_wait({ device = "sip:two@example.com" }, { timeout = 5 }) end)
        sleep(0.02)
        case:now(refer("error", { sip_refer_to = "sip:one@example.com" }))
        case:now(refer("success", { sip_refer_to = "sip:two@example.com" }))
        assert.is_true(assert(task:wait()).ok)
      end)
    end)

    it("passes on a refusal", function()
      local refusal = { on = "calling.refer", steps = { { answer = { code = "400", message = "no SIP call" } } } }
      with_call({ refusal }, function(call)
        local event, err = call:refer_wait({ device = "sip:x@example.com" })
        assert.is_nil(event)
        assert.equal(400, err.status)
      end)
    end)
  end)

  it("connect_wait and send_digits_wait tell what became of it", function()
    with_call(nil, function(call, case)
      local devices = { { { type = "phone", params = { to_number = "+1", from_number = "+2" } } } }
      local bridging = spawn(function() return call:connect_wait({ devices = devices }, { timeout = 5 }) end)
      sleep(0.02)
      case:now(
        relay.of("call-1", "connect", { connect_state = "connecting" }),
        relay.of("call-1", "connect", { connect_state = "connected", peer = { call_id = "p" } })
      )
      local event = assert(bridging:wait())
      assert.is_true(event.ok)
      assert.equal("p", call.peer.call_id)
      bridging = spawn(function() return call:connect_wait({ devices = devices }, { timeout = 5 }) end)
      sleep(0.02)
      case:now(relay.of("call-1", "connect", { connect_state = "failed", failed_reason = "busy" }))
      event = assert(bridging:wait())
      assert.is_false(event.ok)
      assert.equal("busy", event.reason)
      local pressing = spawn(function() return call:send_digits_wait({ digits = "1", control_id = "d" }) end)
      sleep(0.02)
      case:now(relay.of("call-1", "send_digits", { control_id = "other", state = "finished" }))
      case:now(relay.of("call-1", "send_digits", { control_id = "d", state = "finished" }))
      assert.equal("d", assert(pressing:wait()).control_id)
    end)
  end)
end)
