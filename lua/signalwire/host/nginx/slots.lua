-- How many requests a worker has under way to one server; what is beyond waits in a queue.

local ffi = require("ffi")

local slots = {}

local hosts = {}

local function hand_on(host)
  while host.first <= host.last do
    local entry = host.queue[host.first]
    if not entry.given_up and host.running >= entry.most then return end
    host.queue[host.first] = nil
    host.first = host.first + 1
    if not entry.given_up then
      host.running = host.running + 1
      entry.granted = true
      entry.bell:ring()
    end
  end
end

local function leave(host)
  host.running = host.running - 1
  hand_on(host)
end

local function host_of(origin)
  local host = hosts[origin]
  if not host then
    host = { running = 0, queue = {}, first = 1, last = 0 }
    host.forsaken = function() leave(host) end
    hosts[origin] = host
  end
  return host
end

-- nginx may end a light thread at any wait, and nothing of it runs then: its place comes back when it is collected.
local function guarded(finalizer) return ffi.gc(ffi.new("char[1]"), finalizer) end

local function give_up(host, entry)
  if entry.granted then return leave(host) end
  entry.given_up = true
  hand_on(host)
end

--- Waits for a place among `most`, until `deadline` or until somebody else rings the bell. Nil where none came.
---@return table? slot
function slots.take(origin, most, bell, deadline)
  local host = host_of(origin)
  if host.running < most and host.first > host.last then
    host.running = host.running + 1
    return { host = host, guard = guarded(host.forsaken) }
  end
  local entry = { bell = bell, most = most }
  local slot = { host = host, guard = guarded(function() give_up(host, entry) end) }
  host.last = host.last + 1
  host.queue[host.last] = entry
  bell:wait(deadline)
  if entry.granted then return slot end
  ffi.gc(slot.guard, nil)
  give_up(host, entry)
  return nil
end

function slots.leave(slot)
  ffi.gc(slot.guard, nil)
  leave(slot.host)
end

return slots
