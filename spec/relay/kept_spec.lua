-- What is over leaves nothing behind: on Lua 5.1 and LuaJIT a weak table keeps what its own values refer to.
local kept = require("spec.support.kept")
local relay = require("spec.support.relay")
local signalwire = require("signalwire")

local device = { type = "sip", params = { to = "sip:alice@example.com", from = "sip:desk@example.com" } }

describe("Nothing is left behind by", function()
  it("a session whose handlers refer to it", function()
    kept.assert_none(50, function()
      local box = signalwire.sandbox()
      local session = signalwire.assert(signalwire.relay({ sandbox = box, contexts = { "sales" } }))
      local heard
      session:on_call(function() return session end)
      session:on_message(function() return session end)
      session:on_event(function(event) heard = event and session end)
      session:run(function()
        box:add_call({ context = "sales" })
        while not heard do
          box:advance(0.1)
          signalwire.sleep(0.001)
        end
      end)
    end)
  end)

  it("a call whose handlers refer to it, its actions and its waits", function()
    kept.assert_none(30, function()
      local box = signalwire.sandbox()
      local session = signalwire.assert(signalwire.relay({ sandbox = box, log = function() end }))
      session:run(function()
        signalwire.spawn(function()
          while session:state() ~= "closed" do
            box:advance(1)
            signalwire.sleep(0.001)
          end
        end)
        local call = assert(session:dial(device))
        call:on("*", function() return call end)
        local playing = assert(call:play({ play = { { type = "silence", params = { duration = 3 } } } }))
        playing:on_completed(function() return playing end)
        assert(playing:wait(5))
        assert(call:refer_wait({ device = "sip:busy@example.com" }, { timeout = 5 }))
        assert(call:play({ play = { { type = "silence", params = { duration = 30 } } } }))
        assert(call:hangup())
        assert(call:wait_for_ended(5))
      end)
    end)
  end)

  describe("a session that goes on, and", function()
    local server

    setup(function() server = relay.start({ plain = 2 }) end)
    teardown(function() server:stop() end)

    it("calls that came, were heard of and ended", function()
      relay.with(server, {}, { timeout = 60 }, function(session, case)
        local ended = 0
        session:on_call(function(call)
          call:on("*", function() return call end)
          call:wait_for_ended(60)
          ended = ended + 1
        end)
        local round = 0
        kept.assert_none(2, function()
          round, ended = round + 1, 0
          local id = function(i) return ("call-%d-%d"):format(round, i) end
          for i = 1, 20 do
            local fields = { call_state = "created", context = "default" }
            case:now(
              relay.of(id(i), "receive", fields),
              relay.state(id(i), "answered"),
              relay.state(id(i), "ended")
            )
          end
          assert.is_true(relay.eventually(function() return ended == 20 end, 30))
        end, 20)
      end)
    end)

    it("messages that were sent and delivered", function()
      local script = {
        {
          on = "messaging.send",
          steps = {
            { answer = { code = "200", message = "OK", message_id = "$last.id" } },
            { event = "messaging.state", params = { message_id = "$last.id", message_state = "delivered" } },
          },
        },
      }
      relay.with(server, script, { timeout = 60 }, function(session)
        kept.assert_none(50, function()
          local message = assert(session:send_message({ to_number = "+1", from_number = "+2", body = "x" }))
          message:on_completed(function() return message end)
          assert.is_true(assert(message:wait(10)).ok)
        end)
      end)
    end)
  end)
end)
