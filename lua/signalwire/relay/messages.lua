-- Text messages: those that come, and those that were sent and are on their way.

local errors = require("signalwire.error")
local handlers = require("signalwire.relay.handlers")
local hidden = require("signalwire.hidden")
local promise = require("signalwire.relay.promise")
local tasks = require("signalwire.relay.tasks")

local messages = {}

local Messages = {}
Messages.__index = Messages

local COMMAND = "messaging.send"
local EARLY = 5 -- seconds for which the state of a message is kept that is not known yet
local MOST_EARLY = 1000

---@param world { session: table, settings: table }
function messages.new(world)
  return setmetatable({ world = world, by_id = {}, early = {}, early_count = 0 }, Messages)
end

-- A message that was sent -------------------------------------------------------------------------------------

local methods = {}
local Message = { __name = "signalwire.relay.message", __index = methods }

local function parts_of(self, method)
  return hidden.parts(self, Message.__name) or error(("use a colon: message:%s(...)"):format(method), 3)
end

--- Waits until it is known what became of it.
---@param timeout? number seconds
---@return signalwire.Event? event `event.ok` where it was delivered
---@return signalwire.Error?
function methods:wait(timeout)
  local parts = parts_of(self, "wait")
  tasks.check(2)
  return parts.outcome:wait(timeout and tasks.now() + timeout, "the message's end did not come")
end

function methods:is_done() return parts_of(self, "is_done").outcome.is_kept end

function methods:result() return parts_of(self, "result").outcome.value end

--- Has `callback(event, err)` called, in a task of its own, once it is known what became of it.
function methods:on_completed(callback)
  local parts = parts_of(self, "on_completed")
  if type(callback) ~= "function" then error("on_completed takes a function", 2) end
  local outcome = parts.outcome
  if outcome.is_kept then
    tasks.check(2)
    tasks.spawn(handlers.call, parts.log, "on_completed of a message", callback, outcome.value, outcome.err)
  else
    parts.callbacks[#parts.callbacks + 1] = callback
  end
  return self
end

local function finish(self, event, err)
  local parts = parts_of(self)
  if not parts.outcome:keep(event, err) then return end
  for _, callback in ipairs(parts.callbacks) do
    tasks.spawn(handlers.call, parts.log, "on_completed of a message", callback, event, err)
  end
end

-- Events, in the reader ---------------------------------------------------------------------------------------

local function apply(self, message, event)
  message.state = event.state
  message.reason = event.reason
  if event.final then
    self.by_id[message.id] = nil
    finish(message, event)
  end
end

-- A state may come before the answer that names the message.
local function keep_early(self, id, event)
  local now = tasks.now()
  for other, entry in pairs(self.early) do
    if entry.until_when < now then
      self.early[other], self.early_count = nil, self.early_count - 1
    end
  end
  if not self.early[id] then
    if self.early_count >= MOST_EARLY then return end
    self.early[id], self.early_count = { until_when = now + EARLY }, self.early_count + 1
  end
  local entry = self.early[id]
  if #entry < 16 then entry[#entry + 1] = event end
end

--- messaging.state
function Messages:take_state(event)
  local id = event.params.message_id
  if type(id) ~= "string" then return end
  local message = self.by_id[id]
  if message then return apply(self, message, event) end
  keep_early(self, id, event)
end

local function register(self, params, id)
  local message = hidden.object(Message, {
    id = id,
    state = "queued",
    to_number = params.to_number,
    from_number = params.from_number,
    body = params.body,
    context = params.context,
  }, { outcome = promise.new(), callbacks = {}, log = self.world.settings.log })
  self.by_id[id] = message
  local early = self.early[id]
  if early then
    self.early[id], self.early_count = nil, self.early_count - 1
    for _, event in ipairs(early) do
      apply(self, message, event)
    end
  end
  return message
end

--- The session is over, or lost.
function Messages:on_lost(kind, message)
  local all = self.by_id
  self.by_id = {}
  for _, one in pairs(all) do
    finish(one, nil, errors.new({ kind = kind, message = message, command = COMMAND }))
  end
end

-- Sending -----------------------------------------------------------------------------------------------------

local function params_fault(params)
  if type(params) ~= "table" then return "params must be a table, got a " .. type(params) end
  for _, name in ipairs({ "to_number", "from_number" }) do
    if params[name] == nil then return ("params.%s is required"):format(name) end
  end
  local has_media = type(params.media) == "table" and params.media[1] ~= nil
  if (params.body == nil or params.body == "") and not has_media then return "params needs body or media" end
end

--- Sends a message. The message is registered by the reader, so that no state of it is missed.
---@return table? message
---@return signalwire.Error?
function Messages:send(params)
  local fault = params_fault(params)
  if fault then return nil, errors.invalid(fault, { command = COMMAND }) end
  local body = { context = self.world.session.identity.protocol or "default" }
  for name, value in next, params do
    body[name] = value
  end
  local message
  local result, err = self.world.session:request(COMMAND, body, {
    deadline = tasks.now() + self.world.settings.timeout,
    on_reply = function(reply)
      if reply and type(reply.message_id) == "string" then message = register(self, body, reply.message_id) end
    end,
  })
  if not result then return nil, err end
  if message then return message end
  return nil, errors.new({ kind = "decode", message = "the answer has no message_id", command = COMMAND })
end

return messages
