-- The methods that take a command by its name: one sends any, one sends none.

local errors = require("signalwire.error")
local misuse = require("signalwire.misuse")
local one_call = require("signalwire.one_call")
local request = require("signalwire.request")
local resource = require("signalwire.resource")
local rewrite = require("signalwire.rewrite")

local by_name = {}

--- Any command, with exactly its params.
---@return table? body
---@return table response_or_error
function by_name.execute(catalog, settings, command, id, params, given)
  local err
  settings, err = one_call(settings, given)
  if not settings then return nil, err end
  if type(command) ~= "string" or command == "" then
    return nil, errors.invalid("command must be a string such as 'calling.refer', got a " .. type(command))
  end
  if params == nil then params = {} end
  local text, fault = rewrite.text_of(nil, command, id, params, settings.beside)
  if not text then return nil, errors.invalid(fault, { command = command }) end
  local route = resource.route(catalog, settings, catalog.row_of_command(command), command)
  return request.send(route, id, params, text)
end

--- What a method would refuse, and what the API's schema would.
---@return true?
---@return signalwire.Error?
function by_name.check(catalog, _, method, id, params)
  local row = catalog.row_of_method(method)
  if not row then return nil, errors.invalid(misuse.name(catalog, method)) end
  if row.id ~= "top" and params == nil then
    id, params = nil, id
  end
  local whole, fault = rewrite.whole(row, id, params)
  if not whole then
    return nil, errors.invalid(fault, { command = row.command, faults = { { message = fault } } })
  end
  local err = misuse.by_schema(row, whole)
  if err then return nil, err end
  return true
end

return by_name
