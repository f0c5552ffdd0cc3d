-- The engine as Lua sees it: what it refuses, what is left when things are dropped.
local base = require("signalwire.base")
local core = require("signalwire.core")

local function target(fields)
  local all = { origin = "http://127.0.0.1:9", proxy = "", headers = {} }
  for name, value in pairs(fields or {}) do
    all[name] = value
  end
  return core.target(all)
end

local function start(way, timeout) return core.engine:start(way, "POST", "/", "{}", timeout or 5, timeout or 5) end

local function finish(exchange)
  while not exchange:done() do
    core.engine:work(5)
  end
  return exchange:answer()
end

describe("the engine", function()
  it("gives a failure its kind, its words, and whether anything left", function()
    local answer, failure = finish(start(target()))
    assert.is_nil(answer)
    assert.equal("connect", failure.kind)
    assert.is_false(failure.sent)
    assert.truthy(failure.message:find("127.0.0.1 port 9", 1, true))
  end)

  it("refuses line breaks wherever they would make a header", function()
    assert.has_error(function() target({ headers = { "X-A: 1\r\nX-Injected: yes" } }) end)
    assert.has_error(function() target({ origin = "http://127.0.0.1:9\n" }) end)
    assert.has_error(function() core.engine:start(target(), "POST", "/ HTTP/1.1\r\nX: y", "{}", 1, 1) end)
    assert.has_error(function() core.engine:start(target(), "PO\nST", "/", "{}", 1, 1) end)
  end)

  it("refuses what is no time", function()
    for _, seconds in ipairs({ -1, 0 / 0, math.huge }) do
      assert.has_error(function() core.engine:work(seconds) end)
      assert.has_error(function() start(target(), seconds) end)
    end
  end)

  it("refuses one type in place of another", function()
    assert.has_error(function() core.engine:start(core.engine, "POST", "/", "{}", 1, 1) end)
    assert.has_error(function() core.engine.work(target(), 0) end)
    assert.has_error(function() core.target("x") end)
    assert.has_error(function() core.target({ headers = {} }) end)
  end)

  it("does not say how an exchange ended that has not", function()
    local exchange = start(target({ origin = "http://127.0.0.2:9" }))
    assert.has_error(function() exchange:answer() end)
    exchange:cancel()
    local _, failure = exchange:answer()
    assert.equal("cancelled", failure.kind)
  end)

  it("gives an answer once, and can be asked the rest afterwards", function()
    local exchange = start(target({ origin = "http://127.0.0.2:9" }))
    exchange:cancel()
    exchange:answer()
    assert.is_true(exchange:done())
    assert.is_true(exchange:wait(1))
    exchange:cancel()
    local _, message = pcall(exchange.answer, exchange)
    assert.truthy(tostring(message):find("its answer was given", 1, true))
  end)

  it("lets exchanges, targets and clients be dropped at any moment", function()
    for i = 1, 200 do
      local exchange = start(target())
      if i % 3 == 0 then core.engine:work(0) end
      if i % 5 == 0 then exchange = nil end
      if i % 7 == 0 then collectgarbage() end
      if exchange and i % 2 == 0 then exchange:cancel() end
    end
    collectgarbage()
    collectgarbage()
    local _, failure = finish(start(target()))
    assert.equal("connect", failure.kind)
  end)

  it("performs within a finalizer that runs while it performs", function()
    local way = target()
    local function perform() return core.engine:perform(way, "POST", "/", "{}", 5, 5) end
    local inner = 0
    local newproxy = rawget(_G, "newproxy")
    local mode = collectgarbage("setpause", 0)
    local function litter()
      local thing = newproxy and newproxy(true) or setmetatable({}, {})
      getmetatable(thing).__gc = function()
        local _, failure = perform()
        if failure.kind == "connect" then inner = inner + 1 end
      end
      if not newproxy then setmetatable(thing, getmetatable(thing)) end -- Lua looks for __gc here alone
    end
    for _ = 1, 300 do
      litter()
      local answer, failure = perform()
      assert.is_nil(answer)
      assert.equal("connect", failure.kind)
    end
    collectgarbage("setpause", mode)
    collectgarbage()
    assert.is_true(inner >= 300)
  end)

  it("reads the headers in an answer's head", function()
    local head = "HTTP/1.1 200 OK\r\nX-One: 1\r\nx-two:\t2 \r\nX-ONE:  3\r\nEmpty:\r\nno colon\r\na: b\rc\r\n\r\n"
    assert.same({ ["x-one"] = "1, 3", ["x-two"] = "2", empty = "", a = "b c" }, core.headers(head))
    assert.same({}, core.headers(""))
    assert.same({ a = "1" }, core.headers("A: 1"))
  end)

  it("keeps its metatables to itself", function()
    assert.is_false(getmetatable(core.engine))
    assert.is_nil(core.engine.__gc)
  end)
end)

describe("the system's random source", function()
  it("makes UUIDs of version 4, no two the same", function()
    local seen = {}
    for _ = 1, 1000 do
      local uuid = base.uuid()
      assert.truthy(uuid:find("^%x%x%x%x%x%x%x%x%-%x%x%x%x%-4%x%x%x%-[89ab]%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$"))
      assert.is_nil(seen[uuid])
      seen[uuid] = true
    end
  end)

  it("neither uses nor seeds math.random", function()
    math.randomseed(7)
    local expected = { math.random(), math.random() }
    math.randomseed(7)
    local first = math.random()
    base.uuid()
    for _ = 1, 100 do
      local number = base.random()
      assert.is_true(number >= 0 and number < 1)
    end
    assert.same(expected, { first, math.random() })
  end)
end)
