-- A session's connection where there is no network: the sandbox's box, within this process.

local tasks = require("signalwire.relay.tasks")

local box = {}

local Connection = {}
Connection.__index = Connection

--- Has what signalwire.websocket has.
---@param service table a box of signalwire.sandbox()
function box.open(service)
  local self = setmetatable({ inner = service:relay(), heard = tasks.now() }, Connection)
  self.inner.on_message = function()
    if self.task then tasks.wake(self.task) end
  end
  return self
end

function Connection:send(text) return self.inner:send(text) == true end

local function ended(code, reason)
  local words = code and ("%d %s"):format(code, reason or "") or "without a word"
  return { kind = "network", message = "the server closed the connection: " .. words, code = code }
end

function Connection:receive(deadline)
  while true do
    local text, why, code, reason = self.inner:receive()
    if text then
      self.heard = tasks.now()
      return text
    end
    if why then return nil, ended(code, reason) end
    if tasks.now() >= deadline then return nil, { kind = "timeout", message = "nothing came in time" } end
    self.task = tasks.current()
    local goes_on = tasks.park(self.task, deadline)
    self.task = nil
    if not goes_on then return nil, { kind = "cancelled", message = "the task was cancelled" } end
  end
end

function Connection:say_goodbye(code) self.inner:close(code) end

function Connection:close() self.inner:close() end

return box
