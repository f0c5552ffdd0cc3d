-- JSON both ways: out by the C core, in by lua-cjson and then made exact.

local cjson = require("cjson")
local core = require("signalwire.core")

local json = {}

--- JSON's null: in arrays that were received, and in tables to be sent. The same value as `cjson.null`.
json.null = cjson.null

-- OpenResty's lua-cjson has a mark of its own for arrays, which must mean the same here.
local array_mt = type(cjson.array_mt) == "table" and cjson.array_mt or { __name = "signalwire.array" }

local marks = { [array_mt] = true }
for _, name in ipairs({ "empty_array_mt", "empty_array" }) do
  if cjson[name] ~= nil then marks[cjson[name]] = true end
end

local encode = core.encoder(marks)
local exact = core.exact

-- An instance of our own: no setting of the host program's reaches it, and none of ours reaches the host.
local function new_decoder()
  local new = cjson.new()
  new.decode_invalid_numbers(false)
  return new
end

local decoder = new_decoder()

--- Marks a table as an array, so that it is sent as `[]` even if it is empty.
---@generic T
---@param t? T[]
---@return T[]
function json.array(t) return setmetatable(t or {}, array_mt) end

---@return boolean
function json.is_array(t) return getmetatable(t) == array_mt end

--- `name` is what faults call the value; `shape` says which empty tables are arrays (signalwire.shape).
---@param value any
---@param name? string
---@param shape? table
---@return string? text
---@return string? message what can't be carried, and where it stands
function json.encode(value, name, shape) return encode(value, name, shape) end

---@param text string
---@return any value
---@return string? message
function json.decode(text)
  local fine, value = pcall(decoder.decode, text)
  if not fine then
    -- lua-cjson learns the locale's decimal point when an instance is made; the locale may have changed since.
    decoder = new_decoder()
    fine, value = pcall(decoder.decode, text)
  end
  if not fine then return nil, value end
  return exact(value)
end

return json
