-- RELAY: a session with the service over one WebSocket, in which calls come, are controlled, and tell what becomes of
-- them.

local calls = require("signalwire.relay.calls")
local dials = require("signalwire.relay.dials")
local did_you_mean = require("signalwire.did_you_mean")
local errors = require("signalwire.error")
local handlers = require("signalwire.relay.handlers")
local hidden = require("signalwire.hidden")
local mailbox = require("signalwire.relay.mailbox")
local messages = require("signalwire.relay.messages")
local options = require("signalwire.relay.options")
local recent = require("signalwire.webhook.recent")
local session = require("signalwire.relay.session")
local tasks = require("signalwire.relay.tasks")

local relay = {}

local REMEMBERED = 2000 -- events, by the ids of their frames

local unpack = table.unpack or unpack

local NAME = "signalwire.relay"

local function world_of(self, method)
  return hidden.parts(self, NAME) or error(("use a colon: relay:%s(...)"):format(method), 3)
end

-- A process may be told how many sessions it may have.
local open_sessions = setmetatable({}, { __mode = "k" })

local function too_many(settings)
  if not settings.max_connections then return nil end
  local count = 0
  for other in pairs(open_sessions) do
    if other.state ~= "idle" and other.state ~= "closed" then count = count + 1 end
  end
  if count < settings.max_connections then return nil end
  local message = "max_connections: %d sessions are open in this process"
  return errors.new({ kind = "unavailable", message = message:format(count), retryable = true })
end

local methods = {}

-- Handlers ------------------------------------------------------------------------------------------------------

local function check_handler(handler)
  if handler ~= nil and type(handler) ~= "function" then
    error("a handler must be a function, not a " .. type(handler), 3)
  end
end

--- Has `handler(call)` called with each call that comes in, in a task of its own.
function methods:on_call(handler)
  check_handler(handler)
  world_of(self, "on_call").on_call = handler
end

--- Has `handler(message)` called with each text message that comes in, in a task of its own.
function methods:on_message(handler)
  check_handler(handler)
  world_of(self, "on_message").on_message = handler
end

--- Has `handler(event, dropped)` called with every event of the session, one at a time, in the order of arrival.
---@return fun() off takes it back
function methods:on_event(handler) return world_of(self, "on_event").observers:add("*", handler, 2) end

-- Beginning and end ---------------------------------------------------------------------------------------------

local function open(world)
  if world.session.state ~= "idle" then return true end
  local err = too_many(world.settings)
  if err then return nil, err end
  open_sessions[world.session] = true
  world.session:open(recent.new(REMEMBERED))
  return true
end

local function wait_until_ready(world)
  local own = world.session
  local ready, err = own.ready:wait(tasks.now() + world.settings.timeout, "the session did not open")
  if ready then return true end
  if err.kind == "timeout" and own.last_failure then
    err.message = err.message .. ": " .. own.last_failure.message
  end
  own:close()
  return nil, err
end

--- Opens the session, in tasks beside this one, and waits until it is ready. Whoever does so closes it in the end:
--- a run ends when its tasks have.
---@return true?
---@return signalwire.Error?
function methods:connect()
  local world = world_of(self, "connect")
  tasks.check(2)
  local fine, err = open(world)
  if not fine then return nil, err end
  return wait_until_ready(world)
end

--- Ends the session: every wait comes back with an error of kind `closed`.
function methods:close()
  local world = world_of(self, "close")
  world.session:close()
end

local function pack(...) return { n = select("#", ...), ... } end

local function run_beside(self, world, fn, ...)
  local ready, err = wait_until_ready(world)
  if not ready then return nil, err end
  local results = pack(tasks.pcall(fn, self, ...))
  world.session:close()
  if not results[1] then error(results[2], 0) end
  return unpack(results, 2, results.n)
end

local function run(self, world, fn, ...)
  local fine, err = open(world)
  if not fine then return nil, err end
  if fn then return run_beside(self, world, fn, ...) end
  return world.session.ended:wait(nil, "the session did not end")
end

--- Opens the session and keeps it, until it is closed: true; or until it is of no use to go on: nil and an error.
--- With a function, that runs once the session is ready, and the session is closed when it returns; its results are
--- returned.
---@param fn? fun(relay: signalwire.Relay, ...): any
---@return any ...
function methods:run(fn, ...)
  local world = world_of(self, "run")
  if fn ~= nil and type(fn) ~= "function" then error("relay:run takes a function, not a " .. type(fn), 2) end
  if tasks.current() then return run(self, world, fn, ...) end
  if tasks.is_within_another_loop() then
    local message = "RELAY would hold up the loop that this coroutine belongs to"
    return nil, errors.new({ kind = "unavailable", message = message })
  end
  return tasks.run(run, self, world, fn, ...)
end

--- What the session is at: `idle`, `opening`, `authenticating`, `ready`, `draining`, `waiting` or `closed`.
---@return string
function methods:state() return world_of(self, "state").session.state end

