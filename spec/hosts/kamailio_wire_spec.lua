-- The specs of the Calling API over the wire, as they are, run within a SIP worker of Kamailio.
local kamailio = require("spec.support.kamailio")

for _, transport in ipairs({ "here", "thread" }) do
  local function run(words)
    local server = kamailio.start({
      script = "spec/support/busted_in_kamailio.lua",
      env = {
        SIGNALWIRE_TEST_TRANSPORT = transport == "thread" and transport or nil,
        SIGNALWIRE_TEST_ALL = os.getenv("SIGNALWIRE_TEST_ALL"),
      },
    })
    server:call({ user = "run", text = words })
    local tries = os.getenv("SIGNALWIRE_TEST_ALL") and 6000 or 600
    while not server:log():find("busted has ended\n", 1, true) and tries > 0 do
      tries = tries - 1
      os.execute("sleep 0.2")
    end
    return server:stop()
  end

  local function passes(least, words)
    local log = run(words)
    local passed = log:match("(%d+) success[es]* / 0 failures / 0 errors / %d+ pending")
    assert.truthy(passed, log)
    assert.is_true(tonumber(passed) >= least, log)
    assert.is_nil(log:find("exited by a signal", 1, true), log)
  end

  describe(("Within Kamailio, without a change, by %s, #hosts"):format(transport), function()
    it("the client", function() passes(15, "--exclude-tags=long spec/wire/client_spec.lua") end)
    it("every way to fail", function() passes(100, "--exclude-tags=long spec/wire/failures_spec.lua") end)
    it("map and tasks", function() passes(15, "--exclude-tags=long spec/wire/map_spec.lua") end)
  end)

  -- With the thread, these differ least.
  local tag = transport == "thread" and "#long" or ""

  describe(("Within Kamailio, without a change, by %s, #hosts %s"):format(transport, tag), function()
    it("retries", function() passes(20, "--exclude-tags=long spec/wire/retry_spec.lua") end)
    it("the queue", function() passes(2, "--exclude-tags=long spec/wire/queue_spec.lua") end)
    it("the golden bodies", function() passes(100, "--exclude-tags=long spec/contract/golden_spec.lua") end)
    it(
      "many commands, over one connection",
      function() passes(3, "--exclude-tags=long spec/wire/long_spec.lua") end
    )
    it("many more commands, over one connection #long", function() passes(6, "spec/wire/long_spec.lua") end)
  end)
end
