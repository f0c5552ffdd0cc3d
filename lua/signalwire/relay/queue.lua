-- Commands that wait for a connection: in order, no more than a limit.

local tasks = require("signalwire.relay.tasks")

local queue = {}

local Queue = {}
Queue.__index = Queue

---@param limit integer
function queue.new(limit) return setmetatable({ limit = limit, requests = {} }, Queue) end

--- False where it is full.
function Queue:put(request)
  if #self.requests >= self.limit then return false end
  self.requests[#self.requests + 1] = request
  return true
end

--- Takes this one out, if it is there.
function Queue:withdraw(request)
  for i, other in ipairs(self.requests) do
    if other == request then return table.remove(self.requests, i) end
  end
end

--- Takes all out.
---@return table requests
function Queue:empty()
  local requests = self.requests
  self.requests = {}
  return requests
end

-- In the same order, before what came meanwhile.
local function put_back(self, requests, from)
  local all = {}
  for i = from, #requests do
    all[#all + 1] = requests[i]
  end
  for _, later in ipairs(self.requests) do
    all[#all + 1] = later
  end
  self.requests = all
end

--- Sends those that still have time over a connection; where that breaks, the rest goes on waiting.
function Queue:flush(connection)
  local requests = self:empty()
  for i, request in ipairs(requests) do
    local is_due = not request.abandoned and request.deadline > tasks.now()
    if is_due and not connection:send(request) then return put_back(self, requests, i) end
  end
end

return queue