-- Commands ------------------------------------------------------------------------------------------------------

--- Places a call, and waits until somebody answers. Who rings at once stands in one list; one list comes after the
--- other: `{ { first, as_well }, { then_this } }`. Alone, one device is enough.
---@param devices table
---@param dial_options? signalwire.DialOptions
---@return signalwire.RelayCall?
---@return signalwire.Error?
function methods:dial(devices, dial_options)
  local world = world_of(self, "dial")
  tasks.check(2)
  return world.dials:dial(devices, dial_options)
end

--- Sends a text message.
---@param params signalwire.MessageParams
---@return signalwire.RelayMessage?
---@return signalwire.Error?
function methods:send_message(params)
  local world = world_of(self, "send_message")
  tasks.check(2)
  return world.messages:send(params)
end

--- Sends any command, as written.
---@param method string such as "calling.play"
---@param params? table
---@param given? { timeout?: number }
---@return table? result
---@return signalwire.Error?
function methods:execute(method, params, given)
  local world = world_of(self, "execute")
  tasks.check(2)
  if type(method) ~= "string" or method == "" then return nil, errors.invalid("method must be a string") end
  if params ~= nil and type(params) ~= "table" then return nil, errors.invalid("params must be a table") end
  local timeout = given and given.timeout or world.settings.timeout
  return world.session:request(method, params or {}, { deadline = tasks.now() + timeout })
end

local function contexts_fault(contexts)
  if type(contexts) ~= "table" then return "contexts must be a list of names" end
  for key, name in pairs(contexts) do
    if type(key) ~= "number" or type(name) ~= "string" or name == "" then
      return "contexts must be a list of names"
    end
  end
end

local function without(list, taken)
  local kept, is_taken = {}, {}
  for _, name in ipairs(taken) do
    is_taken[name] = true
  end
  for _, name in ipairs(list) do
    if not is_taken[name] then kept[#kept + 1] = name end
  end
  return kept
end

local function change_contexts(self, method, contexts, change)
  local world = world_of(self, method)
  tasks.check(3)
  local fault = contexts_fault(contexts)
  if fault then return nil, errors.invalid(fault, { command = "signalwire." .. method }) end
  if contexts[1] == nil then return {} end
  local deadline = tasks.now() + world.settings.timeout
  local result, err = world.session:request(
    "signalwire." .. method,
    { contexts = contexts },
    { deadline = deadline }
  )
  if result then world.session.contexts = change(world.session.contexts) end
  return result, err
end

--- Takes calls and messages of more contexts. They are remembered, for sessions to come.
---@param contexts string[]
function methods:receive(contexts)
  return change_contexts(self, "receive", contexts, function(present)
    local all = without(present, contexts)
    for _, name in ipairs(contexts) do
      all[#all + 1] = name
    end
    return all
  end)
end

--- Takes no more calls and messages of these contexts.
---@param contexts string[]
function methods:unreceive(contexts)
  return change_contexts(self, "unreceive", contexts, function(present) return without(present, contexts) end)
end

--- The calls that are up.
---@return signalwire.RelayCall[]
function methods:calls()
  local list = {}
  for _, one in pairs(world_of(self, "calls").calls.by_id) do
    list[#list + 1] = one
  end
  return list
end

-- The class -----------------------------------------------------------------------------------------------------

local Relay = { __name = NAME }

function Relay:__index(name)
  if methods[name] then return methods[name] end
  if type(name) ~= "string" then return nil end
  error(("a relay has no '%s'%s"):format(name, did_you_mean(name, methods)), 2)
end

function Relay:__tostring() return ("signalwire.relay (%s)"):format(world_of(self).settings.url) end

local function new_world(settings)
  local world = { settings = settings, observers = handlers.new() }
  world.mailbox = mailbox.new(
    settings.max_events,
    function(event, dropped) world.observers:call(settings.log, "*", event, dropped) end,
    function() settings.log("handlers of on_event are slow: progress is dropped") end
  )
  world.session = session.new(settings, {
    on_event = function(params) world.calls:take(params) end,
    on_disconnected = function() world.dials:on_disconnected() end,
    on_lost = function(kind, message)
      world.dials:on_lost(kind, message)
      world.calls:on_lost(kind, message)
      world.messages:on_lost(kind, message)
    end,
  })
  world.calls, world.dials, world.messages = calls.new(world), dials.new(world), messages.new(world)
  return world
end

--- A session, from options and the environment. It opens with `run` or `connect`.
---@param given? signalwire.RelayOptions
---@return signalwire.Relay?
---@return signalwire.Error?
function relay.new(given)
  if given ~= nil and type(given) ~= "table" then error("signalwire.relay takes a table of options", 3) end
  local settings, err = options.read(given or {})
  if not settings then return nil, err end
  if not settings.sandbox then tasks.warn() end
  return hidden.object(Relay, {}, new_world(settings))
end

return relay
