-- A session: connections one after the other, what is remembered between them, and commands that wait for one.
--
-- States: idle, opening, authenticating, ready, draining, waiting (for the next connection), closed.

local connection = require("signalwire.relay.connection")
local base = require("signalwire.base")
local errors = require("signalwire.error")
local frames = require("signalwire.relay.frames")
local promise = require("signalwire.relay.promise")
local secrets = require("signalwire.secrets")
local tasks = require("signalwire.relay.tasks")

local session = {}

local Session = {}
Session.__index = Session

local VERSION = { major = 2, minor = 0, revision = 0 }

---@param settings table
---@param world { on_event: function, on_lost: function, on_disconnected: function }
function session.new(settings, world)
  return setmetatable({
    settings = settings,
    world = world,
    log = settings.log,
    state = "idle",
    queue = {},
    contexts = settings.contexts,
    rejections = 0,
    attempts = 0,
    ready = promise.new(),
    ended = promise.new(),
  }, Session)
end

-- Secrets --------------------------------------------------------------------------------------------------

local function secrets_of(self, of_command)
  local settings = self.settings
  local list = of_command and secrets.of_params(of_command[1], of_command[2]) or {}
  local own = { settings.token or "", settings.jwt_token or "", settings.project or "", self.authorization_state or "" }
  for _, secret in ipairs(own) do
    list[#list + 1] = secret
  end
  return list
end

local function without(list, value)
  if type(value) == "string" then return secrets.hide(value, list) end
  if type(value) ~= "table" then return value end
  local clean = {}
  for key, part in pairs(value) do
    clean[key] = without(list, part)
  end
  return clean
end

local kept_as_is = { kind = true, command = true, retryable = true, action = true }

--- An error without the session's secrets.
local function told(self, failure, of_command)
  local list = secrets_of(self, of_command)
  local fields = {}
  for name, value in pairs(failure) do
    fields[name] = kept_as_is[name] and value or without(list, value)
  end
  return errors.new(fields)
end

-- State ----------------------------------------------------------------------------------------------------

local function set_state(self, state, err)
  if self.state == state then return end
  self.state = state
  local facts = { state = state, kind = err and err.kind, message = err and err.message }
  if self.settings.on_state then require("signalwire.hooks").of_relay(self.settings, "on_state", facts) end
end

-- Commands that wait for a connection ------------------------------------------------------------------------

local function flush(self)
  local queue = self.queue
  self.queue = {}
  for i, request in ipairs(queue) do
    local is_due = not request.abandoned and request.deadline > tasks.now()
    if is_due and not self.connection:send(request) then
      -- The rest waits for the next connection, in the same order and before what came meanwhile.
      local rest = {}
      for j = i, #queue do
        rest[#rest + 1] = queue[j]
      end
      for _, later in ipairs(self.queue) do
        rest[#rest + 1] = later
      end
      self.queue = rest
      return
    end
  end
end

local function take_out(self, request)
  for i, other in ipairs(self.queue) do
    if other == request then return table.remove(self.queue, i) end
  end
end

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
    if err then err = told(self, err, options.secret) end
    if options.on_reply then options.on_reply(result, err) end
    answer:keep(result, err)
  end)
  request.promise, request.deadline = answer, options.deadline
  if self.state == "ready" and self.connection:send(request) then return request end
  if #self.queue >= self.settings.max_queue then
    local message = ("max_queue: %d commands wait for a connection"):format(self.settings.max_queue)
    return nil, error_for(method, "unavailable", message, true)
  end
  self.queue[#self.queue + 1] = request
  return request
end

-- Nobody waits for it any more; it is never sent after this.
local function abandon(self, request, err)
  request.abandoned = true
  if not request.sent then
    take_out(self, request)
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
  take_out(self, request)
end

--- Sends a command and waits for its result.
function Session:request(method, params, options)
  local request, err = self:start(method, params, options)
  if not request then return nil, err end
  return self:finish(request)
end

-- Authentication -------------------------------------------------------------------------------------------

local function credentials(settings)
  if settings.jwt_token then return { jwt_token = settings.jwt_token } end
  return { project = settings.project, token = settings.token }
end

local function connect_params(self)
  local resumes = self.protocol and self.authorization_state
  return {
    version = VERSION,
    agent = self.settings.agent,
    event_acks = true,
    authentication = credentials(self.settings),
    contexts = self.contexts[1] and self.contexts or nil,
    protocol = resumes and self.protocol or nil,
    authorization_state = resumes and self.authorization_state or nil,
  }
end

local function is_restored(self, result)
  if result.session_restored == false then return false end
  return self.asked_to_resume and (result.protocol == nil or result.protocol == self.protocol)
end

local function become_ready(self, result)
  local was_lost = self.has_succeeded and not is_restored(self, result)
  if type(result.protocol) == "string" then self.protocol = result.protocol end
  self.has_succeeded, self.attempts, self.rejections = true, 0, 0
  self.connection.is_ready = true
  self.connection:be_ready()
  if was_lost then self.world.on_lost("session_lost", "the server did not restore the session") end
  set_state(self, "ready")
  flush(self)
  self.ready:keep(true)
end

local auth_codes = { ["-32002"] = true, ["-32003"] = true, ["-32602"] = true }

local function is_auth_error(err)
  local data = type(err.data) == "table" and err.data or {}
  return auth_codes[err.code] or data.signalwire_error_code == "AUTH_REQUIRED"
end

local function authenticate(self)
  self.asked_to_resume = self.protocol ~= nil and self.authorization_state ~= nil
  local text, id = frames.request("signalwire.connect", connect_params(self))
  local conn = self.connection
  set_state(self, "authenticating")
  conn:send(connection.request("signalwire.connect", text, id, function(result, err)
    if result then return become_ready(self, result) end
    if err.kind == "refused" then self.rejection = told(self, err) end
    conn.ends = true
  end))
end

-- What the server says of itself -----------------------------------------------------------------------------

local function forget_session(self)
  self.protocol, self.authorization_state = nil, nil
end

local on = {}

on["signalwire.ping"] = function() end

on["signalwire.disconnect"] = function(self, conn, params)
  if params.restart == true then
    forget_session(self)
    self.restarts = true
  end
  conn:drain()
  if self.state == "ready" then set_state(self, "draining") end
end

on["signalwire.event"] = function(self, _, params, id)
  if id ~= nil and self.seen_before(type(id) .. " " .. tostring(id)) then return end
  local inner = type(params.params) == "table" and params.params or {}
  if params.event_type == "signalwire.authorization.state" then
    local state = inner.authorization_state
    if type(state) == "string" and state ~= "" then self.authorization_state = state end
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

-- The server no longer knows what it was asked to resume: once afresh, before that counts as a rejection.
local function may_try_afresh(self)
  return self.rejection and self.asked_to_resume and is_auth_error(self.rejection)
end

local function is_refusal_of_credentials(self, failure)
  return self.rejection ~= nil or failure.status == 401 or failure.status == 403
end

-- Is it of no use to try again?
local function is_final(self, failure)
  local reconnect = self.settings.reconnect
  if not reconnect then return true end
  if is_refusal_of_credentials(self, failure) and not self.has_succeeded then
    self.rejections = self.rejections + 1
    if self.rejections >= reconnect.rejections then return true end
  end
  return reconnect.attempts ~= nil and self.attempts > reconnect.attempts
end

local function delay_of(self)
  local reconnect = self.settings.reconnect
  local longest = math.min(reconnect.longest, reconnect.first * 2 ^ math.min(self.attempts - 1, 30))
  return longest * (0.5 + 0.5 * base.random())
end

local function rest(self, failure)
  local delay = delay_of(self)
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
  local queue = self.queue
  self.queue = {}
  for _, request in ipairs(queue) do
    request.keep(nil, closed_error(self, request.method))
  end
  local why = failure and failure.message or "the session was closed"
  self.world.on_lost("closed", why)
  self.ready:keep(nil, failure or closed_error(self))
  self.ended:keep(failure == nil or nil, failure)
end

local function serve(self)
  while true do
    local failure = told(self, serve_one(self))
    self.last_failure = failure
    self.world.on_disconnected()
    if self.is_closing then return end_session(self) end
    if may_try_afresh(self) then
      forget_session(self)
    else
      self.attempts = self.attempts + 1
      if self.restarts then self.world.on_lost("session_lost", "the server began a new session") end
      if is_final(self, failure) then return end_session(self, failure) end
      rest(self, failure)
      if self.is_closing then return end_session(self) end
    end
  end
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
