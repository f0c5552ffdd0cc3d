-- What RELAY needs of its host: tasks, time, and bytes to and from a server.

local host = require("signalwire.host")
local loop = host.tasks()

local tasks = {}

tasks.now = host.now
tasks.log = host.log
tasks.agent = host.agent
tasks.stream = host.stream
tasks.warn = host.warn
tasks.spawn = loop.spawn
tasks.pcall = loop.pcall
tasks.park = loop.park
tasks.pass = loop.pass
tasks.wake = loop.wake
tasks.run = loop.run
tasks.current = loop.current
tasks.is_within_another_loop = host.is_within_another_loop

--- Raises where the running coroutine may not wait.
---@param level integer as `error` has it
function tasks.check(level)
  local task = loop.current()
  if not task then error("RELAY works within tasks: call this in relay:run or in signalwire.run", level + 1) end
  loop.check_wait(task)
end

return tasks
