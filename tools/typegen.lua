-- Writes types/signalwire.lua, what editors know of the library. With --check it says if that file is stale.

package.path = "./tools/?.lua;" .. package.path

local support = require("support")

local longest_inline_enum = 8

local function camel(name) return (("_" .. name):gsub("[_%-%.]+(%w)", string.upper)) end

local function literals(list)
  local quoted = {}
  for i, item in ipairs(list) do
    quoted[i] = type(item) == "string" and ("%q"):format(item) or tostring(item)
  end
  return table.concat(quoted, "|")
end

local function range_of(node)
  if node.min and node.max then return ("%s to %s."):format(node.min, node.max) end
  if node.min then return ("At least %s."):format(node.min) end
  if node.max then return ("At most %s."):format(node.max) end
end

local function default_of(node)
  if node.default == nil then return nil end
  if type(node.default) ~= "table" then return ("Default %s."):format(literals({ node.default })) end
  return ("Default { %s }."):format((literals(node.default):gsub("|", ", ")))
end

local function doc_of(node)
  local parts = { node.doc }
  parts[#parts + 1] = range_of(node)
  parts[#parts + 1] = default_of(node)
  return table.concat(parts, " ")
end

-- Classes --------------------------------------------------------------------------------------------------

-- One command's types: `blocks` are the classes and aliases made, `known` the nodes that have a name already.
local function new_scope() return { blocks = {}, known = {} } end

local type_of

local function field_line(scope, class, field, optional)
  local name = field.name:find("^[%a_][%w_]*$") and field.name or ("[%q]"):format(field.name)
  if field.name == "function" then name = '["function"]' end
  local mark = (field.required and not optional) and "" or "?"
  local doc = doc_of(field)
  local kind = type_of(scope, field, class .. "." .. camel(field.name))
  return (("---@field %s%s %s %s"):format(name, mark, kind, doc):gsub("%s+$", ""))
end

--- Adds a class and returns its name. The block of a class stands before those of what it contains.
local function add_class(scope, node, class)
  local lines = { "---@class " .. class }
  scope.blocks[#scope.blocks + 1] = lines
  for _, field in ipairs(node.fields) do
    lines[#lines + 1] = field_line(scope, class, field)
  end
  return class
end

local function alternative_name(class, alternative)
  local key, constant = support.mark_of(alternative)
  return class .. camel(constant or key or "")
end

local function add_union(scope, node, class)
  local known = scope.known[node.alternatives]
  if known then return known end
  scope.known[node.alternatives] = class
  local lines = { "---@alias " .. class }
  scope.blocks[#scope.blocks + 1] = lines
  for _, alternative in ipairs(node.alternatives) do
    local name = alternative.fields and alternative_name(class, alternative) or class
    lines[#lines + 1] = "---| " .. type_of(scope, alternative, name)
  end
  return class
end

local function enum_type(scope, node, class)
  if #node.enum <= longest_inline_enum then return literals(node.enum) end
  scope.blocks[#scope.blocks + 1] = { "---@alias " .. class .. " " .. literals(node.enum) }
  return class
end

local function in_list(name) return name:find("|", 1, true) and "(" .. name .. ")[]" or name .. "[]" end

function type_of(scope, node, class)
  if node.type == "union" then return add_union(scope, node, class) end
  if node.type == "array" then return in_list(type_of(scope, node.items, class .. "Item")) end
  if node.enum then return enum_type(scope, node, class) end
  if node.suggested then return literals(node.suggested) .. "|string" end
  if node.type ~= "object" then return node.type end
  if node.values then return ("table<string, %s>"):format(type_of(scope, node.values, class .. "Value")) end
  return node.fields and add_class(scope, node, class) or "table"
end

-- Params of commands ---------------------------------------------------------------------------------------

local function params_class(row) return "signalwire." .. camel(row.method:gsub("_$", "")) .. "Params" end

--- The API wants a control_id, which call handles and actions bring. Where a command takes nothing else, the
--- caller is meant to give it.
local function may_be_left_out(row, field) return field.name == "control_id" and #row.params.fields > 1 end

--- The address alone is short for the whole device.
local function written_out_type(row, line)
  if not row.written_out then return line end
  return (line:gsub("^(%-%-%-@field " .. row.written_out .. " %S+)", "%1|string"))
end

local function params_block(row)
  local scope, class = new_scope(), params_class(row)
  local lines = { "---@class " .. class }
  scope.blocks[1] = lines
  for _, field in ipairs(row.params.fields) do
    lines[#lines + 1] = written_out_type(row, field_line(scope, class, field, may_be_left_out(row, field)))
  end
  local texts = {}
  for i, block in ipairs(scope.blocks) do
    texts[i] = table.concat(block, "\n")
  end
  return table.concat(texts, "\n\n")
end

-- Methods --------------------------------------------------------------------------------------------------

--- Does it make sense without params, where `given` is a parameter that the caller need not name?
local function requires_params(row, given)
  for _, name in ipairs(row.must or {}) do
    if name ~= given then return true end
  end
  return false
end

local function with_webhook(row) return row.webhook and row.doc .. " Webhook: `" .. row.webhook .. "`." or row.doc end

--- A method of `owner`. `known` says what it has of itself and needs no more: "id" or "control_id".
local function method_block(owner, name, row, known, returned)
  local lines = { "--- " .. with_webhook(row) }
  local takes_id = row.id == "top" and not known
  if takes_id then lines[#lines + 1] = "---@param id string The id of the call." end
  local mark = requires_params(row, known) and "" or "?"
  local or_table = known == "id" and row.id == "params" and "|table" or ""
  lines[#lines + 1] = ("---@param params%s %s%s"):format(mark, params_class(row), or_table)
  lines[#lines + 1] = "---@param options? signalwire.CallOptions"
  lines[#lines + 1] = ("---@return %s"):format(returned or "signalwire.CallLeg? body")
  lines[#lines + 1] = "---@return signalwire.Response|signalwire.Error response The error, where there is no "
    .. (returned and "action." or "body.")
  lines[#lines + 1] = ("function %s:%s(%sparams, options) end"):format(owner, name, takes_id and "id, " or "")
  return table.concat(lines, "\n")
end

local function end_field(owner)
  local arguments = owner == "signalwire.Calling" and "id: string, " or ""
  local takes = "self: %s, %sparams?: signalwire.EndParams, options?: signalwire.CallOptions"
  local gives = "signalwire.CallLeg?, signalwire.Response|signalwire.Error"
  return ('---@field ["end"] fun(%s): %s The same as `end_`.'):format(takes:format(owner, arguments), gives)
end

local calling_methods = [[
--- Sends any command, exactly as written.
---@param command string Such as "calling.refer".
---@param id? string The id of the call, where the command has one.
---@param params? table
---@param options? signalwire.CallOptions
---@return table? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:execute(command, id, params, options) end

--- Sends nothing: true, or nil and an error whose `faults` list what the schema would refuse.
---@param method string Such as "refer".
---@param id? string|table The id of the call; the params, where the method takes no id.
---@param params? table
---@return true? fine
---@return signalwire.Error? err
function calling:check(method, id, params) end]]

local function calling_blocks(blocks)
  local head = "---@class signalwire.Calling\n%s\nlocal calling = {}"
  blocks[#blocks + 1] = head:format(end_field("signalwire.Calling"))
  for _, row in ipairs(support.catalog.rows()) do
    blocks[#blocks + 1] = method_block("calling", row.method, row)
  end
  blocks[#blocks + 1] = calling_methods
end

local function action_class(row) return "signalwire." .. camel(row.method) .. "Action" end

local function action_blocks(blocks)
  for _, row in ipairs(support.catalog.rows()) do
    if support.has_action(row) then
      local owner = row.method .. "_action"
      local head = "---@class %s : signalwire.Action\nlocal %s = {}"
      blocks[#blocks + 1] = head:format(action_class(row), owner)
      for _, verb in ipairs(support.verbs_of(row)) do
        blocks[#blocks + 1] = method_block(owner, verb.name, verb.row, "control_id")
      end
    end
  end
end

local function handle_blocks(blocks)
  local head = "--- One call's handle.\n---@class signalwire.Call\n---@field id string\n%s\nlocal call = {}"
  blocks[#blocks + 1] = head:format(end_field("signalwire.Call"))
  for _, row in ipairs(support.catalog.rows()) do
    local returned = support.has_action(row) and action_class(row) .. "? action" or nil
    if row.id ~= "none" then blocks[#blocks + 1] = method_block("call", row.method, row, "id", returned) end
    if row.method == "end_" then blocks[#blocks + 1] = method_block("call", "hangup", row, "id") end
  end
end

-- RELAY ----------------------------------------------------------------------------------------------------

local function is_shared(row) return support.catalog.row_of_command(row.command) == row end

local function relay_rows()
  local rows = {}
  for i, method in ipairs(support.relay.methods) do
    rows[i] = support.relay.row_of_method(method)
  end
  return rows
end

local function relay_action_class(row) return "signalwire.Relay" .. camel(support.relay.method_of(row)) .. "Action" end

local function relay_method(owner, name, row, known, returned)
  local mark = requires_params(row, known) and "" or "?"
  return table.concat({
    "--- " .. row.doc,
    ("---@param params%s %s"):format(mark, params_class(row)),
    "---@param options? { timeout?: number }",
    "---@return " .. (returned or "table? result"),
    ("---@return %ssignalwire.Error? err"):format(returned and "table|" or ""),
    ("function %s:%s(params, options) end"):format(owner, name),
  }, "\n")
end

local function relay_action_block(blocks, row)
  local owner = "relay_" .. support.relay.method_of(row) .. "_action"
  blocks[#blocks + 1] = ("---@class %s : signalwire.RelayAction\nlocal %s = {}"):format(
    relay_action_class(row),
    owner
  )
  local verbs = {}
  for verb in pairs(support.relay.controls_of(row)) do
    verbs[#verbs + 1] = verb
  end
  table.sort(verbs)
  for _, verb in ipairs(verbs) do
    local control = support.relay.row_of_method(support.relay.controls_of(row)[verb])
    blocks[#blocks + 1] = relay_method(owner, verb, control, "control_id")
  end
end

local function relay_blocks(blocks)
  for _, row in ipairs(relay_rows()) do
    if not is_shared(row) then blocks[#blocks + 1] = params_block(row) end
  end
  for _, row in ipairs(relay_rows()) do
    if support.relay.starts_action(row) then relay_action_block(blocks, row) end
  end
  for _, row in ipairs(relay_rows()) do
    local returned = support.relay.starts_action(row) and relay_action_class(row) .. "? action" or nil
    blocks[#blocks + 1] = relay_method("relay_call", support.relay.method_of(row), row, nil, returned)
  end
end

local function face() return assert(support.read("tools/types.in")):gsub("%s+$", "") end

local blocks = { (face()) }
for _, row in ipairs(support.catalog.rows()) do
  blocks[#blocks + 1] = params_block(row)
end
calling_blocks(blocks)
action_blocks(blocks)
handle_blocks(blocks)
relay_blocks(blocks)
blocks[#blocks + 1] = "return signalwire\n"
support.deliver({ ["types/signalwire.lua"] = table.concat(blocks, "\n\n") }, arg)
