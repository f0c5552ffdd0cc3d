-- Bodies and queries of the type application/x-www-form-urlencoded.

local form = {}

---@param content_type string?
function form.is_type(content_type)
  return type(content_type) == "string"
    and content_type:lower():match("^%s*([^;%s]*)") == "application/x-www-form-urlencoded"
end

local function decoded(text)
  return (text:gsub("+", " "):gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

--- The fields as { name, value }, in their order.
---@param text string
---@return string[][]
function form.fields(text)
  local fields = {}
  for pair in text:gmatch("[^&]+") do
    local name, value = pair:match("^([^=]*)=(.*)$")
    fields[#fields + 1] = { decoded(name or pair), decoded(value or "") }
  end
  return fields
end

--- The value of the first field of that name.
---@return string?
function form.value(text, name)
  for _, field in ipairs(form.fields(text)) do
    if field[1] == name then return field[2] end
  end
  return nil
end

--- The fields as a table; a name that stands there more than once has a list.
---@return table<string, string|string[]>
function form.read(text)
  local values = {}
  for _, field in ipairs(form.fields(text)) do
    local name, value = field[1], field[2]
    local known = values[name]
    if type(known) == "table" then
      known[#known + 1] = value
    else
      values[name] = known == nil and value or { known, value }
    end
  end
  return values
end

return form
