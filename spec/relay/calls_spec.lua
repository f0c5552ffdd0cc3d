-- Calls over RELAY: how they come, what they hear, what they send.
local relay = require("spec.support.relay")
local signalwire = require("signalwire")

local params_of = relay.params_of
local spawn, sleep = signalwire.spawn, signalwire.sleep

describe("over RELAY", function()
  local server

  setup(function() server = relay.start({ plain = 120 }) end)
  teardown(function() server:stop() end)

  local function with_call(script, fn, options) return relay.with_call(server, script, fn, options) end

  describe("a call comes in", function()
    it("with all that the service says of it", function()
      with_call(nil, function(call, _, session)
        assert.equal("call-1", call.id)
        assert.equal("node-1", call.node_id)
        assert.equal("default", call.context)
        assert.equal("inbound", call.direction)
        assert.equal("created", call.state)
        assert.equal("sip", call.device.type)
        assert.is_nil(call.tag)
        assert.same({ call }, session:calls())
      end)
    end)

    it("from an older server, with its context called protocol", function()
      relay.with(server, {}, {}, function(session, case)
        local call
        session:on_call(function(new) call = new end)
        case:now({ event = "calling.call.receive", params = { call_id = "c", node_id = "n", protocol = "old" } })
        assert.is_true(relay.eventually(function() return call ~= nil end))
        assert.equal("old", call.context)
        assert.equal("created", call.state)
      end)
    end)

    it("and is answered, ended, passed, with no more than was asked for", function()
      with_call(nil, function(call, case)
        assert.equal("200", assert(call:answer()).code)
        assert(call:hangup())
        assert(call:hangup({ reason = "busy" }))
        assert(call:pass())
        local ids = { call_id = "call-1", node_id = "node-1" }
        assert.same(ids, params_of(case, "calling.answer"))
        assert.same(ids, case:requests("calling.end")[1].frame.params)
        assert.equal("busy", params_of(case, "calling.end").reason)
        assert.same(ids, params_of(case, "calling.pass"))
      end)
    end)

    it("where nobody takes it, and the connection stays", function()
      relay.with(server, {}, {}, function(session, case, lines)
        case:now(relay.inbound("call-1"), { reply = true })
        assert.truthy(case:wait("reply"))
        assert.equal("ready", session:state())
        assert.truthy(lines[1]:find("no on_call", 1, true))
      end)
    end)

    it("whose handler raises, and the connection stays", function()
      relay.with(server, {}, {}, function(session, case, lines)
        session:on_call(function() error("boom") end)
        case:now(relay.inbound("call-1"), { reply = true })
        assert.is_true(relay.eventually(function() return lines[1] ~= nil end))
        assert.truthy(lines[1]:find("on_call failed.*boom"))
        assert.equal("ready", session:state())
      end)
    end)

    it("twice, and is told of once", function()
      relay.with(server, {}, {}, function(session, case)
        local count = 0
        session:on_call(function() count = count + 1 end)
        case:now(relay.inbound("call-1"), relay.inbound("call-1"), { reply = true })
        assert.truthy(case:wait("reply", 2))
        sleep(0.02)
        assert.equal(1, count)
        assert.equal(1, #session:calls())
      end)
    end)

    it("over the limit, and is passed on", function()
      local options = { max_active_calls = 2 }
      relay.with(server, { relay.takes("calling.*") }, options, function(session, case, lines)
        local calls = {}
        session:on_call(function(call) calls[#calls + 1] = call end)
        case:now(relay.inbound("a"), relay.inbound("b"), relay.inbound("c"))
        assert.equal("c", case:wait({ event = "request", method = "calling.pass" })[1].frame.params.call_id)
        assert.equal(2, #calls)
        assert.truthy(lines[1]:find("max_active_calls", 1, true))
        local none, err = session:dial({ type = "sip", params = { to = "sip:x@example.com" } })
        assert.is_nil(none)
        assert.equal("unavailable", err.kind)
        case:now(relay.state("a", "ended"), relay.inbound("d"))
        assert.is_true(relay.eventually(function() return calls[3] ~= nil end))
      end)
    end)

    it("beside another, and they share nothing", function()
      relay.with(server, { relay.takes("calling.*") }, {}, function(session, case)
        local calls = {}
        session:on_call(function(call) calls[call.id] = call end)
        case:now(relay.inbound("a"), relay.inbound("b"), relay.state("a", "answered"))
        assert.is_true(relay.eventually(function() return calls.a and calls.a.state == "answered" end))
        assert.equal("created", calls.b.state)
        case:now(relay.state("a", "ended", { end_reason = "busy" }))
        assert.is_true(relay.eventually(function() return #session:calls() == 1 end))
        assert.equal("busy", calls.a.end_reason)
        assert.is_nil(calls.b.end_reason)
      end)
    end)

    it("and its state never goes back", function()
      with_call(nil, function(call, case)
        local states = {}
        call:on("calling.call.state", function(event) states[#states + 1] = event.state end)
        case:now(
          relay.state("call-1", "ringing"),
          relay.state("call-1", "ringing"),
          relay.state("call-1", "answered"),
          relay.state("call-1", "created"),
          relay.state("call-1", "of_the_future"),
          relay.state("call-1", "ending"),
          relay.state("call-1", "ended")
        )
        assert.is_truthy(call:wait_for_ended(5))
        sleep(0.02)
        assert.equal("ended", call.state)
        assert.equal("ringing answered of_the_future ending ended", table.concat(states, " "))
      end)
    end)
  end)

  describe("an event", function()
    it("that comes twice is acknowledged twice and told once", function()
      with_call(nil, function(call, case)
        local count = 0
        call:on("*", function() count = count + 1 end)
        case:now({ event = "calling.call.play", params = { call_id = "call-1", state = "playing" }, copies = 3 })
        assert.truthy(case:wait("reply", 4))
        sleep(0.02)
        assert.equal(1, count)
      end)
    end)

    it("of an unknown call, or none, is left out and makes no call", function()
      with_call(nil, function(_, case, session)
        case:now(
          relay.of("nobody", "play", { state = "playing" }),
          relay.state("nobody", "answered"),
          { reply = true }
        )
        case:now({ event = "calling.conference", params = { name = "x", status = "conference-start" } })
        assert.truthy(case:wait("reply", 3))
        assert.equal(1, #session:calls())
      end)
    end)

    it("is told to those who want its type, then to those who want all, in order, with its time", function()
      with_call(nil, function(call, case, session)
        local heard = {}
        local off = call:on("calling.call.play", function(event) heard[#heard + 1] = "play " .. event.state end)
        call:on("*", function(event) heard[#heard + 1] = "all " .. tostring(event.state) .. " " .. event.time end)
        session:on_event(function(event) heard[event] = true end)
        case:now({
          event = "calling.call.play",
          params = { call_id = "call-1", state = "playing" },
          outer = { timestamp = 12.5 },
        })
        assert.is_true(relay.eventually(function() return #heard == 2 end))
        assert.same({ "play playing", "all playing 12.5" }, { heard[1], heard[2] })
        off()
        case:now(relay.of("call-1", "play", { state = "finished" }), relay.of("call-1", "nonsense", { x = 1 }))
        assert.is_true(relay.eventually(function() return #heard == 4 end))
      end)
    end)

    it("reaches the other handlers where one raises, removes itself, or waits", function()
      with_call(nil, function(call, case, _, lines)
        local heard = {}
        local off
        call:on("calling.call.play", function() error("boom") end)
        off = call:on("calling.call.play", function() off() end)
        call:on("calling.call.play", function(event)
          sleep(0.02)
          heard[#heard + 1] = event.params.n
        end)
        case:now({
          event = "calling.call.play",
          params = { call_id = "call-1", state = "playing", n = "$n" },
          count = 5,
        })
        assert.is_true(relay.eventually(function() return #heard == 5 end))
        assert.same({ 1, 2, 3, 4, 5 }, heard)
        assert.truthy(lines[1]:find("boom", 1, true))
      end)
    end)

    -- How long each ping of the server's waited for its answer, in seconds: the longest, and how many there were.
    local function slowest_answer(case)
      local asked, slowest, count = {}, 0, 0
      for _, row in ipairs(case:log("said")) do
        if row.frame.method == "signalwire.ping" then asked[row.frame.id] = row.began end
      end
      for _, row in ipairs(case:log("reply")) do
        if asked[row.id] then
          slowest, count = math.max(slowest, row.time - asked[row.id]), count + 1
        end
      end
      return slowest, count
    end

    it("of 10,000 is dropped where its handler sleeps; the last one is not, and pings are answered", function()
      with_call(nil, function(call, case, session, lines)
        local heard, dropped, last, arrived, grown, ended_early = 0, 0, nil, 0, nil, false
        session:on_event(function(_, left_out) arrived = arrived + 1 + left_out end)
        collectgarbage()
        local before = collectgarbage("count")
        call:on("*", function(event, left_out)
          heard, dropped, last = heard + 1, dropped + left_out, event
          ended_early = ended_early or event.control_id == "early"
          if heard > 1 then return end
          assert(relay.eventually(function() return arrived == 10003 end, 60))
          collectgarbage()
          collectgarbage()
          grown = collectgarbage("count") - before
        end)
        local bulk = {}
        for i = 1, 100 do
          bulk[i] = "$n"
        end
        local many = { call_id = "call-1", state = "playing", bulk = bulk }
        case:now(
          relay.of("call-1", "play", { state = "playing" }),
          relay.of("call-1", "play", { state = "finished", control_id = "early" }),
          { event = "calling.call.play", params = many, count = 10000, ping_every = 500 },
          relay.of("call-1", "play", { state = "finished", control_id = "x" })
        )
        assert.is_true(relay.eventually(function() return last and last.control_id == "x" end, 60))
        assert.equal(10003, heard + dropped)
        assert.is_true(ended_early)
        assert.is_true(heard <= 201, heard)
        assert.is_true(grown < 8000, grown) -- all 10,000 events are 20,000 and more
        assert.truthy(lines[1]:find("slow", 1, true))
        assert.truthy(case:wait({ event = "reply", id = "ping 10000" }, 1, 30))
        local slowest, answered = slowest_answer(case)
        assert.equal(20, answered)
        local is_watched = os.getenv("SIGNALWIRE_TEST_LUA") ~= nil -- by valgrind, which takes thirty times as long
        assert.is_true(slowest < (is_watched and 30 or 1), slowest)
      end, { max_events = 200 })
    end)

    it("of a burst of 5,000 is not dropped where its handlers are quick, and other tasks run meanwhile", function()
      with_call(nil, function(call, case, session, lines)
        local of_call, of_session, dropped = 0, 0, 0
        call:on("*", function(_, left_out)
          of_call, dropped = of_call + 1, dropped + left_out
        end)
        session:on_event(function(_, left_out)
          of_session, dropped = of_session + 1, dropped + left_out
        end)
        local burst =
          { event = "calling.call.play", params = { call_id = "call-1", state = "playing" }, count = 5000 }
        case:now({ together = { burst } })
        local seen, glimpses = 0, 0
        assert.is_true(relay.eventually(function()
          if of_call > seen then
            seen, glimpses = of_call, glimpses + 1
          end
          return of_call + dropped >= 5000
        end, 60))
        assert.same({}, lines)
        assert.same({ 5000, 5000, 0 }, { of_call, of_session, dropped })
        assert.is_true(glimpses > 2, glimpses)
      end)
    end)

    it("is heard while a handler sends", function()
      with_call(nil, function(call, case)
        local answered
        call:on("calling.call.play", function() answered = call:answer() end)
        case:now(relay.of("call-1", "play", { state = "playing" }))
        assert.is_true(relay.eventually(function() return answered ~= nil end))
        assert.equal("200", answered.code)
      end)
    end)
  end)

  describe("a command", function()
    it("goes out with the call's ids and what was given, and nothing else", function()
      with_call(nil, function(call, case)
        local given = { device = "sip:sales@example.com", status_url = "https://example.com/", extra = 1 }
        assert(call:refer(given))
        assert.same({
          call_id = "call-1",
          node_id = "node-1",
          device = { type = "sip", params = { to = "sip:sales@example.com" } },
          status_url = "https://example.com/",
          extra = 1,
        }, params_of(case, "calling.refer"))
        assert.equal("sip:sales@example.com", given.device)
        assert(call:send_digits({ digits = "123" }))
        assert.truthy(params_of(case, "calling.send_digits").control_id:find("^%x+%-"))
        assert(call:send_digits({ digits = "123", control_id = "mine" }))
        assert.equal("mine", params_of(case, "calling.send_digits").control_id)
        assert(call:denoise_stop())
        assert.is_nil(params_of(case, "calling.denoise.stop").control_id)
        assert(call:execute("calling.of_the_future", { x = 1 }))
        assert.equal(1, params_of(case, "calling.of_the_future").x)
      end)
    end)

    it("exists for every row of the catalog, and sends its name", function()
      with_call(nil, function(call, case)
        local catalog = require("signalwire.catalog.relay")
        for _, method in ipairs(catalog.methods) do
          local row = catalog.row_of_method(method)
          local params = { control_id = catalog.is_control(row) and "c-" .. method or nil }
          for _, name in ipairs(row.must or {}) do
            params[name] = params[name] or "x"
          end
          local result, err = call[method](call, params)
          assert(result, err)
          assert.equal(1, #case:requests(row.command), row.command)
        end
      end)
    end)

    it("is refused before it goes out where it can't be right", function()
      with_call(nil, function(call, case)
        local result, err = call:refer()
        assert.is_nil(result)
        assert.equal("invalid", err.kind)
        assert.equal("calling.refer: params.device is required", tostring(err))
        assert.is_nil((call:play({ play = print })))
        assert.is_nil((call:play("loud")))
        assert.is_nil((call:play_stop()))
        assert.is_nil((call:ai_stop()))
        assert.is_nil((call:answer({}, { timeout = -1 })))
        result, err = call:answer({}, { timout = 1 })
        assert.is_nil(result)
        assert.truthy(tostring(err):find("did you mean 'timeout'", 1, true))
        assert.has_error(function() return call.reffer end, "a call has no 'reffer' (did you mean 'refer'?)")
        assert.has_error(function() call.answer() end)
        assert.equal("signalwire.connect", case:methods())
      end)
    end)

    it("of a call that has gone is no fault", function()
      local gone = { on = "calling.answer", steps = { { answer = { code = "404", message = "no such call" } } } }
      local also = { on = "calling.hold", steps = { { answer = { code = 410, message = "gone" } } } }
      with_call({ gone, also }, function(call)
        assert.is_true(assert(call:answer()).gone)
        assert.is_true(assert(call:hold()).gone)
      end)
    end)

    it("that is refused says why, and hides what is secret", function()
      local refusal = { answer = { code = "409", message = "not with Geheim12" } }
      with_call({ { on = "calling.refer", steps = { refusal } } }, function(call)
        local device = { type = "sip", params = { to = "sip:x@example.com", password = "Geheim12" } }
        local result, err = call:refer({ device = device })
        assert.is_nil(result)
        assert.equal(409, err.status)
        assert.equal("calling.refer: RELAY error 409: not with [hidden]", tostring(err))
      end)
    end)

    it("is seen by hooks, without its params", function()
      local seen = {}
      local options = {
        on_request = function(facts) seen[#seen + 1] = facts end,
        on_response = function(facts) seen[#seen + 1] = facts end,
      }
      with_call(nil, function(call)
        assert(call:answer())
        assert.same({ command = "calling.answer", call_id = "call-1" }, seen[1])
        assert.equal("calling.answer", seen[2].command)
        assert.is_number(seen[2].elapsed)
      end, options)
    end)
  end)

  it("whose on_request raises leaves nothing behind: neither an action nor a REFER under way", function()
    local is_angry = true
    local options = {
      on_request = function()
        if is_angry then error("no", 0) end
      end,
    }
    with_call(nil, function(call, case)
      local play, refer = { play = {}, control_id = "p" }, { device = "sip:a@example.com" }
      for method, params in pairs({ play = play, refer_wait = refer, answer = {} }) do
        local fine, raised = signalwire.pcall(call[method], call, params)
        assert.same({ false, "no" }, { fine, raised })
      end
      assert.equal("signalwire.connect", case:methods())
      is_angry = false
      assert(call:play(play))
      local task = spawn(function() return call:refer_wait(refer, { timeout = 5 }) end)
      assert.truthy(case:wait({ event = "request", method = "calling.refer" }))
      case:now(relay.of("call-1", "refer", { state = "success" }))
      assert.is_true(assert(task:wait()).ok)
    end, options)
  end)

  describe("a session that is not restored", function()
    local remembers = { event = "signalwire.authorization.state", params = { authorization_state = "s" } }

    local function comes_back(answer, fn)
      local again = { expect = "signalwire.connect", answer = answer }
      local case = server:case({ { relay.takes("calling.*") }, { again, relay.takes("calling.*") } }, "plain")
      local session = relay.session(case)
      session:run(function()
        local call
        session:on_call(function(new) call = new end)
        case:now(remembers, relay.inbound("call-1"))
        assert.is_true(relay.eventually(function() return call ~= nil end))
        local action = assert(call:play({ play = {} }))
        case:now({ cut = "reset" })
        assert.is_true(
          relay.eventually(function() return case:connections() == 2 and session:state() == "ready" end)
        )
        fn(call, action, case, session)
      end)
      assert.equal("", case:problems())
    end

    for name, answer in pairs({
      ["says so"] = { protocol = "signalwire_spec_protocol", session_restored = false },
      ["has another protocol"] = { protocol = "another", session_restored = true },
    }) do
      it("because it " .. name .. " has lost its calls", function()
        comes_back(answer, function(call, action, _, session)
          local event, err = action:wait(5)
          assert.is_nil(event)
          assert.equal("session_lost", err.kind)
          local result
          result, err = call:answer()
          assert.is_nil(result)
          assert.equal("session_lost", err.kind)
          assert.same({}, session:calls())
        end)
      end)
    end

    it("is told from one that is: there calls go on", function()
      comes_back({ protocol = "signalwire_spec_protocol" }, function(call, action, case)
        assert(call:answer())
        case:now(relay.of("call-1", "play", { control_id = action.control_id, state = "finished" }))
        assert(action:wait(5))
      end)
    end)
  end)
end)
