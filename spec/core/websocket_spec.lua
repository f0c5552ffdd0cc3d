-- The frames of WebSocket as Lua sees them. What is taken and refused is tested in C: test/websocket.c.
local base = require("signalwire.base")

local function events_of(codec)
  local events = {}
  local kind, payload, code = codec:next()
  while kind do
    events[#events + 1] = { kind, payload, code }
    kind, payload, code = codec:next()
  end
  return events
end

describe("a codec", function()
  local client, server

  before_each(function()
    client, server = base.websocket(1000), base.websocket(1000, true)
  end)

  it("gives the other side what this one wrote", function()
    server:feed(client:frame("text", "h\195\169llo"))
    server:feed(client:frame("binary", "\0\255") .. client:frame("ping", "are you there?"))
    server:feed(client:frame("pong", ""))
    server:feed(client:close_frame(4001, "enough"))
    assert.same({
      { "text", "h\195\169llo" },
      { "binary", "\0\255" },
      { "ping", "are you there?" },
      { "pong", "" },
      { "close", "enough", 4001 },
    }, events_of(server))
    client:feed(server:frame("text", "hello"))
    assert.same({ { "text", "hello" } }, events_of(client))
  end)

  it("takes bytes as they come", function()
    local bytes = client:frame("text", "one") .. client:frame("text", "two")
    local events = {}
    for i = 1, #bytes do
      server:feed(bytes:sub(i, i))
      for _, event in ipairs(events_of(server)) do
        events[#events + 1] = event[2]
      end
    end
    assert.same({ "one", "two" }, events)
    server:feed("")
    assert.same({}, events_of(server))
  end)

  it("keeps what was fed and not read yet", function()
    server:feed(client:frame("text", "one") .. client:frame("text", "two"))
    assert.same({ "text", "one" }, { server:next() })
    server:feed(client:frame("text", "three"))
    assert.same({ { "text", "two" }, { "text", "three" } }, events_of(server))
  end)

  it("says what was wrong, with the code to close with", function()
    server:feed(server:frame("text", "not masked"))
    assert.same({ { "fault", "a frame without mask", 1002 } }, events_of(server))
    client:feed(server:frame("text", ("x"):rep(1001)))
    assert.same({ { "fault", "the message is too big", 1009 } }, events_of(client))
  end)

  it("closes with and without a code", function()
    server:feed(client:close_frame())
    assert.same({ { "close", "", 1005 } }, events_of(server))
  end)

  it("raises for a slip in the code", function()
    assert.has_error(function() client:frame("close", "") end)
    assert.has_error(function() client:frame("shout", "") end)
    assert.has_error(function() client:frame("ping", ("x"):rep(126)) end)
    assert.has_error(function() base.websocket(0) end)
  end)

  it("can be collected, used or not", function()
    for i = 1, 100 do
      local codec = base.websocket(100)
      if i % 2 == 0 then codec:feed("\129\5He") end
    end
    collectgarbage()
    collectgarbage()
  end)
end)

describe("random bytes", function()
  it("come in the number wanted, and differ", function()
    assert.equal(16, #base.random_bytes(16))
    assert.not_equal(base.random_bytes(16), base.random_bytes(16))
    assert.equal("", base.random_bytes(0))
    assert.has_error(function() base.random_bytes(257) end)
  end)
end)
