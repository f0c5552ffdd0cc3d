-- Bytes that a WebSocket's other side sends: they come to the same, however they are cut, and to text that is UTF-8.
local base = require("signalwire.base")
local json = require("signalwire.json")

local LIMIT = 1000

local function events_of(codec, events)
  local kind, payload, code = codec:next()
  while kind do
    if kind == "text" and #payload <= LIMIT then assert(json.encode({ payload }), "text that is not UTF-8") end
    assert(#payload <= LIMIT, "longer than the limit")
    events[#events + 1] = table.concat({ kind, tostring(code), payload }, ":")
    kind, payload, code = codec:next()
  end
end

-- The first byte says which side reads, and how the rest is cut.
return function(bytes)
  local first = bytes:byte() or 0
  local server, piece = first % 2 == 1, math.floor(first / 2) % 7 + 1
  bytes = bytes:sub(2)
  local whole, cut = {}, {}
  local one, other = base.websocket(LIMIT, server), base.websocket(LIMIT, server)
  one:feed(bytes)
  events_of(one, whole)
  for at = 1, #bytes, piece do
    other:feed(bytes:sub(at, at + piece - 1))
    events_of(other, cut)
  end
  assert(table.concat(whole, "\n") == table.concat(cut, "\n"), "cut otherwise, it reads otherwise")
end
