-- "Did you mean": the known name that is closest to one that is not known.

local longest_name = 64

local function smallest(a, b, c) return math.min(a, b, c) end

--- Counts the letters to add, drop, change or swap with a neighbour to make `b` of `a`.
local function distance(a, b)
  local before_last, last = {}, {}
  for j = 0, #b do
    last[j] = j
  end
  for i = 1, #a do
    local row = { [0] = i }
    for j = 1, #b do
      local same = a:byte(i) == b:byte(j)
      row[j] = smallest(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same and 0 or 1))
      local swapped = i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j)
      if swapped then row[j] = math.min(row[j], before_last[j - 2] + 1) end
    end
    before_last, last = last, row
  end
  return last[#b]
end

--- A third of the letters may be wrong, and never more than three.
local function tolerated(a, b)
  local third = math.floor(math.max(#a, #b) / 3)
  return math.max(1, math.min(3, third))
end

--- Returns the candidate nearest to `name`, or nil when none is near. Upper and lower case count the same.
---@param name any
---@param candidates string[]
---@return string|nil
local function nearest(name, candidates)
  if type(name) ~= "string" or name == "" or #name > longest_name then return nil end
  local wanted = name:lower()
  local best, best_distance
  for _, candidate in ipairs(candidates) do
    local letters = distance(wanted, candidate:lower())
    local near = letters <= tolerated(name, candidate) and letters < #candidate
    if near and (not best or letters < best_distance) then
      best, best_distance = candidate, letters
    end
  end
  return best
end

return nearest
