-- A command that waits for a place in the queue was not sent, and is not sent once its time is over.
local core = require("signalwire.core")
local rawserver = require("spec.support.rawserver")
local signalwire = require("signalwire")
local wire = require("spec.support.wire")

describe("The queue behind max_connections", function()
  local server

  setup(function() server = rawserver.start { plain = 3 } end)
  teardown(function() server:stop() end)

  local function start(target, key, timeout)
    return core.engine:start(target, "POST", ("/%s/api/calling/calls"):format(key), "{}", timeout, timeout)
  end

  local function finish(exchange)
    local limit = wire.now() + 5
    while not exchange:done() and wire.now() < limit do
      core.engine:work(0.1)
    end
    assert.is_true(exchange:done(), "it never ended")
    return exchange:answer()
  end

  local function target_with_one_connection()
    local port = server:port("plain")
    return core.target { origin = "http://127.0.0.1:" .. port, headers = {}, max_connections = 1 }, port
  end

  it("lets a command time out, unsent", function()
    local target = target_with_one_connection()
    local stalled, quick = server:script { { after = "stall" } }, server:script { rawserver.ok }
    local first = start(target, stalled, 1)
    local second = start(target, quick, 0.3)
    local answer, failure = finish(second)
    assert.is_nil(answer)
    assert.equal("timeout", failure.kind)
    assert.is_false(failure.sent)
    assert.is_false(first:done())
    answer, failure = finish(first)
    assert.is_nil(answer)
    assert.equal("timeout", failure.kind)
    assert.is_true(failure.sent)
    assert.equal(1, #server:requests(stalled))
    assert.equal(0, #server:requests(quick))
  end)

  it("serves what waits, over one connection", function()
    local target, port = target_with_one_connection()
    local key = server:script { { send = rawserver.ok.send, wait = 0.02 } }
    local exchanges = {}
    for index = 1, 10 do
      exchanges[index] = start(target, key, 5)
    end
    for index = 10, 1, -1 do
      local _, answer = finish(exchanges[index])
      assert.equal(200, answer.status)
    end
    assert.equal(10, #server:requests(key))
    assert.equal(1, server:connections(port))
  end)

  it("sleeps in a call that blocks, whatever ends meanwhile", function()
    local client = wire.case(server, "plain", { rawserver.ok }, { timeout = 5 })
    local busy
    signalwire.run(function()
      signalwire.spawn(wire.send, client)
      signalwire.sleep(0)
      busy = os.clock()
      coroutine.wrap(function() signalwire.sleep(0.6) end)() -- a coroutine of the user's own can't wait as a task
      busy = os.clock() - busy
    end)
    assert.is_true(busy < 0.3, ("%.2f s of the processor's time"):format(busy))
  end)
end)
