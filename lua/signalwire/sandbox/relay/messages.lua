-- Text messages by RELAY. The last four digits of the receiver's number choose what becomes of one.

local messages = {}

-- Seconds after messaging.send.
local INITIATED, SENT, DELIVERED = 0.05, 0.1, 0.3

local failed = {
  ["0001"] = { "undelivered", "Unreachable destination handset" },
  ["0002"] = { "failed", "Spam detected" },
}

local function event_of(kind, message, state, reason)
  return {
    event_type = "messaging." .. kind,
    event_channel = "sandbox:" .. message.id,
    params = {
      message_id = message.id,
      context = message.context,
      direction = message.direction,
      from_number = message.from,
      to_number = message.to,
      body = message.body,
      media = message.media,
      tags = message.tags,
      segments = message.body and math.max(1, math.ceil(#message.body / 160)) or 1,
      message_state = state,
      reason = reason,
    },
  }
end

function messages.send(connection, params, entry)
  local machine, session = connection.hub.machine, connection.session
  if not params.body and not (params.media and params.media[1]) then
    return { code = "400", message = "params.body or params.media is required" }
  end
  local message = {
    id = machine.uuid(),
    direction = "outbound",
    context = params.context,
    from = params.from_number,
    to = params.to_number,
    body = params.body,
    media = params.media and params.media[1] and params.media,
    tags = params.tags and params.tags[1] and params.tags,
  }
  local function tell(state, reason) machine:hear(session, event_of("state", message, state, reason)) end
  local ending = failed[params.to_number:sub(-4)] or { "delivered" }
  tell("queued")
  machine:later(INITIATED, function() tell("initiated") end)
  if ending[1] ~= "failed" then machine:later(SENT, function() tell("sent") end) end
  machine:later(DELIVERED, function() tell(ending[1], ending[2]) end)
  entry.what = "sends a message: " .. ending[1]
  return { code = "200", message = "Message accepted", message_id = message.id }
end

--- A message comes in. Returns its id, and whether a session heard of it.
function messages.come_in(hub, fields)
  local message = {
    id = fields.id or hub.machine.uuid(),
    direction = "inbound",
    context = fields.context,
    from = fields.from,
    to = fields.to,
    body = fields.body,
    media = fields.media,
    tags = fields.tags,
  }
  local session = hub:listener(message.context)
  hub.machine:hear(session, event_of("receive", message, "received"))
  return message.id, session ~= nil
end

return messages
