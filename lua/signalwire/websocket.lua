-- A WebSocket over a host's stream: the opening handshake, messages both ways, the closing one.

local base = require("signalwire.base")

local websocket = {}

local GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
local MAX_HEAD = 16 * 1024 -- bytes
local MAX_REFUSAL = 64 * 1024

local methods = {}
local Websocket = { __index = methods }

-- The opening handshake ------------------------------------------------------------------------------------

local function request_of(target, key)
  return table.concat({
    "GET " .. target.path .. " HTTP/1.1",
    "Host: " .. target.host,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: " .. key,
    "Sec-WebSocket-Version: 13",
    "User-Agent: " .. target.agent,
    "",
    "",
  }, "\r\n")
end

local function headers_of(head)
  local headers = {}
  for name, value in head:gmatch("\r\n([^:%s]+):[ \t]*([^\r\n]*)") do
    name, value = name:lower(), value:gsub("[ \t]+$", "")
    headers[name] = headers[name] and headers[name] .. ", " .. value or value
  end
  return headers
end

-- Reads until the head of the answer is whole. Gives the head, and what came behind it.
local function read_head(stream, deadline)
  local text = ""
  while true do
    local first, last = text:find("\r\n\r\n", 1, true)
    if first then return text:sub(1, first + 1), text:sub(last + 1) end
    if #text > MAX_HEAD then
      return nil, nil, { kind = "too_large", message = "the head of the answer is too large" }
    end
    local bytes, failure = stream:receive(deadline)
    if not bytes then return nil, nil, failure end
    text = text .. bytes
  end
end

local function read_refusal(stream, headers, body, deadline)
  local length = math.min(tonumber(headers["content-length"]) or 0, MAX_REFUSAL)
  while #body < length do
    local bytes = stream:receive(deadline)
    if not bytes then break end
    body = body .. bytes
  end
  return body
end

local function has_word(list, word)
  for item in (list or ""):lower():gmatch("[^,%s]+") do
    if item == word then return true end
  end
  return false
end

local function fault_of(headers, key)
  if not has_word(headers.upgrade, "websocket") then return "no Upgrade to websocket" end
  if not has_word(headers.connection, "upgrade") then return "no Connection: Upgrade" end
  local expected = base.base64(require("signalwire.digest").sha1(key .. GUID))
  if headers["sec-websocket-accept"] ~= expected then return "the wrong Sec-WebSocket-Accept" end
  if headers["sec-websocket-extensions"] then return "an extension that was not asked for" end
  if headers["sec-websocket-protocol"] then return "a subprotocol that was not asked for" end
end

local function check_answer(stream, key, deadline)
  local head, rest, failure = read_head(stream, deadline)
  if not head then return nil, failure end
  local status = tonumber(head:match("^HTTP/1%.1 (%d%d%d)[ \r]"))
  if not status then return nil, { kind = "decode", message = "the answer to the handshake is not HTTP/1.1" } end
  local headers = headers_of(head)
  if status ~= 101 then
    local body = read_refusal(stream, headers, rest, deadline)
    local message = ("the server refused the WebSocket: HTTP %d"):format(status)
    return nil, { kind = "http", message = message, status = status, headers = headers, body = body }
  end
  local fault = fault_of(headers, key)
  if fault then return nil, { kind = "decode", message = "the handshake's answer has " .. fault } end
  return rest
end

--- Opens a WebSocket over a stream.
---@param stream table
---@param target { host: string, path: string, agent: string, max_message: integer }
---@param deadline number
---@return table? websocket
---@return { kind: string, message: string }? failure
function websocket.open(stream, target, deadline)
  local key = base.base64(base.random_bytes(16))
  local sent, failure = stream:send(request_of(target, key))
  local rest
  if sent then
    rest, failure = check_answer(stream, key, deadline)
  end
  if not rest then
    stream:close()
    return nil, failure
  end
  local codec = base.websocket(target.max_message)
  codec:feed(rest)
  return setmetatable({ stream = stream, codec = codec, heard = base.now() }, Websocket)
end

-- Messages -------------------------------------------------------------------------------------------------

-- What each kind of frame leads to: a message, or nil to read on, or nil and a failure.
local on = {}

function on.text(_, payload) return payload end

on.binary = on.text

function on.ping(self, payload) self.stream:send(self.codec:frame("pong", payload)) end

function on.pong() end

function on.close(self, reason, code)
  if not self.said_goodbye then self.stream:send(self.codec:close_frame(code)) end
  self.stream:close()
  local words = reason ~= "" and ("%d %s"):format(code, reason) or tostring(code)
  return nil, { kind = "network", message = "the server closed the WebSocket: " .. words, code = code }
end

function on.fault(self, reason, code)
  self.stream:send(self.codec:close_frame(code, reason))
  self.stream:close()
  local kind = code == 1009 and "too_large" or "decode"
  return nil, { kind = kind, message = "the server broke the WebSocket: " .. reason, code = code }
end

--- The next message; pings are answered meanwhile.
---@param deadline number
---@return string? message
---@return { kind: string, message: string }? failure kind `timeout`: the WebSocket can be read again
function methods:receive(deadline)
  while true do
    local kind, payload, code = self.codec:next()
    if kind then
      local message, failure = on[kind](self, payload, code)
      if message or failure then return message, failure end
    else
      local bytes, failure = self.stream:receive(deadline)
      if not bytes then return nil, failure end
      self.heard = base.now()
      self.codec:feed(bytes)
    end
  end
end

--- False where nothing of it was sent; nil and a failure where some of it may have been.
---@param text string
---@return boolean? sent
---@return { kind: string, message: string }? failure
function methods:send(text) return self.stream:send(self.codec:frame("text", text)) end

--- Says goodbye. Who reads gets the other side's, and its end.
function methods:say_goodbye(code, reason)
  self.said_goodbye = true
  self.stream:send(self.codec:close_frame(code, reason))
end

--- Ends it at once.
function methods:close() self.stream:close() end

return websocket
