-- A catalog row becomes a method.

local errors = require("signalwire.error")
local hidden = require("signalwire.hidden")
local json = require("signalwire.json")
local request = require("signalwire.request")

local resource = {}

local parts_of, send_request = hidden.parts, request.send
local unpack = table.unpack or unpack

local function invalid(row, message) return errors.invalid(message, { command = row.command }) end

-- Only where a table is empty does the catalog have a say, and only then is it read.
local function learn_shape(row)
  row.shape = require("signalwire.shape").of(row.params) or {}
  return row.shape
end

-- The body of a command that is not written at once, and its params as they go; or nil and the error.
local function write_with_care(row, settings, id, params)
  local rewrite = require("signalwire.rewrite")
  local whole, fault = rewrite.whole(row, id, params)
  if not whole then return nil, invalid(row, fault) end
  local err = settings.strict and require("signalwire.misuse").by_schema(row, whole)
  if err then return nil, err end
  local beside = settings.beside
  local function text_of(shape)
    if beside then return rewrite.text_of(shape, row.command, id, whole, beside) end
    return row.write(id, whole, shape)
  end
  local text, note = text_of(row.shape)
  if text and note and not row.shape then
    text, note = text_of(learn_shape(row))
  end
  if not text then return nil, invalid(row, note) end
  return text, whole
end

local function new_route(catalog, settings, row, command)
  local route = {
    method = catalog.method,
    path = settings.prefix .. catalog.path,
    connect_timeout = settings.connect_timeout,
    settings = settings,
    row = row,
    command = command,
  }
  settings.routes[command] = route
  return route
end

--- What the requests of a command have in common.
---@return table route as signalwire.request has it
function resource.route(catalog, settings, row, command)
  return settings.routes[command] or new_route(catalog, settings, row, command)
end

local function perform(catalog, row, settings, id, params, given)
  local text, note, err
  if given ~= nil then
    settings, err = require("signalwire.one_call")(settings, given)
    if not settings then return nil, invalid(row, err.message) end
  end
  if not (settings.strict or given ~= nil and settings.beside) then
    text, note = row.write(id, params, row.shape)
  end
  if not text or note then
    text, params = write_with_care(row, settings, id, params)
    if not text then return nil, params end
  end
  local command = row.command
  return send_request(settings.routes[command] or new_route(catalog, settings, row, command), id, params, text)
end

local NAME = "signalwire.namespace"

local function ask_for_colon(method) error(("use a colon: client.calling:%s(...)"):format(method), 3) end

local function method_of(catalog, row)
  local name = row.method
  row.write = json.writer(row.command, row.id == "top", row.written_out or nil, unpack(row.must or {}))
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

return resource
