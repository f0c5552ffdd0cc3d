-- RELAY's way into nginx: a request that becomes a WebSocket, and a connection to the box behind it.

local frames = require("signalwire.sandbox.relay.frames")

local door = {}

local MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" -- RFC 6455, 1.3
local LARGEST_MESSAGE = 10 * 1024 * 1024
local BATCH = 64 -- messages in one write
local INTERNAL_ERROR = 1011
local PATIENCE = 1 -- seconds for the client's half of the goodbye
local A_DAY = 86400000 -- milliseconds

--- True where the request wants to be a WebSocket.
function door.is_wanted() return (ngx.var.http_upgrade or ""):lower() == "websocket" end

local function refuse(status, headers)
  ngx.status = status
  for name, value in pairs(headers or {}) do
    ngx.header[name] = value
  end
  ngx.header["content-length"] = 0
  ngx.exit(status)
end

--- Answers the handshake. Returns the socket, or nil where the request is no good.
local function shake_hands()
  local key = ngx.var.http_sec_websocket_key or ""
  if ngx.req.http_version() ~= 1.1 or ngx.req.get_method() ~= "GET" then return refuse(400) end
  if ngx.var.http_sec_websocket_version ~= "13" then return refuse(426, { ["sec-websocket-version"] = "13" }) end
  if #(ngx.decode_base64(key) or "") ~= 16 then return refuse(400) end
  ngx.status = 101
  ngx.header["upgrade"] = "websocket"
  ngx.header["connection"] = "upgrade"
  ngx.header["sec-websocket-accept"] = ngx.encode_base64(ngx.sha1_bin(key .. MAGIC))
  ngx.header["content-type"] = nil
  local fine = ngx.send_headers()
  if not fine or not ngx.flush(true) then return nil end
  local socket = ngx.req.socket(true)
  if not socket then return nil end
  socket:settimeouts(10000, 10000, A_DAY)
  return socket
end

--- What the client says, until it says no more.
local function listen(socket, connection, out, catch_up, plan)
  local next_message = frames.reader(socket, LARGEST_MESSAGE)
  while connection.open do
    local opcode, payload, reason = next_message()
    if opcode == frames.TEXT then
      catch_up()
      local fine, message = pcall(connection.send, connection, payload)
      if not fine then
        ngx.log(ngx.ERR, message)
        connection:shut(INTERNAL_ERROR, "the sandbox has a fault: see its error.log")
      end
      plan()
    elseif opcode == frames.PING then
      out.say(frames.encode(frames.PONG, payload))
    elseif opcode == frames.CLOSE then
      out.say(frames.encode(frames.CLOSE, payload:sub(1, 2)))
      connection:shut()
    elseif not opcode then
      if payload then out.say(frames.encode(frames.CLOSE, frames.close_payload(payload, reason))) end
      connection:shut()
    end
  end
end

--- What waits to be written, and a way to wait for it.
local function outbox(connection)
  local wake = require("ngx.semaphore").new(0)
  local list = {}

  local function stir()
    if wake:count() < 1 then wake:post(1) end
  end

  connection.on_message = stir
  return {
    wait = function() wake:wait(60) end,
    say = function(bytes)
      list[#list + 1] = bytes
      stir()
    end,
    --- Bytes, and how the connection ended where it has.
    take = function()
      local taken = list
      list = {}
      while #taken < BATCH do
        local text, closed, code, reason = connection:receive()
        if closed then return table.concat(taken), closed, code, reason end
        if not text then break end
        taken[#taken + 1] = frames.encode(frames.TEXT, text)
      end
      return table.concat(taken)
    end,
  }
end

--- What the box says, until the connection ends.
local function talk(socket, connection, out)
  while true do
    local bytes, closed, code, reason = out.take()
    if closed and code then bytes = bytes .. frames.encode(frames.CLOSE, frames.close_payload(code, reason)) end
    if bytes ~= "" and not socket:send(bytes) then return connection:shut() end
    if closed then return code end
    if bytes == "" then out.wait() end
  end
end

--- Serves the request as a WebSocket, until it ends. `open` makes the connection to the box, `catch_up` and `plan` tell
--- it the time before something happens and after.
function door.serve(open, catch_up, plan)
  local socket = shake_hands()
  if not socket then return end
  catch_up()
  local connection = open()
  local out = outbox(connection)
  local listening = ngx.thread.spawn(listen, socket, connection, out, catch_up, plan)
  local goodbye = talk(socket, connection, out)
  plan()
  if goodbye then
    ngx.sleep(0)
    for _ = 1, PATIENCE * 20 do
      if coroutine.status(listening) == "dead" then break end
      ngx.sleep(0.05)
    end
  end
  ngx.thread.kill(listening)
  ngx.exit(444)
end

return door
