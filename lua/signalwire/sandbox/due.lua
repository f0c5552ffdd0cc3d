-- What is due when: a heap of actions, the earliest first; of two at the same time, the one that was added first.

local due = {}

local queue = {}
queue.__index = queue

local function earlier(a, b)
  if a.at ~= b.at then return a.at < b.at end
  return a.serial < b.serial
end

--- An empty queue.
function due.new() return setmetatable({ size = 0, serial = 0 }, queue) end

--- Adds an action that is due at the clock's `at`.
function queue:add(at, action)
  self.serial = self.serial + 1
  local entry = { at = at, serial = self.serial, action = action }
  local place = self.size + 1
  self.size = place
  while place > 1 do
    local above = (place - place % 2) / 2
    if not earlier(entry, self[above]) then break end
    self[place] = self[above]
    place = above
  end
  self[place] = entry
end

--- When the next action is due, or nil.
function queue:next() return self[1] and self[1].at end

--- Takes the next action out and returns it and its time.
function queue:take()
  local first, last = self[1], self[self.size]
  self[self.size] = nil
  self.size = self.size - 1
  if self.size == 0 then return first.action, first.at end
  local place = 1
  while true do
    local below = place * 2
    if below > self.size then break end
    if below < self.size and earlier(self[below + 1], self[below]) then below = below + 1 end
    if not earlier(self[below], last) then break end
    self[place] = self[below]
    place = below
  end
  self[place] = last
  return first.action, first.at
end

return due
