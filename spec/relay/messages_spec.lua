-- Text messages over RELAY.
local relay = require("spec.support.relay")
local signalwire = require("signalwire")

describe("messages over RELAY", function()
  local server

  setup(function() server = relay.start({ plain = 20 }) end)
  teardown(function() server:stop() end)

  local function state(id, name, more)
    local params = { message_id = id, message_state = name, direction = "outbound" }
    for key, value in pairs(more or {}) do
      params[key] = value
    end
    return { event = "messaging.state", params = params }
  end

  local accepted = { code = "200", message = "Message accepted", message_id = "m1" }
  local accepts = { on = "messaging.send", steps = { { answer = accepted } } }
  local text = { to_number = "+1", from_number = "+2", body = "Hello" }

  it("go out with the session's context, and end with their last state", function()
    relay.with(server, { accepts }, {}, function(session, case)
      local message = assert(session:send_message(text))
      assert.equal("m1", message.id)
      assert.equal("queued", message.state)
      assert.same({
        context = "signalwire_spec_protocol",
        to_number = "+1",
        from_number = "+2",
        body = "Hello",
      }, case:requests("messaging.send")[1].frame.params)
      assert.is_nil(text.context)
      local none, err = message:wait(0.02)
      assert.is_nil(none)
      assert.equal("timeout", err.kind)
      local told
      message:on_completed(function(event) told = event.state end)
      case:now(state("m1", "sent"), state("another", "delivered"))
      assert.is_true(relay.eventually(function() return message.state == "sent" end))
      assert.is_false(message:is_done())
      case:now(state("m1", "delivered"))
      assert.is_true(assert(message:wait(5)).ok)
      assert.is_true(relay.eventually(function() return told == "delivered" end))
    end)
  end)

  it("that fail say why", function()
    relay.with(server, { accepts }, {}, function(session, case)
      local message = assert(session:send_message(text))
      case:now(state("m1", "undelivered", { reason = "no such number" }))
      local event = assert(message:wait(5))
      assert.is_false(event.ok)
      assert.equal("no such number", event.reason)
      assert.equal("undelivered", message.state)
    end)
  end)

  it("lose no state that comes right behind the answer, or before it", function()
    local answer = { answer = { code = "200", message_id = "m1" } }
    for _, steps in ipairs({
      { { together = { answer, state("m1", "delivered") } } },
      { state("m1", "delivered"), answer },
    }) do
      relay.with(
        server,
        { { on = "messaging.send", steps = steps } },
        {},
        function(session) assert.equal("delivered", assert(assert(session:send_message(text)):wait(5)).state) end
      )
    end
  end)

  it("may be media alone, and must be something", function()
    relay.with(server, { accepts }, {}, function(session, case)
      assert(session:send_message({ to_number = "+1", from_number = "+2", media = { "https://x" }, context = "c" }))
      assert.equal("c", case:requests("messaging.send")[1].frame.params.context)
      for _, bad in ipairs({
        { from_number = "+2", body = "x" },
        { to_number = "+1", body = "x" },
        { to_number = "+1", from_number = "+2" },
        { to_number = "+1", from_number = "+2", media = {} },
        { to_number = "+1", from_number = "+2", body = "" },
      }) do
        local message, err = session:send_message(bad)
        assert.is_nil(message)
        assert.equal("invalid", err.kind)
      end
      assert.equal(1, #case:requests("messaging.send"))
    end)
  end)

  it("that are refused are errors", function()
    local refusal = { answer = { code = "402", message = "Payment required" } }
    relay.with(server, { { on = "messaging.send", steps = { refusal } } }, {}, function(session)
      local message, err = session:send_message(text)
      assert.is_nil(message)
      assert.equal(402, err.status)
    end)
  end)

  it("that are on their way end with the session", function()
    relay.with(server, { accepts }, {}, function(session)
      local message = assert(session:send_message(text))
      local task = signalwire.spawn(function() return message:wait() end)
      signalwire.sleep(0.02)
      session:close()
      local event, err = task:wait()
      assert.is_nil(event)
      assert.equal("closed", err.kind)
    end)
  end)

  it("come in, each in a task of its own", function()
    relay.with(server, { accepts }, {}, function(session, case, lines)
      local heard = {}
      session:on_message(function(message)
        heard[#heard + 1] = message
        if message.body == "boom" then error("boom") end
        assert(session:send_message({ to_number = message.from_number, from_number = "+2", body = "answer" }))
      end)
      local params = { message_id = "in-1", from_number = "+3", to_number = "+2", body = "boom", context = "sales" }
      local step = { event = "messaging.receive", params = params }
      case:now(step)
      assert.is_true(relay.eventually(function() return lines[1] ~= nil end))
      params.body, params.message_state = "Hello", "received"
      case:now(step)
      assert.is_true(relay.eventually(function() return #heard == 2 end))
      assert.equal("in-1", heard[2].id)
      assert.equal("sales", heard[2].context)
      assert.equal("received", heard[2].state)
      assert.truthy(case:wait({ event = "request", method = "messaging.send" }))
      assert.truthy(lines[1]:find("on_message failed.*boom"))
    end)
  end)

  it("that nobody takes leave the connection alone", function()
    relay.with(server, {}, {}, function(session, case, lines)
      case:now({ event = "messaging.receive", params = { message_id = "x", body = "y" } })
      assert.is_true(relay.eventually(function() return lines[1] ~= nil end))
      assert.equal("ready", session:state())
    end)
  end)
end)
