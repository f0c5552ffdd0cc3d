-- Waiting for what becomes of a call, or of a command: each wait ends once, with an event or with the reason why none
-- comes.

local catalog = require("signalwire.catalog.relay")
local command = require("signalwire.relay.command")
local errors = require("signalwire.error")
local listener = require("signalwire.relay.listener")
local ranks = require("signalwire.relay.states")
local tasks = require("signalwire.relay.tasks")

local waits = {}

local function over_of(parts)
  return function() return parts.over and command.too_late(parts) end
end

local function listen(parts, event_type)
  local one = listener.new(event_type, parts.settings.max_events)
  parts.listeners[one] = true
  return one
end

local function deadline_of(timeout) return timeout and tasks.now() + timeout end

-- Events and states -------------------------------------------------------------------------------------------

--- An event that comes from now on, and that the predicate takes.
---@param parts table the call's
---@param event_type string or "*"
---@param predicate? fun(event: table): boolean
---@param timeout? number
function waits.for_event(parts, event_type, predicate, timeout)
  local one = listen(parts, event_type)
  local event, err = one:wait(predicate, over_of(parts), deadline_of(timeout), event_type)
  parts.listeners[one] = nil
  if one.raised ~= nil then error(one.raised, 0) end
  return event, err
end

-- Where no event told of a state.
local function stand_in(call)
  return { type = "calling.call.state", call_id = call.id, state = call.state, final = false, params = {} }
end

--- A state that is at the one waited for, or past it.
---@param call table
---@param parts table the call's
---@param name string the state's
---@param timeout? number
function waits.for_state(call, parts, name, timeout)
  local function reached() return parts.rank >= ranks[name] end
  local event, err
  if not reached() and not parts.over then
    local one = listen(parts, "calling.call.state")
    local function over()
      if reached() then return errors.new({ kind = "reached", message = "" }) end
      return parts.over and command.too_late(parts)
    end
    local function is_there(news) return (ranks[news.state] or 0) >= ranks[name] end
    event, err = one:wait(is_there, over, deadline_of(timeout), "the state " .. name)
    parts.listeners[one] = nil
  end
  if reached() then return event or parts.state_event or stand_in(call) end
  return nil, err or command.too_late(parts)
end

-- What becomes of a command -----------------------------------------------------------------------------------

local function gone(row) return errors.new({ kind = "gone", message = "the call has gone", command = row.command }) end

-- Sends it, and waits for the event that says so.
local function send_and_wait(call, parts, row, params, deadline, wanted)
  local one = listen(parts, catalog.event_of(row))
  parts.awaited[row.command] = true
  local event
  local result, err = command.send(call, parts, row.command, row, params, deadline)
  if result and result.gone then
    err = gone(row)
  elseif result or command.is_unknown(err) then
    event, err = one:wait(wanted, over_of(parts), deadline, row.webhook)
  end
  parts.listeners[one], parts.awaited[row.command] = nil, nil
  return event, err
end

-- The time is for the command and for the wait.
local function outcome(call, parts, row, params, options, wanted)
  local deadline, has_gone, err = command.begin(call, parts, row.command, options)
  local event
  if deadline then
    event, err = send_and_wait(call, parts, row, params, deadline, wanted)
  elseif has_gone then
    err = gone(row)
  end
  if err and not err.command then err.command = row.command end
  return event, err
end

local function outcome_of(method, wanted_for)
  return function(call, parts, params, options)
    local row = catalog.row_of_method(method)
    local given, err = command.complete(row, params)
    if not given then return nil, err end
    return outcome(call, parts, row, given, options, wanted_for(parts, given))
  end
end

local function is_final(event) return event.final end

--- Bridges.
waits.connect = outcome_of("connect", function() return is_final end)

--- Presses keys.
waits.send_digits = outcome_of("send_digits", function(_, params)
  return function(event) return event.final and (event.control_id or params.control_id) == params.control_id end
end)

local function destination_of(params)
  local device = type(params.device) == "table" and params.device or {}
  return type(device.params) == "table" and device.params.to or nil
end

-- No control_id tells one REFER's events from another's. So there is one at a time, and what a REFER brings that was
-- given up before is known by where that one went.
local refer = outcome_of("refer", function(parts, params)
  local own = destination_of(params)
  return function(event)
    local is_of_another = event.to ~= own and parts.given_up[event.to or ""]
    if is_of_another and event.final then parts.given_up[event.to] = nil end
    return event.final and not is_of_another
  end
end)

--- nil and an error where a REFER of this call is under way.
function waits.may_refer(parts)
  if not parts.awaited["calling.refer"] then return true end
  return nil, errors.invalid("a REFER of this call is under way", { command = "calling.refer" })
end

--- Refers.
function waits.refer(call, parts, params, options)
  local fine, refusal = waits.may_refer(parts)
  if not fine then return nil, refusal end
  local event, err = refer(call, parts, params, options)
  if err and err.kind ~= "invalid" and err.kind ~= "refused" and type(params) == "table" then
    local to = type(params.device) == "string" and params.device or destination_of(params)
    if to then parts.given_up[to] = true end
  end
  return event, err
end

return waits
