-- Events on their way to handlers: in order, one task at a time, bounded. Where handlers are slow, progress is dropped
-- before anything that matters, and the handlers of the next event are told how much.

local tasks = require("signalwire.relay.tasks")

local mailbox = {}

local Mailbox = {}
Mailbox.__index = Mailbox

---@param limit integer
---@param deliver fun(event: table, dropped: integer)
---@param on_drop fun() called with the first event of a row that is dropped
function mailbox.new(limit, deliver, on_drop)
  return setmetatable(
    { limit = limit, deliver = deliver, on_drop = on_drop, events = {}, first = 1, last = 0, dropped = 0 },
    Mailbox
  )
end

-- A change of a call's state is never mere progress.
local function is_progress(event) return not event.final and event.type ~= "calling.call.state" end

local function drop_oldest_progress(self)
  for i = self.first, self.last do
    if is_progress(self.events[i]) then
      table.remove(self.events, i - self.first + 1)
      self.last = self.last - 1
      return true
    end
  end
end

-- table.remove counts from 1.
local function move_to_front(self)
  if self.first == 1 then return end
  local events, count = {}, 0
  for i = self.first, self.last do
    count = count + 1
    events[count] = self.events[i]
  end
  self.events, self.first, self.last = events, 1, count
end

local function make_room(self)
  if self.last - self.first + 1 < self.limit then return end
  move_to_front(self)
  if not drop_oldest_progress(self) then return end
  if self.dropped == 0 then self.on_drop() end
  self.dropped = self.dropped + 1
end

local function deliver_all(self)
  while self.first <= self.last do
    local event = self.events[self.first]
    self.events[self.first] = nil
    self.first = self.first + 1
    local dropped = self.dropped
    self.dropped = 0
    self.deliver(event, dropped)
  end
  self.events, self.first, self.last = {}, 1, 0
  self.is_running = false
end

function Mailbox:put(event)
  make_room(self)
  self.last = self.last + 1
  self.events[self.last] = event
  if self.is_running then return end
  self.is_running = true
  tasks.spawn(deliver_all, self)
end

return mailbox
