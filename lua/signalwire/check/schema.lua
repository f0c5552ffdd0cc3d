-- What the API's schema refuses in a command's params: every fault, in the order of the catalog.

local value = require("signalwire.check.value")
local union = require("signalwire.check.union")
local nearest = require("signalwire.check.nearest")

local deepest = 128

local schema = {}
local inspect

local function add(found, path, message, ...)
  if select("#", ...) > 0 then message = message:format(...) end
  found[#found + 1] = value.fault(path, message)
end

local function quoted(words)
  local list = {}
  for i, word in ipairs(words) do
    list[i] = "'" .. word .. "'"
  end
  return list
end

-- Leaves ---------------------------------------------------------------------------------------------------

local function is_one_of(list, v)
  for _, item in ipairs(list) do
    if item == v then return true end
  end
  return false
end

local function one_of_message(node, v)
  local message = "must be " .. value.one_of(node.enum)
  if node.secret then return message end
  return message .. ", not " .. value.show(v) .. value.hint(nearest(v, node.enum))
end

local function limit_message(node, limit, v)
  local message = ("must be %s"):format(limit)
  return node.secret and message or message .. ", not " .. tostring(v)
end

--- Says why a string or number is refused, or returns nil.
local function leaf_fault(node, v)
  if node.enum and not is_one_of(node.enum, v) then return one_of_message(node, v) end
  if node.min and v < node.min then return limit_message(node, "at least " .. node.min, v) end
  if node.max and v > node.max then return limit_message(node, "at most " .. node.max, v) end
  if node.min_length and union.length(v) < node.min_length then
    if node.min_length == 1 then return "must not be empty" end
    return ("must have at least %d characters"):format(node.min_length)
  end
  if node.pattern and not union.matches(node.pattern, v) then return "must match " .. node.pattern end
end

local function inspect_leaf(_, node, v, path, found)
  local message = leaf_fault(node, v)
  if message then found[#found + 1] = value.fault(path, message) end
end

-- Objects --------------------------------------------------------------------------------------------------

--- Finds `key` one level down: people often leave out the object around it.
local function inside_field(node, key)
  for _, field in ipairs(node.fields) do
    for _, inner in ipairs(field.fields or {}) do
      if inner.name == key then return field.name .. "." .. key end
    end
  end
end

--- The names of the fields of `node` that `v` does not have yet.
local function missing_names(node, v)
  local names = {}
  for _, field in ipairs(node.fields) do
    if rawget(v, field.name) == nil then names[#names + 1] = field.name end
  end
  return names
end

local function refuse_unknown(node, v, path, found)
  local known = {}
  for _, field in ipairs(node.fields) do
    known[field.name] = true
  end
  for _, key in ipairs(value.sorted_keys(v)) do
    if not known[key] then
      local near = inside_field(node, key) or nearest(key, missing_names(node, v))
      add(found, value.path(path, key), "is not a known parameter" .. value.hint(near))
    end
  end
end

local function inspect_choices(node, v, path, found)
  for _, names in ipairs(node.exactly_one_of or {}) do
    local given = 0
    for _, name in ipairs(names) do
      if rawget(v, name) ~= nil then given = given + 1 end
    end
    if given == 0 then add(found, path, "needs " .. value.either(quoted(names))) end
    if given > 1 then add(found, path, "takes only one of " .. table.concat(quoted(names), " and ")) end
  end
end

local function inspect_map(context, node, v, path, found)
  local keys = value.sorted_keys(v)
  if node.max_properties and #keys > node.max_properties then
    add(found, path, "must have at most %d entries, not %d", node.max_properties, #keys)
  end
  if not node.values then return end
  for _, key in ipairs(keys) do
    inspect(context, node.values, rawget(v, key), value.path(path, key), found)
  end
end

local function inspect_object(context, node, v, path, found)
  if node.map then return inspect_map(context, node, v, path, found) end
  if not node.fields then return end
  for _, field in ipairs(node.fields) do
    local inner = rawget(v, field.name)
    local inner_path = value.path(path, field.name)
    if inner ~= nil then
      inspect(context, field, inner, inner_path, found)
    elseif field.required then
      add(found, inner_path, "is required")
    end
  end
  inspect_choices(node, v, path, found)
  if node.closed then refuse_unknown(node, v, path, found) end
end

-- Arrays and unions ----------------------------------------------------------------------------------------

local function inspect_array(context, node, v, path, found)
  local count = 0
  for i, item in value.items(v) do
    count = i
    inspect(context, node.items, item, value.path(path, i), found)
  end
  if node.min_items and count < node.min_items then
    add(found, path, "must not have less than %d item%s", node.min_items, node.min_items == 1 and "" or "s")
  end
end

--- The faults of `v` as the alternative that fits best; none, if one fits.
local function fewest_faults(context, alternatives, v, path)
  local fewest
  for _, alternative in ipairs(alternatives) do
    local faults = {}
    inspect(context, alternative, v, path, faults)
    if #faults == 0 then return faults end
    if not fewest or #faults < #fewest then fewest = faults end
  end
  return fewest
end

local function union_faults(context, node, v, path)
  local meant, faults = union.meant(node, v, path)
  if not meant then return faults end
  local fewest = fewest_faults(context, meant, v, path)
  if #fewest == 0 then return fewest end
  return union.summary(meant, v, path) or fewest
end

-- The same place is judged once only: alternatives that share what is inside them would double the work at
-- each level.
local function inspect_union(context, node, v, path, found)
  local judged = context.judged[path] or {}
  context.judged[path] = judged
  judged[node] = judged[node] or union_faults(context, node, v, path)
  for _, fault in ipairs(judged[node]) do
    found[#found + 1] = fault
  end
end

local inspectors = {
  string = inspect_leaf,
  integer = inspect_leaf,
  number = inspect_leaf,
  object = inspect_object,
  array = inspect_array,
}

local function refused_type(node, v, kind)
  if node.type ~= "integer" then
    return ("must be %s, not %s"):format(value.describe(node.type), value.describe(kind))
  end
  local is_fraction = kind == "number" and not node.secret
  return "must be a whole number, not " .. (is_fraction and tostring(v) or value.describe(kind))
end

function inspect(context, node, v, path, found)
  if context.depth >= deepest then return add(found, path, "is nested too deeply") end
  context.depth = context.depth + 1
  local kind = value.kind(v)
  if node.type == "union" then
    inspect_union(context, node, v, path, found)
  elseif not union.fits(node, kind) then
    found[#found + 1] = value.fault(path, refused_type(node, v, kind))
  elseif inspectors[node.type] and kind ~= "null" then
    inspectors[node.type](context, node, v, path, found)
  end
  context.depth = context.depth - 1
end

--- Lists what the schema refuses in `params`, which are params of the command that `row` describes.
---@param row table a row of the catalog
---@param params any
---@return table[] faults each with `path` and `message`; empty when the schema takes them
function schema.faults(row, params)
  local found = {}
  inspect({ depth = 0, judged = {} }, row.params, value.given(params), "params", found)
  return found
end

return schema
