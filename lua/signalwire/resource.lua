-- A catalog row becomes a method.

local errors = require("signalwire.error")
local hidden = require("signalwire.hidden")
local json = require("signalwire.json")
local options = require("signalwire.options")
local request = require("signalwire.request")

local resource = {}

local null = json.null

local function usage(row)
  return row.method .. (row.id == "top" and "(id, params, options)" or "(params, options)")
end

local function id_fault(row, id)
  local got = id == "" and "an empty string" or id == nil and "nothing" or "a " .. type(id)
  return ("id must be the call's id, got %s; the form is %s"):format(got, usage(row))
end

local function params_fault(row, params)
  return ("params must be a table, got a %s; the form is %s"):format(type(params), usage(row))
end

-- What is wrong with the input by itself; nil where nothing is.
local function input_fault(row, id, params)
  if row.id == "top" and (type(id) ~= "string" or id == "") then return id_fault(row, id) end
  if type(params) ~= "table" then return params_fault(row, params) end
  local must = row.must
  for i = 1, must and #must or 0 do
    local value = rawget(params, must[i])
    if value == nil or value == null then return ("params.%s is required"):format(must[i]) end
  end
end

local function invalid(row, message, faults)
  return errors.invalid(message, { command = row.command, faults = faults })
end

local function copy_of(params)
  local copy = {}
  for key, value in next, params do
    copy[key] = value
  end
  local metatable = getmetatable(params)
  return type(metatable) == "table" and setmetatable(copy, metatable) or copy
end

-- `device = "sip:..."` is short for the whole form.
local function written_out(row, params)
  local name = row.written_out
  local address = rawget(params, name)
  if type(address) ~= "string" then return params end
  local copy = copy_of(params)
  copy[name] = { type = "sip", params = { to = address } }
  return copy
end

local function refuse_by_schema(row, params)
  local message, faults = require("signalwire.explain").refusal(row, params)
  return message and invalid(row, message, faults)
end

-- `shape` says which empty tables are arrays; `beside` is what one call's options put beside the params.
local function body_of(command, id, params, shape, beside)
  if not beside then return json.encode_members(shape, "command", command, "id", id, "params", params) end
  local body = { command = command, id = id, params = params }
  for name, value in next, beside do
    if body[name] == nil then body[name] = value end
  end
  return json.encode(body, "", shape)
end

-- Only where a table is empty does the catalog have a say, and only then is it read.
local function text_of(row, command, id, params, beside)
  local text, fault_or_empty = body_of(command, id, params, row and row.shape, beside)
  if not text or not fault_or_empty or not row or row.shape then return text, fault_or_empty end
  row.shape = { params = require("signalwire.shape").of(row.params) }
  return body_of(command, id, params, row.shape, beside)
end

local function send(catalog, settings, row, command, id, params, text, fault)
  if not text then return nil, errors.invalid(fault, { command = command }) end
  return request.send({
    method = catalog.method,
    path = settings.prefix .. catalog.path,
    body = text,
    timeout = settings.timeout,
    connect_timeout = settings.connect_timeout,
    settings = settings,
    command = command,
    id = id,
    params = params,
    row = row,
  })
end

local function perform(catalog, row, settings, id, params, given)
  if params == nil then params = {} end
  local fault = input_fault(row, id, params)
  if fault then return nil, invalid(row, fault) end
  if given ~= nil then
    local err
    settings, err = options.for_call(settings, given)
    if not settings then return nil, invalid(row, err.message) end
  end
  if row.written_out then params = written_out(row, params) end
  local err = settings.strict and refuse_by_schema(row, params)
  if err then return nil, err end
  local command = row.command
  return send(catalog, settings, row, command, id, params, text_of(row, command, id, params, settings.beside))
end

local NAME = "signalwire.namespace"

local function settings_for(self, method)
  return hidden.parts(self, NAME) or error(("use a colon: client.calling:%s(...)"):format(method), 3)
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
    return send(catalog, settings, row, command, id, params, text_of(nil, command, id, params, settings.beside))
  end
end

local function no_method(catalog, name)
  local hint = require("signalwire.did_you_mean")(name, catalog.methods)
  return ("%s has no method '%s'%s"):format(catalog.name, tostring(name), hint)
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
    local fault = input_fault(row, id, params)
    if fault then return nil, invalid(row, fault, { { message = fault } }) end
    if row.written_out then params = written_out(row, params) end
    local err = refuse_by_schema(row, params)
    if err then return nil, err end
    return true
  end
end

-- A method is made when it is first asked for.
local function class_of(catalog)
  local methods = { execute = execute_of(catalog), check = check_of(catalog) }
  local function make(_, name)
    if type(name) ~= "string" then return nil end
    local row = catalog.row_of_method(name)
    if not row then error(no_method(catalog, name), 2) end
    local method = rawget(methods, row.method) or method_of(catalog, row)
    methods[row.method], methods[name] = method, method
    return method
  end
  return { __name = NAME, __index = setmetatable(methods, { __index = make }) }
end

local classes = {}

--- The namespace of a catalog, for a client with these settings.
---@param catalog table
---@param settings table
---@return table
function resource.new(catalog, settings)
  classes[catalog] = classes[catalog] or class_of(catalog)
  return hidden.object(classes[catalog], {}, settings)
end

return resource
