-- Tasks: plain coroutines that wait for requests, for time and for each other.
--
-- All yields happen in `suspend` and `pass`, none across a pcall, an iterator or a metamethod of ours: Lua 5.1 allows
-- no other.

local base = require("signalwire.base")
local core = require("signalwire.core")
local errors = require("signalwire.error")
local scopes = require("signalwire.scope")
local timers = require("signalwire.timers")

local loop = {}

local engine = core.engine
local unpack = table.unpack or unpack
local IDLE = 86400 -- seconds

-- What a task yields when it waits; a coroutine.yield of the user's in a task only lets the others run.
local WAITS = {}

-- Lua 5.1 keeps an entry whose task still refers to its thread, so the end of a task takes the one from the other.
local owner_of = setmetatable({}, { __mode = "k" })

local ready, first, last = {}, 1, 0
local waiting_for = {}
local next_ticket = 0

local pack = scopes.pack

-- Tasks ----------------------------------------------------------------------------------------------------

local Task = { __name = "signalwire.task" }
local methods = {}
Task.__index = methods

local function stop_waiting(task)
  task.waits = false
  if task.timer then timers.remove(task.timer) end
  if task.ticket then waiting_for[task.ticket] = nil end
  task.timer, task.ticket = false, false
end

local function wake(task)
  if not task.waits then return end
  stop_waiting(task)
  last = last + 1
  ready[last] = task
end

--- The task that may wait here; nil where a call must block: outside of tasks, in a coroutine of the user's own, or
--- below a function of C that can't be yielded across.
function loop.current()
  local thread, is_main = coroutine.running()
  local task = thread and not is_main and owner_of[thread]
  if not task then return nil end
  if coroutine.isyieldable and not coroutine.isyieldable() then return nil end
  return task
end

-- Lua 5.1 can't tell, so the stack must: yielding below a function of C would raise in the midst of a request.
local function check_boundary()
  local name = not coroutine.isyieldable and base.boundary()
  if not name then return end
  error(("a task can't wait within %s on Lua 5.1; in place of pcall, use signalwire.pcall"):format(name), 0)
end

-- Waits until somebody wakes the task, or until the deadline.
local function suspend(task, deadline)
  task.waits = true
  if deadline then task.timer = timers.add(deadline, wake, task) end
  coroutine.yield(WAITS)
end

local function check_wait(task)
  scopes.check(task)
  check_boundary()
end

local function leave_scope(task)
  local scope = task.scope
  scopes.leave(scope, task)
  if scope.count == 0 and scope.waiter then wake(scope.waiter) end
end

local function finish(task, fine, ...)
  if fine then
    scopes.succeed(task, ...)
  elseif scopes.is_cancellation(task, (...)) then
    scopes.succeed(task, nil, (...))
  else
    scopes.fail(task, { value = (...), traceback = debug.traceback(task.thread, tostring((...))) })
  end
  for waiter in pairs(task.waiters) do
    wake(waiter)
  end
  owner_of[task.thread], task.thread = nil, false
  leave_scope(task)
end

local function step(task, fine, ...)
  if coroutine.status(task.thread) == "dead" then return finish(task, fine, ...) end
  if (...) == WAITS then return end
  task.waits = true
  wake(task)
end

local function resume(task)
  local arguments = task.arguments
  task.arguments = false
  if not arguments then return step(task, coroutine.resume(task.thread)) end
  if task.is_cancelled then return finish(task, false, scopes.cancelled_error()) end
  return step(task, coroutine.resume(task.thread, unpack(arguments, 1, arguments.n)))
end

local function run_ready()
  local present = last
  while first <= present do
    local task = ready[first]
    ready[first] = nil
    first = first + 1
    if not task.is_done then resume(task) end
  end
end

-- A field that is false is read at once; one that is not there is looked for in the metatable too.
local function new_task(scope)
  return {
    scope = scope,
    arguments = false,
    thread = false,
    waiters = {},
    waits = true,
    timer = false,
    ticket = false,
    exchange = false,
    inner = false,
    is_cancelled = false,
    is_done = false,
    results = false,
    raised = false,
  }
end

local function start(scope, fn, ...)
  if type(fn) ~= "function" then error("a task is made of a function, got a " .. type(fn), 3) end
  local task = setmetatable(new_task(scope), Task)
  task.arguments, task.thread = pack(...), coroutine.create(fn)
  owner_of[task.thread] = task
  scopes.enter(scope, task)
  wake(task)
  return task
end

-- Scopes ---------------------------------------------------------------------------------------------------

local function wake_ended()
  local ticket = engine:next_ended()
  while ticket do
    if waiting_for[ticket] then wake(waiting_for[ticket]) end
    ticket = engine:next_ended()
  end
end

-- A call that blocked may have brought the end of others, and ends no wait by that.
local function wait_for_news()
  wake_ended()
  local due = timers.next()
  if first > last and not due and not next(waiting_for) then
    error("the tasks wait for each other, and none can go on", 0)
  end
  local patience = first <= last and 0 or due and math.max(due - base.now(), 0) or IDLE
  engine:work(patience)
  wake_ended()
  timers.wake_due(base.now())
