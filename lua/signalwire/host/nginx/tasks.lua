-- Tasks as nginx's light threads: run, spawn, wait and cancel, as signalwire.loop has them.
--
-- nginx lets only its parent wait for a light thread or kill it. So whoever waits for a task has a bell that the task
-- rings at its end, and to cancel one is to set a flag and to ring the bell that it waits at.

local base = require("signalwire.base")
local bells = require("signalwire.host.nginx.bell")
local errors = require("signalwire.error")
local phase = require("signalwire.host.nginx.phase")
local scopes = require("signalwire.scope")

local tasks = {}

local SHORTEST = 0.001 -- seconds; not every nginx has a sleep of none

local unpack = table.unpack or unpack

local Task = { __name = "signalwire.task" }
local methods = {}
Task.__index = methods

local owner_of = setmetatable({}, { __mode = "k" })
local ended_children = setmetatable({}, { __mode = "k" }) -- by the light thread that spawned them

--- The task of this light thread; nil elsewhere.
function tasks.current() return owner_of[coroutine.running()] end

tasks.check_wait = scopes.check

local function check_phase(name, level)
  local refusal = phase.refusal()
  if refusal then error(("signalwire.%s: %s"):format(name, refusal), level + 1) end
end

-- Tasks that wait for each other ------------------------------------------------------------------------------

-- A tree is the tasks of an outermost run and of all runs within it. One that waits for another without end can go on
-- only if that one can; what else a task may wait for is nginx's, and comes.
local function is_stuck(task) return task.waits_for ~= nil and task.bell.waits and not task.bell.rung end

local function free_one_if_stuck(tree)
  local victim
  for task in pairs(tree) do
    if not is_stuck(task) then return end
    if task.waits_for == "task" then victim = task end
  end
  if not victim then return end
  victim.is_stranded = true
  victim.bell:ring()
end

-- Waits for what only other tasks can bring: the end of a task, or of a scope.
local function wait_for_others(task, what)
  task.waits_for = what
  task.bell:announce()
  free_one_if_stuck(task.tree)
  task.bell:wait()
  task.waits_for = nil
end

local function check_stranded(task)
  if not task.is_stranded then return end
  task.is_stranded = nil
  error("the tasks wait for each other, and none can go on", 0)
end

-- The end of a task ------------------------------------------------------------------------------------------

local function leave_scope(task)
  local scope = task.scope
  scopes.leave(scope, task)
  task.tree[task] = nil
  if scope.count == 0 then scope.bell:ring() end
  free_one_if_stuck(task.tree)
end

local function finish(task, fine, ...)
  if task.helper then task.helper:dismiss() end
  if fine then
    scopes.succeed(task, ...)
  elseif scopes.is_cancellation(task, (...).value) then
    scopes.succeed(task, nil, (...).value)
  else
    scopes.fail(task, (...))
  end
  for bell in pairs(task.waiters) do
    bell:ring()
  end
  leave_scope(task)
end

local function with_traceback(value) return { value = value, traceback = debug.traceback(tostring(value), 2) } end

-- nginx keeps a light thread that has ended until its parent has asked for it.
local function bury(parent)
  local list = ended_children[parent]
  ended_children[parent] = nil
  for _, thread in ipairs(list or {}) do
    ngx.thread.wait(thread)
  end
end

local function body(task, parent, fn, arguments)
  local thread = coroutine.running()
  owner_of[thread] = task
  coroutine.yield() -- who spawns a task goes on first, as in signalwire.loop
  if task.is_cancelled then
    finish(task, false, { value = scopes.cancelled_error() })
  else
    finish(task, xpcall(function() return fn(unpack(arguments, 1, arguments.n)) end, with_traceback))
  end
  local list = ended_children[parent] or {}
  list[#list + 1] = thread
  ended_children[parent] = list
end

local function start(scope, fn, ...)
  if type(fn) ~= "function" then error("a task is made of a function, got a " .. type(fn), 3) end
  local parent = coroutine.running()
  bury(parent)
  local task = setmetatable({ scope = scope, tree = scope.tree, waiters = {}, bell = bells.new() }, Task)
  scopes.enter(scope, task)
  scope.tree[task] = true
  ngx.thread.spawn(body, task, parent, fn, scopes.pack(...))
  return task
end

-- Scopes -----------------------------------------------------------------------------------------------------

-- If the task that waits is cancelled meanwhile, so are those that it waits for.
local function wait_for(scope, task)
  if task then task.inner = scope end
  while scope.count > 0 do
    if task then
      wait_for_others(task, "scope")
    else
      scope.bell:wait()
    end
    if task and task.is_cancelled then scopes.cancel(scope) end
  end
  if task then task.inner = nil end
end

--- Runs a function as a task, and returns what it returns once all tasks that were spawned in it have ended too. If
--- one raises and nobody waits for it, the others are cancelled, and the value is raised here.
---@param fn function
function tasks.run(fn, ...)
  check_phase("run", 2)
  local task = tasks.current()
  if task then tasks.check_wait(task) end
  local tree, bell = task and task.tree or {}, task and task.bell or bells.new()
  local scope = { tasks = {}, count = 0, tree = tree, bell = bell }
  local root = start(scope, fn, ...)
  wait_for(scope, task)
  bury(coroutine.running())
  if task then tasks.check_wait(task) end
  return scopes.result(scope, root)
end

tasks.traceback = scopes.traceback

--- Starts a task beside this one, within the same `run`.
---@param fn function
---@return signalwire.Task
function tasks.spawn(fn, ...)
  local task = tasks.current()
  if not task then error("spawn works within a task: call it in signalwire.run(function() ... end)", 2) end
  return start(task.scope, fn, ...)
end

tasks.pcall = pcall

--- Waits until somebody wakes the task, or until the deadline. False where the task was cancelled.
function tasks.park(task, deadline)
  if not task.is_cancelled then task.bell:wait(deadline) end
  return not task.is_cancelled
end

function tasks.wake(task) task.bell:ring() end

-- Waits ------------------------------------------------------------------------------------------------------

--- Waits until the task has ended. Returns what it returned, or raises what it raised.
---@param timeout? number seconds
---@return any ... or nil and an error of kind `timeout`
function methods:wait(timeout)
  if getmetatable(self) ~= Task then error("use a colon: task:wait(...)", 2) end
  if not self.is_done then
    local task = tasks.current()
    if not task then error("a task can be waited for within the run that it belongs to", 2) end
    tasks.check_wait(task)
    self.waiters[task.bell] = true
    if timeout then
      task.bell:wait(base.now() + timeout)
    else
      wait_for_others(task, "task")
    end
    self.waiters[task.bell] = nil
    check_stranded(task)
    if not self.is_done then
      tasks.check_wait(task)
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
  self.bell:ring()
end

--- Waits; other light threads go on.
function tasks.sleep(seconds)
  check_phase("sleep", 3)
  local task = tasks.current()
  if task then tasks.check_wait(task) end
  local bell = task and task.bell or bells.new()
  bell:wait(base.now() + math.max(seconds, SHORTEST))
  if task then tasks.check_wait(task) end
end

--- Lets the others run, and all that nginx has to do, and goes on.
function tasks.pass() tasks.sleep(SHORTEST) end

return tasks
