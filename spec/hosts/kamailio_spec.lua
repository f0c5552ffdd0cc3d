-- The library within a real Kamailio: SIP workers and async workers, over UDP and beside tls.so.
local kamailio = require("spec.support.kamailio")
local rawserver = require("spec.support.rawserver")
local relay_server = require("spec.support.relay_server")
local wire = require("spec.support.wire")

local api

local function slow(seconds) return { send = rawserver.ok.send, wait = seconds } end

-- Kamailio, whose client speaks with a port of ours that answers by these steps, and the key of what arrives there.
local function start(steps, options)
  local url, key = api:url(api:port("tls"), steps)
  local all = { script = "spec/support/kamailio_calls.lua" }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  all.env = {
    SIGNALWIRE_PROJECT_ID = wire.project,
    SIGNALWIRE_API_TOKEN = wire.token,
    SIGNALWIRE_REST_BASE_URL = url,
    SIGNALWIRE_REST_CA_FILE = all.ca_file or api.ca_file,
    TEST_TRANSPORT = all.transport,
    TEST_RELAY_HOST = all.relay_host,
  }
  return kamailio.start(all), key
end

local function stop_cleanly(server)
  local log = server:stop()
  assert.is_false(server.hung, log)
  for _, trouble in ipairs({ "exited by a signal", "core was", "freeing already freed", "BUG" }) do
    assert.is_nil(log:find(trouble, 1, true), log)
  end
  assert.is_false(wire.shows_secret(log), "the token is in the log")
  return log
end

local function all_answered(count, status) return { [tostring(status or 200)] = count } end

setup(function() api = rawserver.start({ tls = 60 }) end)
teardown(function() api:stop() end)

