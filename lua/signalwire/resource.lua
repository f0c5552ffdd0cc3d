-- A catalog row becomes a method.

local errors = require("signalwire.error")
local hidden = require("signalwire.hidden")
local json = require("signalwire.json")
local request = require("signalwire.request")

local resource = {}

local null, encode_members, send_request = json.null, json.encode_members, request.send

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
  return encode_members(shape, "command", command, "id", id, "params", params)
end

-- Only where a table is empty does the catalog have a say, and only then is it read.
local function learn_shape(row)
  row.shape = { params = require("signalwire.shape").of(row.params) }
  return row.shape
end

local function blank()
  return {
    method = false,
    path = false,
    body = false,
    timeout = false,
    connect_timeout = false,
    settings = false,
    row = false,
    command = false,
    id = false,
    params = false,
  }
end

-- To make a request's table costs as much as to write its body: one that succeeded leaves it to the next.
local spare

-- Sends a command whose body is made.
local function send(catalog, settings, row, command, id, params, text)
  local call = spare or blank()
  spare = nil
  call.method, call.path, call.body = catalog.method, settings.path_of[catalog], text
  call.timeout, call.connect_timeout = settings.timeout, settings.connect_timeout
  call.settings, call.row, call.command, call.id, call.params = settings, row, command, id, params
  local body, answer = send_request(call)
  if body then
    call.settings, call.body, call.params = false, false, false
    spare = call
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

local function settings_for(self, method)
  return hidden.parts(self, NAME) or error(("use a colon: client.calling:%s(...)"):format(method), 3)
end

local function method_of(catalog, row)
  local name = row.method
  if row.id == "top" then
    return function(self, id, params, given)
      return perform(catalog, row, settings_for(self, name), id, params, given)
    end
  end
  return function(self, params, given) return perform(catalog, row, settings_for(self, name), nil, params, given) end
end

-- A method is made when it is first asked for.
local function class_of(catalog)
  local methods = {}

  function methods:execute(...)
    return require("signalwire.by_name").execute(catalog, settings_for(self, "execute"), ...)
  end

  function methods:check(...)
    settings_for(self, "check")
    return require("signalwire.by_name").check(catalog, ...)
  end

  local function make(_, name)
    if type(name) ~= "string" then return nil end
    local row = catalog.row_of_method(name)
    if not row then error(require("signalwire.misuse").name(catalog, name), 2) end
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
  settings.path_of[catalog] = settings.prefix .. catalog.path
  return hidden.object(classes[catalog], {}, settings)
end

resource.input_fault, resource.written_out, resource.text_of, resource.send =
  input_fault, written_out, text_of, send

return resource
