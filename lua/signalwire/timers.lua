-- What is due when: a heap, the next one first. A timer can be taken out again.

local timers = {}

local heap = {}

local function put(place, timer)
  heap[place] = timer
  timer.place = place
end

local function settle(place, timer)
  while place > 1 and heap[math.floor(place / 2)].at > timer.at do
    local parent = math.floor(place / 2)
    put(place, heap[parent])
    place = parent
  end
  while true do
    local child = place * 2
    if heap[child + 1] and heap[child + 1].at < heap[child].at then child = child + 1 end
    if not heap[child] or heap[child].at >= timer.at then break end
    put(place, heap[child])
    place = child
  end
  put(place, timer)
end

--- `wake(timer)` is called once `at` has come.
function timers.add(at, wake, owner)
  local timer = { at = at, wake = wake, owner = owner }
  settle(#heap + 1, timer)
  return timer
end

function timers.remove(timer)
  local place = timer.place
  if not place then return end
  timer.place = nil
  local last = heap[#heap]
  heap[#heap] = nil
  if last ~= timer then settle(place, last) end
end

--- When the next one is due; nil where there is none.
function timers.next() return heap[1] and heap[1].at end

--- Wakes all that are due.
function timers.wake_due(now)
  while heap[1] and heap[1].at <= now do
    local timer = heap[1]
    timers.remove(timer)
    timer.wake(timer.owner)
  end
end

return timers
