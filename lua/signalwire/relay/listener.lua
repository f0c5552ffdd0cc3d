-- Whoever waits for an event of a call: the reader puts events in, and the task that waits judges them.

local errors = require("signalwire.error")
local tasks = require("signalwire.relay.tasks")

local listener = {}

local Listener = {}
Listener.__index = Listener

--- Listens from now on. `limit` bounds the events that wait to be judged.
---@param event_type string or "*"
function listener.new(event_type, limit)
  return setmetatable({ event_type = event_type, limit = limit, events = {}, first = 1, last = 0 }, Listener)
end

--- In the reader.
function Listener:put(event)
  if self.event_type ~= "*" and self.event_type ~= event.type then return end
  if self.last - self.first >= self.limit and not event.final then return end
  self.last = self.last + 1
  self.events[self.last] = event
  self:wake()
end

function Listener:wake()
  if self.task then tasks.wake(self.task) end
end

local function next_event(self)
  if self.first > self.last then return nil end
  local event = self.events[self.first]
  self.events[self.first] = nil
  self.first = self.first + 1
  return event
end

-- The first event that `wanted` takes; or nil and why there is none.
local function wait(self, wanted, over, deadline, what)
  while true do
    local event = next_event(self)
    while event do
      if not wanted or wanted(event) then return event end
      event = next_event(self)
    end
    local err = over()
    if err then return nil, err end
    if deadline and tasks.now() >= deadline then
      return nil, errors.new({ kind = "timeout", message = what .. " did not come in time" })
    end
    self.task = tasks.current()
    local goes_on = tasks.park(self.task, deadline)
    self.task = nil
    if not goes_on then return nil, errors.new({ kind = "cancelled", message = "the task was cancelled" }) end
  end
end

--- Waits for an event. What `wanted` raises is raised here.
---@param wanted? fun(event: table): boolean
---@param over fun(): table? the error where no event is to come any more
---@param deadline? number
---@param what string
---@return table? event
---@return table? err
function Listener:wait(wanted, over, deadline, what)
  local fine, event, err = tasks.pcall(wait, self, wanted, over, deadline, what)
  if not fine then
    self.raised = event
    return nil, nil
  end
  return event, err
end

return listener
