-- RELAY's commands that take, refuse, hold and end a call.

local controls = require("signalwire.sandbox.controls")
local events = require("signalwire.sandbox.events")

local answering = {}

local end_reasons = { hangup = true, cancel = true, busy = true, noAnswer = true, decline = true, error = true }

local function no(code, message) return nil, { code = code, message = message } end

function answering.answer(hub, call, _, entry)
  entry.what = "answers"
  if call.state == "answered" then return {} end
  if call.direction ~= "inbound" then return no("409", "Call is outbound") end
  call.offered = nil
  hub.machine:move(call, "answered")
  return {}
end

answering["end"] = function(hub, call, params, entry)
  local reason = params.reason or "hangup"
  if not end_reasons[reason] then return no("400", "params.reason is none of the known ones") end
  controls.end_call(hub.machine, call, reason)
  entry.what = "ends: " .. reason
  return {}
end

function answering.pass(hub, call, _, entry)
  if not call.offered then return no("409", "Call was not offered, or is taken") end
  hub:pass(call)
  entry.what = "leaves it to others"
  return {}
end

local function holding(state, text)
  return function(hub, call, _, entry)
    hub.machine:hear(call.session, events.of_call(call, "calling.call.hold", { state = state }))
    entry.what = text
    return {}
  end
end

answering.hold = holding("hold", "holds")
answering.unhold = holding("unhold", "holds no more")

return answering
