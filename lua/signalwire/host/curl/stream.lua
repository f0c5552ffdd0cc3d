-- Bytes both ways over a connection that libcurl made.

local base = require("signalwire.base")
local core = require("signalwire.core")
local curl = require("signalwire.host.curl")

local engine = core.engine

local stream = {}

local Stream = {}
Stream.__index = Stream

local function listen(ticket, channel)
  channel:listen(ticket)
  return channel
end

local function await_news(channel, deadline)
  local waiter, owner = curl.waiter_here()
  if waiter then return waiter.await(owner, deadline, listen, channel) end
  channel:listen()
  while not channel:done() and base.now() < deadline do
    engine:work(deadline - base.now())
  end
end

--- A connection that carries bytes both ways, made as for requests: name, proxy, TLS and its checks.
---@param settings { origin: string, ca_file?: string, proxy?: string, loopback?: boolean }
---@param deadline number
---@param opening? table gets the `stream` at once, which can be closed while it connects
---@return table? stream
---@return { kind: string, message: string }? failure
function stream.open(settings, deadline, opening)
  local target = core.target({
    origin = settings.origin,
    ca_file = settings.ca_file,
    proxy = settings.loopback and "" or settings.proxy,
    channel = true,
    headers = {},
  })
  local channel = engine:connect(target, math.max(deadline - base.now(), 0))
  local self = setmetatable({ channel = channel }, Stream)
  if opening then opening.stream = self end
  while not channel:is_open() do
    if channel:failure() then return nil, channel:failure() end
    await_news(channel, deadline)
  end
  return self
end

--- False where nothing of it was sent; nil and a failure where some of it may have been.
---@param bytes string
---@return boolean? sent
---@return { kind: string, message: string }? failure
function Stream:send(bytes)
  if not self.channel:is_open() then return false, self.channel:failure() end
  if self.channel:send(bytes) then return true end
  return nil, self.channel:failure()
end

--- The bytes that came; waits for some.
---@param deadline number
---@return string? bytes
---@return { kind: string, message: string }? failure kind `timeout`: the stream can be read again
function Stream:receive(deadline)
  while true do
    local bytes = self.channel:receive()
    if bytes == nil then return nil, self.channel:failure() end
    if bytes ~= "" then return bytes end
    if base.now() >= deadline then return nil, { kind = "timeout", message = "nothing came in time" } end
    await_news(self.channel, deadline)
  end
end

--- Whoever waits for bytes comes back.
function Stream:close() self.channel:close() end

return stream
