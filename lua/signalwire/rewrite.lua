-- What is done to params before they are written, where they can't go as they were given.

local json = require("signalwire.json")

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

--- The text of a body, with what one call's options put beside the params.
---@return string? text
---@return string|boolean|nil message as json.encode has it
function rewrite.text_beside(shape, command, id, params, beside)
  local whole = { command = command, id = id, params = params }
  for name, value in next, beside do
    if whole[name] == nil then whole[name] = value end
  end
  return json.encode(whole, "", shape and { params = shape })
end

return rewrite