for _, transport in ipairs({ "here", "thread" }) do
  local options = { transport = transport ~= "here" and transport or nil }

  local where = transport == "here" and "in its workers" or "in a thread"

  describe(("Kamailio, the work done %s, #hosts"):format(where), function()
    it("refers calls from its SIP workers and from its async workers", function()
      local server, key = start({ rawserver.ok }, options)
      for _, user in ipairs({ "now", "soon" }) do
        local said = server:call({ user = user, text = "x", callers = 4, count = 40 })
        assert.same(all_answered(40), said.statuses)
      end
      assert.equal(80, #api:requests(key))
      stop_cleanly(server)
    end)

    it("makes an engine a process, none before the fork, and keeps it", function()
      local server, key = start({ rawserver.ok }, options)
      server:call({ user = "soon", text = "x", callers = 8, count = 80 })
      server:call({ user = "now", text = "x", callers = 8, count = 80 })
      local connections = {}
      for _, request in ipairs(api:requests(key)) do
        connections[request.connection] = true
      end
      local count = 0
      for _ in pairs(connections) do
        count = count + 1
      end
      assert.equal(160, #api:requests(key))
      assert.is_true(count >= 1 and count <= 6, count .. " connections of 2 SIP workers and 4 async workers")
      local pipe = assert(io.popen(("cat /proc/%s/task/*/comm"):format(server.pid)))
      assert.is_nil(pipe:read("*a"):find("signalwire"))
      pipe:close()
      stop_cleanly(server)
    end)

    it("comes back from a server that does not answer", function()
      local server, key = start({ { after = "stall" } }, options)
      local said = server:call({ user = "hasty", text = "x" })
      assert.same(all_answered(1, 504), said.statuses)
      assert.is_true(said.slowest < 3000)
      assert.equal(1, #api:requests(key))
      assert.truthy(stop_cleanly(server):find("calling.denoise: no answer in time (timeout: 0.7 s)", 1, true))
    end)

    for _, user in ipairs({ "exit_in_on_request", "exit_in_on_response", "exit_in_a_task", "exit_in_map" }) do
      it("is left by KSR.x.exit(): " .. user, function()
        local server = start({ rawserver.ok }, options)
        assert.same(all_answered(4, 299), server:call({ user = user, text = "x", count = 4 }).statuses)
        local log = stop_cleanly(server)
        assert.is_nil(log:find("it went on", 1, true), log)
        assert.is_nil(log:find("ksr~exit", 1, true), log)
      end)
    end

    it("has tasks side by side within a route", function()
      local server, key = start({ slow(0.3) }, options)
      local said = server:call({ user = "map", text = "x" })
      assert.same(all_answered(1), said.statuses)
      assert.is_true(said.slowest < 1100, "one behind the other: " .. said.slowest)
      assert.equal(4, #api:requests(key))
      stop_cleanly(server)
    end)

    it("takes other messages while async workers wait for the API", function()
      local server, key = start({ slow(0.5) }, options)
      local said = server:call({ user = "soon", text = "x", callers = 4, count = 16, ping = true })
      assert.same(all_answered(16), said.statuses)
      assert.equal(0, said.lost_pings)
      assert.is_true(said.pings > 20 and said.slowest_ping < 250, said.slowest_ping .. " ms for a ping")
      assert.equal(16, #api:requests(key))
      stop_cleanly(server)
    end)

    it("carries no command out twice where a message comes again", function()
      local server, key = start({ slow(1.2) }, options)
      for _, user in ipairs({ "soon", "now" }) do
        local said = server:call({ user = user, text = "x", callers = 2, count = 2 })
        assert.same(all_answered(2), said.statuses)
      end
      assert.equal(4, #api:requests(key))
      stop_cleanly(server)
    end)

    it("ends cleanly under load", function()
      local server = start({ slow(0.05) }, options)
      local stop_calling = server:begin_calls({ user = "soon", text = "x", callers = 4, count = 4000 })
      os.execute("sleep 0.7")
      stop_cleanly(server)
      stop_calling()
    end)
  end)
end

describe("Why a transaction comes first: #hosts", function()
  it("without one, a message that comes again does its work again", function()
    local server, key = start({ slow(1.2) })
    server:call({ user = "bare", text = "x" })
    os.execute("sleep 1")
    assert.equal(2, #api:requests(key))
    stop_cleanly(server)
  end)
end)

describe("Why async workers: #hosts", function()
  it("where SIP workers wait for the API, everybody waits", function()
    local server = start({ slow(0.5) })
    local said = server:call({ user = "now", text = "x", callers = 4, count = 16, ping = true })
    assert.is_true(said.slowest_ping > 300, said.slowest_ping .. " ms for a ping")
    stop_cleanly(server)
  end)
end)

describe("Kamailio with tls.so #hosts", function()
  local danger = "libcurl stands on the OpenSSL whose memory this host shares"

  local function beside_tls(options)
    options.tls, options.memory = api.certs, "256"
    local server, key = start({ rawserver.ok }, options)
    return server, key
  end

  for name, options in pairs({
    ["a thread of the library's"] = { transport = "thread" },
    ["the build on GnuTLS"] = { build = "gnutls-5.1" },
  }) do
    it(("is not disturbed by %s, nor warned"):format(name), function()
      local server, key = beside_tls(options)
      local said = server:call({ over = "tls", user = "soon", text = "x", callers = 4, count = 60 })
      assert.same(all_answered(60), said.statuses)
      said = server:call({ over = "tls", user = "now", text = "x", callers = 2, count = 20 })
      assert.same(all_answered(20), said.statuses)
      assert.equal(80, #api:requests(key))
      assert.is_nil(stop_cleanly(server):find(danger, 1, true))
    end)
  end

  it("is told once of the danger where neither is there, and what to do", function()
    local server = beside_tls({})
    local log = server:stop()
    local _, count = log:gsub(danger, "")
    assert.equal(1, count, log)
    assert.truthy(log:find('transport = "thread"', 1, true))
    assert.truthy(log:find("GnuTLS build", 1, true))
  end)

  describe("and RELAY", function()
    local service

    setup(function() service = relay_server.start({ tls = 2 }) end)
    teardown(function() service:stop() end)

    it("is told of the danger for a session too, whatever the clients do", function()
      local log = beside_tls({ transport = "thread", relay_host = service:case().host }):stop()
      local _, count = log:gsub(danger, "")
      assert.equal(1, count, log)
    end)

    it("carries sessions over the build on GnuTLS, undisturbed and not warned", function()
      local takes = { on = "calling.test", steps = { { answer = { code = "200" } } } }
      local case = service:case({ { takes } })
      local server = beside_tls({ build = "gnutls-5.1", relay_host = case.host, ca_file = service.ca_file })
      local said = server:call({ over = "tls", user = "relay", text = "x", callers = 4, count = 40 })
      assert.same(all_answered(40), said.statuses)
      assert.equal(40, #case:requests("calling.test"))
      assert.is_nil(stop_cleanly(server):find(danger, 1, true))
    end)
  end)
end)
