-- RELAY's connection cut at any byte, in its handshakes and behind them: the session comes back, and nothing is sent
-- twice.
local faultproxy = require("spec.support.faultproxy")
local relay = require("spec.support.relay")
local signalwire = require("signalwire")

describe("RELAY's connection", function()
  local server

  setup(function() server = relay.start({ plain = 40, tls = 60 }) end)
  teardown(function() server:stop() end)

  -- Runs a session whose first connection is cut, with one call, one action, one wait and one command under way, and
  -- checks what all of them promise.
  local function survives(first, group)
    table.insert(first, 1, relay.takes("calling.*"))
    if first[2].accept then table.remove(first, 1) end
    local case = server:case({ first, { relay.takes("calling.*") } }, group)
    local session = relay.session(case, { timeout = 5, connect_timeout = 2 })
    local ends = 0
    local done = session:run(function()
      session:on_call(function(call)
        call:wait_for("calling.call.play", nil, 5)
        ends = ends + 1
      end)
      -- Each is sent once. One that was under way when the cut came is lost; the connection behind it takes them all.
      for i = 1, 4 do
        local result, err = session:execute("calling.test" .. i)
        if result and case:connections() > 1 then return true end
        assert(result or (err.kind == "network" and not err.retryable), tostring(err))
      end
      return true
    end)
    assert.is_true(done)
    for i = 1, 4 do
      assert.is_true(#case:requests("calling.test" .. i) <= 1)
    end
    return case
  end

  local function polite(cut)
    return {
      cut,
      { on = "calling.test1", steps = { relay.inbound("c"), { answer = { code = "200" } } } },
    }
  end

  for _, how in ipairs({ "reset", "fin", "close" }) do
    it("may be cut in each state (" .. how .. ")", function()
      local cut = { cut = how }
      survives({ { accept = how == "close" and "fin" or how } }, "plain")
      survives({ { expect = "signalwire.connect" }, cut }, "plain")
      survives({ { on = "calling.test1", steps = { cut } } }, "plain")
      survives({ { on = "calling.test1", steps = { relay.inbound("c"), cut } } }, "plain")
      survives({ { on = "calling.test1", steps = { { answer = { code = "200" } }, cut } } }, "tls")
    end)
  end

  it("may be cut after any of the bytes that it was sent #long", function()
    for how, group in pairs({ reset = "plain", fin = "plain" }) do
      local offset = 0
      local whole
      repeat
        server.raw.groups[group] = server.raw.groups[group] or {}
        if #server.raw.groups[group] == 0 then
          server:stop()
          server = relay.start({ plain = 400, tls = 10 })
        end
        local case = survives(polite({ cut_after = offset, how = how }), group)
        whole = case:connections() == 1
        offset = offset + (offset < 700 and 1 or 7)
      until whole or offset > 4000
      assert.is_true(whole)
    end
  end)

  it("may be cut after any of the bytes that it sent #long", function()
    local offset = 0
    local whole
    repeat
      if #server.raw.groups.plain == 0 then
        server:stop()
        server = relay.start({ plain = 400, tls = 10 })
      end
      local case = survives(polite({ cut_after_read = offset, how = "reset" }), "plain")
      whole = case:connections() == 1
      offset = offset + 3
    until whole or offset > 4000
    assert.is_true(whole)
  end)

  it("may be cut anywhere, a few places of it", function()
    for _, offset in ipairs({ 1, 50, 128, 129, 130, 131, 135, 200, 300, 400, 500, 600 }) do
      survives(polite({ cut_after = offset, how = "reset" }), "tls")
    end
    for _, offset in ipairs({ 1, 100, 200, 400 }) do
      survives(polite({ cut_after_read = offset, how = "fin" }), "tls")
    end
  end)

  -- A proxy counts the bytes, so TLS's own are among them: its handshake, WebSocket's, RELAY's, and what comes then.
  describe("over TLS", function()
    local case, proxy, marks

    setup(function()
      local arrives = { relay.inbound("c"), { answer = { code = "200" } } }
      case = server:case({ { relay.takes("calling.*"), { on = "calling.first", steps = arrives } } })
      proxy = faultproxy.start(case.port)
      marks = 0
    end)
    teardown(function() proxy:stop() end)

    local function send(session, method, outcomes)
      marks = marks + 1
      local mark = "mark-" .. marks
      local result, err = session:execute(method, { mark = mark })
      outcomes[#outcomes + 1] = { mark = mark, result = result, err = err }
      return result
    end

    -- A session whose connection is broken once by that plan. Returns what became of its commands, and whether it was.
    local function is_cut(plan, outcomes)
      proxy:plan(plan)
      local was_cut, waits, ended = false, 0, 0
      local session = relay.session({ host = "127.0.0.1:" .. proxy.port, url = "wss://", ca_file = case.ca_file }, {
        connect_timeout = plan.act == "stall" and 0.2 or 5,
        ping_interval = plan.act == "stall" and 0.2 or 30,
        ping_timeout = 0.2,
        reconnect = { first = 0.005, longest = 0.01 },
        on_state = function(facts)
          if facts.state == "waiting" then was_cut = true end
        end,
      })
      session:on_call(function(call)
        waits = waits + 1
        local event, err = call:wait_for("calling.call.refer", nil, 20)
        assert(not event and (err.kind == "session_lost" or err.kind == "closed"), tostring(err))
        ended = ended + 1
      end)
      signalwire.run(function()
        local early = signalwire.spawn(send, session, "calling.early", outcomes)
        assert(session:connect())
        early:wait()
        for _, method in ipairs({ "calling.first", "calling.second", "calling.third" }) do
          send(session, method, outcomes)
        end
        assert.is_true(send(session, "calling.last", outcomes) ~= nil or was_cut)
        session:close()
      end)
      assert.equal(waits, ended)
      return was_cut
    end

    local function judge(outcomes)
      local seen = {}
      for _, row in ipairs(case:requests()) do
        local mark = row.params.mark
        if mark then seen[mark] = (seen[mark] or 0) + 1 end
      end
      local lost = 0
      for _, outcome in ipairs(outcomes) do
        local times = seen[outcome.mark] or 0
        assert.is_true(times <= 1, ("%s: sent %d times"):format(outcome.what, times))
        if outcome.result then
          assert.equal(1, times, outcome.what)
        else
          lost = lost + 1
          assert.equal("network", outcome.err.kind, outcome.what .. ": " .. outcome.err)
          assert.is_false(outcome.err.retryable, outcome.what)
        end
      end
      assert.equal("", case:problems())
      return lost
    end

    local function sweep(way, act, step)
      local outcomes, cuts, offset, passed = {}, 0, 0, 0
      repeat
        local before = #outcomes
        local was_cut = is_cut({ [way] = offset, act = act, times = 1 }, outcomes)
        for i = before + 1, #outcomes do
          outcomes[i].what = ("%s %s at byte %d"):format(act, way, offset)
        end
        cuts = cuts + (was_cut and 1 or 0)
        passed = was_cut and 0 or passed + 1
        offset = offset + step
      until passed == 3 or offset > 20000
      assert.equal(3, passed)
      local lost = judge(outcomes)
      assert.is_true(cuts > 5 and lost > 0, ("%d cuts, %d commands lost"):format(cuts, lost))
      if os.getenv("SIGNALWIRE_TEST_COUNT") then
        print(("%s %s: %d cuts, %d of %d commands lost"):format(act, way, cuts, lost, #outcomes))
      end
    end

    for _, act in ipairs({ "close", "reset" }) do
      for _, way in ipairs({ "up", "down" }) do
        it(("may break (%s %s) here and there"):format(act, way), function() sweep(way, act, 149) end)
        it(("may break (%s %s) at every byte #long"):format(act, way), function() sweep(way, act, 1) end)
      end
    end

    it("may stop to carry anything", function()
      local outcomes = {}
      local places = { { up = 0 }, { down = 0 }, { up = 200 }, { down = 400 }, { up = 900 }, { down = 2500 } }
      for _, plan in ipairs(places) do
        plan.act, plan.times = "stall", 1
        local before = #outcomes
        local what = ("stall at byte %s up, %s down"):format(tostring(plan.up), tostring(plan.down))
        assert.is_true(is_cut(plan, outcomes), what)
        for i = before + 1, #outcomes do
          outcomes[i].what = what
        end
      end
      judge(outcomes)
    end)
  end)
end)
