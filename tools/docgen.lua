-- Writes docs/reference/*.md from the catalog. With --check it says which pages are stale.

package.path = "./tools/?.lua;" .. package.path

local support = require("support")
local examples = require("examples")
local sentence_of = require("rules")
local words = require("words")

local code, codes, names, join = words.code, words.codes, words.names, words.join

local folder = "docs/reference/"
local made_by = "<!-- Made by tools/docgen.lua from lua/signalwire/catalog/calling/: change that. -->"

-- Words ----------------------------------------------------------------------------------------------------

local function is_constant(node) return node.enum ~= nil and #node.enum == 1 end

local kind_of

--- "string, list of string or `"stop"`": each kind once, lists behind the others.
local function kinds_of(node)
  local kinds, lists, seen = {}, {}, {}
  for _, alternative in ipairs(node.alternatives) do
    local kind = is_constant(alternative) and codes(alternative.enum)[1] or kind_of(alternative)
    local into = alternative.type == "array" and lists or kinds
    if not seen[kind] then into[#into + 1] = kind end
    seen[kind] = true
  end
  for _, kind in ipairs(lists) do
    kinds[#kinds + 1] = kind
  end
  return join(kinds, "or")
end

function kind_of(node)
  if node.opaque then return "SWML" end
  if node.map then return node.values and "map of " .. kind_of(node.values) or "any object" end
  if node.type == "array" then return "list of " .. kind_of(node.items) end
  return node.type == "union" and kinds_of(node) or node.type
end

local function range_of(node)
  if node.min and node.max then return ("%s to %s"):format(node.min, node.max) end
  if node.min then return "at least " .. node.min end
  if node.max then return "at most " .. node.max end
  if node.min_length then return "not empty" end
  if node.min_items then return "at least " .. node.min_items end
  if node.max_properties then return "at most " .. node.max_properties end
end

local function type_of(node)
  local range = range_of(node)
  return kind_of(node) .. (range and ", " .. range or "")
end

local function default_of(node)
  local default = node.default
  if default == nil then return "" end
  if type(default) ~= "table" then return codes({ default })[1] end
  local items = table.concat(codes(default), ", "):gsub("`", "")
  return code("{ " .. items .. " }")
end

local values_of

local function alternatives_values(node)
  local parts = {}
  for _, alternative in ipairs(node.alternatives or {}) do
    local has_table = alternative.fields ~= nil
    if not has_table and not is_constant(alternative) then parts[#parts + 1] = values_of(alternative) end
  end
  return parts[1] and table.concat(parts, " ")
end

--- The values that a node lists, of itself or of its items.
function values_of(node)
  if node.suggested then return "For example " .. join(codes(node.suggested), "or") .. "." end
  if node.enum then return "One of " .. join(codes(node.enum), "or") .. "." end
  if node.items and node.items.enum then return "Any of " .. join(codes(node.items.enum), "or") .. "." end
  return alternatives_values(node)
end

local function meaning_of(node)
  local parts = {}
  if node.doc then parts[#parts + 1] = node.doc end
  if is_constant(node) then
    parts[#parts + 1] = "Always " .. codes(node.enum)[1] .. "."
  else
    parts[#parts + 1] = values_of(node)
  end
  if node.secret then parts[#parts + 1] = "Secret: never in a log or message." end
  return table.concat(parts, " ")
end

-- Tables of parameters -------------------------------------------------------------------------------------

local function header(lines)
  lines[#lines + 1] = "| parameter | type | required | default | meaning |"
  lines[#lines + 1] = "|---|---|---|---|---|"
end

local function add_row(lines, path, node)
  lines[#lines + 1] = ("| %s | %s | %s | %s | %s |"):format(
    code(path),
    type_of(node),
    node.required and "yes" or "",
    default_of(node),
    meaning_of(node)
  )
end

--- What a node holds that has fields of its own: it, its items or its values.
local function held_by(node, path)
  if node.items then return node.items, path .. "[]" end
  if node.values then return node.values, path .. ".*" end
  return node, path
end

local add_fields

local function add_field(lines, path, field, unions)
  add_row(lines, path, field)
  local held, held_path = held_by(field, path)
  if held.alternatives then
    unions[#unions + 1] = { node = held, path = held_path }
  elseif held.fields then
    add_fields(lines, held, held_path .. ".", unions)
  end
end

function add_fields(lines, node, prefix, unions)
  for _, field in ipairs(node.fields) do
    add_field(lines, prefix .. field.name, field, unions)
  end
end

local function alternative_title(path, alternative)
  local key, constant = support.mark_of(alternative)
  if constant then return ('**%s with `%s = "%s"`**'):format(code(path), key, constant) end
  return ("**%s with %s**"):format(code(path), code(key))
end

local add_unions

local function add_alternatives(lines, union, seen)
  for _, alternative in ipairs(union.node.alternatives) do
    if alternative.fields then
      local inner = {}
      lines[#lines + 1] = "\n" .. alternative_title(union.path, alternative) .. "\n"
      header(lines)
      add_fields(lines, alternative, union.path .. ".", inner)
      add_unions(lines, inner, seen)
    end
  end
end

function add_unions(lines, unions, seen)
  for _, union in ipairs(unions) do
    local before = seen[union.node.alternatives]
    if before then
      lines[#lines + 1] = ("\n%s takes what %s takes."):format(code(union.path), code(before))
    else
      seen[union.node.alternatives] = union.path
      add_alternatives(lines, union, seen)
    end
  end
end

local function parameters_of(row)
  if #row.params.fields == 0 then return "It takes no parameters." end
  local lines, unions = {}, {}
  header(lines)
  add_fields(lines, row.params, "", unions)
  add_unions(lines, unions, {})
  return table.concat(lines, "\n")
end

-- What stands below the tables -----------------------------------------------------------------------------

local function notes_of(row)
  local notes = {}
  for _, choices in ipairs(row.params.exactly_one_of or {}) do
    notes[#notes + 1] = ("Exactly one of %s is given."):format(names(choices, "and"))
  end
  for _, rule in ipairs(row.rules or {}) do
    notes[#notes + 1] = sentence_of(rule)
  end
  return notes
end

local function add_list(lines, title, items)
  if not items or #items == 0 then return end
  lines[#lines + 1] = "\n" .. title .. "\n"
  for _, item in ipairs(items) do
    lines[#lines + 1] = "- " .. item
  end
end

-- Pages ----------------------------------------------------------------------------------------------------

local function signature_of(row)
  local arguments = row.id == "top" and "id, params, options" or "params, options"
  return ("client.calling:%s(%s)"):format(row.method, arguments)
end

local function example_of(row)
  local params = examples[row.method]
  local arguments = row.id == "top" and "call_id" or ""
  if params ~= "{}" then arguments = arguments .. (arguments ~= "" and ", " or "") .. params end
  return ("```lua\nlocal body, err = client.calling:%s(%s)\nif not body then print(err) end\n```"):format(
    row.method,
    arguments
  )
end

local function facts_of(row)
  local facts = { "Command " .. code(row.command) }
  if row.webhook then facts[#facts + 1] = "webhook " .. code(row.webhook) end
  return table.concat(facts, " · ")
end

local function handle_of(row)
  if not support.has_action(row) then return nil end
  local verbs = {}
  for i, verb in ipairs(support.verbs_of(row)) do
    verbs[i] = verb.name
  end
  local action = "A call handle's `call:%s(params)` makes a `control_id` where none is given, "
    .. "and returns an action with %s."
  return action:format(row.method, names(verbs, "and"))
end

local function must_of(row)
  return row.must and ("Without %s the client sends nothing."):format(names(row.must, "or"))
end

local function other_name_of(row)
  if row.method ~= "end_" then return nil end
  return '`end` is a keyword of Lua; `client.calling["end"]` is the same method, as is `hangup` of a handle.'
end

local function short_form_of(row)
  if not row.written_out then return nil end
  local long = '{ type = "sip", params = { to = "sip:sales@example.com" } }'
  local name = row.written_out
  return ('`%s = "sip:sales@example.com"` is short for `%s = %s`.'):format(name, name, long)
end

local function section_of(row)
  local lines = { "## " .. row.method, "", code(signature_of(row)), "", row.doc, "", facts_of(row), "" }
  lines[#lines + 1] = example_of(row)
  lines[#lines + 1] = ""
  lines[#lines + 1] = parameters_of(row)
  for _, make in ipairs({ other_name_of, must_of, short_form_of, handle_of }) do
    local text = make(row)
    if text then lines[#lines + 1] = "\n" .. text end
  end
  add_list(lines, "The documents add:", notes_of(row))
  add_list(lines, "Other forms that documents show, sent as you write them:", row.deviations)
  return table.concat(lines, "\n")
end

local function page_of(group)
  local sections = {
    made_by,
    "",
    "# " .. group.title,
    "",
    group.doc .. " [All commands](README.md)",
    "",
    "| method | does |",
    "|---|---|",
  }
  for _, row in ipairs(support.rows_of(group)) do
    sections[#sections + 1] = ("| [%s](#%s) | %s |"):format(code(row.method), row.method, row.doc)
  end
  for _, row in ipairs(support.rows_of(group)) do
    sections[#sections + 1] = "\n" .. section_of(row)
  end
  return table.concat(sections, "\n") .. "\n"
end

local index_head = [[
# Commands of the Calling API

Those of RELAY have [a page of their own](relay.md).

Each command is a method of `client.calling`. It returns `body, response`, or `nil, err`. `options` holds for
that call only. A required parameter is one that the API's schema demands; the client itself refuses to send
without it only where a page says so. With `strict = true` it refuses whatever the schema refuses, and
`client.calling:check(method, id, params)` tells without sending.

In a table of parameters, `play[]` stands for each item of `play`, and `properties.*` for each value inside
`properties`.
]]

local function index()
  local lines = { made_by, "", index_head, "| method | command | does |", "|---|---|---|" }
  for _, group in ipairs(support.groups) do
    lines[#lines + 1] = ("| **[%s](%s.md)** | | %s |"):format(group.title, group.name, group.doc)
    for _, row in ipairs(support.rows_of(group)) do
      lines[#lines + 1] = ("| [%s](%s.md#%s) | %s | %s |"):format(
        code(row.method),
        group.name,
        row.method,
        code(row.command),
        row.doc
      )
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

-- RELAY ----------------------------------------------------------------------------------------------------

local relay_head = [[
# Commands of RELAY

Each command is a method of a [call](../relay.md). It returns the service's answer, an action where it starts something
that goes on, or `nil, err`. Those that the Calling API has too take the same params.
]]

local relay_made_by = made_by:gsub("calling/", "relay.lua and relay/", 1)

local function is_shared(row) return support.catalog.row_of_command(row.command) == row end

local function relay_link(row, method)
  if not is_shared(row) then return ("[%s](#%s)"):format(code(method), method) end
  return ("[%s](%s.md#%s)"):format(code(method), row.group, row.method)
end

local function actions_of(row)
  if not support.relay.starts_action(row) then return nil end
  local verbs = {}
  for verb in pairs(support.relay.controls_of(row)) do
    verbs[#verbs + 1] = verb
  end
  table.sort(verbs)
  return ("It makes a `control_id` where none is given, and returns an action with %s."):format(names(verbs, "and"))
end

local function relay_section_of(row)
  local method = support.relay.method_of(row)
  local facts = "Command " .. code(row.command)
  local event = support.relay.event_of(row)
  if event then facts = facts .. " · event " .. code(event) end
  local lines =
    { "## " .. method, "", code(("call:%s(params, options)"):format(method)), "", row.doc, "", facts, "" }
  lines[#lines + 1] = parameters_of(row)
  for _, make in ipairs({ must_of, actions_of }) do
    local text = make(row)
    if text then lines[#lines + 1] = "\n" .. text end
  end
  return table.concat(lines, "\n")
end

local function relay_page()
  local lines = { relay_made_by, "", relay_head, "| method | command | does |", "|---|---|---|" }
  local sections = {}
  for _, method in ipairs(support.relay.methods) do
    local row = support.relay.row_of_method(method)
    lines[#lines + 1] = ("| %s | %s | %s |"):format(relay_link(row, method), code(row.command), row.doc)
    if not is_shared(row) then sections[#sections + 1] = "\n" .. relay_section_of(row) end
  end
  return table.concat(lines, "\n") .. "\n" .. table.concat(sections, "\n") .. "\n"
end

local files = { [folder .. "README.md"] = index(), [folder .. "relay.md"] = relay_page() }
for _, group in ipairs(support.groups) do
  files[folder .. group.name .. ".md"] = page_of(group)
end
support.deliver(files, arg)
