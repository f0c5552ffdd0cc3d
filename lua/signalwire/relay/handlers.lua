-- The user's functions for events, by type: added, taken back, and called so that none stops another.

local errors = require("signalwire.error")
local tasks = require("signalwire.relay.tasks")

local handlers = {}

local Handlers = {}
Handlers.__index = Handlers

function handlers.new() return setmetatable({ lists = {} }, Handlers) end

--- Adds a handler; returns a function that takes it back.
function Handlers:add(name, handler, level)
  if type(handler) ~= "function" then error("a handler must be a function, not " .. type(handler), level + 1) end
  local entry = { handler }
  local list = self.lists[name] or {}
  self.lists[name] = list
  list[#list + 1] = entry
  return function()
    for i, other in ipairs(list) do
      if other == entry then table.remove(list, i) end
    end
  end
end

local function has_any(list) return list ~= nil and list[1] ~= nil end

--- Would anybody hear of it?
function Handlers:hears(name) return has_any(self.lists[name]) or has_any(self.lists["*"]) end

--- Calls a function of the user's, which may wait. What it raises is logged.
function handlers.call(log, what, fn, ...)
  local fine, message = tasks.pcall(fn, ...)
  local was_cancelled = errors.is(message) and message.kind == "cancelled"
  if not fine and not was_cancelled then log(("%s failed: %s"):format(what, tostring(message))) end
end

local function call_list(log, name, list, ...)
  local present = {}
  for i, entry in ipairs(list or {}) do
    present[i] = entry[1]
  end
  for _, handler in ipairs(present) do
    handlers.call(log, "a handler of " .. name, handler, ...)
  end
end

--- Calls those of that name, then those of "*". One that is added meanwhile is not called.
function Handlers:call(log, name, ...)
  call_list(log, name, self.lists[name], ...)
  if name ~= "*" then call_list(log, name, self.lists["*"], ...) end
end

return handlers
