-- What a Lua value is as JSON, and how values, paths and faults are put into words.

-- Within the sandbox's nginx there is no C core: nothing is marked there, and lua-cjson has the same null.
local json = package.loaded["signalwire.json"]
  or { null = require("cjson").null, is_array = function() return false end }

local value = {}

local function table_kind(t)
  local count, last, named = 0, 0, false
  for key in next, t do
    if type(key) == "number" and key >= 1 and key == math.floor(key) then
      count, last = count + 1, math.max(last, key)
    elseif type(key) == "string" then
      named = true
    else
      return "mixed"
    end
  end
  if named then return count == 0 and not json.is_array(t) and "object" or "mixed" end
  if count ~= last then return "mixed" end
  if count == 0 and not json.is_array(t) then return "empty" end
  return "array"
end

--- Names the JSON type of `v`: string, integer, number, boolean, null, object or array. A table that may be
--- either of the last two is "empty"; what JSON can't carry is "mixed", "infinite", or named by its Lua type.
function value.kind(v)
  if v == json.null then return "null" end
  local lua_type = type(v)
  if lua_type == "table" then return table_kind(v) end
  if lua_type == "userdata" and json.is_array(v) then return "array" end
  if lua_type ~= "number" then return lua_type end
  if v ~= v or v == math.huge or v == -math.huge then return "infinite" end
  return v == math.floor(v) and "integer" or "number"
end

local names = {
  integer = "a number",
  null = "null",
  object = "an object",
  array = "an array",
  empty = "an empty table",
  mixed = "a table with keys of both kinds",
  infinite = "a number that JSON can't carry",
}

--- The name of a kind, with its article.
function value.describe(kind) return names[kind] or "a " .. kind end

--- What to add to a message about a name that is not known.
function value.hint(near) return near and (" (did you mean '%s'?)"):format(near) or "" end

local longest_text = 40

--- A string in quotes, without bytes that would break a line; a long one is cut, but no character in two.
function value.quote(text)
  if #text > longest_text then text = text:sub(1, 37):gsub("[\192-\255][\128-\191]*$", "") .. "..." end
  return '"' .. text:gsub("%c", "?") .. '"'
end

function value.show(v) return type(v) == "string" and value.quote(v) or tostring(v) end

--- "a, b or c"
function value.either(words)
  if #words == 1 then return words[1] end
  return table.concat(words, ", ", 1, #words - 1) .. " or " .. words[#words]
end

local longest_list = 12

--- The values of an enum, in words; only how many, where they are many.
function value.one_of(list)
  if #list > longest_list then return ("one of %d known values"):format(#list) end
  local words = {}
  for i, item in ipairs(list) do
    words[i] = value.show(item)
  end
  return value.either(words)
end

--- The path of `key` inside `path`.
function value.path(path, key)
  if type(key) == "number" then return ("%s[%d]"):format(path, key) end
  if #key <= longest_text and key:find("^[%a_][%w_]*$") then return path .. "." .. key end
  return ("%s[%s]"):format(path, value.quote(key))
end

local fault_meta = { __name = "signalwire.fault" }

function fault_meta.__tostring(fault) return fault.path .. " " .. fault.message end

function value.fault(path, message) return setmetatable({ path = path, message = message }, fault_meta) end

--- The keys of `t` that are strings, sorted.
function value.sorted_keys(t)
  local keys = {}
  for key in next, t do
    if type(key) == "string" then keys[#keys + 1] = key end
  end
  table.sort(keys)
  return keys
end

--- Goes through the items of an array, raw. What is no table has none.
function value.items(array)
  local i = 0
  return function()
    i = i + 1
    local item
    if type(array) == "table" then item = rawget(array, i) end
    if item ~= nil then return i, item end
  end
end

--- Params that were not given count as an empty object.
function value.given(params)
  if params == nil then return {} end
  return params
end

return value
