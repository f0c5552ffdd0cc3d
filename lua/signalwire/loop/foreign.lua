-- What the adapters to other people's loops share.

local base = require("signalwire.base")
local core = require("signalwire.core")

local foreign = {}

local engine = core.engine
local POLL = 0.01 -- seconds

--- Whether the running coroutine can be yielded from here. Lua 5.1 can't tell, so the stack must.
foreign.can_yield = coroutine.isyieldable or function() return not base.boundary() end

--- The seconds until the engine must be asked to work although its descriptor is not readable; nil for never. A build
--- without epoll has no descriptor, and is asked again and again.
function foreign.patience()
  local seconds = engine:patience()
  if engine:descriptor() then return seconds end
  return math.min(seconds or POLL, POLL)
end

return foreign
