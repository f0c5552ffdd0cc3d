-- Commands that make, change, move and end calls.

local controls = require("signalwire.sandbox.controls")
local events = require("signalwire.sandbox.events")
local far_end = require("signalwire.sandbox.far_end")
local peers = require("signalwire.sandbox.peers")
local refusal = require("signalwire.sandbox.refusal")
local ringing = require("signalwire.sandbox.ringing")

local calls = {}

-- Seconds after refer.
local REFER_ACCEPTED, REFER_DONE, REFER_GIVEN_UP = 0.05, 0.5, 1.5

local function is_sip(address) return type(address) == "string" and address:lower():find("^sips?:") ~= nil end

--- For people: an address without the password that it may carry.
local function without_password(address) return (address:gsub("^(%a+:[^:@]*):[^@]*@", "%1@")) end

local function set_of(list)
  local set = {}
  for _, value in ipairs(list) do
    set[value] = true
  end
  return set
end

-- Dial -------------------------------------------------------------------------------------------------------

function calls.dial(machine, _, params)
  if not params.to and not params.to_script then
    return nil, refusal.unprocessable("missing_required_parameter", "params.to is required", "to")
  end
  local to = params.to or (type(params.to_script) == "string" and params.to_script) or "to_script"
  local call = machine:add_call {
    type = is_sip(to) and "sip" or "phone",
    state = "queued",
    from = params.from,
    to = to,
    direction = "outbound-api",
    url = params.url,
    status_url = params.status_url,
    status_events = set_of(params.status_events or { "ended" }),
  }
  ringing.start(machine, call, params.timeout)
  return ("dials %s"):format(without_password(to)), nil, call
end

-- End and update ---------------------------------------------------------------------------------------------

calls["end"] = function(machine, call, params)
  local reason = params.reason or "hangup"
  controls.end_call(machine, call, reason)
  return "ends: " .. reason
end

local new_status = {}

function new_status.canceled(machine, call)
  if call.state == "answered" then
    return nil, refusal.unprocessable("cannot_cancel_in_progress", "the call is in progress", "status")
  end
  controls.end_call(machine, call, "cancel", "canceled")
  return "is canceled"
end

function new_status.completed(machine, call)
  if call.state ~= "answered" then
    return nil, refusal.state(("the call is %s, not answered"):format(call.state), "status")
  end
  controls.end_call(machine, call, "hangup", "completed")
  return "is completed"
end

function calls.update(machine, call, params)
  if call.state == "ended" then
    return nil, refusal.unprocessable("cannot_update_completed", "the call has ended", "id")
  end
  if not params.status then
    if call.state ~= "answered" then
      return nil, refusal.unprocessable("cannot_redirect_not_in_progress", "the call is not answered", "id")
    end
    call.url = params.url or call.url
  end
  call.status_url = params.status_url or call.status_url
  call.status_events = call.status_events or { ended = true }
  if params.status then return new_status[params.status](machine, call) end
  return "takes new instructions"
end

function calls.disconnect(machine, call)
  if not call.peer then return "has nobody bridged to it: nothing to part" end
  peers.part(machine, call)
  return "parts from its peer"
end

function calls.transfer(_, call, params)
  if type(params.dest) == "string" then call.url = params.dest end
  return "goes on with other instructions"
end

-- Refer ------------------------------------------------------------------------------------------------------

--- How the REFER ends: seconds, the state, the answer to the REFER, and what its NOTIFY said.
local refer_ends = {
  answer = { REFER_DONE, "success", "202", "200" },
  busy = { REFER_DONE, "busy", "202", "486" },
  decline = { REFER_DONE, "error", "202", "603" },
  noAnswer = { REFER_GIVEN_UP, "noAnswer", "202", "480" },
  error = { REFER_DONE, "error", "403" },
}

function calls.refer(machine, call, params)
  if call.type ~= "sip" then
    local message = ("refer needs a SIP call; this is a %s call"):format(call.type)
    return nil, refusal.unprocessable("invalid_command_attempted", message)
  end
  local to = params.device.params.to
  if not is_sip(to) then
    local message = "params.device.params.to does not start with sip:"
    return nil, refusal.unprocessable("invalid_sip_destination", message, "device.params.to")
  end
  local url = params.status_url
  local ending = refer_ends[far_end.of(to).outcome]
  machine:later(REFER_ACCEPTED, function()
    local accepted = ending[3] == "202" and "202" or nil
    machine:tell(url, call, events.refer(call, to, "inProgress", accepted))
  end)
  machine:later(ending[1], function()
    local ended_first = call.state == "ended"
    if ended_first then
      machine:tell(url, call, events.refer(call, to, "cancel", ending[3], ending[4] and "487"))
    else
      machine:tell(url, call, events.refer(call, to, ending[2], ending[3], ending[4]))
    end
  end)
  return ("refers to %s: %s"):format(without_password(to), ending[2])
end

return calls
