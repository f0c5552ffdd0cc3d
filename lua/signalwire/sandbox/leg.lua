-- The answer to every command: the call as the API shows it.

local leg = {}

local types = { sip = "relay_sip_call", phone = "relay_pstn_call", webrtc = "relay_webrtc_call" }

--- ISO 8601 in UTC, with milliseconds.
local function iso(seconds)
  local whole = math.floor(seconds)
  return os.date("!%Y-%m-%dT%H:%M:%S", whole) .. (".%03dZ"):format(math.floor((seconds - whole) * 1000))
end

--- Milliseconds since the call was answered, or nil.
local function milliseconds(machine, call)
  if not call.answered_at then return nil end
  return math.floor(((call.ended_at or machine.clock) - call.answered_at) * 1000 + 0.5)
end

--- The body of a 200.
function leg.of(machine, call)
  local null = machine.null
  local ms = milliseconds(machine, call)
  return {
    id = call.id,
    from = call.from,
    to = call.to,
    direction = call.direction,
    source = "realtime_api",
    url = call.url or null,
    charge = 0,
    created_at = iso(machine.born + call.created_at),
    charge_details = { { description = "Sandbox calls are free", charge = 0 } },
    status = call.final_status or call.state,
    duration = ms and math.floor(ms / 1000) or null,
    duration_ms = ms or null,
    billing_ms = ms or null,
    type = types[call.type],
    parent_id = null,
  }
end

return leg
