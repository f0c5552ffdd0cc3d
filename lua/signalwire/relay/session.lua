-- A session: connections one after the other, and the commands that go over them.
--
-- States: idle, opening, authenticating, ready, draining, waiting (for the next connection), closed.

local connection = require("signalwire.relay.connection")
local errors = require("signalwire.error")
local frames = require("signalwire.relay.frames")
local identity = require("signalwire.relay.identity")
local promise = require("signalwire.relay.promise")
local queue = require("signalwire.relay.queue")
local reconnect = require("signalwire.relay.reconnect")
local tasks = require("signalwire.relay.tasks")

local session = {}

local Session = {}
Session.__index = Session

---@param settings table
---@param world { on_event: function, on_lost: function, on_disconnected: function }
function session.new(settings, world)
  return setmetatable({
    settings = settings,
    world = world,
    log = settings.log,
    state = "idle",
    identity = identity.new(settings),
    queue = queue.new(settings.max_queue),
    reconnect = reconnect.new(settings.reconnect),
    contexts = settings.contexts,
    ready = promise.new(),
    ended = promise.new(),
  }, Session)
end

-- State ----------------------------------------------------------------------------------------------------

local function set_state(self, state, err)
  if self.state == state then return end
  self.state = state
  local facts = { state = state, kind = err and err.kind, message = err and err.message }
  if self.settings.on_state then require("signalwire.hooks").of_relay(self.settings, "on_state", facts) end
end

-- Commands --------------------------------------------------------------------------------------------------

local function error_for(method, kind, message, is_retryable)
  return errors.new({ kind = kind, message = message, command = method, retryable = is_retryable })
end

local function closed_error(self, method)
  local why = self.failure and ": " .. self.failure.message or ""
  return error_for(method, "closed", "the session is closed" .. why, true)
end

--- Sends a command, now or as soon as there is a connection, or says why not.
---@param method string
---@param params table
---@param options { deadline: number, shape?: table, on_reply?: function, secret?: table }
---@return table? request with a `promise`
---@return signalwire.Error?
function Session:start(method, params, options)
  if self.state == "closed" then return nil, closed_error(self, method) end
  local text, id = frames.request(method, params, options.shape)
  if not text then return nil, errors.invalid(id, { command = method }) end
  local answer = promise.new()
  local request = connection.request(method, text, id, function(result, err)
    if err then err = self.identity:told(err, options.secret) end
    if options.on_reply then options.on_reply(result, err) end
    answer:keep(result, err)
  end)
  request.promise, request.deadline = answer, options.deadline
  if self.state == "ready" and self.connection:send(request) then return request end
  if not self.queue:put(request) then
    local message = ("max_queue: %d commands wait for a connection"):format(self.settings.max_queue)
    return nil, error_for(method, "unavailable", message, true)
  end
  return request
end

-- Nobody waits for it any more; it is never sent after this.
local function abandon(self, request, err)
  request.abandoned = true
  if not request.sent then
    self.queue:withdraw(request)
    err.message, err.retryable = err.message .. ": there was no connection", true
  else
    if self.connection then self.connection:forget(request) end
    err.message = err.message .. "; the command may have been carried out"
  end
  err.command = request.method
  return err
end

--- The result of a command that was started.
function Session:finish(request)
  local answer = request.promise
  local result, err = answer:wait(request.deadline, "no answer")
  if answer.is_kept then return result, err end
  return nil, abandon(self, request, err)
end

--- A command that nobody waits for any more is never sent after this.
function Session:withdraw(request)
  request.abandoned = true
  self.queue:withdraw(request)
end

--- Sends a command and waits for its result.
function Session:request(method, params, options)
  local request, err = self:start(method, params, options)
  if not request then return nil, err end
  return self:finish(request)
end

-- Authentication -------------------------------------------------------------------------------------------

local function become_ready(self, result)
  local is_restored = self.identity:take(result)
  local was_lost = self.reconnect.has_succeeded and not is_restored
  self.reconnect:succeed()
  self.connection.is_ready = true
  self.connection:be_ready()
  if was_lost then self.world.on_lost("session_lost", "the server did not restore the session") end
  set_state(self, "ready")
  self.queue:flush(self.connection)
  self.ready:keep(true)
