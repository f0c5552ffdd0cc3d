-- Bytes both ways over one of nginx's sockets.
--
-- A light thread reads, and rings for the task that waits for bytes: a read can't be ended from elsewhere, but its
-- thread can be killed, by the one that spawned it. So whoever opened a stream is the one to receive from it.

local base = require("signalwire.base")
local connection = require("signalwire.host.nginx.connection")
local tasks = require("signalwire.host.nginx.tasks")

local stream = {}

local PIECE, MOST_HELD = 65536, 16 -- bytes; pieces that nobody has taken yet
local LONGEST = 86400000 -- milliseconds, for a read that has its deadline elsewhere

local Stream = {}
Stream.__index = Stream

local closed = { kind = "closed", message = "the connection was closed" }

local function wake(task)
  if task then tasks.wake(task) end
end

local function read_on(self)
  while true do
    local bytes, why = self.socket:receiveany(PIECE)
    if not bytes then
      local message = why == "closed" and "the connection closed" or "the connection broke: " .. tostring(why)
      self.failure = self.failure or { kind = "network", message = message }
      return wake(self.receiver)
    end
    self.held[#self.held + 1] = bytes
    wake(self.receiver)
    while #self.held >= MOST_HELD do
      ngx.sleep(0.01)
    end
  end
end

local function target_of(settings)
  local scheme, authority = settings.origin:match("^(%a+)://(.*)$")
  local host, port = authority:match("^%[(.-)%]:?(%d*)$")
  local is_ipv6 = host ~= nil
  if not host then
    host, port = authority:match("^([^:]*):?(%d*)$")
  end
  local encrypted = scheme == "https"
  return {
    encrypted = encrypted,
    server = host,
    dialled = is_ipv6 and "[" .. host .. "]" or host == "localhost" and "127.0.0.1" or host,
    port = tonumber(port) or (encrypted and 443 or 80),
    server_name = host,
    is_alone = true,
  }
end

local function refusal(settings)
  if settings.ca_file then
    return "ca_file (SIGNALWIRE_RELAY_CA_FILE) has no way to nginx's sockets: in nginx.conf, "
      .. "lua_ssl_trusted_certificate names the file"
  end
  if settings.proxy then return "proxy has no way to nginx's sockets" end
end

--- A connection that carries bytes both ways, as signalwire.host.curl.stream makes one.
---@param settings { origin: string }
---@param deadline number
---@param opening? table gets the `stream`
---@return table? stream
---@return { kind: string, message: string }? failure
function stream.open(settings, deadline, opening)
  local refused = refusal(settings)
  if refused then return nil, { kind = "unavailable", message = refused } end
  local self = setmetatable({ held = {}, out = {} }, Stream)
  if opening then opening.stream = self end
  local socket, failure = connection.open(target_of(settings), math.max(deadline - base.now(), 0))
  if not socket then return nil, failure end
  if self.is_closed then
    socket:close()
    return nil, closed
  end
  socket:settimeouts(LONGEST, 60000, LONGEST)
  self.socket, self.opener = socket, coroutine.running()
  self.reader = ngx.thread.spawn(read_on, self)
  return self
end

-- Only where the stream was opened can its reader be killed, and only without a reader can the socket be closed.
local function shut(self)
  if self.is_shut or coroutine.running() ~= self.opener then return end
  self.is_shut = true
  ngx.thread.kill(self.reader)
  self.socket:close()
end

--- False where nothing of it was sent; nil and a failure where some of it may have been. What comes while another task
--- sends goes out with that.
---@return boolean? sent
---@return { kind: string, message: string }? failure
function Stream:send(bytes)
  if self.is_closed or self.failure then return false, self.failure or closed end
  self.out[#self.out + 1] = bytes
  if self.is_sending then return true end
  self.is_sending = true
  while self.out[1] do
    local all = table.concat(self.out)
    self.out = {}
    local fine, why = self.socket:send(all)
    if not fine then
      self.failure = { kind = "network", message = "the connection broke: " .. tostring(why) }
      self.is_sending = false
      wake(self.receiver)
      return nil, self.failure
    end
  end
  self.is_sending = false
  return true
end

--- The bytes that came; waits for some.
---@param deadline number
---@return string? bytes
---@return { kind: string, message: string }? failure kind `timeout`: the stream can be read again
function Stream:receive(deadline)
  local task = tasks.current()
  while true do
    if task then tasks.check_wait(task) end
    if self.held[1] then
      local bytes = table.concat(self.held)
      self.held = {}
      return bytes
    end
    if self.is_closed or self.failure then
      shut(self)
      return nil, self.failure or closed
    end
    if base.now() >= deadline then return nil, { kind = "timeout", message = "nothing came in time" } end
    self.receiver = task
    tasks.park(task, deadline)
    self.receiver = nil
  end
end

--- Whoever waits for bytes comes back.
function Stream:close()
  self.is_closed = true
  if self.socket then shut(self) end
  wake(self.receiver)
end

return stream
