-- The opening handshake of a WebSocket over a stream that gives bytes as the spec wants.
local base = require("signalwire.base")
local digest = require("signalwire.digest")
local websocket = require("signalwire.websocket")

local server = base.websocket(1000, true)

-- A stream that answers the handshake, with `more` behind it, so many bytes at a time.
local function stream_with(more, piece)
  local stream = { left = "", sent = "" }
  function stream:send(bytes)
    self.sent = self.sent .. bytes
    local key = bytes:match("Sec%-WebSocket%-Key: (%S+)")
    if not key then return true end
    local accept = base.base64(digest.sha1(key .. "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
    self.left = "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nCONNECTION: keep-alive, Upgrade\r\n"
      .. ("Sec-WebSocket-Accept: %s\r\n\r\n"):format(accept)
      .. more
    return true
  end
  function stream:receive()
    local bytes = self.left:sub(1, piece)
    self.left = self.left:sub(#bytes + 1)
    if bytes == "" then return nil, { kind = "timeout", message = "nothing came in time" } end
    return bytes
  end
  function stream.close() end
  return stream
end

local target = { host = "example.com", path = "/x", agent = "spec", max_message = 1000 }

describe("a WebSocket", function()
  it("asks for itself, and reads what came right behind the answer", function()
    for _, piece in ipairs({ 1, 7, 10000 }) do
      local stream = stream_with(server:frame("text", "first") .. server:frame("text", "second"), piece)
      local ws = assert(websocket.open(stream, target, base.now() + 5))
      assert.truthy(stream.sent:find("^GET /x HTTP/1%.1\r\nHost: example%.com\r\n"))
      assert.equal("first", ws:receive(base.now() + 5))
      assert.equal("second", ws:receive(base.now() + 5))
      local none, failure = ws:receive(base.now())
      assert.is_nil(none)
      assert.equal("timeout", failure.kind)
    end
  end)

  it("makes a new key for each handshake", function()
    local keys = {}
    for _ = 1, 3 do
      local stream = stream_with("", 10000)
      assert(websocket.open(stream, target, base.now() + 5))
      local key = stream.sent:match("Sec%-WebSocket%-Key: (%S+)")
      assert.equal(24, #key)
      assert.is_nil(keys[key])
      keys[key] = true
    end
  end)
end)
