-- What will be known once: a value, or nil and an error. Any number of tasks wait for it, each as often as it likes.

local errors = require("signalwire.error")
local tasks = require("signalwire.relay.tasks")

local promise = {}

local Promise = {}
Promise.__index = Promise

function promise.new() return setmetatable({ is_kept = false, waiters = {} }, Promise) end

--- Only the first time counts; then true.
function Promise:keep(value, err)
  if self.is_kept then return false end
  self.is_kept, self.value, self.err = true, value, err
  for task in pairs(self.waiters) do
    tasks.wake(task)
  end
  return true
end

--- The value, or nil and an error: the promise's own, or of kind `timeout` or `cancelled`.
---@param deadline? number
---@param what string what did not come in time
function Promise:wait(deadline, what)
  local task = tasks.current()
  while not self.is_kept do
    if deadline and tasks.now() >= deadline then
      return nil, errors.new({ kind = "timeout", message = what .. " in time" })
    end
    self.waiters[task] = true
    local goes_on = tasks.park(task, deadline)
    self.waiters[task] = nil
    if not goes_on and not self.is_kept then
      return nil, errors.new({ kind = "cancelled", message = "the task was cancelled" })
    end
  end
  return self.value, self.err
end

return promise
