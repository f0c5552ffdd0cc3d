-- A catalog row becomes a method.

local did_you_mean = require("signalwire.did_you_mean")
local errors = require("signalwire.error")
local json = require("signalwire.json")
local options = require("signalwire.options")
local request = require("signalwire.request")
local shape = require("signalwire.shape")

local resource = {}

-- What a namespace needs and nobody else should see.
local settings_of = setmetatable({}, { __mode = "k" })

local function faults_of(row, params)
  local texts = {}
  for _, fault in ipairs(require("signalwire.check").faults(row, params)) do
    texts[#texts + 1] = tostring(fault)
  end
  return texts
end

local function hints_of(row, params)
  local texts = faults_of(row, params)
  for _, fault in ipairs(require("signalwire.check").advice(row, params)) do
    texts[#texts + 1] = tostring(fault)
  end
  return texts
end

local function usage(row)
  return row.method .. (row.id == "top" and "(id, params, options)" or "(params, options)")
end

local function id_fault(row, id)
  if row.id ~= "top" or (type(id) == "string" and id ~= "") then return nil end
  local got = id == "" and "an empty string" or id == nil and "nothing" or "a " .. type(id)
  return ("id must be the call's id, got %s; the form is %s"):format(got, usage(row))
end

local function missing(row, params)
  for _, name in ipairs(row.must or {}) do
    local value = rawget(params, name)
    if value == nil or value == json.null then return ("params.%s is required"):format(name) end
  end
end

local function invalid(row, message, fields)
  fields = fields or {}
  fields.command = row.command
  return errors.invalid(message, fields)
end

local function refuse_input(row, id, params)
  local fault = id_fault(row, id)
  if fault then return invalid(row, fault) end
  if type(params) ~= "table" then
    return invalid(row, ("params must be a table, got a %s; the form is %s"):format(type(params), usage(row)))
  end
  fault = missing(row, params)
  return fault and invalid(row, fault)
end

-- `device = "sip:..."` is short for the whole form.
local function written_out(row, params)
  local name = row.written_out
  local address = name and rawget(params, name)
  if type(address) ~= "string" then return params end
  local copy = {}
  for key, value in next, params do
    copy[key] = value
  end
  copy[name] = { type = "sip", params = { to = address } }
  local metatable = getmetatable(params)
  return type(metatable) == "table" and setmetatable(copy, metatable) or copy
end

local function refuse_by_schema(row, params)
  local faults = require("signalwire.check").faults(row, params)
  if not faults[1] then return nil end
  local texts = {}
  for i, fault in ipairs(faults) do
    texts[i] = tostring(fault)
  end
  return invalid(row, table.concat(texts, "; "), { faults = faults })
end

local function shape_of(row)
  if row.shape == nil then row.shape = { params = shape.of(row.params) } end
  return row.shape
end

local function body_of(call, beside)
  local body = {}
  for name, value in next, beside or {} do
    body[name] = value
  end
  body.command, body.id, body.params = call.command, call.id, call.params
  return body
end

local function send(catalog, settings, call)
  local text, fault = json.encode(body_of(call, settings.beside), "", call.shape)
  if not text then return nil, errors.invalid(fault, { command = call.command }) end
  call.settings, call.method, call.path, call.body = settings, catalog.method, catalog.path, text
  return request.send(call)
end

local function perform(catalog, row, settings, id, params, given)
  if params == nil then params = {} end
  local err = refuse_input(row, id, params)
  if err then return nil, err end
  settings, err = options.for_call(settings, given)
  if not settings then return nil, invalid(row, err.message) end
  params = written_out(row, params)
  err = settings.strict and refuse_by_schema(row, params)
  if err then return nil, err end
  return send(catalog, settings, {
    command = row.command,
    id = id,
    params = params,
    row = row,
    shape = shape_of(row),
    hints = function() return hints_of(row, params) end,
  })
end

local function settings_for(self, method)
  local settings = settings_of[self]
  if not settings then error(("use a colon: client.calling:%s(...)"):format(method), 3) end
  return settings
end

local function method_of(catalog, row)
  if row.id == "top" then
    return function(self, id, params, given)
      return perform(catalog, row, settings_for(self, row.method), id, params, given)
    end
  end
  return function(self, params, given)
    return perform(catalog, row, settings_for(self, row.method), nil, params, given)
  end
end

local function execute_of(catalog)
  return function(self, command, id, params, given)
    local settings, err = options.for_call(settings_for(self, "execute"), given)
    if not settings then return nil, err end
    if type(command) ~= "string" or command == "" then
      return nil, errors.invalid("command must be a string such as 'calling.refer', got a " .. type(command))
    end
    if params == nil then params = {} end
    local row = catalog.row_of_command(command)
    local hints = row and type(params) == "table" and function() return hints_of(row, params) end
    return send(
      catalog,
      settings,
      { command = command, id = id, params = params, row = row, hints = hints or nil }
    )
  end
end

local function no_method(catalog, name)
  return ("%s has no method '%s'%s"):format(catalog.name, tostring(name), did_you_mean(name, catalog.methods))
end

local function check_of(catalog)
  return function(self, method, id, params)
    settings_for(self, "check")
    local row = catalog.row_of_method(method)
    if not row then return nil, errors.invalid(no_method(catalog, method)) end
    if row.id ~= "top" and params == nil then
      id, params = nil, id
    end
    if params == nil then params = {} end
    local err = refuse_input(row, id, params)
    if not err then err = refuse_by_schema(row, written_out(row, params)) end
    if err then
      err.faults = err.faults or { { message = err.message } }
      return nil, err
    end
    return true
  end
end

-- A method is made when it is first asked for.
local function class_of(catalog)
  local methods = { execute = execute_of(catalog), check = check_of(catalog) }
  local function make(name)
    local row = catalog.row_of_method(name)
    if not row then return nil end
    local method = methods[row.method] or method_of(catalog, row)
    methods[row.method], methods[name] = method, method
    return method
  end
  return {
    __name = "signalwire." .. catalog.name,
    __metatable = false,
    __index = function(_, name)
      local method = methods[name] or make(name)
      if method then return method end
      if type(name) ~= "string" then return nil end
      error(no_method(catalog, name), 2)
    end,
  }
end

local classes = {}

--- The namespace of a catalog, for a client with these settings.
---@param catalog table
---@param settings table
---@return table
function resource.new(catalog, settings)
  classes[catalog] = classes[catalog] or class_of(catalog)
  local namespace = setmetatable({}, classes[catalog])
  settings_of[namespace] = settings
  return namespace
end

return resource
