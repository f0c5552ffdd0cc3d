-- calling.dial, whose outcome is an event by its tag, and the older calling.begin, whose answer names the call.

local hunt = require("signalwire.sandbox.relay.hunt")

local dialing = {}

local function dial_event(hub, params, state, leg)
  local call = {}
  if leg then
    call = {
      call_id = leg.id,
      node_id = leg.node_id,
      tag = params.tag,
      device = leg.device,
      dial_winner = state == "answered" or nil,
    }
  end
  return {
    event_type = "calling.call.dial",
    event_channel = "sandbox:" .. params.tag,
    params = {
      tag = params.tag,
      node_id = leg and leg.node_id or hub.node_id,
      dial_state = state,
      call = call,
    },
  }
end

function dialing.dial(connection, params, entry)
  local hub, session = connection.hub, connection.session
  local fault = hunt.fault(params.devices)
  if fault then return { code = "400", message = fault } end
  local function tell(state, leg) hub.machine:hear(session, dial_event(hub, params, state, leg)) end
  local told
  hunt.start(hub.machine, {
    devices = params.devices,
    fields = { tag = params.tag, session = session },
    progress = function(leg)
      if not told then tell("dialing", leg) end
      told = true
    end,
    answered = function(leg) tell("answered", leg) end,
    failed = function() tell("failed") end,
  })
  entry.what = "dials"
  return { code = "200", message = "Dialing" }
end

function dialing.begin(connection, params, entry)
  local hub = connection.hub
  local fault = hunt.fault { { params.device } }
  if fault then return { code = "400", message = fault } end
  local leg = hunt.leg(hub.machine, params.device, { tag = params.tag, session = connection.session })
  entry.what = "dials"
  return { code = "200", message = "Call started", call_id = leg.id, node_id = leg.node_id }
end

return dialing
