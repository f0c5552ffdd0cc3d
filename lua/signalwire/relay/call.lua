-- One call: its state, what the reader tells it, and its methods.

local action = require("signalwire.relay.action")
local catalog = require("signalwire.catalog.relay")
local command = require("signalwire.relay.command")
local did_you_mean = require("signalwire.did_you_mean")
local errors = require("signalwire.error")
local handlers = require("signalwire.relay.handlers")
local hidden = require("signalwire.hidden")
local mailbox = require("signalwire.relay.mailbox")
local ranks = require("signalwire.relay.states")
local tasks = require("signalwire.relay.tasks")
local waits = require("signalwire.relay.waits")

local call = {}

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

local function verb(row)
  local starts = catalog.starts_action(row)
  local name = catalog.method_of(row)
  return function(self, params, options)
    local parts = parts_of(self, name)
    tasks.check(2)
    local given, err = command.complete(row, params)
    if not given then return nil, err end
    if starts then return command.start_action(self, parts, row, given, options) end
    if row.command == "calling.refer" then
      local fine, refusal = waits.may_refer(parts)
      if not fine then return nil, refusal end
    end
    return command.perform(self, parts, row.command, row, given, options)
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
  return waits.for_event(parts, event_type, predicate, timeout)
end

for _, name in ipairs({ "ringing", "answered", "ending", "ended" }) do
  local method = "wait_for_" .. name
  methods[method] = function(self, timeout)
    local parts = parts_of(self, method)
    tasks.check(2)
    return waits.for_state(self, parts, name, timeout)
  end
end

--- Sends any command of this call, as written but for node_id and call_id.
---@param name string such as "calling.play"
---@param params? table
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function methods:execute(name, params, options)
  local parts = parts_of(self, "execute")
  tasks.check(2)
  if type(name) ~= "string" or name == "" then return nil, errors.invalid("command must be a string") end
  if params ~= nil and type(params) ~= "table" then return nil, errors.invalid("params must be a table") end
  return command.perform(self, parts, name, catalog.row_of_command(name), params or {}, options)
end

--- Bridges, and waits until that has worked, or not: `event.ok` says which.
---@param params table
---@param options? { timeout?: number }
---@return signalwire.Event? event
---@return signalwire.Error? err
function methods:connect_wait(params, options)
  local parts = parts_of(self, "connect_wait")
  tasks.check(2)
  return waits.connect(self, parts, params, options)
end

--- Presses keys, and waits until the last is pressed.
---@param params table
---@param options? { timeout?: number }
---@return signalwire.Event? event
---@return signalwire.Error? err
function methods:send_digits_wait(params, options)
  local parts = parts_of(self, "send_digits_wait")
  tasks.check(2)
  return waits.send_digits(self, parts, params, options)
end

--- Sends a SIP REFER, and waits until it is known what became of it: `event.ok` says whether the other end took it.
---@param params { device: table|string, status_url?: string }
---@param options? { timeout?: number }
---@return signalwire.Event? event
---@return signalwire.Error? err
function methods:refer_wait(params, options)
  local parts = parts_of(self, "refer_wait")
  tasks.check(2)
  return waits.refer(self, parts, params, options)
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
    awaited = {},
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
