-- Headers as hosts give them: a table of names in any case, a list where a header came more than once.

local headers = {}

--- The header's value, and how often it is there.
---@param all table
---@param name string in lower case
---@return string?
---@return integer
function headers.value(all, name)
  local found, count = nil, 0
  for key, value in pairs(all) do
    if type(key) == "string" and key:lower() == name then
      local list = type(value) == "table" and value or { value }
      for _, one in ipairs(list) do
        found, count = tostring(one), count + 1
      end
    end
  end
  return found, count
end

return headers
