-- RELAY's connection lost in every state of a session, of a call, of a dial and of a message: all that waits is told,
-- the session comes back, and no command is sent twice.
local relay = require("spec.support.relay")
local signalwire = require("signalwire")

local spawn = signalwire.spawn

describe("The connection is lost", function()
  local server

  setup(function() server = relay.start({ plain = 160 }) end)
  teardown(function() server:stop() end)

  local ways = { "reset", "fin", "close" }

  local remembers = { event = "signalwire.authorization.state", params = { authorization_state = "s" } }
  local forgotten = { expect = "signalwire.connect", answer = { protocol = "another" } }

  local function came_back(case, session, count)
    assert.is_true(
      relay.eventually(function() return case:connections() >= count and session:state() == "ready" end),
      ("%d connections, %s"):format(case:connections(), session:state())
    )
  end

  local function nothing_twice(case)
    local seen = {}
    for _, row in ipairs(case:requests()) do
      if row.method ~= "signalwire.ping" then assert.is_nil(seen[row.id], row.method) end
      seen[row.id] = true
    end
    for _, method in ipairs({ "calling.test", "calling.play", "calling.refer", "calling.connect", "calling.dial" }) do
      assert.is_true(#case:requests(method) <= 1, method)
    end
    assert.equal("", case:problems())
  end

  -- One that may have been carried out is not to be repeated.
  local function is_unknown(result, err)
    assert.is_nil(result)
    assert.equal("network", err.kind)
    assert.is_false(err.retryable)
  end

  local function sent(case, method) assert.truthy(case:wait({ event = "request", method = method })) end

  describe("while a session", function()
    local function session_of(...)
      local case = server:case({ ... }, "plain")
      return case, relay.session(case, { connect_timeout = 2 })
    end

    for _, how in ipairs(ways) do
      local cut = { cut = how }

      it("opens (" .. how .. ")", function()
        for _, first in ipairs({ { accept = how == "close" and "fin" or how }, { answer_raw = "HTTP/1.1 101 Sw" } }) do
          local case, session = session_of({ first, cut }, { relay.takes("calling.*") })
          signalwire.run(function()
            local early = spawn(function() return session:execute("calling.test") end)
            assert(session:connect())
            assert(early:wait())
            session:close()
          end)
          assert.equal(2, case:connections())
          nothing_twice(case)
        end
      end)

      it("authenticates (" .. how .. ")", function()
        local case, session = session_of({ { expect = "signalwire.connect" }, cut }, { relay.takes("calling.*") })
        signalwire.run(function()
          local early = spawn(function() return session:execute("calling.test") end)
          assert(session:connect())
          assert(early:wait())
          session:close()
        end)
        assert.equal("signalwire.connect", case:methods(1))
        nothing_twice(case)
      end)

      it("is ready (" .. how .. ")", function()
        local case, session = session_of({}, { relay.takes("calling.*") })
        session:run(function()
          local task = spawn(function() return session:execute("calling.test") end)
          sent(case, "calling.test")
          case:now(cut)
          is_unknown(task:wait())
          assert(session:execute("calling.other"))
          came_back(case, session, 2)
        end)
        nothing_twice(case)
      end)

      it("drains (" .. how .. ")", function()
        local case, session = session_of({}, { relay.takes("calling.*") })
        session:run(function()
          local before = spawn(function() return session:execute("calling.test") end)
          sent(case, "calling.test")
          case:now({ request = "signalwire.disconnect", params = {} })
          assert.is_true(relay.eventually(function() return session:state() == "draining" end))
          local behind = spawn(function() return session:execute("calling.other") end)
          signalwire.sleep(0.02)
          case:now(cut)
          is_unknown(before:wait())
          assert(behind:wait())
        end)
        assert.equal(0, #case:requests("calling.other", 1))
        assert.equal(1, #case:requests("calling.other", 2))
        nothing_twice(case)
      end)

      it("waits for the next one, which fails too (" .. how .. ")", function()
        local none = { accept = how == "close" and "fin" or how }
        local case, session = session_of({}, { none }, { none }, { relay.takes("calling.*") })
        session:run(function()
          case:now(cut)
          assert.is_true(relay.eventually(function() return session:state() ~= "ready" end))
          local task = spawn(function() return session:execute("calling.test") end)
          local short, err = session:execute("calling.short", {}, { timeout = 0.001 })
          assert.is_nil(short)
          assert.is_true(err.retryable)
          assert(task:wait())
          came_back(case, session, 4)
        end)
        assert.equal(0, #case:requests("calling.short"))
        nothing_twice(case)
      end)

      it("closes (" .. how .. ")", function()
        local case, session = session_of({}, {})
        signalwire.run(function()
          assert(session:connect())
          local task = spawn(function() return session:execute("calling.test") end)
          sent(case, "calling.test")
          case:now({ stall = 0.4 }, cut)
          signalwire.sleep(0.02)
          session:close()
          local result, err = task:wait()
          assert.is_nil(result)
          assert.equal("closed", err.kind)
        end)
        assert.equal("closed", session:state())
        assert.equal(1, case:connections())
      end)
    end
  end)

  -- Has a session with one call lose its connection, once for each way, once so that the service remembers the session
  -- and once so that it does not. `fn(call, case, lose)`: `lose()` gives whether the call goes on.
  local function with_call(script, fn)
    for _, how in ipairs(ways) do
      for _, is_restored in ipairs({ true, false }) do
        local first = { relay.takes("calling.*"), { on = "calling.test", steps = {} } }
        for _, step in ipairs(script) do
          first[#first + 1] = step
        end
        local again = { relay.takes("calling.*") }
        if not is_restored then table.insert(again, 1, forgotten) end
        local case = server:case({ first, again }, "plain")
        local session = relay.session(case)
        session:run(function()
          local call
          session:on_call(function(new) call = new end)
          case:now(remembers, relay.inbound("c"))
          assert.is_true(relay.eventually(function() return call ~= nil end))
          fn(call, case, function()
            case:now({ cut = how })
            came_back(case, session, 2)
            return is_restored
          end, session)
        end)
        nothing_twice(case)
      end
    end
  end

  describe("while a call", function()
    local steps_to = {
      { "is created" },
      { "rings", "ringing" },
      { "is answered", "ringing", "answered" },
      { "ends", "answered", "ending" },
    }
    for _, about in ipairs(steps_to) do
      it(about[1], function()
        with_call({}, function(call, case, lose, session)
          for i = 2, #about do
            case:now(relay.state("c", about[i]))
          end
          local state = about[#about]
          if #about > 1 then assert.is_true(relay.eventually(function() return call.state == state end)) end
          local command = spawn(function() return call:execute("calling.test") end)
          local ended = spawn(function() return call:wait_for_ended(5) end)
          local event = spawn(function() return call:wait_for("calling.call.refer", nil, 5) end)
          sent(case, "calling.test")
          local goes_on = lose()
          is_unknown(command:wait())
          if goes_on then
            assert(call:execute("calling.other"))
            case:now(relay.state("c", "ended", { end_reason = "hangup" }))
            assert.equal("hangup", assert(ended:wait()).reason)
          end
          local kind = goes_on and "call_ended" or "session_lost"
          for _, task in ipairs(goes_on and { event } or { event, ended }) do
            local none, err = task:wait()
            assert.is_nil(none)
            assert.equal(kind, err.kind)
          end
          assert.same({}, session:calls())
        end)
      end)
    end

    it("has an action under way", function()
      with_call({}, function(call, case, lose)
        local action = assert(call:play({ play = {} }))
        local told
        action:on_completed(function(event, err) told = event and event.state or err.kind end)
        local waiting = spawn(function() return action:wait(5) end)
        case:now(relay.of("c", "play", { control_id = action.control_id, state = "playing" }))
        local goes_on = lose()
        if goes_on then
          assert.is_false(action:is_done())
          assert(action:pause())
          case:now(relay.of("c", "play", { control_id = action.control_id, state = "finished" }))
        end
        local event, err = waiting:wait()
        assert.equal(goes_on and "finished" or "session_lost", event and event.state or err.kind)
        assert.is_true(relay.eventually(function() return told ~= nil end))
        assert.equal(goes_on and "finished" or "session_lost", told)
      end)
    end)

    it("has one whose command got no answer", function()
      with_call({ { on = "calling.play", steps = {} } }, function(call, case, lose)
        local starting = spawn(function() return call:play({ play = {} }) end)
        sent(case, "calling.play")
        local goes_on = lose()
        local action, err = starting:wait()
        assert.is_nil(action)
        is_unknown(action, err)
        if goes_on then
          assert(err.action:stop())
          case:now(relay.of("c", "play", { control_id = err.action.control_id, state = "finished" }))
          assert(err.action:wait(5))
        else
          assert.equal("session_lost", err.action:reason())
        end
      end)
    end)

    local outcomes = {
      refer_wait = { "refer", { device = "sip:a@b" }, { state = "success", sip_refer_to = "sip:a@b" } },
      connect_wait = {
        "connect",
        { devices = { { { type = "phone", params = { to_number = "+1", from_number = "+2" } } } } },
        { connect_state = "connected" },
      },
      send_digits_wait = {
        "send_digits",
        { digits = "1", control_id = "d" },
        { control_id = "d", state = "finished" },
      },
    }
    for method, about in pairs(outcomes) do
      for _, is_accepted in ipairs({ true, false }) do
        local when = is_accepted and "was accepted" or "got no answer"
        it(("has a %s whose command %s"):format(method, when), function()
          local script = is_accepted and {} or { { on = "calling." .. about[1], steps = {} } }
          with_call(script, function(call, case, lose)
            local task = spawn(function() return call[method](call, about[2], { timeout = 5 }) end)
            sent(case, "calling." .. about[1])
            signalwire.sleep(0.02)
            local goes_on = lose()
            if goes_on then case:now(relay.of("c", about[1], about[3])) end
            local event, err = task:wait()
            assert.equal(goes_on and "ok" or "session_lost", event and event.ok ~= false and "ok" or err.kind)
          end)
        end)
      end
    end
  end)

  -- Both have no call; `fn(session, case, lose)`.
  local function with_session(script, fn)
    with_call(script, function(_, case, lose, session) return fn(session, case, lose) end)
  end

  describe("while a dial", function()
    local device = { type = "sip", params = { to = "sip:a@example.com", from = "sip:b@example.com" } }

    local function leg(state) return relay.state("leg", state, { tag = "t", direction = "outbound" }) end

    local stages = {
      { "got no answer", { { on = "calling.dial", steps = {} } } },
      { "is accepted", {} },
      { "has a leg", {}, leg("created") },
      { "rings", {}, leg("created"), leg("ringing") },
      { "has a leg that is answered", {}, leg("ringing"), leg("answered") },
    }
    for _, about in ipairs(stages) do
      it(about[1], function()
        with_session(about[2], function(session, case, lose)
          local task = spawn(function() return session:dial(device, { tag = "t", timeout = 5 }) end)
          sent(case, "calling.dial")
          for i = 3, #about do
            case:now(about[i])
          end
          local legs = #about > 2 and 2 or 1
          assert.is_true(relay.eventually(function() return #session:calls() == legs end))
          signalwire.sleep(0.02)
          local goes_on = lose()
          is_unknown(task:wait())
          if goes_on then
            local answered = { tag = "t", dial_state = "answered", call = { call_id = "leg", node_id = "node-1" } }
            case:now({ event = "calling.call.dial", params = answered })
            sent(case, "calling.end")
            case:now(relay.state("leg", "ended"))
            assert.is_true(relay.eventually(function() return #session:calls() == 1 end))
          else
            assert.same({}, session:calls())
          end
          assert.is_true(#case:requests("calling.end") <= 1)
        end)
      end)
    end
  end)

  describe("while a message", function()
    local text = { to_number = "+1", from_number = "+2", body = "Hello" }
    local accepts = { on = "messaging.send", steps = { { answer = { code = "200", message_id = "m" } } } }

    it("got no answer", function()
      with_session({ { on = "messaging.send", steps = {} } }, function(session, case, lose)
        local task = spawn(function() return session:send_message(text) end)
        sent(case, "messaging.send")
        lose()
        is_unknown(task:wait())
        assert.equal(1, #case:requests("messaging.send"))
      end)
    end)

    it("is on its way", function()
      with_session({ accepts }, function(session, case, lose)
        local message = assert(session:send_message(text))
        local waiting = spawn(function() return message:wait(5) end)
        local goes_on = lose()
        if goes_on then
          local delivered = { message_id = "m", message_state = "delivered" }
          case:now({ event = "messaging.state", params = delivered })
        end
        local event, err = waiting:wait()
        assert.equal(goes_on and "delivered" or "session_lost", event and event.state or err.kind)
        assert.equal(1, #case:requests("messaging.send"))
      end)
    end)
  end)
end)
