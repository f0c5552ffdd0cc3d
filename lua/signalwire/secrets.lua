-- Keeps secrets out of what people and logs see: a server or a proxy may send back what it was sent.

local base64 = require("signalwire.base").base64

local secrets = {}

local collect

local function collect_part(found, node, part)
  if node.secret and (type(part) == "string" or type(part) == "number") then
    found[#found + 1] = tostring(part)
  elseif type(part) == "table" then
    collect(found, node, part)
  end
end

function collect(found, node, value)
  for _, field in ipairs(node.fields or {}) do
    collect_part(found, field, rawget(value, field.name))
  end
  for _, alternative in ipairs(node.alternatives or {}) do
    collect(found, alternative, value)
  end
  local members = node.items or node.values
  for _, part in next, members and value or {} do
    collect_part(found, members, part)
  end
end

--- The secret values among a command's params, as the catalog marks them.
---@param node table? the catalog's node of the params
---@param params any
---@return string[]
function secrets.of_params(node, params)
  local found = {}
  if node and type(params) == "table" then collect(found, node, params) end
  return found
end

--- The token, and the form in which it stands in an Authorization header.
---@return string[]
function secrets.of_account(project, token) return { token, base64(project .. ":" .. token) } end

local function hide_one(text, secret)
  local from = 1
  local parts = {}
  while true do
    local first, last = text:find(secret, from, true)
    if not first then break end
    parts[#parts + 1] = text:sub(from, first - 1)
    from = last + 1
  end
  parts[#parts + 1] = text:sub(from)
  return table.concat(parts, "[hidden]")
end

--- `text`, with "[hidden]" in place of each secret.
---@param text string
---@param list string[]
---@return string
function secrets.hide(text, list)
  for _, secret in ipairs(list) do
    if secret ~= "" then text = hide_one(text, secret) end
  end
  return text
end

return secrets
