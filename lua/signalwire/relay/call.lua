-- One call: its state, its commands, and waiting for what becomes of them.

local action = require("signalwire.relay.action")
local catalog = require("signalwire.catalog.relay")
local base = require("signalwire.base")
local did_you_mean = require("signalwire.did_you_mean")
local errors = require("signalwire.error")
local frames = require("signalwire.relay.frames")
local handlers = require("signalwire.relay.handlers")
local hidden = require("signalwire.hidden")
local listener = require("signalwire.relay.listener")
local mailbox = require("signalwire.relay.mailbox")
local shape = require("signalwire.shape")
local tasks = require("signalwire.relay.tasks")

local call = {}

local ranks = { created = 1, ringing = 2, answered = 3, ending = 4, ended = 5 }

local NAME = "signalwire.relay.call"

local function parts_of(self, method)
  return hidden.parts(self, NAME) or error(("use a colon: call:%s(...)"):format(method), 3)
end

-- The reader's side -----------------------------------------------------------------------------------------

local shown = { "node_id", "context", "direction", "device", "tag", "segment_id", "end_reason", "peer" }

local function take_fields(self, params)
  for _, name in ipairs(shown) do
    if params[name] ~= nil and params[name] ~= "" then rawset(self, name, params[name]) end
  end
end

--- Sets the state if it lies ahead. False for one that is past: an event that came twice, or late.
local function go_to(self, parts, state)
  local rank = ranks[state]
  if rank and rank <= parts.told then return false end
  if rank and rank >= parts.rank then
    parts.rank = rank
    self.state = state
  elseif not rank and state then
    self.state = state
  end
  parts.told = rank or parts.told
  return true
end

