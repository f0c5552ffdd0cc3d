-- One light thread waits here until another rings, or until a deadline.

local base = require("signalwire.base")
local semaphore = require("ngx.semaphore")

local bell = {}

local LONGEST = 3600 -- seconds; a wait without end wakes up that often

local Bell = {}
Bell.__index = Bell

function bell.new() return setmetatable({ semaphore = assert(semaphore.new(0)), waits = false, rung = false }, Bell) end

--- Wakes the one who waits. Nothing is kept for one who comes later.
function Bell:ring()
  if not self.waits or self.rung then return end
  self.rung = true
  self.semaphore:post(1)
end

--- From here on a ring is heard; for who must look round before the wait.
function Bell:announce()
  self.waits, self.rung = true, false
end

--- Waits until somebody rings, or until `deadline` (nil: without end). True where it rang.
function Bell:wait(deadline)
  if not self.waits then self:announce() end
  local seconds = deadline and deadline - base.now() or LONGEST
  local woken = false
  while not woken and seconds > 0 do
    -- nginx counts in whole milliseconds, from a clock that it reads once a turn: a wait can end early.
    woken = self.semaphore:wait(math.max(0.001, math.min(seconds, LONGEST)))
    seconds = deadline and deadline - base.now() or LONGEST
  end
  self.waits = false
  if self.rung and not woken then self.semaphore:wait(0) end
  return self.rung
end

return bell
