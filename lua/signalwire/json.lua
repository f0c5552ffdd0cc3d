-- JSON both ways, by C.

local base = require("signalwire.base")

local json = {}

--- JSON's null: in arrays that were received, and in tables to be sent. The same value as `cjson.null` and `ngx.null`.
json.null = base.null

local array_mt = { __name = "signalwire.array" }

local marks = { [array_mt] = true }

local encode, encode_members = base.encoder(marks)

local loaded = package.loaded

-- The lua-cjson that the program uses, if any: what it marks as an array is one here too.
local known_cjson

local function learn()
  known_cjson = loaded.cjson
  local cjson = type(known_cjson) == "table" and known_cjson or {}
  for _, name in ipairs({ "array_mt", "empty_array_mt", "empty_array" }) do
    if cjson[name] then marks[cjson[name]] = true end
  end
end

--- Marks a table as an array, so that it is sent as `[]` even if it is empty.
---@generic T
---@param t? T[]
---@return T[]
function json.array(t) return setmetatable(t or {}, array_mt) end

--- Is it marked as an array, or lua-cjson's mark of an empty one?
---@return boolean
function json.is_array(value)
  if loaded.cjson ~= known_cjson then learn() end
  local mark = type(value) == "table" and getmetatable(value) or value
  return mark ~= nil and marks[mark] == true
end

--- `name` is what faults call the value; `shape` says which empty tables are arrays (signalwire.shape).
---@param value any
---@param name? string
---@param shape? table
---@return string? text
---@return string|boolean|nil message what can't be carried, and where it stands; or true where a table below was empty
--- that no shape was given for
function json.encode(value, name, shape)
  if loaded.cjson ~= known_cjson then learn() end
  return encode(value, name, shape)
end

--- The object of these three members, in this order, those that are nil left out; `shapes` has the members' by name.
---@param shapes? table<string, table>
---@return string? text
---@return string|boolean|nil message
function json.encode_members(shapes, name, value, name2, value2, name3, value3)
  if loaded.cjson ~= known_cjson then learn() end
  return encode_members(shapes, name, value, name2, value2, name3, value3)
end

--- An empty array comes marked, so that it can go out again as it came.
---@type fun(text: string): any, string?
json.decode = base.decoder(array_mt)

return json
