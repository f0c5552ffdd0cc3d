-- A place for webhooks of people who have no server: the sandbox keeps them, and GET takes the next one out.

local inbox = {}

local CAPACITY = 10000
local POLL = 0.02 -- seconds
local LONGEST_WAIT = 60

local kept = {}

local function call_id_of(event)
  local about = type(event) == "table" and (event.params or event.call_info)
  return type(about) == "table" and about.call_id
end

--- Keeps an event; of too many, the oldest goes.
function inbox.put(event)
  if #kept >= CAPACITY then table.remove(kept, 1) end
  kept[#kept + 1] = event
end

--- How many there are.
function inbox.count() return #kept end

local function take(call_id, event_type)
  for i, event in ipairs(kept) do
    local wanted = (not call_id or call_id_of(event) == call_id)
      and (not event_type or event.event_type == event_type)
    if wanted then return table.remove(kept, i) end
  end
  return nil
end

--- The oldest event that fits, waited for; nil if none comes in time. `sleep` and `now` are nginx's.
---@param wanted table @`wait` in seconds, `call_id`, `event_type`
function inbox.next(wanted, sleep, now)
  local stop = now() + math.min(tonumber(wanted.wait) or 0, LONGEST_WAIT)
  while true do
    local event = take(wanted.call_id, wanted.event_type)
    if event then return event end
    if now() >= stop then return nil end
    sleep(POLL)
  end
end

return inbox
