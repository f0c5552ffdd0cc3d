-- What was seen of late: two sets, of which the older is thrown away when the newer is full.

local recent = {}

--- A function that says whether it was called with the same key before, among the last `capacity` keys or more.
---@param capacity integer
---@return fun(key: string): boolean
function recent.new(capacity)
  local newer, older, count = {}, {}, 0
  return function(key)
    if newer[key] or older[key] then return true end
    if count >= capacity then
      newer, older, count = {}, newer, 0
    end
    newer[key], count = true, count + 1
    return false
  end
end

return recent