local function each(list, visit)
  local present = {}
  for item in pairs(list) do
    present[#present + 1] = item
  end
  for _, item in ipairs(present) do
    visit(item)
  end
end

local function end_actions(parts, reason, message)
  local present = {}
  for _, one in pairs(parts.actions) do
    present[#present + 1] = one
  end
  for _, one in ipairs(present) do
    action.stop_waiting(one, reason, message)
  end
end

--- The call is over: ended, lost with its session, or closed with it. All waits end.
function call.finish(self, kind, message)
  local parts = parts_of(self)
  if parts.over then return end
  parts.over = { kind = kind, message = message }
  end_actions(parts, kind, message)
  each(parts.listeners, function(one) one:wake() end)
end

local function hand_on(self, parts, event)
  local one = event.control_id and parts.actions[event.control_id]
  if one then action.take(one, event) end
  each(parts.listeners, function(other) other:put(event) end)
  if parts.handlers:hears(event.type) then parts.mailbox:put(event) end
  if event.type == "calling.call.state" and event.state == "ended" then
    parts.ended = event
    call.finish(self, "call_ended", "the call ended" .. (event.reason and ": " .. event.reason or ""))
  end
end

--- An event of this call; in the reader. True where the call ended with it.
function call.take(self, event)
  local parts = parts_of(self)
  if event.type == "calling.call.state" then
    if not go_to(self, parts, event.state) then return false end
    parts.state_event = event
  end
  take_fields(self, event.params)
  hand_on(self, parts, event)
  return parts.ended ~= nil
end

--- A dial event says more than the states that may be under way.
function call.be_answered(self, leg)
  local parts = parts_of(self)
  take_fields(self, leg)
  if parts.rank < ranks.answered then
    parts.rank, self.state = ranks.answered, "answered"
  end
  each(parts.listeners, function(one) one:wake() end)
end

-- Commands --------------------------------------------------------------------------------------------------

local function error_of(parts, command)
  local over = parts.over
  return errors.new({ kind = over.kind, message = over.message, command = command, retryable = true })
end

local function params_fault(row, params)
  if type(params) ~= "table" then return ("params must be a table, got a %s"):format(type(params)) end
  if catalog.is_control(row) and params.control_id == nil then return "params.control_id is required" end
  for _, name in ipairs(row.must or {}) do
    if params[name] == nil then return ("params.%s is required"):format(name) end
  end
end

local function copy_of(params)
  local copy = {}
  for name, value in next, params do
    copy[name] = value
  end
  return copy
end

-- A copy of what was given, with what the catalog adds; or nil and an error.
local function complete(row, params)
  if params == nil then params = {} end
  local fault = params_fault(row, params)
  if fault then return nil, errors.invalid(fault, { command = row.command }) end
  params = copy_of(params)
  local name = row.written_out
  if name and type(params[name]) == "string" then
    params[name] = { type = "sip", params = { to = params[name] } }
  end
  if catalog.makes_control_id(row) and params.control_id == nil then params.control_id = base.uuid() end
  return params
end

local function hook(parts, name, facts)
  if parts.settings[name] then require("signalwire.hooks").of_relay(parts.settings, name, facts) end
end

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

--- Sends a command of this call. Where the call has gone, that is no fault: `{ gone = true }`.
local function perform(self, parts, command, row, params, options)
  local timeout, fault = timeout_of(parts.settings, options)
  if not timeout then return nil, errors.invalid(fault, { command = command }) end
  if parts.over and parts.over.kind ~= "call_ended" then return nil, error_of(parts, command) end
  if parts.ended then return { gone = true } end
  local body = { node_id = self.node_id, call_id = self.id }
  for name, value in next, params do
    body[name] = value
  end
  local started = tasks.now()
  hook(parts, "on_request", { command = command, call_id = self.id })
  local result, err = parts.session:request(command, body, {
    deadline = started + timeout,
    shape = row and shape.of(row.params),
    secret = row and { row.params, params },
  })
  hook(parts, "on_response", {
    command = command,
    call_id = self.id,
    elapsed = tasks.now() - started,
    kind = err and err.kind,
    message = err and tostring(err),
  })
  if err and frames.is_gone(err) then return { gone = true, code = err.code, message = err.message } end
  return result, err
end

-- Was the command perhaps carried out, although no answer says so?
local function is_unknown(err) return not err.retryable and err.kind ~= "invalid" and err.kind ~= "refused" end

local function start_action(self, parts, row, params, options)
  local one
  one = action.new(row, self.id, params, {
    log = parts.settings.log,
    on_end = function() parts.actions[params.control_id] = nil end,
    perform = function(control, given, control_options)
      return perform(self, parts, control.command, control, given, control_options)
    end,
  })
  if parts.actions[params.control_id] then
    return nil, errors.invalid("an action with this control_id goes on", { command = row.command })
  end
  parts.actions[params.control_id] = one
  local result, err = perform(self, parts, row.command, row, params, options)
  if result and result.gone then
    action.stop_waiting(one, "gone", "the call has gone")
  elseif not result and not is_unknown(err) then
    action.fail(one, err)
    return nil, err
  elseif not result then
    err.action = one
    return nil, err
  end
  one.body = result
  return one, result
end

local function verb(row)
  local starts = catalog.starts_action(row)
  local name = catalog.method_of(row)
  return function(self, params, options)
    local parts = parts_of(self, name)
    tasks.check(2)
    local given, err = complete(row, params)
    if not given then return nil, err end
    if row.command == "calling.refer" and parts.refers then
      return nil, errors.invalid("a REFER of this call is under way", { command = row.command })
    end
    if starts then return start_action(self, parts, row, given, options) end
    return perform(self, parts, row.command, row, given, options)
  end
end

-- Methods ---------------------------------------------------------------------------------------------------

local methods = {}

--- Has `handler(event)` called with each event of a type, such as "calling.call.play"; of all types with "*". Handlers
--- run in a task of the call, one event at a time, in the order of arrival. Where they are slow, `dropped` says how
--- many events of mere progress were left out before this one.
---@param event_type string
---@param handler fun(event: signalwire.Event, dropped: integer)
---@return fun() off takes it back
function methods:on(event_type, handler)
  local parts = parts_of(self, "on")
  if type(event_type) ~= "string" then error("an event's type is a string", 2) end
  return parts.handlers:add(event_type, handler, 2)
end

local function over_of(parts)
  return function() return parts.over and error_of(parts) end
end

--- Waits for an event that comes from now on.
---@param event_type string or "*"
---@param predicate? fun(event: signalwire.Event): boolean
---@param timeout? number seconds
---@return signalwire.Event? event
---@return signalwire.Error? err kind `timeout`, `call_ended`, `session_lost` or `closed`
function methods:wait_for(event_type, predicate, timeout)
  local parts = parts_of(self, "wait_for")
  if type(event_type) ~= "string" then error("an event's type is a string", 2) end
  if type(predicate) == "number" then
    predicate, timeout = nil, predicate
  end
  tasks.check(2)
  local one = listener.new(event_type, parts.settings.max_events)
  parts.listeners[one] = true
  local event, err = one:wait(predicate, over_of(parts), timeout and tasks.now() + timeout, event_type)
  parts.listeners[one] = nil
  if one.raised ~= nil then error(one.raised, 0) end
  return event, err
end

-- Where no event told of a state.
local function stand_in(self)
  return { type = "calling.call.state", call_id = self.id, state = self.state, final = false, params = {} }
end

-- A state that is at the one waited for, or past it.
local function wait_for_state(name)
  return function(self, timeout)
    local parts = parts_of(self, "wait_for_" .. name)
    tasks.check(2)
    local function reached() return parts.rank >= ranks[name] end
    local event, err
    if not reached() and not parts.over then
      local one = listener.new("calling.call.state", parts.settings.max_events)
      parts.listeners[one] = true
      local function over()
        if reached() then return errors.new({ kind = "reached", message = "" }) end
        return parts.over and error_of(parts)
      end
      local function is_there(news) return (ranks[news.state] or 0) >= ranks[name] end
      event, err = one:wait(is_there, over, timeout and tasks.now() + timeout, "the state " .. name)
      parts.listeners[one] = nil
    end
    if reached() then
      return event or parts.state_event or stand_in(self)
    end
    return nil, err or error_of(parts)
  end
end

for _, name in ipairs({ "ringing", "answered", "ending", "ended" }) do
  methods["wait_for_" .. name] = wait_for_state(name)
end

--- Sends any command of this call, as written but for node_id and call_id.
---@param command string such as "calling.play"
---@param params? table
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function methods:execute(command, params, options)
  local parts = parts_of(self, "execute")
  tasks.check(2)
  if type(command) ~= "string" or command == "" then return nil, errors.invalid("command must be a string") end
  if params ~= nil and type(params) ~= "table" then return nil, errors.invalid("params must be a table") end
  return perform(self, parts, command, catalog.row_of_command(command), params or {}, options)
end

-- A command, and the event that says what became of it. The time is for both.
local function await(self, parts, row, params, options, wanted)
  local timeout, fault = timeout_of(parts.settings, options)
  if not timeout then return nil, errors.invalid(fault, { command = row.command }) end
  local deadline = tasks.now() + timeout
  local one = listener.new(catalog.event_of(row), parts.settings.max_events)
  parts.listeners[one] = true
  local event
  local result, err = perform(self, parts, row.command, row, params, { timeout = timeout })
  if result and result.gone then
    result, err = nil, errors.new({ kind = "gone", message = "the call has gone", command = row.command })
  end
  if result or is_unknown(err) then
    event, err = one:wait(wanted, over_of(parts), deadline, row.webhook)
  end
  parts.listeners[one] = nil
  if err and not err.command then err.command = row.command end
  return event, err
end

local function await_of(method, wanted_for)
  return function(self, params, options)
    local parts = parts_of(self, method .. "_wait")
    tasks.check(2)
    local row = catalog.row_of_method(method)
    local given, err = complete(row, params)
    if not given then return nil, err end
    return await(self, parts, row, given, options, wanted_for(parts, given))
  end
end

local function is_final(event) return event.final end

--- Bridges, and waits until that has worked, or not: `event.ok` says which.
methods.connect_wait = await_of("connect", function() return is_final end)

--- Presses keys, and waits until the last is pressed.
methods.send_digits_wait = await_of("send_digits", function(_, params)
  return function(event) return event.final and (event.control_id or params.control_id) == params.control_id end
end)

local function destination_of(params)
  local device = type(params.device) == "table" and params.device or {}
  return type(device.params) == "table" and device.params.to or nil
end

-- No control_id tells one REFER's events from another's. So there is one at a time, and what a REFER brings that was
-- given up before is known by where that one went.
local refer_wait = await_of("refer", function(parts, params)
  local own = destination_of(params)
  return function(event)
    local is_of_another = event.to ~= own and parts.given_up[event.to or ""]
    if is_of_another and event.final then parts.given_up[event.to] = nil end
    return event.final and not is_of_another
  end
end)

--- Sends a SIP REFER, and waits until it is known what became of it: `event.ok` says whether the other end took it.
---@param params { device: table|string, status_url?: string }
---@param options? { timeout?: number }
---@return signalwire.Event? event
---@return signalwire.Error? err
function methods:refer_wait(params, options)
  local parts = parts_of(self, "refer_wait")
  if parts.refers then
    return nil, errors.invalid("a REFER of this call is under way", { command = "calling.refer" })
  end
  parts.refers = true
  local event, err = refer_wait(self, params, options)
  parts.refers = nil
  if err and err.kind ~= "invalid" and err.kind ~= "refused" and type(params) == "table" then
    local to = type(params.device) == "string" and params.device or destination_of(params)
    if to then parts.given_up[to] = true end
  end
  return event, err
end

-- The class -------------------------------------------------------------------------------------------------

local Call = { __name = NAME }

local verbs = {}

local is_shown = {}
for _, name in ipairs(shown) do
  is_shown[name] = true
end

local function all_names()
  local names = { "hangup" }
  for _, list in ipairs({ methods, is_shown }) do
    for name in pairs(list) do
      names[#names + 1] = name
    end
  end
  for _, name in ipairs(catalog.methods) do
    names[#names + 1] = name
  end
  return names
end

function Call:__index(name)
  if methods[name] then return methods[name] end
  if is_shown[name] or type(name) ~= "string" then return nil end
  if not verbs[name] then
    local row = catalog.row_of_method((name == "end_" or name == "end") and "hangup" or name)
    verbs[name] = row and verb(row)
  end
  if verbs[name] then return verbs[name] end
  error(("a call has no '%s'%s"):format(name, did_you_mean(name, all_names())), 2)
end

function Call:__tostring() return ("signalwire.relay.call (%s, %s)"):format(self.id, self.state) end

--- A call that the service told of.
---@param session table
---@param settings table
---@param fields table of the event: call_id, and what stands beside
---@param state string
function call.new(session, settings, fields, state)
  local id, own = fields.call_id, handlers.new()
  local self = hidden.object(Call, { id = id, state = state }, {
    session = session,
    settings = settings,
    rank = ranks[state] or 0,
    told = 0,
    actions = {},
    listeners = {},
    given_up = {},
    handlers = own,
    mailbox = mailbox.new(
      settings.max_events,
      function(event, dropped) own:call(settings.log, event.type, event, dropped) end,
      function() settings.log(("handlers of call %s are slow: progress is dropped"):format(id)) end
    ),
  })
  take_fields(self, fields)
  return self
end

function call.is_over(self) return parts_of(self).over ~= nil end

return call
