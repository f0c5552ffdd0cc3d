-- One connection to the box's RELAY service, from the client's side a pair of queues:
--
--   local connection = box:relay()
--   connection:send(text)       true, or nil and "closed"; what is answered at once can be received at once
--   connection:receive()        the next message; nil where there is none now; nil, "closed", code, reason at its end
--   connection:close(code)      1000 where no code is given
--   connection.on_message       a function that is called when there is something new to receive, the end included.
--                               It runs within send and box:advance: it should do no more than wake a task.

local rpc = require("signalwire.sandbox.relay.rpc")

local connection = {}

local MOST_WAITING = 100000 -- messages that the client has not received yet

local methods = {}
local mt = { __name = "signalwire.sandbox.relay.connection", __index = methods }

--- A connection that has not authenticated yet.
function connection.new(hub)
  local new = { hub = hub, first = 1, last = 0, queue = {}, open = true }
  return setmetatable(new, mt)
end

local function wake(self)
  if self.on_message then self.on_message() end
end

function methods:send(text)
  if not self.open then return nil, "closed" end
  rpc.take(self, text)
  return true
end

function methods:receive()
  if self.first > self.last then
    if self.open then return nil end
    return nil, "closed", self.code, self.reason
  end
  local text = self.queue[self.first]
  self.queue[self.first] = nil
  self.first = self.first + 1
  return text
end

function methods:close(code) self:shut(code or 1000, "") end

--- The service says something.
function methods:push(text)
  if not self.open then return end
  if self.last - self.first > MOST_WAITING then return self:shut(1008, "too slow") end
  self.last = self.last + 1
  self.queue[self.last] = text
  wake(self)
end

--- The connection ends: with a code, or broken where there is none.
function methods:shut(code, reason)
  if not self.open then return end
  self.open, self.code, self.reason = false, code, reason
  if not code then
    self.queue, self.first, self.last = {}, 1, 0
  end
  if self.session then self.session:detach(self) end
  wake(self)
end

return connection
