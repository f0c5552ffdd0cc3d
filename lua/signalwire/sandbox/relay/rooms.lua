-- RELAY's commands that bring a call together with others: conferences, rooms and queues.

local queues = require("signalwire.sandbox.relay.queues")

local rooms = {}

local function no(code, message) return nil, { code = code, message = message } end

local function index_of(list, call)
  for i, item in ipairs(list) do
    if item == call then return i end
  end
  return nil
end

-- Conferences --------------------------------------------------------------------------------------------------

local function conference_event(hub, conference, status, call, session)
  local event = {
    event_type = "calling.conference",
    event_channel = "sandbox:" .. conference.id,
    params = {
      conference_id = conference.id,
      name = conference.name,
      status = status,
      size = #conference.members,
      call_id = call and call.id,
      node_id = call and call.node_id,
    },
  }
  hub.machine:hear(session, event)
end

local function leave(hub, conference, call)
  local place = index_of(conference.members, call)
  if not place then return false end
  table.remove(conference.members, place)
  conference_event(hub, conference, "participant-leave", call, call.session)
  if #conference.members == 0 then
    hub.conferences[conference.name] = nil
    conference_event(hub, conference, "conference-end", nil, call.session)
  end
  return true
end

function rooms.join_conference(hub, call, params, entry)
  local conference = hub.conferences[params.name]
  local is_new = conference == nil
  if is_new then
    conference = { id = hub.machine.uuid(), name = params.name, members = {} }
    hub.conferences[params.name] = conference
  end
  if index_of(conference.members, call) then return no("409", "Call is in that conference already") end
  if params.max_participants and #conference.members >= params.max_participants then
    return no("409", "The conference is full")
  end
  if is_new then conference_event(hub, conference, "conference-start", nil, call.session) end
  table.insert(conference.members, call)
  conference_event(hub, conference, "participant-join", call, call.session)
  hub.machine:watch(call, function(state)
    if state == "ended" then leave(hub, conference, call) end
  end)
  entry.what = "joins conference " .. params.name
  return { conference_id = conference.id }
end

function rooms.leave_conference(hub, call, params, entry)
  for _, conference in pairs(hub.conferences) do
    if conference.id == params.conference_id then
      if not leave(hub, conference, call) then break end
      entry.what = "leaves conference " .. conference.name
      return {}
    end
  end
  return no("404", "Call is not in that conference")
end

function rooms.join_room(_, call, params, entry)
  call.room = params.name
  entry.what = "joins room " .. params.name
  return {}
end

function rooms.leave_room(_, call, _, entry)
  if not call.room then return no("404", "Call is in no room") end
  call.room = nil
  entry.what = "leaves its room"
  return {}
end

-- Queues -------------------------------------------------------------------------------------------------------

rooms["queue.enter"] = function(hub, call, params, entry)
  local place = queues.enter(hub, call, params)
  if not place then return no("409", "Call is in that queue already") end
  entry.what = "enters queue " .. params.queue_name
  return { queue_id = place.id }
end

rooms["queue.leave"] = function(hub, call, params, entry)
  if not queues.leave(hub, call, params.queue_name) then return no("404", "Call is not in that queue") end
  entry.what = "leaves queue " .. params.queue_name
  return {}
end

return rooms
