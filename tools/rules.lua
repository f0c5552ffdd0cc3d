-- The catalog's rules as sentences for the reference pages.

local words = require("words")

local function fields_of(rule) return words.names(rule.fields or { rule.field }, "and") end

local sentences = {
  required_unless = "%s is needed where there is no `{other}`.",
  http_url = "%s: an http:// or https:// address.",
  charset = "%s: nothing but the characters `{characters}`.",
  comma_list_of_enum = "%s as a string: the listed names, with commas between.",
  map_keys = "%s: names match `{pattern}`, and do not begin with {prefixes}.",
  map_values = "%s: {min_bytes} to {max_bytes} bytes each.",
  numeric_string = "%s: digits in a string, not a number.",
  ignored = "%s is taken, and ignored.",
  both_values = "%s, where given, holds both values.",
  positive = "%s: more than 0.",
  at_least_one = "At least one of %s is needed; without, the answer is {status}.",
  default_from = "%s is as `{other}` where it is not given.",
  public_ipv4 = "%s: a public IPv4 address.",
  prefix = "%s begins with {starts}.",
  one_active_per_call = "While one runs on the call, another is refused with {status}.",
  range = "%s: {min} to {max}.",
}

local function default_by(rule)
  local engines, parts = {}, {}
  for engine in pairs(rule.values) do
    engines[#engines + 1] = engine
  end
  table.sort(engines)
  for i, engine in ipairs(engines) do
    parts[i] = ("%s with %s"):format(words.code(rule.values[engine]), engine)
  end
  return ("%s is %s where it is not given."):format(fields_of(rule), words.join(parts, "and"))
end

local function state(rule)
  local what = rule.value and ("%s `%s`"):format(fields_of(rule), rule.value) or fields_of(rule)
  return ("%s: only while the call is %s."):format(what, words.join(rule.call_states, "or"))
end

--- Returns nil for a rule that says nothing to a reader.
local function sentence_of(rule)
  if rule.rule == "default_by" then return default_by(rule) end
  if rule.rule == "state" then return state(rule) end
  if rule.rule == "call_type" then return "The call must be a SIP call." end
  local sentence = sentences[rule.rule]
  if not sentence then return nil end
  local texts = {
    characters = rule.pattern and rule.pattern:match("%[(.*)%]"),
    prefixes = rule.reserved_prefixes_any_case and words.names(rule.reserved_prefixes_any_case, "or"),
    starts = rule.prefixes and words.names(rule.prefixes, "or"),
  }
  sentence = sentence:gsub("{([%w_]+)}", function(name) return tostring(texts[name] or rule[name]) end)
  if not sentence:find("%s", 1, true) then return sentence end
  return (sentence:gsub("%%s", (fields_of(rule):gsub("%%", "%%%%")), 1))
end

return sentence_of
