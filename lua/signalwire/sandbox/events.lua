-- The bodies of status webhooks, in the shapes that the service documents.

local events = {}

--- What every event about a call carries.
local function about(call)
  return { call_id = call.id, node_id = call.node_id, segment_id = call.segment_id, tag = call.tag }
end

local function copy_into(params, fields)
  for name, value in pairs(fields) do
    params[name] = value
  end
  return params
end

--- An event of `event_type` about a call, without its time.
function events.of_call(call, event_type, fields)
  return {
    event_type = event_type,
    event_channel = "sandbox:" .. call.id,
    params = copy_into(about(call), fields),
  }
end

--- A call's addresses, as events show them.
function events.device(call)
  if call.type == "sip" then return { type = "sip", params = { from = call.from, to = call.to } } end
  return { type = call.type, params = { from_number = call.from, to_number = call.to } }
end

function events.call_state(call)
  return events.of_call(call, "calling.call.state", {
    call_state = call.state,
    direction = call.direction == "inbound" and "inbound" or "outbound",
    device = events.device(call),
    end_reason = call.end_reason,
    peer = call.peer and { call_id = call.peer.id, node_id = call.peer.node_id },
  })
end

--- The codes are strings, and missing until they are known.
function events.refer(call, to, state, response_code, notify_code)
  return events.of_call(call, "calling.call.refer", {
    sip_refer_to = to,
    state = state,
    sip_refer_response_code = response_code,
    sip_notify_response_code = notify_code,
  })
end

--- This one has neither control_id, nor node_id, nor event_channel.
function events.transcript(call, transcript_id, text)
  return {
    event_type = "calling.transcript.completed",
    params = { id = transcript_id, call_id = call.id, segment_id = call.segment_id, text = text },
  }
end

--- Sidecar events have a shape of their own; `ts` is in microseconds.
function events.sidecar(machine, call, kind, fields)
  local sidecar = call.sidecar
  sidecar.tick = sidecar.tick + 1
  local event = {
    type = kind,
    ts = math.floor(machine:time() * 1000000),
    tick_id = sidecar.tick,
    channel_data = { call_id = call.id, caller_id_number = call.from, destination_number = call.to },
  }
  return {
    call_info = {
      project_id = machine.project,
      space_id = machine.space_id,
      call_id = call.id,
      content_type = "text/swaig",
      content_disposition = "sidecar event",
      conversation_type = "voice",
    },
    sidecar_event = copy_into(event, fields or {}),
  }
end

--- Completes an event with its time and owner, the moment it is sent.
function events.stamp(machine, event)
  if not event.event_type then return event end
  event.timestamp = machine:time()
  event.project_id = machine.project
  event.space_id = machine.space_id
  return event
end

return events