end

local function drive(scope)
  while scope.count > 0 do
    run_ready()
    if scope.count > 0 then wait_for_news() end
  end
end

-- Behind an error within the loop itself, such as Ctrl-C: no task runs again, and no transfer stays behind.
local function abandon(scope)
  for task in pairs(scope.tasks) do
    if task.inner then abandon(task.inner) end
    if task.exchange then task.exchange:cancel() end
    stop_waiting(task)
    owner_of[task.thread], task.thread = nil, false
    scopes.succeed(task, nil, scopes.cancelled_error())
  end
  scope.tasks, scope.count = {}, 0
end

local function drive_or_abandon(scope)
  local fine, message = pcall(drive, scope)
  if fine then return end
  abandon(scope)
  error(message, 0)
end

-- Within a task the loop runs already. If the task is cancelled meanwhile, so are those that it waits for.
local function wait_for_scope(task, scope)
  task.inner, scope.waiter = scope, task
  while scope.count > 0 do
    suspend(task)
    if task.is_cancelled then scopes.cancel(scope) end
  end
  task.inner = false
end

--- Runs a function as a task, and returns what it returns once all tasks that were spawned in it have ended too. If
--- one raises and nobody waits for it, the others are cancelled, and the value is raised here.
---@param fn function
function loop.run(fn, ...)
  local scope = { tasks = {}, count = 0 }
  local task = loop.current()
  if task then check_wait(task) end
  local root = start(scope, fn, ...)
  if task then
    wait_for_scope(task, scope)
    check_wait(task)
  else
    drive_or_abandon(scope)
  end
  return scopes.result(scope, root)
end

loop.traceback = scopes.traceback

--- Starts a task beside this one, within the same `run`.
---@param fn function
---@return signalwire.Task
function loop.spawn(fn, ...)
  local task = loop.current()
  if not task then error("spawn works within a task: call it in signalwire.run(function() ... end)", 2) end
  return start(task.scope, fn, ...)
end

-- Waits ----------------------------------------------------------------------------------------------------

--- Waits until the task has ended. Returns what it returned, or raises what it raised.
---@param timeout? number seconds
---@return any ... or nil and an error of kind `timeout`
function methods:wait(timeout)
  if getmetatable(self) ~= Task then error("use a colon: task:wait(...)", 2) end
  if not self.is_done then
    local task = loop.current()
    if not task then error("a task can be waited for within the run that it belongs to", 2) end
    check_wait(task)
    self.waiters[task] = true
    suspend(task, timeout and base.now() + timeout)
    self.waiters[task] = nil
    if not self.is_done then
      check_wait(task)
      return nil, errors.new({ kind = "timeout", message = "the task did not end in time" })
    end
  end
  return scopes.outcome(self)
end

--- Ends the task: its request in flight gives an error of kind `cancelled`, any other wait raises, and so does each
--- further one.
function methods:cancel()
  if getmetatable(self) ~= Task then error("use a colon: task:cancel()", 2) end
  if self.is_done or self.is_cancelled then return end
  self.is_cancelled = true
  if self.exchange then self.exchange:cancel() end
  wake(self)
end

--- Lets the other tasks run for that time.
function loop.sleep(task, seconds)
  check_wait(task)
  suspend(task, base.now() + seconds)
  check_wait(task)
end

--- Lets the others run, and goes on.
function loop.pass() coroutine.yield() end

--- Waits until somebody wakes the task, or until the deadline. False where the task was cancelled.
function loop.park(task, deadline)
  check_boundary()
  if not task.is_cancelled then suspend(task, deadline) end
  return not task.is_cancelled
end

loop.wake = wake

--- Raises where this task may not wait.
loop.check_wait = check_wait

--- Starts an exchange by `begin(ticket, ...)` and waits for its end, or until the deadline.
function loop.await(task, deadline, begin, ...)
  check_wait(task)
  next_ticket = next_ticket + 1
  local exchange = begin(next_ticket, ...)
  if exchange:done() then return exchange end
  task.exchange, task.ticket = exchange, next_ticket
  waiting_for[next_ticket] = task
  suspend(task, deadline)
  task.exchange = false
  return exchange
end

--- As Lua's own pcall, but that a task can wait within it on Lua 5.1 too.
function loop.pcall(fn, ...)
  local task = loop.current()
  if not task or coroutine.isyieldable then return pcall(fn, ...) end
  local thread = coroutine.create(fn)
  owner_of[thread] = task
  local results = pack(coroutine.resume(thread, ...))
  while coroutine.status(thread) == "suspended" do
    results = pack(coroutine.resume(thread, coroutine.yield(unpack(results, 2, results.n))))
  end
  return unpack(results, 1, results.n)
end

require("signalwire.host.curl").add_waiter(loop)

return loop
