-- Which empty tables are arrays: a node of the catalog becomes the shape that the encoder follows.
--
-- A shape holds the shapes of an object's fields by name, that of an array's items at 0, that of a map's values at 1.
-- What has no array anywhere below it has no shape, and costs nothing.

local shape = {}

local known = setmetatable({}, { __mode = "k" })

local build

local function add_fields(result, node)
  for _, field in ipairs(node.fields or {}) do
    result[field.name] = result[field.name] or build(field)
  end
end

-- Where an alternative is an object, an empty table stays `{}`.
local function add_alternatives(result, node)
  local may_be_object, items = false, nil
  for _, alternative in ipairs(node.alternatives) do
    if alternative.type == "object" then may_be_object = true end
    for key, part in pairs(build(alternative) or {}) do
      if key == 0 then
        items = part
      else
        result[key] = result[key] or part
      end
    end
  end
  if not may_be_object then result[0] = items end
end

-- A node may stand within itself, so its shape is known before it is complete.
function build(node)
  if known[node] ~= nil then return known[node] or nil end
  local result = {}
  known[node] = result
  if node.type == "array" then
    result[0] = node.items and build(node.items) or true
  elseif node.type == "union" then
    add_alternatives(result, node)
  else
    add_fields(result, node)
    result[1] = node.values and build(node.values)
  end
  if next(result) == nil then known[node] = false end
  return known[node] or nil
end

---@param node table a node of the catalog
---@return table?
function shape.of(node) return build(node) end

return shape
