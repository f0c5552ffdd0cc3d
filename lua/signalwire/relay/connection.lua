-- One connection of a session, from its handshake to its end: requests and their answers, pings both ways. A session
-- makes a new one each time, and nothing of an old one touches it.

local errors = require("signalwire.error")
local frames = require("signalwire.relay.frames")
local tasks = require("signalwire.relay.tasks")
local websocket = require("signalwire.websocket")

local connection = {}

local GOODBYE = 2 -- seconds for the server's close, after ours
local MOST_IN_A_ROW = 50 -- messages that are taken before the other tasks have their turn
local DRAIN = 5 -- seconds for the server's close, after its signalwire.disconnect

local Connection = {}
Connection.__index = Connection

local function open_socket(settings, deadline, opening)
  if settings.sandbox then return require("signalwire.relay.box").open(settings.sandbox) end
  local stream, failure = tasks.stream(settings, deadline, opening)
  if not stream then return nil, failure end
  return websocket.open(stream, settings, deadline)
end

--- Opens the socket.
---@param settings table
---@param hear fun(connection: table, method: string, params: table): boolean? takes the server's requests
---@param opening table gets the `stream`, which can be closed meanwhile
---@return table? connection
---@return { kind: string, message: string }? failure
function connection.open(settings, hear, opening)
  local deadline = tasks.now() + settings.connect_timeout
  local ws, failure = open_socket(settings, deadline, opening)
  if not ws then return nil, failure end
  if settings.debug then settings.debug:over(ws) end
  return setmetatable({
    ws = ws,
    settings = settings,
    hear = hear,
    pending = {},
    deadline = deadline,
    in_a_row = 0,
    log = settings.log,
  }, Connection)
end

-- Requests -------------------------------------------------------------------------------------------------

--- A request: what goes out, and what becomes of it.
---@param method string
---@param text string
---@param id string
---@param keep fun(result: table?, err: table?) called once, in the reader: it must not wait
function connection.request(method, text, id, keep)
  return { method = method, text = text, id = id, keep = keep, sent = false }
end

--- Sends a request. False where nothing of it left, and it may be sent over another connection.
function Connection:send(request)
  self.pending[request.id] = request
  local sent = self.ws:send(request.text)
  if sent == false then
    self.pending[request.id] = nil
    return false
  end
  request.sent = true
  return true
end

--- Nobody waits for this one any more.
function Connection:forget(request) self.pending[request.id] = nil end

local function lost(self, request)
  local why = self.is_closing and "the session was closed" or "the connection was lost"
  return errors.new({
    kind = self.is_closing and "closed" or "network",
    message = why .. " before the answer came; the command may have been carried out",
    command = request.method,
  })
end

local function fail_pending(self)
  local pending = self.pending
  self.pending = {}
  for _, request in pairs(pending) do
    request.keep(nil, lost(self, request))
  end
end

-- Frames ---------------------------------------------------------------------------------------------------

local function take_answer(self, frame)
  local request = self.pending[frame.id]
  if not request then return end
  self.pending[frame.id] = nil
  request.keep(frames.judge(request.method, frame))
end

local function take_request(self, frame)
  local method = frame.method
  local params = type(frame.params) == "table" and frame.params or {}
  local is_known = method == "signalwire.event" or method == "signalwire.ping" or method == "signalwire.disconnect"
  if not is_known then self.log(("the server asked for '%s', which nobody knows here"):format(tostring(method))) end
  local answer, fault
  if frame.id ~= nil then
    answer, fault = frames.answer(frame.id, not is_known and method or nil)
  end
  if answer then
    self.ws:send(answer)
  elseif fault then
    self.log("a request of the server can't be answered: " .. fault)
  end
  if is_known then self.hear(self, method, params, frame.id) end
end

local function take(self, text)
  local frame, fault = frames.read(text)
  if not frame then return self.log("a frame of the server was left out: " .. fault) end
  local id = frame.id
  if frame.method == nil or (id ~= nil and (frame.error ~= nil or frame.result ~= nil)) then
    if id ~= nil then return take_answer(self, frame) end
    return self.log("a frame of the server was left out: it has neither method nor id")
  end
  take_request(self, frame)
end

-- Reading --------------------------------------------------------------------------------------------------

-- Has the server been heard since the ping went out?
local function is_alive(self) return not self.pinged or self.ws.heard >= self.pinged end

local function ping(self)
  local text, id = frames.request("signalwire.ping", {})
  self.pinged = tasks.now()
  self.deadline = self.pinged + self.settings.ping_timeout
  self:send(connection.request("signalwire.ping", text, id, function() end))
end

--- Authentication is done: from now on the server is to be heard of every so often.
function Connection:be_ready() self.deadline = tasks.now() + self.settings.ping_interval end

--- The server is about to close.
function Connection:drain()
  self.is_draining, self.deadline = true, tasks.now() + DRAIN
end

-- The deadline has come: false where that ends the connection.
local function go_on(self)
  if self.is_draining or self.is_closing or not self.is_ready then return false end
  if not is_alive(self) then return false end
  local rest = self.ws.heard + self.settings.ping_interval - tasks.now()
  if rest > 0 then
    self.pinged, self.deadline = nil, tasks.now() + rest
  else
    ping(self)
  end
  return true
end

local function lateness(self)
  if self.is_draining or self.is_closing then return { kind = "network", message = "the connection was closed" } end
  if self.is_ready then return { kind = "timeout", message = "the server answered no ping in time" } end
  return { kind = "timeout", message = "the server did not answer signalwire.connect in time" }
end

-- A server that is quicker than this reader never lets it wait. Then events must not fill the mailbox of a handler that
-- had no time to take any.
local function give_way(self)
  self.in_a_row = self.in_a_row + 1
  if self.in_a_row < math.min(MOST_IN_A_ROW, self.settings.max_events) then return end
  self.in_a_row = 0
  tasks.pass()
end

--- Reads until the connection ends, and says why it did.
---@return { kind: string, message: string } failure
function Connection:read()
  local text, failure
  repeat
    text, failure = self.ws:receive(self.deadline)
    if text then
      take(self, text)
      give_way(self)
    elseif failure.kind == "timeout" then
      failure = not go_on(self) and lateness(self) or nil
    end
  until failure or self.ends
  self:stop()
  return failure or { kind = "network", message = "the connection was closed" }
end

--- Ends it at once, and all that is under way on it.
function Connection:stop()
  if self.is_over then return end
  self.is_over = true
  self.ws:close()
  fail_pending(self)
end

--- Says goodbye, and gives the server a moment to do so too.
function Connection:say_goodbye()
  self.is_closing, self.deadline = true, tasks.now() + GOODBYE
  self.ws:say_goodbye(1000, "")
end

return connection