end

local function authenticate(self)
  local text, id = frames.request("signalwire.connect", self.identity:connect_params(self.contexts))
  local conn = self.connection
  set_state(self, "authenticating")
  conn:send(connection.request("signalwire.connect", text, id, function(result, err)
    if result then return become_ready(self, result) end
    if err.kind == "refused" then self.rejection = self.identity:told(err) end
    conn.ends = true
  end))
end

-- What the server says of itself -----------------------------------------------------------------------------

local on = {}

on["signalwire.ping"] = function() end

on["signalwire.disconnect"] = function(self, conn, params)
  if params.restart == true then
    self.identity:forget()
    self.restarts = true
  end
  conn:drain()
  if self.state == "ready" then set_state(self, "draining") end
end

on["signalwire.event"] = function(self, _, params, id)
  if id ~= nil and self.seen_before(type(id) .. " " .. tostring(id)) then return end
  local inner = type(params.params) == "table" and params.params or {}
  if params.event_type == "signalwire.authorization.state" then
    self.identity:remember(inner.authorization_state)
    return
  end
  self.world.on_event(params)
end

-- Connections, one after the other ---------------------------------------------------------------------------

local function hear(self)
  return function(conn, method, params, id)
    if conn == self.connection then on[method](self, conn, params, id) end
  end
end

-- Gives what ended the connection.
local function serve_one(self)
  set_state(self, "opening")
  self.rejection, self.restarts = nil, nil
  self.opening = {}
  local conn, failure = connection.open(self.settings, hear(self), self.opening)
  self.opening = nil
  if not conn then return failure end
  self.connection = conn
  authenticate(self)
  failure = conn:read()
  self.connection = nil
  return self.rejection or failure
end

local function rest(self, failure)
  local delay = self.reconnect:delay()
  set_state(self, "waiting", failure)
  self.log(("%s; the next attempt in %.1f s"):format(failure.message, delay))
  local ending = tasks.now() + delay
  self.resting = tasks.current()
  while not self.is_closing and tasks.now() < ending do
    if not tasks.park(self.resting, ending) then self.is_closing = true end
  end
  self.resting = nil
end

local function end_session(self, failure)
  self.failure = failure
  set_state(self, "closed", failure)
  for _, request in ipairs(self.queue:empty()) do
    request.keep(nil, closed_error(self, request.method))
  end
  local why = failure and failure.message or "the session was closed"
  self.world.on_lost("closed", why)
  self.ready:keep(nil, failure or closed_error(self))
  self.ended:keep(failure == nil or nil, failure)
end

-- It may have been closed before this task ran.
local function serve(self)
  while not self.is_closing do
    local failure = self.identity:told(serve_one(self))
    self.last_failure = failure
    self.world.on_disconnected()
    if self.is_closing then break end
    if self.identity:may_try_afresh(self.rejection) then
      self.identity:forget()
    else
      if self.restarts then self.world.on_lost("session_lost", "the server began a new session") end
      if self.reconnect:is_final(failure, self.rejection ~= nil) then return end_session(self, failure) end
      rest(self, failure)
    end
  end
  end_session(self)
end

local function serve_or_end(self)
  local fine, message = tasks.pcall(serve, self)
  if fine then return end
  if self.connection then self.connection:stop() end
  local was_cancelled = errors.is(message) and message.kind == "cancelled"
  local why = was_cancelled and "the run that it belonged to has ended" or tostring(message)
  end_session(self, errors.new({ kind = was_cancelled and "cancelled" or "internal", message = why }))
  error(message, 0)
end

--- Begins to connect, in a task beside this one.
function Session:open(seen_before)
  if self.state ~= "idle" then return end
  self.seen_before = seen_before
  set_state(self, "opening")
  tasks.spawn(serve_or_end, self)
end

--- Ends the session. All that wait come back.
function Session:close()
  if self.state == "closed" then return end
  self.is_closing = true
  if self.state == "idle" then return end_session(self) end
  if self.resting then tasks.wake(self.resting) end
  if self.opening and self.opening.stream then self.opening.stream:close() end
  if self.connection then self.connection:say_goodbye() end
end

return session
