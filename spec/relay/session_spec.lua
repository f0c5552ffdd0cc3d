-- A session of RELAY: how it is opened, what it answers, how it ends and comes back.
local relay = require("spec.support.relay")
local signalwire = require("signalwire")

local function first(list) return list[1] end

local function script_of(...) return { ... } end

describe("a session", function()
  local server

  setup(function() server = relay.start({ plain = 80, tls = 4 }) end)
  teardown(function() server:stop() end)

  local function with(script, options, fn) return relay.with(server, script, options, fn) end

  -- The frame with which each connection of the case began.
  local function connects(case)
    local frames = {}
    for i, row in ipairs(case:requests("signalwire.connect")) do
      frames[i] = row.frame
    end
    return frames
  end

  describe("opens", function()
    it("with one signalwire.connect, as the service wants it", function()
      with({}, { contexts = { "sales", "help" } }, function(_, case)
        local frame = first(connects(case))
        assert.equal("2.0", frame.jsonrpc)
        assert.truthy(frame.id:find("^%x+%-%x+%-4%x+%-%x+%-%x+$"))
        assert.same({
          version = { major = 2, minor = 0, revision = 0 },
          agent = "signalwire-lua/" .. signalwire.version,
          event_acks = true,
          authentication = { project = relay.project, token = relay.token },
          contexts = { "sales", "help" },
        }, frame.params)
        assert.equal(1, #case:requests())
      end)
    end)

    it("without contexts where there are none, and with a JWT alone where one is given", function()
      with({}, { jwt_token = "a.b.c", project = "none", token = "none" }, function(_, case)
        local params = first(connects(case)).params
        assert.is_nil(params.contexts)
        assert.same({ jwt_token = "a.b.c" }, params.authentication)
      end)
    end)

    it("over TLS, checked as for requests, at the path that is wanted", function()
      local case = server:case()
      local session = relay.session(case, { path = "/api/relay/ws" })
      session:run(function() assert.equal("ready", session:state()) end)
      assert.equal("/api/relay/ws", first(case:log("handshake")).path)
      local other = relay.session(server:case(), { ca_file = server.other_ca_file, reconnect = false })
      local fine, err = other:run()
      assert.is_nil(fine)
      assert.equal("tls", err.kind)
    end)

    it("in the time that it has, and says what held it up", function()
      local case = server:case({ { { accept = "stall" } } })
      local session = relay.session(case, { timeout = 0.3, connect_timeout = 0.1 })
      local results = { signalwire.run(function() return session:connect() end) }
      assert.is_nil(results[1])
      assert.equal("timeout", results[2].kind)
      assert.truthy(results[2].message:find("no connection in time", 1, true))
      assert.equal("closed", session:state())
    end)

    it("sends nothing before it is authenticated, and what waited then, in order", function()
      local case = server:case({
        {
          { expect = "signalwire.connect", save = "c" },
          relay.takes("calling.*"),
          { event = "calling.call.play", params = { call_id = "x" }, id = "early" },
          { reply = true },
          { sleep = 0.1 },
          { answer = { protocol = "p1" }, to = "c" },
        },
      }, "plain")
      local session = relay.session(case)
      signalwire.run(function()
        for i = 1, 5 do
          signalwire.spawn(function() assert(session:execute("calling.test" .. i)) end)
        end
        assert(session:connect())
        assert(session:execute("calling.test6"))
        session:close()
      end)
      assert.equal(
        "signalwire.connect calling.test1 calling.test2 calling.test3 calling.test4 calling.test5 calling.test6",
        case:methods()
      )
      assert.equal("", case:problems())
    end)
  end)

  describe("refused by the server", function()
    local refusal = {
      code = -32002,
      message = "Authentication failed for " .. relay.token,
      data = { signalwire_error_code = "AUTH_REQUIRED" },
    }

    it("ends after three times, with the server's own words and without the token", function()
      local case = server:case({ script_of({ expect = "signalwire.connect", error = refusal }) }, "plain")
      local session = relay.session(case)
      local fine, err = session:run()
      assert.is_nil(fine)
      assert.equal("refused", err.kind)
      assert.equal("-32002", err.code)
      assert.equal("AUTH_REQUIRED", err.data.signalwire_error_code)
      assert.truthy(tostring(err):find("Authentication failed for [hidden]", 1, true))
      assert.equal(3, #connects(case))
      assert.equal("closed", session:state())
    end)

    it("tells whoever waits in it", function()
      local case = server:case({ script_of({ expect = "signalwire.connect", error = refusal }) }, "plain")
      local session = relay.session(case)
      signalwire.run(function()
        local task = signalwire.spawn(function() return session:execute("calling.test") end)
        local fine, err = session:connect()
        assert.is_nil(fine)
        assert.equal("refused", err.kind)
        local result, late = task:wait()
        assert.is_nil(result)
        assert.equal("closed", late.kind)
        assert.is_true(late.retryable)
      end)
      assert.equal(0, #case:requests("calling.test"))
    end)

    it("does not count what is no refusal: a mute server, a cut, HTTP 503", function()
      local case = server:case({
        script_of({ refuse = 503 }),
        script_of({ expect = "signalwire.connect" }, { cut = "reset" }),
        script_of({ accept = "reset" }),
        script_of({ expect = "signalwire.connect" }, { sleep = 1 }),
        script_of({ refuse = 503 }),
        {},
      }, "plain")
      local session = relay.session(case, { connect_timeout = 0.2 })
      session:run(function() assert.equal("ready", session:state()) end)
      assert.equal(6, case:connections())
    end)

    it("counts an HTTP 401", function()
      local case = server:case({ script_of({ refuse = 401, body = "no" }) }, "plain")
      local fine, err = relay.session(case):run()
      assert.is_nil(fine)
      assert.equal("http", err.kind)
      assert.equal(401, err.status)
      assert.equal(3, case:connections())
    end)

    it("after a success tries on", function()
      local script = script_of({ expect = "signalwire.connect", error = refusal })
      local case = server:case({ {}, script, script, script, script, {} }, "plain")
      local session = relay.session(case)
      session:run(function()
        case:now({ cut = "reset" })
        assert.is_true(
          relay.eventually(function() return case:connections() == 6 and session:state() == "ready" end)
        )
      end)
    end)
  end)

  describe("comes back", function()
    local remembers = { event = "signalwire.authorization.state", params = { authorization_state = "secret:tag" } }

    it("and asks to resume what it had", function()
      local case = server:case({ { relay.takes("calling.*") }, {} }, "plain")
      local session = relay.session(case, { contexts = { "sales" } })
      session:run(function()
        case:now(remembers)
        case:now({ event = "signalwire.authorization.state", params = { authorization_state = "" } })
        case:now({ cut = "reset" })
        assert.is_true(relay.eventually(function() return #connects(case) == 2 and session:state() == "ready" end))
        local params = connects(case)[2].params
        assert.equal("signalwire_spec_protocol", params.protocol)
        assert.equal("secret:tag", params.authorization_state)
        assert.same({ "sales" }, params.contexts)
      end)
      assert.is_nil(connects(case)[1].params.protocol)
    end)

    it("without a word of the old one where the server said restart", function()
      local case = server:case({ {} }, "plain")
      local session = relay.session(case)
      session:run(function()
        case:now(remembers)
        local notice = { request = "signalwire.disconnect", params = { restart = true } }
        case:now(notice, { reply = true }, { cut = "close" })
        assert.is_true(relay.eventually(function() return #connects(case) == 2 and session:state() == "ready" end))
        local params = connects(case)[2].params
        assert.is_nil(params.protocol)
        assert.is_nil(params.authorization_state)
      end)
      assert.equal("", case:problems())
    end)

    it("to the same session where it said disconnect alone, and holds commands back meanwhile", function()
      local case = server:case({ { relay.takes("calling.*") } }, "plain")
      local session = relay.session(case)
      session:run(function()
        case:now(remembers)
        local notice = { request = "signalwire.disconnect", params = {} }
        case:now(notice, { reply = true }, { sleep = 0.2 }, { cut = "close" })
        assert.is_true(relay.eventually(function() return session:state() == "draining" end))
        assert(session:execute("calling.test"))
        assert.equal(2, #connects(case))
        assert.equal("secret:tag", connects(case)[2].params.authorization_state)
        assert.equal(0, #case:requests("calling.test", 1))
        assert.equal(1, #case:requests("calling.test", 2))
      end)
    end)

    it("by itself, where the server announces its end and does not close", function()
      local case = server:case({ {} }, "plain")
      local session = relay.session(case)
      session:run(function()
        case:now({ request = "signalwire.disconnect", params = {} })
        assert.is_true(
          relay.eventually(function() return #connects(case) == 2 and session:state() == "ready" end, 8)
        )
      end)
    end)

    it("afresh, once, where the server no longer knows what to resume", function()
      local stale = script_of({ expect = "signalwire.connect", error = { code = -32003, message = "stale" } })
      local case = server:case({ {}, stale, {} }, "plain")
      local session = relay.session(case)
      session:run(function()
        case:now(remembers)
        case:now({ cut = "reset" })
        assert.is_true(relay.eventually(function() return #connects(case) == 3 and session:state() == "ready" end))
        assert.equal("secret:tag", connects(case)[2].params.authorization_state)
        assert.is_nil(connects(case)[3].params.authorization_state)
      end)
    end)

    it("with waits that grow, and that only a success resets", function()
      local silent = script_of({ expect = "signalwire.connect" }, { cut = "fin" })
      local case = server:case({ silent, silent, silent, silent, {} }, "plain")
      local session, lines = relay.session(case, { reconnect = { first = 0.1, longest = 2 } })
      session:run(function()
        case:now({ cut = "reset" })
        assert.is_true(
          relay.eventually(function() return case:connections() == 6 and session:state() == "ready" end)
        )
      end)
      local waits = {}
      for i, line in ipairs(lines) do
        waits[i] = tonumber(line:match("next attempt in ([%d.]+) s"))
      end
      assert.equal(5, #waits)
      assert.is_true(waits[1] <= 0.1 and waits[4] >= 0.4, table.concat(waits, " "))
      assert.is_true(waits[5] <= 0.1, table.concat(waits, " "))
    end)

    it("not at all where that is not wanted, or no more often", function()
      local case = server:case({ {} }, "plain")
      local session = relay.session(case, { reconnect = false })
      local fine, err = signalwire.run(function()
        local task = signalwire.spawn(function() return session:run() end)
        assert(session:execute("signalwire.ping"))
        case:now({ cut = "reset" })
        return task:wait()
      end)
      assert.is_nil(fine)
      assert.equal("network", err.kind)
      case = server:case({ script_of({ accept = "reset" }) }, "plain")
      assert.is_nil((relay.session(case, { reconnect = { first = 0.01, attempts = 2 } }):run()))
      assert.equal(3, case:connections())
    end)
  end)

  describe("knows its contexts", function()
    it("adds and drops them, and remembers them for the next connection", function()
      local case = server:case({ {} }, "plain")
      local session = relay.session(case, { contexts = { "a" } })
      session:run(function()
        assert.same({}, session:receive({}))
        assert.equal("Receiving events", assert(session:receive({ "b", "c" })).message)
        assert(session:unreceive({ "a" }))
        assert.same({ "b", "c" }, first(case:requests("signalwire.receive")).params.contexts)
        assert.same({ "a" }, first(case:requests("signalwire.unreceive")).params.contexts)
        case:now({ cut = "reset" })
        assert.is_true(relay.eventually(function() return #connects(case) == 2 end))
        assert.same({ "b", "c" }, connects(case)[2].params.contexts)
      end)
      assert.equal(1, #case:requests("signalwire.receive"))
    end)

    it("keeps them as they were where the server refuses", function()
      local refused = { { answer = { code = "402", message = "Payment required" } } }
      with({ { on = "signalwire.receive", steps = refused } }, { contexts = { "a" } }, function(session, case)
        local fine, err = session:receive({ "b" })
        assert.is_nil(fine)
        assert.equal(402, err.status)
        assert.truthy(tostring(err):find("RELAY error 402: Payment required", 1, true))
        assert.is_nil((session:receive({ 1 })))
        case:now({ cut = "reset" })
        assert.is_true(relay.eventually(function() return #connects(case) == 2 end))
        assert.same({ "a" }, connects(case)[2].params.contexts)
      end)
    end)
  end)

  describe("answers", function()
    it("events and pings, with the id as it came", function()
      with({}, {}, function(_, case)
        case:now({ event = "calling.call.play", params = { call_id = "x" }, id = "text" }, { reply = true })
        case:now({ request = "signalwire.ping", params = {}, id = 77 }, { reply = true })
        case:now({ request = "signalwire.ping", params = { timestamp = 1.5 }, id = 1.5 }, { reply = true })
        case:now({ request = "signalwire.ping", id = "" }, { reply = true })
        local replies = case:wait("reply", 4)
        local ids = {}
        for i, row in ipairs(replies) do
          ids[i] = row.frame.id
          assert.same({}, row.frame.result)
        end
        assert.same({ "text", 77, 1.5, "" }, ids)
      end)
    end)

    it("a WebSocket's ping", function()
      with({}, {}, function(_, case)
        case:now({ ping = "are you there?" })
        local pong = first(case:wait("pong"))
        assert.equal("are you there?", pong.text or pong.data or require("cjson").encode(pong))
      end)
    end)

    it("nothing to a request without an id, and goes on through what it can't read", function()
      with({ relay.takes("calling.*") }, {}, function(session, case, lines)
        case:now(
          { frame = { jsonrpc = "2.0", method = "signalwire.ping", params = {} } },
          { text = "{ this is no JSON" },
          { text = "" },
          { frame = { 1, 2, 3 } },
          { text = '"a text"' },
          { text = "null" },
          { frame = { jsonrpc = "2.0", id = "nobody", result = {} } },
          { frame = { jsonrpc = "2.0", id = "nobody", error = { code = 1, message = "x" } } },
          { frame = { jsonrpc = "2.0", id = { 1 }, result = { 1 } } },
          { frame = { jsonrpc = "2.0", method = "signalwire.unheard_of", params = {} } },
          { frame = { jsonrpc = "2.0", id = "q", method = "signalwire.unheard_of", params = {} } },
          { frame = { jsonrpc = "2.0", id = "e1", method = "signalwire.event", params = "none" } },
          { frame = { jsonrpc = "2.0", id = "e2", method = "signalwire.event", params = { event_type = "" } } },
          { frame = { jsonrpc = "2.0", id = "e3", method = "signalwire.event", params = { event_type = 5 } } },
          { event = "calling.call.of_the_future", params = { call_id = "x" } },
          { binary = "\0\1" }
        )
        assert.is_true(relay.eventually(function() return #lines == 11 end))
        assert(session:execute("calling.test"))
        assert.equal(1, case:connections())
        local unknown = case:wait({ event = "reply", id = "q" })
        assert.equal(-32601, first(unknown).frame.error.code)
      end)
    end)
  end)

  describe("pings", function()
    it("every so often, and takes any sign for life", function()
      with({}, { ping_interval = 0.1, ping_timeout = 0.2 }, function(_, case)
        assert.truthy(case:wait({ event = "request", method = "signalwire.ping" }, 3))
        assert.same({}, first(case:requests("signalwire.ping")).params)
        assert.equal(1, case:connections())
      end)
    end)

    it("and takes a server that says nothing for dead", function()
      local case = server:case({ {}, {} }, "plain")
      local session = relay.session(case, { ping_interval = 0.1, ping_timeout = 0.1 })
      session:run(function()
        case:now({ deaf = true })
        assert.is_true(
          relay.eventually(function() return case:connections() == 2 and session:state() == "ready" end)
        )
      end)
    end)

    it("not, while events come", function()
      with({}, { ping_interval = 0.2, ping_timeout = 0.2 }, function(_, case)
        for _ = 1, 10 do
          case:now({ event = "calling.call.play", params = { call_id = "x" } })
          signalwire.sleep(0.05)
        end
        assert.equal(0, #case:requests("signalwire.ping"))
      end)
    end)
  end)

  describe("takes answers", function()
    local function answers(step)
      return with(
        { { on = "calling.test", steps = { step } } },
        {},
        function(session) return session:execute("calling.test") end
      )
    end

    it("of any code 2xx, as text or number, or without a code", function()
      assert.equal("200", answers({ answer = { code = "200" } }).code)
      assert.equal(202, answers({ answer = { code = 202 } }).code)
      assert.equal("none", answers({ answer = { protocol = "none" } }).protocol)
      assert.same({}, answers({ answer = {} }))
    end)

    it(
      "that are no objects as `raw`",
      function()
        assert.same({ raw = "text" }, answers({ frame = { jsonrpc = "2.0", id = "$last.id", result = "text" } }))
      end
    )

    it("that refuse, in each of their forms", function()
      local function refusal(step)
        local result, err = answers(step)
        assert.is_nil(result)
        assert.equal("refused", err.kind)
        assert.is_false(err.retryable)
        assert.equal("calling.test", err.command)
        return err
      end
      local err = refusal({ answer = { code = "402", message = "Payment required" } })
      assert.equal("calling.test: RELAY error 402: Payment required", tostring(err))
      assert.equal(402, err.status)
      assert.equal(500, refusal({ answer = { code = 500, message = "x" } }).status)
      assert.equal("-1", refusal({ answer = { code = "many", message = "x" } }).code)
      err = refusal({ error = { code = -32601, message = "no such method", data = { hint = "x" } } })
      assert.equal("-32601", err.code)
      assert.same({ hint = "x" }, err.data)
      assert.truthy(tostring(refusal({ error = "plain text" })):find("plain text", 1, true))
    end)

    it("by their ids, in any order", function()
      with({}, {}, function(session, case)
        case:now({ expect = "calling.one", save = "one" }, { expect = "calling.two", save = "two" }, {
          answer = { code = "200", n = 2 },
          to = "two",
        }, { answer = { code = "200", n = 1 }, to = "one" })
        local one = signalwire.spawn(function() return session:execute("calling.one") end)
        local two = signalwire.spawn(function() return session:execute("calling.two") end)
        assert.equal(1, assert(one:wait()).n)
        assert.equal(2, assert(two:wait()).n)
      end)
    end)

    it("not after their time, and then the connection stays", function()
      with({ { on = "calling.slow", steps = { { sleep = 0.2 }, { answer = {} } } } }, {}, function(session, case)
        local result, err = session:execute("calling.slow", {}, { timeout = 0.05 })
        assert.is_nil(result)
        assert.equal("timeout", err.kind)
        assert.is_false(err.retryable)
        assert.truthy(tostring(err):find("may have been carried out", 1, true))
        signalwire.sleep(0.3)
        assert.equal(1, case:connections())
        assert.equal("ready", session:state())
      end)
    end)
  end)

  describe("without a connection", function()
    it("keeps commands in a queue, no longer than they may wait, and no more than it may hold", function()
      local case = server:case({ {}, { relay.takes("calling.*") } }, "plain")
      local session = relay.session(case, { max_queue = 2, reconnect = { first = 0.3, longest = 0.4 } })
      session:run(function()
        case:now({ cut = "reset" })
        assert.is_true(relay.eventually(function() return session:state() == "waiting" end))
        local short = signalwire.spawn(
          function() return session:execute("calling.short", {}, { timeout = 0.05 }) end
        )
        local long = signalwire.spawn(function() return session:execute("calling.long") end)
        signalwire.sleep(0)
        local result, err = session:execute("calling.more")
        assert.is_nil(result)
        assert.equal("unavailable", err.kind)
        assert.is_true(err.retryable)
        result, err = short:wait()
        assert.is_nil(result)
        assert.equal("timeout", err.kind)
        assert.is_true(err.retryable)
        assert(long:wait())
        assert.equal("signalwire.connect calling.long", case:methods(2))
      end)
    end)

    it("ends what was under way, and never sends it again", function()
      local case = server:case({ {}, { relay.takes("calling.*") } }, "plain")
      local session = relay.session(case)
      session:run(function()
        local task = signalwire.spawn(function() return session:execute("calling.test") end)
        assert.truthy(case:wait({ event = "request", method = "calling.test" }))
        case:now({ cut = "reset" })
        local result, err = task:wait()
        assert.is_nil(result)
        assert.equal("network", err.kind)
        assert.is_false(err.retryable)
        assert(session:execute("calling.other"))
        assert.equal(1, #case:requests("calling.test"))
      end)
    end)
  end)

  describe("closes", function()
    it("with a goodbye, and all that wait come back", function()
      local case = server:case({ {} }, "plain")
      local session = relay.session(case)
      signalwire.run(function()
        assert(session:connect())
        local task = signalwire.spawn(function() return session:execute("calling.test") end)
        signalwire.sleep(0.05)
        session:close()
        local result, err = task:wait()
        assert.is_nil(result)
        assert.equal("closed", err.kind)
        result, err = session:execute("calling.test")
        assert.is_nil(result)
        assert.equal("closed", err.kind)
      end)
      assert.equal(1000, first(case:log("close")).code)
    end)

    it("in bounded time, where the server says no goodbye", function()
      local case = server:case({ {} }, "plain")
      local session = relay.session(case)
      session:run(function() case:now({ stall = 30 }) end)
      assert.equal("closed", session:state())
    end)

    it("before it has begun to connect", function()
      local case = server:case({ {} }, "plain")
      local session = relay.session(case)
      signalwire.run(function()
        local connecting = signalwire.spawn(function() return session:connect() end)
        signalwire.spawn(function() session:close() end)
        local fine, err = connecting:wait(5)
        session:close()
        assert.is_nil(fine)
        assert.equal("closed", err.kind)
      end)
      assert.equal("closed", session:state())
      assert.equal(0, #case:requests("signalwire.connect"))
    end)

    it("while it connects, while it authenticates, and while it waits", function()
      for _, script in ipairs({
        script_of({ accept = "stall" }),
        script_of({ expect = "signalwire.connect" }, { sleep = 30 }),
        script_of({ accept = "reset" }),
      }) do
        local session = relay.session(server:case({ script }, "plain"), { reconnect = { first = 30 } })
        signalwire.run(function()
          local task = signalwire.spawn(function() return session:run() end)
          signalwire.sleep(0.1)
          session:close()
          assert.is_true((task:wait(10)))
        end)
        assert.equal("closed", session:state())
      end
    end)

    it("with the run that it belongs to", function()
      local session = relay.session(server:case({ {} }, "plain"))
      local fine, raised = pcall(signalwire.run, function()
        assert(session:connect())
        error("boom", 0)
      end)
      assert.is_false(fine)
      assert.equal("boom", raised)
      assert.equal("closed", session:state())
    end)

    it("when the function of run raises, which is raised on", function()
      local session = relay.session(server:case({ {} }, "plain"))
      local fine, raised = pcall(session.run, session, function() error("boom", 0) end)
      assert.is_false(fine)
      assert.equal("boom", raised)
      assert.equal("closed", session:state())
    end)
  end)

  it("tells its states to a hook", function()
    local states = {}
    local case = server:case({ {} }, "plain")
    local session = relay.session(case, { on_state = function(facts) states[#states + 1] = facts.state end })
    session:run(function()
      case:now({ cut = "reset" })
      assert.is_true(relay.eventually(function() return case:connections() == 2 and session:state() == "ready" end))
    end)
    assert.equal(
      "opening authenticating ready waiting opening authenticating ready closed",
      table.concat(states, " ")
    )
  end)

  it("shows no secret, and explains a name that it does not have", function()
    local session = relay.session(server:case({ {} }, "plain"))
    assert.is_nil(next(session))
    assert.falsy(tostring(session):find(relay.token, 1, true))
    assert.has_error(function() return session.dail end, "a relay has no 'dail' (did you mean 'dial'?)")
    assert.has_error(function() session.run() end)
    assert.has_error(function() session:execute("calling.test") end)
  end)

  it("says that it can't run in another's loop", function()
    local cqueues = require("cqueues")
    require("signalwire.loop.cqueues").install()
    local session = relay.session(server:case({ {} }, "plain"))
    local controller = cqueues.new()
    local fine, err
    controller:wrap(function()
      fine, err = session:run()
    end)
    assert(controller:loop())
    assert.is_nil(fine)
    assert.equal("unavailable", err.kind)
  end)

  it("is one of as many as the process may have", function()
    local case, other = server:case({ {} }, "plain"), server:case({ {} }, "plain")
    local options = { max_connections = 1 }
    local one, two = relay.session(case, options), relay.session(other, options)
    one:run(function()
      local fine, err = two:connect()
      assert.is_nil(fine)
      assert.equal("unavailable", err.kind)
    end)
    two:run(function() end)
  end)
end)
