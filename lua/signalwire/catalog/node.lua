-- The words that a catalog is written in: each makes one node of the API's schema.

local node = {}

-- Puts the keys of `spec` into `built`. Of its items, the first string is a name, the second a description.
-- Returns the other items: the fields of an object or the alternatives of a union.
local function take(built, spec)
  local parts, texts = {}, {}
  for key, value in pairs(spec) do
    if type(key) == "string" then built[key] = value end
  end
  for _, item in ipairs(spec) do
    local into = type(item) == "string" and texts or parts
    into[#into + 1] = item
  end
  built.name, built.doc = texts[1], texts[2]
  return parts
end

local function leaf(kind, format)
  return function(spec)
    local built = { type = kind, format = format }
    take(built, spec)
    return built
  end
end

node.text = leaf("string")
node.uri = leaf("string", "uri")
node.boolean = leaf("boolean")
node.integer = leaf("integer")
node.int32 = leaf("integer", "int32")
node.number = leaf("number")
node.double = leaf("number", "double")
node.list = leaf("array")

--- An object with these fields and no others.
function node.object(spec)
  local built = { type = "object", closed = true }
  built.fields = take(built, spec)
  return built
end

--- An object whose keys the caller chooses. `values` says what they hold; without it, anything.
function node.map(spec)
  local built = { type = "object", map = true }
  take(built, spec)
  return built
end

--- A SWML document: an object that this catalog does not look into.
function node.swml(spec)
  local built = { type = "object", opaque = true }
  take(built, spec)
  return built
end

--- One of several nodes.
function node.union(spec)
  local built = { type = "union" }
  local alternatives = take(built, spec)
  built.alternatives = built.alternatives or alternatives
  return built
end

--- A union whose alternatives contain the union itself: `make` gets it and returns them.
function node.recursive(make)
  local built = { type = "union", alternatives = {} }
  for i, alternative in ipairs(make(built)) do built.alternatives[i] = alternative end
  return built
end

--- A string that is always the same, such as the `type` of an object.
function node.constant(name, value)
  return { name = name, type = "string", enum = { value }, required = true }
end

--- A command. Its first string is its name, the second what it does; the other items are the fields of its
--- params.
function node.command(spec)
  local row = { id = "top" }
  local fields = take(row, spec)
  row.command, row.name = row.name, nil
  row.params = { type = "object", closed = true, fields = fields, exactly_one_of = row.exactly_one_of }
  row.exactly_one_of = nil
  return row
end

return node
