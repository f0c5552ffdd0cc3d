-- The methods that take a command by its name: one sends any, one sends none.

local errors = require("signalwire.error")
local misuse = require("signalwire.misuse")
local one_call = require("signalwire.one_call")
local resource = require("signalwire.resource")

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
  local text, fault = resource.text_of(nil, command, id, params, settings.beside)
  if not text then return nil, errors.invalid(fault, { command = command }) end
  return resource.send(catalog, settings, catalog.row_of_command(command), command, id, params, text)
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
  if params == nil then params = {} end
  local fault = resource.input_fault(row, id, params)
  if fault then return nil, errors.invalid(fault, { command = row.command, faults = { { message = fault } } }) end
  if row.written_out then params = resource.written_out(row, params) end
  local err = misuse.by_schema(row, params)
  if err then return nil, err end
  return true
end

return by_name
