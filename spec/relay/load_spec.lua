-- RELAY with many calls at once.
local base = require("signalwire.base")
local relay = require("spec.support.relay")

local MANY = 1000

describe("a session with a thousand calls at once #long", function()
  local server

  setup(function() server = relay.start({ plain = 2 }) end)
  teardown(function() server:stop() end)

  local function of_last(name, fields)
    fields.call_id, fields.node_id = "$last.params.call_id", "node-1"
    return { event = "calling.call." .. name, params = fields }
  end

  local ok = { answer = { code = "200", message = "OK" } }
  local control_id = "$last.params.control_id"
  local script = {
    { on = "calling.answer", steps = { ok, of_last("state", { call_state = "answered" }) } },
    {
      on = "calling.play",
      steps = {
        of_last("play", { control_id = control_id, state = "playing" }),
        ok,
        of_last("play", { control_id = control_id, state = "finished" }),
      },
    },
    {
      on = "calling.refer",
      steps = {
        ok,
        of_last("refer", { state = "inProgress" }),
        of_last("refer", { state = "success", sip_notify_response_code = "200" }),
        of_last("state", { call_state = "ended", end_reason = "hangup" }),
      },
    },
  }

  it("has each answered, played to and referred, with its events in order", function()
    relay.with(server, script, { timeout = 120 }, function(session, case, lines)
      local failures, done, most, at_most = {}, 0, 0, nil
      collectgarbage()
      local before = collectgarbage("count")
      session:on_call(function(call)
        local order = {}
        call:on("*", function(event) order[#order + 1] = tostring(event.state) end)
        local fine = call:answer()
        local answered = fine and call:wait_for_answered(120)
        if not at_most and #session:calls() == MANY then
          collectgarbage()
          at_most = (collectgarbage("count") - before) / MANY
        end
        most = math.max(most, #session:calls())
        local playing = answered
          and assert(call:play({ play = { { type = "silence", params = { duration = 1 } } } }))
        local played = playing and playing:wait(120)
        local event, err = call:refer_wait({ device = "sip:sales@example.com" }, { timeout = 120 })
        local ended = call:wait_for_ended(120)
        local in_order = relay.eventually(
          function() return table.concat(order, " ") == "answered playing finished inProgress success ended" end
        )
        if not (fine and answered and played and event and event.ok and ended and in_order) then
          failures[#failures + 1] = tostring(err or table.concat(order, " "))
        end
        done = done + 1
      end)
      local started = base.now()
      case:now({
        event = "calling.call.receive",
        count = MANY,
        params = { call_id = "$n", node_id = "node-1", call_state = "created", context = "default" },
      })
      assert.is_true(relay.eventually(function() return done == MANY end, 60))
      local seconds = base.now() - started
      assert.same({}, failures)
      assert.same({}, session:calls())
      assert.same({}, lines)
      print(("\n%d calls, %d at once, in %.1f s; %.1f KB a call"):format(MANY, most, seconds, at_most or 0))
    end)
  end)
end)
