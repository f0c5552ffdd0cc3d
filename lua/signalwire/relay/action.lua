-- What a command started that goes on: play, record, collect and the like.

local catalog = require("signalwire.catalog.relay")
local did_you_mean = require("signalwire.did_you_mean")
local errors = require("signalwire.error")
local handlers = require("signalwire.relay.handlers")
local hidden = require("signalwire.hidden")
local promise = require("signalwire.relay.promise")
local tasks = require("signalwire.relay.tasks")

local action = {}

local NAME = "signalwire.relay.action"

local function parts_of(self, method)
  return hidden.parts(self, NAME) or error(("use a colon: action:%s(...)"):format(method), 3)
end

-- When it is over ------------------------------------------------------------------------------------------

-- Beside what the event itself says: what ends an action that an event of its kind does not end, or the reverse.
local rules = {}

-- The first thing that was detected is what was asked for.
rules["calling.detect"] = function(event)
  local detect = event.params.detect
  return event.final or (type(detect) == "table" and next(detect) ~= nil)
end

local function is_over_collect(event, params)
  if not params.continuous then return event.final end
  return event.params.state == "finished" or event.params.state == "error"
end

rules["calling.collect"] = is_over_collect

rules["calling.play_and_collect"] = function(event, params)
  return is_over_collect(event, type(params.collect) == "table" and params.collect or {})
end

local function ends(parts, event)
  if event.type ~= catalog.event_of(parts.row) then return false end
  local rule = rules[parts.row.command]
  if rule then return rule(event, parts.params) end
  return event.final
end

local function finish(self, parts, reason, event, err)
  if not parts.outcome:keep(event, err) then return end
  parts.reason = reason
  parts.on_end(self)
  for _, callback in ipairs(parts.callbacks) do
    tasks.spawn(handlers.call, parts.log, "on_completed of " .. parts.row.command, callback, event, err)
  end
  parts.callbacks = {}
end

--- An event with this action's control_id; in the reader.
function action.take(self, event)
  local parts = parts_of(self)
  if ends(parts, event) then finish(self, parts, "completed", event) end
end

--- Ends it without an event of its own.
function action.stop_waiting(self, reason, message)
  local parts = parts_of(self)
  finish(self, parts, reason, nil, errors.new({ kind = reason, message = message, command = parts.row.command }))
end

--- Ends it because its command was refused.
function action.fail(self, err) finish(self, parts_of(self), "failed", nil, err) end

-- What people do with it -----------------------------------------------------------------------------------

local methods = {}

--- Waits until it is over. After a time-out it can be waited for again.
---@param timeout? number seconds
---@return signalwire.Event? event
---@return signalwire.Error? err kind `timeout`, `call_ended`, `gone`, `session_lost` or `closed`
function methods:wait(timeout)
  local parts = parts_of(self, "wait")
  tasks.check(2)
  return parts.outcome:wait(timeout and tasks.now() + timeout, "the action did not end")
end

--- Is it over?
function methods:is_done() return parts_of(self, "is_done").outcome.is_kept end

--- The event that ended it, or nil.
function methods:result() return parts_of(self, "result").outcome.value end

--- Why it is over: `completed`, `failed`, `stopped`, `call_ended`, `gone`, `session_lost` or `closed`; nil while it
--- goes on.
function methods:reason() return parts_of(self, "reason").reason end

--- Has `callback(event, err)` called, in a task of its own, once it is over; at once if it is.
function methods:on_completed(callback)
  local parts = parts_of(self, "on_completed")
  if type(callback) ~= "function" then error("on_completed takes a function", 2) end
  if not parts.outcome.is_kept then
    parts.callbacks[#parts.callbacks + 1] = callback
    return self
  end
  local outcome = parts.outcome
  tasks.check(2)
  tasks.spawn(
    handlers.call,
    parts.log,
    "on_completed of " .. parts.row.command,
    callback,
    outcome.value,
    outcome.err
  )
  return self
end

local function control(parts, self, verb, params, options)
  if params ~= nil and type(params) ~= "table" then
    params = verb == "volume" and { volume = params } or { behavior = params }
  end
  local given = { control_id = self.control_id }
  for name, value in next, params or {} do
    given[name] = value
  end
  local result, err = parts.perform(catalog.row_of_method(parts.controls[verb]), given, options)
  if result and verb == "stop" and parts.row.command == "calling.ai" then
    action.stop_waiting(self, "stopped", "it was stopped")
  end
  return result, err
end

-- One class for each command that starts an action.
local classes = {}

local function class_of(row)
  local controls = catalog.controls_of(row)
  local own = {}
  for verb in pairs(controls) do
    own[verb] = function(self, params, options)
      local parts = parts_of(self, verb)
      tasks.check(2)
      return control(parts, self, verb, params, options)
    end
  end
  local known = setmetatable({ body = true }, { __index = own })
  return {
    __name = NAME,
    __index = function(_, name)
      if methods[name] or own[name] then return methods[name] or own[name] end
      if type(name) ~= "string" or known[name] then return nil end
      local names = {}
      for _, list in ipairs({ methods, own }) do
        for other in pairs(list) do
          names[#names + 1] = other
        end
      end
      local noun = catalog.method_of(row)
      error(("a %s action has no '%s'%s"):format(noun, name, did_you_mean(name, names)), 2)
    end,
  },
    controls
end

--- An action that is about to be started.
---@param row table of the catalog
---@param params table
---@param world { perform: function, on_end: function, log: function }
function action.new(row, call_id, params, world)
  local class = classes[row.command]
  if not class then
    class = { class_of(row) }
    classes[row.command] = class
  end
  return hidden.object(class[1], { call_id = call_id, control_id = params.control_id }, {
    row = row,
    params = params,
    controls = class[2],
    perform = world.perform,
    on_end = world.on_end,
    log = world.log,
    outcome = promise.new(),
    callbacks = {},
  })
end

return action
