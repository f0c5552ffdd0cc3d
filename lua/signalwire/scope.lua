-- The tasks of one run, whatever it is that runs them: which there are, how one ends, and what that does to the others.

local errors = require("signalwire.error")

local scope = {}

local unpack = table.unpack or unpack
local last_traceback

local function pack(...) return { n = select("#", ...), ... } end

scope.pack = pack

function scope.cancelled_error() return errors.new({ kind = "cancelled", message = "the task was cancelled" }) end

--- Raises where a task is cancelled: it can't wait any more.
function scope.check(task)
  if task.is_cancelled then error(scope.cancelled_error(), 0) end
end

function scope.enter(self, task)
  self.tasks[task] = true
  self.count = self.count + 1
end

function scope.leave(self, task)
  self.tasks[task] = nil
  self.count = self.count - 1
end

function scope.cancel(self)
  for task in pairs(self.tasks) do
    task:cancel()
  end
end

--- Is this what a task raised because it was cancelled?
function scope.is_cancellation(task, value)
  return task.is_cancelled and errors.is(value) and value.kind == "cancelled"
end

--- A task ends, and has returned this.
function scope.succeed(task, ...)
  task.is_done, task.results = true, pack(...)
end

--- A task ends, and has raised this. Where nobody waits for it, the others are cancelled.
---@param raised { value: any, traceback: string }
function scope.fail(task, raised)
  task.is_done, task.raised = true, raised
  if next(task.waiters) or task.scope.failure then return end
  task.scope.failure = raised
  scope.cancel(task.scope)
end

--- What a task that has ended returned; raises what it raised.
function scope.outcome(task)
  if task.raised then error(task.raised.value, 0) end
  return unpack(task.results, 1, task.results.n)
end

--- What a run comes to, all of whose tasks have ended.
function scope.result(self, root)
  if self.failure then
    last_traceback = self.failure.traceback
    error(self.failure.value, 0)
  end
  return scope.outcome(root)
end

--- Where the value was raised that a run raised last: the traceback of that task.
---@return string?
function scope.traceback() return last_traceback end

return scope
