-- Calls within coroutines that `spawn` made wait in uv.run, instead of blocking.
--
-- luv has no coroutines of its own, so these belong to the adapter. Its handles are active only while calls are under
-- way, so that uv.run() ends.

local base = require("signalwire.base")
local core = require("signalwire.core")
local foreign = require("signalwire.loop.foreign")
local host = require("signalwire.host.curl")
local uv = require("luv")

local adapter = {}

local engine = core.engine
local is_installed = false

local is_ours = setmetatable({}, { __mode = "k" }) -- by coroutine
local waiting = {} -- coroutine -> its exchange

local timer, idle, poll, polled_descriptor

local function milliseconds(seconds) return math.ceil(seconds * 1000) end

local function resume(thread, ...)
  local fine, message = coroutine.resume(thread, ...)
  if not fine then error(debug.traceback(thread, tostring(message)), 0) end
end

local turn

-- An idle handle's callback comes once in each turn of uv's loop; a timer of 0 ms could keep uv from all else.
local function turn_soon()
  idle = idle or uv.new_idle()
  idle:start(turn)
end

local function unwatch()
  if poll then poll:close() end
  poll, polled_descriptor = nil, nil
end

-- The descriptor is another one after a fork.
local function watch_descriptor()
  local descriptor = engine:descriptor()
  if descriptor == polled_descriptor then return end
  unwatch()
  poll, polled_descriptor = uv.new_poll(descriptor), descriptor
  poll:start("r", turn)
end

local function watch()
  watch_descriptor()
  local patience = foreign.patience()
  if patience == 0 then return end
  idle:stop()
  timer = timer or uv.new_timer()
  if patience then
    timer:start(milliseconds(patience), 0, turn)
  else
    timer:stop()
  end
end

local function rest()
  idle:stop()
  if timer then timer:stop() end
  unwatch()
end

local function ended_ones()
  local threads = {}
  for thread, exchange in pairs(waiting) do
    if exchange:done() then threads[#threads + 1] = thread end
  end
  return threads
end

-- One that was resumed may have resumed another, who then does not wait any more.
local function resume_ended(thread)
  local exchange = waiting[thread]
  if not exchange or not exchange:done() then return end
  waiting[thread] = nil
  resume(thread)
end

-- If a coroutine raises, the next turn goes on with the others. It is needed too after those that were resumed: they
-- may have started more, or ended some by a call that blocks.
function turn()
  engine:work(0)
  turn_soon()
  local threads = ended_ones()
  for _, thread in ipairs(threads) do
    resume_ended(thread)
  end
  if not next(waiting) then return rest() end
  if #threads == 0 then watch() end
end

--- The coroutine that may wait here; nil where a call must block. Such a call works for all, and leaves no sign on the
--- descriptor.
function adapter.current()
  local thread, is_main = coroutine.running()
  if thread and not is_main and is_ours[thread] and foreign.can_yield() then return thread end
  if next(waiting) then turn_soon() end
  return nil
end

-- A coroutine may be resumed by others too, who wait for something else.
function adapter.await(thread, _, begin, ...)
  local exchange = begin(nil, ...)
  if exchange:done() then return exchange end
  waiting[thread] = exchange
  turn_soon()
  while not exchange:done() do
    coroutine.yield()
  end
  waiting[thread] = nil
  return exchange
end

function adapter.sleep(thread, seconds)
  local ending = base.now() + seconds
  local alarm = uv.new_timer()
  local is_over = false
  local function ring()
    local left = ending - base.now()
    if left > 0 then return alarm:start(milliseconds(left), 0, ring) end
    alarm:close()
    is_over = true
    resume(thread)
  end
  alarm:start(milliseconds(seconds), 0, ring)
  while not is_over do
    coroutine.yield()
  end
end

--- From now on, a call in a coroutine of `spawn` yields until the answer is there.
function adapter.install()
  if not is_installed then host.add_waiter(adapter) end
  is_installed = true
  return adapter
end

--- Runs a function as a coroutine, up to its first wait; uv.run does the rest. What it raises comes out of here, or out
--- of uv's callback, with its traceback.
---@param fn function
function adapter.spawn(fn, ...)
  if type(fn) ~= "function" then error("a coroutine is made of a function, got a " .. type(fn), 2) end
  adapter.install()
  local thread = coroutine.create(fn)
  is_ours[thread] = true
  resume(thread, ...)
end

return adapter
