-- What the API's documents say of a command's params beyond the schema: the catalog's rules, put into words.

local value = require("signalwire.check.value")
local nearest = require("signalwire.check.nearest")

local advice = {}

-- Where a rule applies -------------------------------------------------------------------------------------

--- Splits "play[].params.url" into { "play", "[]", "params", "url" }.
local function steps_of(field)
  local steps = {}
  for step in field:gsub("%[%]", ".[]"):gmatch("[^.]+") do
    steps[#steps + 1] = step
  end
  return steps
end

local function find_places(v, path, steps, depth, inside, places)
  if v == nil then return end
  local step = steps[depth]
  if not step then
    places[#places + 1] = { value = v, path = path, inside = inside }
    return
  end
  if type(v) ~= "table" then return end
  local here = { value = v, inside = inside }
  if step == "[]" then
    for i, item in value.items(v) do
      find_places(item, value.path(path, i), steps, depth + 1, here, places)
    end
  else
    find_places(rawget(v, step), value.path(path, step), steps, depth + 1, here, places)
  end
end

--- "type=silence" holds where a table around the value says so; "string" speaks of the value itself.
local function holds(when, place)
  if not when then return true end
  local key, wanted = when:match("^([^=]+)=(.*)$")
  if not key then return type(place.value) == when end
  local around = place.inside
  while around do
    if rawget(around.value, key) == wanted then return true end
    around = around.inside
  end
  return false
end

local function places_of(rule, params)
  local places, chosen = {}, {}
  for _, field in ipairs(rule.fields or { rule.field }) do
    find_places(params, "params", steps_of(field), 1, nil, places)
  end
  for _, place in ipairs(places) do
    if holds(rule.when, place) then chosen[#chosen + 1] = place end
  end
  return chosen
end

-- Rules for one value: each returns what is wrong with it, or nil ------------------------------------------

local value_rules = {}

local function starts_with(text, prefixes)
  for _, prefix in ipairs(prefixes) do
    if text:sub(1, #prefix):lower() == prefix then return true end
  end
  return false
end

function value_rules.prefix(rule, v)
  if type(v) ~= "string" or starts_with(v, rule.prefixes) then return nil end
  return "should start with " .. value.either(rule.prefixes)
end

function value_rules.http_url(_, v)
  if type(v) ~= "string" or starts_with(v, { "http://", "https://" }) then return nil end
  return "should be an http:// or https:// address"
end

function value_rules.charset(rule, v)
  if type(v) ~= "string" or v:find(rule.pattern) then return nil end
  return "should hold nothing but " .. rule.pattern:match("%[(.*)%]")
end

function value_rules.numeric_string(_, v)
  if type(v) ~= "string" or v:find("^%d+$") then return nil end
  return 'should be seconds in digits, such as "300"'
end

function value_rules.positive(_, v)
  if type(v) ~= "number" or v > 0 then return nil end
  return "should be more than 0"
end

function value_rules.range(rule, v)
  if type(v) ~= "number" or (v >= rule.min and v <= rule.max) then return nil end
  return ("should be from %d to %d"):format(rule.min, rule.max)
end

local function is_public(a, b, c, d)
  if a > 255 or b > 255 or c > 255 or d > 255 then return false end
  if a == 0 or a == 10 or a == 127 or a >= 224 then return false end
  if a == 172 and b >= 16 and b <= 31 then return false end
  if a == 100 and b >= 64 and b <= 127 then return false end
  return not (a == 192 and b == 168) and not (a == 169 and b == 254)
end

function value_rules.public_ipv4(_, v)
  if type(v) ~= "string" then return nil end
  local a, b, c, d = v:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
  if a and is_public(tonumber(a), tonumber(b), tonumber(c), tonumber(d)) then return nil end
  return "should be a public IPv4 address"
end

function value_rules.ignored() return "is ignored by the service" end

local function field_of(row, name)
  for _, field in ipairs(row.params.fields) do
    if field.name == name then return field end
  end
end

--- The words that `node`, or an array inside it, may hold.
local function words_of(node)
  if node.items then return node.items.enum end
  for _, alternative in ipairs(node.alternatives or {}) do
    if alternative.items then return alternative.items.enum end
  end
end

function value_rules.both_values(rule, v, row)
  if type(v) ~= "table" then return nil end
  local given = {}
  for _, item in value.items(v) do
    given[item] = true
  end
  local words = words_of(field_of(row, rule.field))
  for _, word in ipairs(words) do
    if not given[word] then return "should hold both " .. table.concat(words, " and ") end
  end
end

function value_rules.comma_list_of_enum(rule, v, row)
  local words = words_of(field_of(row, rule.field))
  local known = {}
  for _, word in ipairs(words) do
    known[word] = true
  end
  for name in v:gmatch("[^,]+") do
    local word = name:match("^%s*(.-)%s*$")
    if not known[word] then return "holds the unknown " .. value.quote(word) .. value.hint(nearest(word, words)) end
  end
end

-- Rules for the params as a whole: each adds to `found` ----------------------------------------------------

local params_rules = {}

local function add(found, path, message) found[#found + 1] = value.fault(path, message) end

function params_rules.required_unless(rule, params, found)
  if rawget(params, rule.field) ~= nil or rawget(params, rule.other) ~= nil then return end
  add(found, value.path("params", rule.field), "is needed where there is no " .. rule.other)
end

function params_rules.at_least_one(rule, params, found)
  for _, field in ipairs(rule.fields) do
    if rawget(params, field) ~= nil then return end
  end
  add(found, "params", "needs " .. value.either(rule.fields))
end

local function each_entry(rule, params, visit)
  for _, place in ipairs(places_of(rule, params)) do
    if type(place.value) == "table" then
      for _, key in ipairs(value.sorted_keys(place.value)) do
        visit(key, rawget(place.value, key), value.path(place.path, key))
      end
    end
  end
end

function params_rules.map_keys(rule, params, found)
  each_entry(rule, params, function(key, _, path)
    if not key:find(rule.pattern) then add(found, path, "should have a name that matches " .. rule.pattern) end
    for _, prefix in ipairs(rule.reserved_prefixes_any_case) do
      if starts_with(key, { prefix }) then add(found, path, "has a name that is reserved: " .. prefix) end
    end
  end)
end

function params_rules.map_values(rule, params, found)
  each_entry(rule, params, function(_, v, path)
    if type(v) ~= "string" or (#v >= rule.min_bytes and #v <= rule.max_bytes) then return end
    add(found, path, ("should be %d to %d bytes long"):format(rule.min_bytes, rule.max_bytes))
  end)
end

-- Rules that speak of the call's state, or explain a default, have no entry: params alone can't break them.

local function apply(rule, row, params, found)
  local whole, one = params_rules[rule.rule], value_rules[rule.rule]
  if whole then return whole(rule, params, found) end
  if not one then return end
  for _, place in ipairs(places_of(rule, params)) do
    local message = one(rule, place.value, row)
    if message then add(found, place.path, message) end
  end
end

--- Lists what the documents advise against in `params`. What the schema refuses is not repeated here.
---@param row table a row of the catalog
---@param params any
---@return table[] advice each with `path` and `message`
function advice.advice(row, params)
  local found = {}
  params = value.given(params)
  if type(params) ~= "table" then return found end
  for _, rule in ipairs(row.rules or {}) do
    apply(rule, row, params, found)
  end
  return found
end

return advice
