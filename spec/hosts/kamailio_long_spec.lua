-- Kamailio over many commands: beside tls.so and TLS callers, beside a run without the library; stopped under load.
local kamailio = require("spec.support.kamailio")
local rawserver = require("spec.support.rawserver")
local wire = require("spec.support.wire")

describe("Kamailio, for long, #hosts #long", function()
  local api

  setup(function() api = rawserver.start({ tls = 60 }) end)
  teardown(function() api:stop() end)

  local function start(options)
    local url, key = api:url(api:port("tls"), { options.step or rawserver.ok })
    options.script = options.script or "spec/support/kamailio_calls.lua"
    options.env = {
      SIGNALWIRE_PROJECT_ID = wire.project,
      SIGNALWIRE_API_TOKEN = wire.token,
      SIGNALWIRE_REST_BASE_URL = url,
      SIGNALWIRE_REST_CA_FILE = api.ca_file,
      TEST_TRANSPORT = options.transport,
    }
    return kamailio.start(options), key
  end

  local function stop_cleanly(server)
    local log = server:stop()
    assert.is_false(server.hung, log)
    for _, trouble in ipairs({ "exited by a signal", "core was", "freeing already freed", "BUG" }) do
      assert.is_nil(log:find(trouble, 1, true), log)
    end
  end

  local ways = {
    { name = "without the library", script = "spec/support/kamailio_alone.lua", commands = 0 },
    { name = "with a thread of the library's", transport = "thread", commands = 600 },
    { name = "with the build on GnuTLS", build = "gnutls-5.1", commands = 600 },
  }
  for _, way in ipairs(ways) do
    it("beside tls.so and TLS callers, four times 600 messages, " .. way.name, function()
      for _ = 1, 4 do
        local server, key = start({
          tls = api.certs,
          memory = "512",
          script = way.script,
          transport = way.transport,
          build = way.build,
        })
        local said = server:call({ over = "tls", user = "soon", text = "x", callers = 6, count = 600 })
        assert.same({ ["200"] = 600 }, said.statuses)
        assert.equal(way.commands, #api:requests(key))
        stop_cleanly(server)
      end
    end)
  end

  for _, transport in ipairs({ "here", "thread" }) do
    it("stopped twenty times under load, the work done by " .. transport, function()
      for run = 1, 20 do
        local server = start({
          transport = transport == "thread" and transport or nil,
          step = { send = rawserver.ok.send, wait = 0.02 },
        })
        local stop_calling = server:begin_calls({ user = "soon", text = "x", callers = 4, count = 4000 })
        os.execute(("sleep %.2f"):format(0.3 + 0.05 * (run % 5)))
        stop_cleanly(server)
        stop_calling()
      end
    end)
  end
end)
