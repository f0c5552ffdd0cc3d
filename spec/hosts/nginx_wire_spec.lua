-- The specs of the Calling API over the wire, as they are, run within nginx: over its sockets, in its light threads.
local dns = require("spec.support.dns")
local nginx = require("spec.support.nginx")
local rawserver = require("spec.support.rawserver")

describe("Within nginx, without a change, #hosts", function()
  local patience = 600 -- seconds; so long only where something hangs
  local names, certs

  setup(function()
    names = dns.start()
    local server = rawserver.start({ plain = 1 })
    certs = server.certs
    server:stop()
  end)
  teardown(function() names.stop() end)

  local function run(words)
    local quoted = {}
    for i, word in ipairs(words) do
      quoted[i] = ("%q"):format(word)
    end
    local handler = ('require("spec.support.busted_in_nginx").run({ ["%s/other_ca.pem"] = "/other" }, { %s })'):format(
      certs,
      table.concat(quoted, ", ")
    )
    local server = nginx.start {
      main = "env PATH; env HOME; env TMPDIR; env LC_ALL;",
      http = ("resolver 127.0.0.1:%s ipv6=off; resolver_timeout 30s; lua_ssl_trusted_certificate %s/ca.pem; "):format(
        names.port,
        certs
      ) .. "lua_ssl_verify_depth 3; lua_socket_pool_size 100;",
      server = ([[
        location = /run { content_by_lua_block { %s } }
        location = /other {
          lua_ssl_trusted_certificate %s/other_ca.pem;
          content_by_lua_block { require("spec.support.busted_in_nginx").cross() }
        }
      ]]):format(handler, certs),
    }
    local status, body = server:get("/run", patience)
    local file = io.open(server.folder .. "/output")
    local output = file:read("*a")
    file:close()
    -- What the specs start, rawserver.py for one, are processes that nginx did not expect.
    local log = server:log():gsub("[^\n]*unknown process[^\n]*\n", ""):gsub("[^\n]*%[notice%][^\n]*\n", "")
    server:stop()
    return output, status == 200 and body == "ended\n", log
  end

  local function passes(least, ...)
    local output, ended, log = run({ ... })
    local passed = output:match("(%d+) success[es]* / 0 failures / 0 errors / %d+ pending")
    assert.is_true(ended and passed ~= nil, output .. log)
    assert.is_true(tonumber(passed) >= least, output)
    assert.is_nil(log:find("[alert]", 1, true), log)
    assert.is_nil(log:find("aborted", 1, true), log)
  end

  it("the client", function() passes(15, "--exclude-tags=long", "spec/wire/client_spec.lua") end)
  it("every way to fail", function() passes(100, "--exclude-tags=long", "spec/wire/failures_spec.lua") end)
  it("retries", function() passes(20, "--exclude-tags=long", "spec/wire/retry_spec.lua") end)
  it("map and tasks", function() passes(15, "--exclude-tags=long", "spec/wire/map_spec.lua") end)
  it("connections that break", function() passes(10, "--exclude-tags=long", "spec/wire/cuts_spec.lua") end)
  it("connections that break at every byte #long", function() passes(18, "spec/wire/cuts_spec.lua") end)
  -- Its other part runs programs of their own, outside of nginx.
  it(
    "secrets",
    function() passes(5, "--exclude-tags=long", "--filter-out=SIGNALWIRE_LOG_LEVEL", "spec/wire/secrets_spec.lua") end
  )
  it("the golden bodies", function() passes(100, "--exclude-tags=long", "spec/contract/golden_spec.lua") end)
  it("tasks", function() passes(24, "--exclude-tags=long", "spec/core/loop_spec.lua") end)
  it("JSON", function() passes(10, "--exclude-tags=long", "spec/core/json_spec.lua") end)
  it(
    "many commands, over one connection",
    function() passes(3, "--exclude-tags=long", "spec/wire/long_spec.lua") end
  )
end)
