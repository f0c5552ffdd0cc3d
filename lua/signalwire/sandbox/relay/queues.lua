-- Queues of calls, by their names: who waits, and who is next.

local events = require("signalwire.sandbox.events")

local queues = {}

local function microseconds(machine) return math.floor(machine:time() * 1000000) end

local function tell(machine, queue, entry, status, fields)
  local params = {
    control_id = status ~= "dequeue" and entry.control_id or nil,
    status = status,
    id = entry.id,
    name = queue.name,
    position = entry.position,
    size = #queue.entries,
    avg_time = 0,
    enqueue_ts = entry.enqueued,
  }
  for name, value in pairs(fields or {}) do
    params[name] = value
  end
  machine:tell(entry.url, entry.call, events.of_call(entry.call, "calling.call.queue", params))
end

local function place_of(queue, call)
  for i, entry in ipairs(queue and queue.entries or {}) do
    if entry.call == call then return i end
  end
  return nil
end

local function take_out(machine, queue, place, status)
  local entry = table.remove(queue.entries, place)
  local stamp = status == "leave" and "leave_ts" or "dequeue_ts"
  tell(machine, queue, entry, status, { [stamp] = microseconds(machine) })
  return entry
end

--- Puts a call at a queue's end. Returns its entry, or nil where it waits there already.
function queues.enter(hub, call, params)
  local machine = hub.machine
  local queue = hub.queues[params.queue_name] or { name = params.queue_name, entries = {} }
  hub.queues[params.queue_name] = queue
  if place_of(queue, call) then return nil end
  local entry = {
    id = machine.uuid(),
    call = call,
    control_id = params.control_id,
    url = params.status_url,
    position = #queue.entries + 1,
    enqueued = microseconds(machine),
  }
  table.insert(queue.entries, entry)
  tell(machine, queue, entry, "enqueue")
  machine:watch(call, function(state)
    local place = state == "ended" and place_of(queue, call)
    if place then take_out(machine, queue, place, "leave") end
  end)
  return entry
end

--- Takes a call out. Returns its entry, or nil where it does not wait there.
function queues.leave(hub, call, name)
  local place = place_of(hub.queues[name], call)
  return place and take_out(hub.machine, hub.queues[name], place, "leave") or nil
end

--- Takes who waits longest out of a queue: the entry, or nil.
function queues.next(hub, name)
  local queue = hub.queues[name]
  if not queue or not queue.entries[1] then return nil end
  return take_out(hub.machine, queue, 1, "dequeue")
end

return queues
