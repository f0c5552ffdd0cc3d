-- Placing calls over RELAY: tags, winners, losers, and calls that are answered when nobody waits any more.
local relay = require("spec.support.relay")
local signalwire = require("signalwire")

local spawn, sleep = signalwire.spawn, signalwire.sleep

local device = { type = "phone", params = { to_number = "+15551230001", from_number = "+15551230000" } }

describe("dialling over RELAY", function()
  local server

  setup(function() server = relay.start({ plain = 40 }) end)
  teardown(function() server:stop() end)

  local accepts = { on = "calling.dial", steps = { { answer = { code = "200", message = "Dialing" } } } }

  local function with(script, fn, options)
    local steps = { relay.takes("calling.*"), accepts }
    for _, step in ipairs(script or {}) do
      steps[#steps + 1] = step
    end
    return relay.with(server, steps, options, fn)
  end

  local function leg(id, state, fields) return relay.state(id, state, fields) end

  local function told(tag, state, winner)
    local call = winner and { call_id = winner, node_id = "node-w", tag = tag, device = device, dial_winner = true }
    return {
      event = "calling.call.dial",
      params = { tag = tag, node_id = "node-1", dial_state = state, call = call },
    }
  end

  it("gives the call that was answered, with the tag and devices as given", function()
    with(nil, function(session, case)
      local task = spawn(
        function()
          return session:dial({ { device, device }, { device } }, { tag = "t", max_duration = 5, region = "us" })
        end
      )
      local frame = case:wait({ event = "request", method = "calling.dial" })[1].frame
      assert.same(
        { tag = "t", devices = { { device, device }, { device } }, max_duration = 5, region = "us" },
        frame.params
      )
      case:now(
        leg("a", "created", { tag = "t" }),
        told("t", "dialing"),
        leg("a", "ringing", { tag = "t" }),
        leg("b", "created", { tag = "t" }),
        leg("a", "answered", { tag = "t" }),
        told("t", "answered", "a"),
        leg("b", "ended", { tag = "t" })
      )
      local call = assert(task:wait())
      assert.equal("a", call.id)
      assert.equal("t", call.tag)
      assert.equal("answered", call.state)
      assert.equal("outbound", call.direction)
      assert.is_true(relay.eventually(function() return #session:calls() == 1 end))
      assert(call:hangup())
      assert.equal("a", case:requests("calling.end")[1].frame.params.call_id)
      assert.equal(1, #case:requests("calling.end"))
    end)
  end)

  it("makes a tag, takes one device alone, and a winner that it did not know", function()
    with(nil, function(session, case)
      local task = spawn(function() return session:dial(device) end)
      local params = case:wait({ event = "request", method = "calling.dial" })[1].frame.params
      assert.truthy(params.tag:find("^%x+%-%x+%-4"))
      assert.same({ { device } }, params.devices)
      case:now(told(params.tag, "answered", "w"))
      local call = assert(task:wait())
      assert.equal("node-w", call.node_id)
      assert.equal("answered", call.state)
    end)
  end)

  it("hears of the outcome before the answer to its command", function()
    local early = { told("t", "answered", "a"), { sleep = 0.05 }, { answer = { code = "200" } } }
    with(
      { { on = "calling.dial", steps = early } },
      function(session) assert.equal("a", assert(session:dial(device, { tag = "t" })).id) end
    )
  end)

  it("says when nobody answered, and when the service refuses", function()
    local refusal = { on = "calling.dial", steps = { { answer = { code = "402", message = "Payment required" } } } }
    with(nil, function(session, case)
      local task = spawn(function() return session:dial(device, { tag = "t" }) end)
      case:wait({ event = "request", method = "calling.dial" })
      case:now(told("t", "failed"))
      local call, err = task:wait()
      assert.is_nil(call)
      assert.equal("dial_failed", err.kind)
      assert.equal("t", err.tag)
      case:now(refusal)
      sleep(0.05)
      call, err = session:dial(device)
      assert.is_nil(call)
      assert.equal(402, err.status)
    end)
  end)

  it("leaves out what is told of a tag that nobody dialled", function()
    with(nil, function(session, case)
      case:now(told("nobody", "answered", "x"), leg("x", "created", { tag = "nobody" }), { reply = true })
      case:wait("reply", 2)
      sleep(0.02)
      assert.same({}, session:calls())
    end)
  end)

  it("hangs up what is answered after its time", function()
    with(nil, function(session, case)
      local call, err = session:dial(device, { tag = "t", timeout = 0.1 })
      assert.is_nil(call)
      assert.equal("timeout", err.kind)
      assert.is_false(err.retryable)
      case:now(leg("late", "created", { tag = "t" }))
      case:now(leg("late", "answered", { tag = "t" }), told("t", "answered", "late"))
      local ends = case:wait({ event = "request", method = "calling.end" })
      assert.equal("late", ends[1].frame.params.call_id)
      sleep(0.1)
      assert.equal(1, #case:requests("calling.end"))
      case:now(leg("late", "ended", { tag = "t" }))
      assert.is_true(relay.eventually(function() return #session:calls() == 0 end))
    end)
  end)

  it("hangs up what rings when it is given up: by time, and by the end of its task", function()
    with(nil, function(session, case)
      local task = spawn(function() return session:dial(device, { tag = "t", timeout = 0.2 }) end)
      case:wait({ event = "request", method = "calling.dial" })
      case:now(leg("r", "created", { tag = "t" }), leg("r", "ringing", { tag = "t" }))
      assert.is_nil((task:wait()))
      local ends = assert(case:wait({ event = "request", method = "calling.end" }))
      assert.equal("cancel", ends[1].frame.params.reason)
      task = spawn(function() return session:dial(device, { tag = "u" }) end)
      case:wait({ event = "request", method = "calling.dial" }, 2)
      task:cancel()
      local call, err = task:wait()
      assert.is_nil(call)
      assert.equal("cancelled", err.kind)
      case:now(told("u", "answered", "v"))
      assert.truthy(case:wait({ event = "request", method = "calling.end" }, 2))
    end)
  end)

  it("is over with the connection, and what is answered after that is hung up", function()
    local case = server:case({ { accepts }, { relay.takes("calling.*") } }, "plain")
    local session = relay.session(case)
    session:run(function()
      case:now({ event = "signalwire.authorization.state", params = { authorization_state = "s" } })
      local task = spawn(function() return session:dial(device, { tag = "t" }) end)
      assert.truthy(case:wait({ event = "request", method = "calling.dial" }))
      sleep(0.05)
      case:now({ cut = "reset" })
      local call, err = task:wait()
      assert.is_nil(call)
      assert.equal("network", err.kind)
      assert.is_true(relay.eventually(function() return case:connections() == 2 and session:state() == "ready" end))
      case:now(leg("a", "answered", { tag = "t" }), told("t", "answered", "a"))
      assert.truthy(case:wait({ event = "request", method = "calling.end" }))
      assert.equal(1, #case:requests("calling.dial"))
    end)
  end)

  it("that was never sent can be tried again", function()
    local case = server:case({ {}, { relay.takes("calling.*") } }, "plain")
    local session = relay.session(case, { reconnect = { first = 5 } })
    session:run(function()
      case:now({ cut = "reset" })
      assert.is_true(relay.eventually(function() return session:state() == "waiting" end))
      local call, err = session:dial(device, { timeout = 0.05 })
      assert.is_nil(call)
      assert.equal("timeout", err.kind)
      assert.is_true(err.retryable)
    end)
    assert.equal(0, #case:requests("calling.dial"))
  end)

  it("refuses what can't be right before anything is sent", function()
    with(nil, function(session, case)
      for _, given in ipairs({ 5, {}, { device }, { { device }, 5 } }) do
        local call, err = session:dial(given)
        assert.is_nil(call)
        assert.equal("invalid", err.kind)
      end
      local call, err = session:dial(device, { timout = 1 })
      assert.is_nil(call)
      assert.truthy(tostring(err):find("did you mean 'timeout'", 1, true))
      assert.equal("signalwire.connect", case:methods())
    end)
  end)

  it("of a leg whose end comes first makes no call", function()
    with(nil, function(session, case)
      local task = spawn(function() return session:dial(device, { tag = "t" }) end)
      case:wait({ event = "request", method = "calling.dial" })
      case:now(leg("gone", "ended", { tag = "t" }), told("t", "failed"))
      assert.is_nil((task:wait()))
      assert.same({}, session:calls())
    end)
  end)
end)
