-- Over HTTP/2: answers out of order, streams and connections that their server gives up, and no command twice.
local h2server = require("spec.support.h2server")
local signalwire = require("signalwire")
local wire = require("spec.support.wire")

local rows = {
  { what = "goaway_none", kind = "network" },
  { what = "goaway_wait", kind = "network" },
  { what = "refused", kind = "network" },
  { what = "rst", kind = "network" },
  { what = "rst_headers", kind = "network" },
  { what = "rst_body", kind = "network" },
  { what = "half", kind = "decode", status = 200 },
  { what = "close", kind = "network" },
  { what = "reset", kind = "network" },
  { what = "silent", kind = "timeout" },
}

describe("Over HTTP/2", function()
  local server

  setup(function() server = h2server.start() end)
  teardown(function() server:stop() end)

  local function case(what, options)
    local url, key = server:url(what)
    local all = { ca_file = server.ca_file, http_version = "2", retries = 2, timeout = 5 }
    for name, value in pairs(options or {}) do
      all[name] = value
    end
    return wire.client(url, all), key
  end

  local function warm_up()
    local client = case("ok")
    local body, err = wire.send(client)
    assert(body, tostring(err))
  end

  it("many commands share one connection, and each gets its own answer", function()
    local client, key = case("ok")
    local results = signalwire.map({ 1, 2, 3, 4, 5, 6, 7, 8 }, function() return wire.send(client) end)
    for _, result in ipairs(results) do
      assert.equal("a-leg", result.value and result.value.id, tostring(result.err))
    end
    local connections = {}
    for _, row in ipairs(server:requests(key)) do
      connections[row.connection] = true
    end
    local first = next(connections)
    assert.is_nil(next(connections, first))
    assert.equal(8, #server:requests(key))
  end)

  it("what is beyond a hundred at once waits, and opens no further connection", function()
    local client, key = case("silent", { max_connections = 250, retries = 0 })
    local items = {}
    for i = 1, 250 do
      items[i] = i
    end
    -- Those that wait give up while the first hundred hold their places.
    local function send(i) return wire.send(client, { timeout = i <= 100 and 3 or 1 }) end
    signalwire.map(items, send, { concurrency = 250 })
    local connections, count = {}, 0
    for _, row in ipairs(server:requests(key)) do
      count = count + (connections[row.connection] and 0 or 1)
      connections[row.connection] = true
    end
    assert.equal(1, count)
    assert.equal(100, #server:requests(key))
  end)

  it("answers that come in another order reach their own commands", function()
    local client, key = case("swap")
    for round = 1, 3 do
      local ids = { round .. "-first", round .. "-second" }
      local results = signalwire.map(
        ids,
        function(id) return client.calling:play_stop(wire.call_id, { control_id = id }) end
      )
      assert.equal(ids[1], results[1].value and results[1].value.id, tostring(results[1].err))
      assert.equal(ids[2], results[2].value and results[2].value.id, tostring(results[2].err))
    end
    assert.equal(6, #server:requests(key))
  end)

  for _, row in ipairs(rows) do
    for _, state in ipairs({ "fresh", "kept" }) do
      it(("a server that does '%s', %s"):format(row.what, state), function()
        if state == "kept" then warm_up() end
        local client, key = case(row.what, { timeout = row.kind == "timeout" and 0.4 or 5 })
        local started = wire.now()
        local body, err = wire.send(client)
        assert.is_true(wire.now() - started < 4, "it took too long")
        assert.is_nil(body)
        assert.equal(row.kind, err.kind, tostring(err))
        assert.equal(row.status, err.status)
        assert.is_false(err.retryable, tostring(err))
        os.execute("sleep 0.1")
        assert.equal(1, #server:requests(key), "sent more than once")
        warm_up()
      end)
    end
  end

  it("a server that answers and takes no more costs no command", function()
    local client, key = case("goaway")
    for number = 1, 5 do
      local body, err = wire.send(client)
      assert(body, tostring(err))
      assert.equal(number, #server:requests(key))
    end
  end)

  it("a stream that is given up leaves the others alone", function()
    local fine, broken = case("ok"), case("rst")
    local late = case("silent", { timeout = 0.3 })
    local kinds = {}
    signalwire.run(function()
      signalwire.spawn(function()
        local _, err = wire.send(late)
        kinds.late = err.kind
      end)
      for _ = 1, 20 do
        local body, err = wire.send(fine)
        assert(body, tostring(err))
        _, err = wire.send(broken)
        kinds.broken = err.kind
      end
    end)
    assert.same({ late = "timeout", broken = "network" }, kinds)
  end)
end)
