-- A catalog row becomes a method.

local errors = require("signalwire.error")
local hidden = require("signalwire.hidden")
local json = require("signalwire.json")
local request = require("signalwire.request")

local resource = {}

local null, encode_command = json.null, json.encode_command
local parts_of, send_request = hidden.parts, request.send

-- What is wrong with the input by itself; nil where nothing is.
local function input_fault(row, id, params)
  if row.id == "top" and (type(id) ~= "string" or id == "") then return require("signalwire.misuse").id(row, id) end
  if type(params) ~= "table" then return require("signalwire.misuse").params(row, params) end
  local must = row.must
  for i = 1, must and #must or 0 do
    local value = rawget(params, must[i])
    if value == nil or value == null then return ("params.%s is required"):format(must[i]) end
  end
end

local function written_out(row, params)
  local name = row.written_out
  if type(rawget(params, name)) ~= "string" then return params end
  return require("signalwire.rewrite").written_out(params, name)
end

-- `shape` says which empty tables are arrays.
local function text_of(shape, command, id, params, beside)
  if beside then return require("signalwire.rewrite").text_beside(shape, command, id, params, beside) end
  return encode_command(command, id, params, shape)
end

-- Only where a table is empty does the catalog have a say, and only then is it read.
local function learn_shape(row)
  row.shape = require("signalwire.shape").of(row.params) or {}
  return row.shape
end

-- What a command's requests have in common, and room for the rest.
local function new_request(catalog, settings, row, command)
  return {
    method = catalog.method,
    path = settings.prefix .. catalog.path,
    body = false,
    timeout = false,
    connect_timeout = settings.connect_timeout,
    settings = settings,
    row = row,
    command = command,
    id = false,
    params = false,
  }
end

-- Sends a command whose body is made. To make a request's table costs as much as to write its body: one that succeeded
-- leaves it to the next of its command.
local function send(catalog, settings, row, command, id, params, text)
  local idle = settings.idle
  local call = idle[command] or new_request(catalog, settings, row, command)
  idle[command] = nil
  call.timeout, call.id, call.params, call.body = settings.timeout, id, params, text
  local body, answer = send_request(call)
  if body then
    call.params, call.body = false, false
    idle[command] = call
  end
  return body, answer
end

local function invalid(row, message) return errors.invalid(message, { command = row.command }) end

local function perform(catalog, row, settings, id, params, given)
  if params == nil then params = {} end
  local fault = input_fault(row, id, params)
  if fault then return nil, invalid(row, fault) end
  if given ~= nil then
    local err
    settings, err = require("signalwire.one_call")(settings, given)
    if not settings then return nil, invalid(row, err.message) end
  end
  if row.written_out then params = written_out(row, params) end
  local err = settings.strict and require("signalwire.misuse").by_schema(row, params)
  if err then return nil, err end
  local command, beside = row.command, settings.beside
  local text, fault_or_empty = text_of(row.shape, command, id, params, beside)
  if text and fault_or_empty and not row.shape then
    text = text_of(learn_shape(row), command, id, params, beside)
  end
  if not text then return nil, invalid(row, fault_or_empty) end
  return send(catalog, settings, row, command, id, params, text)
end

local NAME = "signalwire.namespace"

local function ask_for_colon(method) error(("use a colon: client.calling:%s(...)"):format(method), 3) end

local function method_of(catalog, row)
  local name = row.method
  if row.id == "top" then
    return function(self, id, params, given)
      return perform(catalog, row, parts_of(self, NAME) or ask_for_colon(name), id, params, given)
    end
  end
  return function(self, params, given)
    return perform(catalog, row, parts_of(self, NAME) or ask_for_colon(name), nil, params, given)
  end
end

-- The methods that take a command by its name have a module of their own.
local function method_by_name(catalog, name)
  return function(self, ...)
    return require("signalwire.by_name")[name](catalog, parts_of(self, NAME) or ask_for_colon(name), ...)
  end
end

local function make_method(catalog, methods, name)
  if name == "execute" or name == "check" then return method_by_name(catalog, name) end
  local row = catalog.row_of_method(name)
  if not row then error(require("signalwire.misuse").name(catalog, name), 3) end
  methods[row.method] = rawget(methods, row.method) or method_of(catalog, row)
  return methods[row.method]
end

-- A method is made when it is first asked for.
local function class_of(catalog)
  local function make(methods, name)
    if type(name) ~= "string" then return nil end
    methods[name] = make_method(catalog, methods, name)
    return methods[name]
  end

  return { __name = NAME, __index = setmetatable({}, { __index = make }) }
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

resource.input_fault, resource.written_out, resource.text_of, resource.send =
  input_fault, written_out, text_of, send

return resource
