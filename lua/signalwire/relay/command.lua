-- A command of a call: what is added to its params, what it is refused for, how it is sent, the action that it starts.

local action = require("signalwire.relay.action")
local base = require("signalwire.base")
local catalog = require("signalwire.catalog.relay")
local did_you_mean = require("signalwire.did_you_mean")
local errors = require("signalwire.error")
local frames = require("signalwire.relay.frames")
local rewrite = require("signalwire.rewrite")
local shape = require("signalwire.shape")
local tasks = require("signalwire.relay.tasks")

local command = {}

-- What was given ----------------------------------------------------------------------------------------------

local function params_fault(row, params)
  if type(params) ~= "table" then return ("params must be a table, got a %s"):format(type(params)) end
  if catalog.is_control(row) and params.control_id == nil then return "params.control_id is required" end
  for _, name in ipairs(row.must or {}) do
    if params[name] == nil then return ("params.%s is required"):format(name) end
  end
end

--- A copy of what was given, with what the catalog adds; or nil and an error.
---@param row table
---@param params? table
function command.complete(row, params)
  if params == nil then params = {} end
  local fault = params_fault(row, params)
  if fault then return nil, errors.invalid(fault, { command = row.command }) end
  params = rewrite.copy(params)
  local name = row.written_out
  if name and type(params[name]) == "string" then params = rewrite.written_out(params, name) end
  if catalog.makes_control_id(row) and params.control_id == nil then params.control_id = base.uuid() end
  return params
end

-- The seconds that it has; or nil and what is wrong with the options.
local function timeout_of(settings, options)
  if options == nil then return settings.timeout end
  if type(options) ~= "table" then return nil, "options must be a table, got " .. type(options) end
  for name in pairs(options) do
    if name ~= "timeout" then
      return nil, ("no option is called '%s'%s"):format(tostring(name), did_you_mean(name, { "timeout" }))
    end
  end
  local timeout = options.timeout or settings.timeout
  if type(timeout) ~= "number" or not (timeout > 0 and timeout < math.huge) then
    return nil, "timeout must be more than 0 and finite"
  end
  return timeout
end

-- Sending -----------------------------------------------------------------------------------------------------

local function hook(parts, name, facts)
  if parts.settings[name] then require("signalwire.hooks").of_relay(parts.settings, name, facts) end
end

--- What whoever wants something of a call that is over is told.
---@param parts table the call's
---@param name? string the command's
function command.too_late(parts, name)
  local over = parts.over
  return errors.new({ kind = over.kind, message = over.message, command = name, retryable = true })
end

--- Sees to all that may keep a command from going out. The user's on_request may raise: so nothing that is to be taken
--- back may be registered before this, and whatever is, is registered before `send`.
---@param call table
---@param parts table the call's
---@param name string
---@param options? { timeout?: number }
---@return number? deadline
---@return table? result where nothing is to be sent because the call has ended, which is no fault
---@return signalwire.Error?
function command.begin(call, parts, name, options)
  local timeout, fault = timeout_of(parts.settings, options)
  if not timeout then return nil, nil, errors.invalid(fault, { command = name }) end
  if parts.over and parts.over.kind ~= "call_ended" then return nil, nil, command.too_late(parts, name) end
  if parts.ended then return nil, { gone = true } end
  hook(parts, "on_request", { command = name, call_id = call.id })
  return tasks.now() + timeout
end

--- Sends a command that was begun. Where the call has gone, that is no fault: `{ gone = true }`.
---@param call table
---@param parts table the call's
---@param name string
---@param row? table the catalog's
---@param params table
---@param deadline number
---@return table? result
---@return signalwire.Error?
function command.send(call, parts, name, row, params, deadline)
  local body = { node_id = call.node_id, call_id = call.id }
  for field, value in next, params do
    body[field] = value
  end
  local started = tasks.now()
  local result, err = parts.session:request(name, body, {
    deadline = deadline,
    shape = row and shape.of(row.params),
    secret = row and { row.params, params },
  })
  hook(parts, "on_response", {
    command = name,
    call_id = call.id,
    elapsed = tasks.now() - started,
    kind = err and err.kind,
    message = err and tostring(err),
  })
  if err and frames.is_gone(err) then return { gone = true, code = err.code, message = err.message } end
  return result, err
end

--- Both in one.
function command.perform(call, parts, name, row, params, options)
  local deadline, result, err = command.begin(call, parts, name, options)
  if not deadline then return result, err end
  return command.send(call, parts, name, row, params, deadline)
end

--- Was the command perhaps carried out, although no answer says so?
function command.is_unknown(err) return not err.retryable and err.kind ~= "invalid" and err.kind ~= "refused" end

-- Sends the command of an action, which hears of events that come before the answer.
local function start(call, parts, row, params, options, one)
  local deadline, result, err = command.begin(call, parts, row.command, options)
  if not deadline then return result, err end
  parts.actions[params.control_id] = one
  return command.send(call, parts, row.command, row, params, deadline)
end

--- Sends a command that starts an action.
---@return table? action; nil and an error, which has the action where it may go on
---@return table|signalwire.Error
function command.start_action(call, parts, row, params, options)
  local one
  one = action.new(row, call.id, params, {
    log = parts.settings.log,
    on_end = function() parts.actions[params.control_id] = nil end,
    perform = function(control, given, control_options)
      return command.perform(call, parts, control.command, control, given, control_options)
    end,
  })
  if parts.actions[params.control_id] then
    return nil, errors.invalid("an action with this control_id goes on", { command = row.command })
  end
  local result, err = start(call, parts, row, params, options, one)
  if result and result.gone then
    action.stop_waiting(one, "gone", "the call has gone")
  elseif not result and not command.is_unknown(err) then
    action.fail(one, err)
    return nil, err
  elseif not result then
    err.action = one
    return nil, err
  end
  one.body = result
  return one, result
end

return command
