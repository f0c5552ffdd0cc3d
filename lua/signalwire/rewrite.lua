-- What is done to params before they are written, where they can't go as they were given.

local json = require("signalwire.json")

local null = json.null

local rewrite = {}

--- A plain copy of params, which can be added to.
function rewrite.copy(params)
  local copy = {}
  for key, value in next, params do
    copy[key] = value
  end
  return copy
end

--- The params with an address written out: `device = "sip:..."` is short for the whole form. Their metatable stays, for
--- the encoder to judge.
---@param name string of the parameter
function rewrite.written_out(params, name)
  local copy, metatable = rewrite.copy(params), getmetatable(params)
  copy[name] = { type = "sip", params = { to = rawget(params, name) } }
  return type(metatable) == "table" and setmetatable(copy, metatable) or copy
end

-- What is wrong with the input by itself; nil where nothing is.
local function fault_of(row, id, params)
  if row.id == "top" and (type(id) ~= "string" or id == "") then return require("signalwire.misuse").id(row, id) end
  if type(params) ~= "table" then return require("signalwire.misuse").params(row, params) end
  for _, name in ipairs(row.must or {}) do
    local value = rawget(params, name)
    if value == nil or value == null then return ("params.%s is required"):format(name) end
  end
end

--- The params as they go; or nil and what is wrong with the call by itself.
---@return table?
---@return string?
function rewrite.whole(row, id, params)
  if params == nil then params = {} end
  local fault = fault_of(row, id, params)
  if fault then return nil, fault end
  local name = row.written_out
  if name and type(rawget(params, name)) == "string" then return rewrite.written_out(params, name) end
  return params
end

--- The text of a body, whatever is in it, with what one call's options put beside the params.
---@return string? text
---@return string|boolean|nil message as json.encode has it
function rewrite.text_of(shape, command, id, params, beside)
  local whole = { command = command, id = id, params = params }
  for name, value in next, beside or {} do
    if whole[name] == nil then whole[name] = value end
  end
  return json.encode(whole, "", shape and { params = shape })
end

return rewrite
