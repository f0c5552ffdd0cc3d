-- Which of several alternatives a value was meant to be: by its type, its tag, or a key that only one has.

local value = require("signalwire.check.value")
local nearest = require("signalwire.check.nearest")

local union = {}

local taken_as = { empty = { object = true, array = true }, integer = { number = true } }

--- Tells whether a value of this kind has the type of `node`.
function union.fits(node, kind)
  if node.type == kind then return true end
  if kind == "null" then return node.nullable == true end
  return taken_as[kind] ~= nil and taken_as[kind][node.type] == true
end

--- In the schema's patterns a dot does not stand for the end of a line.
function union.matches(pattern, text) return text:find((pattern:gsub("%.", "[^\r\n]"))) ~= nil end

--- Counts characters, not bytes.
function union.length(text) return select(2, text:gsub("[^\128-\191]", "")) end

local function constant_of(field) return field.required and field.enum and #field.enum == 1 and field.enum[1] or nil end

local function field_named(node, name)
  for _, field in ipairs(node.fields or {}) do
    if field.name == name then return field end
  end
end

--- Finds the field that is a constant in each of `alternatives`, such as `type`.
local function tag_of(alternatives)
  for _, field in ipairs(alternatives[1].fields or {}) do
    local everywhere = #alternatives > 1
    for _, alternative in ipairs(alternatives) do
      local same = field_named(alternative, field.name)
      everywhere = everywhere and same ~= nil and constant_of(same) ~= nil
    end
    if everywhere then return field.name end
  end
end

--- Finds the required field of `alternative` that not all `alternatives` require: the key it is known by.
local function key_of(alternative, alternatives)
  for _, field in ipairs(alternative.fields or {}) do
    local shared = true
    for _, other in ipairs(alternatives) do
      local same = field_named(other, field.name)
      shared = shared and same ~= nil and same.required == true
    end
    if field.required and not shared then return field.name end
  end
end

local function tag_fault(tag, alternatives, v, path)
  local tags = {}
  for i, alternative in ipairs(alternatives) do
    tags[i] = constant_of(field_named(alternative, tag))
  end
  local given, tag_path = rawget(v, tag), value.path(path, tag)
  local choice = value.one_of(tags)
  if given == nil then return value.fault(tag_path, "is required: " .. choice) end
  local shown = type(given) == "string" and value.quote(given) or value.describe(value.kind(given))
  local hint = value.hint(nearest(given, tags))
  return value.fault(tag_path, ("must be %s, not %s%s"):format(choice, shown, hint))
end

local function meant_by_tag(tag, alternatives, v, path)
  for _, alternative in ipairs(alternatives) do
    if constant_of(field_named(alternative, tag)) == rawget(v, tag) then return { alternative } end
  end
  return nil, { tag_fault(tag, alternatives, v, path) }
end

local function is_known(key, alternatives)
  for _, alternative in ipairs(alternatives) do
    if field_named(alternative, key) then return true end
  end
  return false
end

local function key_faults(keys, alternatives, v, path)
  local words = {}
  for i, key in ipairs(keys) do
    words[i] = "'" .. key .. "'"
  end
  local faults = { value.fault(path, "needs " .. value.either(words)) }
  for _, key in ipairs(value.sorted_keys(v)) do
    if not is_known(key, alternatives) then
      local hint = value.hint(nearest(key, keys))
      faults[#faults + 1] = value.fault(value.path(path, key), "is not a known parameter" .. hint)
    end
  end
  return faults
end

local function meant_by_key(alternatives, v, path)
  local meant, keys = {}, {}
  for _, alternative in ipairs(alternatives) do
    local key = key_of(alternative, alternatives)
    keys[#keys + 1] = key
    if not key or rawget(v, key) ~= nil then meant[#meant + 1] = alternative end
  end
  if #meant > 0 then return meant end
  return nil, key_faults(keys, alternatives, v, path)
end

local function alternative_words(alternatives)
  local words, seen = {}, {}
  for _, alternative in ipairs(alternatives) do
    local texts = { value.describe(alternative.type) }
    for i, item in ipairs(alternative.enum or {}) do
      texts[i] = value.show(item)
    end
    if alternative.pattern then texts = { "a string that matches " .. alternative.pattern } end
    for _, text in ipairs(texts) do
      if not seen[text] then words[#words + 1] = text end
      seen[text] = true
    end
  end
  return value.either(words)
end

--- Returns the alternatives of `node` that `v` may have been meant to be; or nil, and the faults of it.
function union.meant(node, v, path)
  local kind = value.kind(v)
  local fitting = {}
  for _, alternative in ipairs(node.alternatives) do
    if union.fits(alternative, kind) then fitting[#fitting + 1] = alternative end
  end
  if #fitting == 0 then
    local wanted, given = alternative_words(node.alternatives), value.describe(kind)
    return nil, { value.fault(path, ("must be %s, not %s"):format(wanted, given)) }
  end
  if fitting[1].type ~= "object" then return fitting end
  local tag = tag_of(fitting)
  if tag then return meant_by_tag(tag, fitting, v, path) end
  return meant_by_key(fitting, v, path)
end

--- Puts the faults of a value that can have been meant in several ways into one, where that says it better.
function union.summary(meant, v, path)
  if #meant < 2 then return nil end
  if type(v) == "string" then
    local message = ("must be %s, not %s"):format(alternative_words(meant), value.quote(v))
    return { value.fault(path, message) }
  end
  local keys = {}
  for i, alternative in ipairs(meant) do
    keys[i] = key_of(alternative, meant)
  end
  if #keys < 2 or field_named(meant[1], keys[2]) then return nil end
  return { value.fault(path, ("takes only one of '%s'"):format(table.concat(keys, "' and '"))) }
end

return union
