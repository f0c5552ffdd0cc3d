-- What its environment does to a client: proxies, the SIGNALWIRE names, a locale with a decimal comma.
local child = require("spec.support.child")
local rawserver = require("spec.support.rawserver")
local wire = require("spec.support.wire")

local ok = rawserver.ok

local one_command = [[
local signalwire = require("signalwire")
local client, err = signalwire.client { timeout = 10, retries = 0, proxy = os.getenv("TEST_PROXY") }
if not client then print("no client", err.kind, tostring(err)) os.exit(0) end
local body, err = client.calling:denoise("a-call")
if body then print("ok", body.id) else print("failed", err.kind, err.retryable, err.url, tostring(err)) end
]]

local server

local function environment(more)
  local env = {
    SIGNALWIRE_PROJECT_ID = wire.project,
    SIGNALWIRE_API_TOKEN = wire.token,
    SIGNALWIRE_REST_CA_FILE = server.ca_file,
    SIGNALWIRE_SPACE = false,
    SIGNALWIRE_REST_BASE_URL = false,
  }
  for _, name in ipairs { "http_proxy", "https_proxy", "all_proxy", "no_proxy" } do
    env[name], env[name:upper()] = false, false
  end
  for name, value in pairs(more) do
    env[name] = value
  end
  return env
end

local function run(more) return child.run(server.folder, one_command, environment(more)) end

setup(function() server = rawserver.start { tls = 30, plain = 30 } end)
teardown(function() server:stop() end)

describe("A proxy", function()
  local function proxy_url(port) return "http://127.0.0.1:" .. port end

  local function connects_seen(port)
    return server:log(function(row) return row.event == "request" and row.port == port end)
  end

  local names = { "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" }
  local loopback = { "https://127.0.0.1", "https://localhost", "http://127.0.0.1", "http://localhost" }
  for _, host in ipairs(loopback) do
    it("of the environment is not used for " .. host, function()
      local proxy = server:port("plain")
      local url, key = server:url(server:port(host:match("^https") and "tls" or "plain"), { ok }, host)
      local env = { SIGNALWIRE_REST_BASE_URL = url }
      for _, name in ipairs(names) do
        env[name] = proxy_url(proxy)
      end
      assert.equal("ok\ta-leg\n", run(env))
      assert.equal(1, #server:requests(key))
      assert.equal(0, server:connections(proxy))
    end)
  end

  it("of the options is not used for a loopback host", function()
    local proxy = server:port("plain")
    local url = server:url(server:port("tls"), { ok })
    local client = wire.client(url, { ca_file = server.ca_file, proxy = proxy_url(proxy) })
    assert(wire.send(client))
    assert.equal(0, server:connections(proxy))
  end)

  local function expect_connect(proxy, output)
    local seen = connects_seen(proxy)
    assert.equal(1, #seen, output)
    assert.equal("CONNECT", seen[1].method)
    assert.equal("nosuchhost.invalid:443", seen[1].path)
    assert.is_false(wire.shows_secret(wire.dump(seen)), "the proxy saw the token")
  end

  it("of the environment is used for another host", function()
    local proxy = server:port("plain")
    local output = run {
      SIGNALWIRE_REST_BASE_URL = "https://nosuchhost.invalid",
      https_proxy = proxy_url(proxy),
    }
    expect_connect(proxy, output)
    assert.truthy(output:find("^failed\t%a+\ttrue\t"), output)
  end)

  it("of the environment is not used where no_proxy says so", function()
    local proxy = server:port("plain")
    local output = run {
      SIGNALWIRE_REST_BASE_URL = "https://nosuchhost.invalid",
      https_proxy = proxy_url(proxy),
      no_proxy = "nosuchhost.invalid",
    }
    assert.truthy(output:find("^failed\tconnect\ttrue\t"), output)
    assert.equal(0, server:connections(proxy))
  end)

  it("of the options is used for another host, and its password stays untold", function()
    local proxy = server:port("plain")
    local with_password = "http://me:hushhush@127.0.0.1:" .. proxy
    local client = wire.client("https://nosuchhost.invalid", { proxy = with_password })
    local body, err = wire.send(client)
    assert.is_nil(body)
    assert.is_true(err.retryable)
    expect_connect(proxy, tostring(err))
    assert.is_nil(wire.dump(err):find("hushhush", 1, true))
    assert.is_false(wire.shows_secret(wire.dump(err)))
  end)
end)

describe("The environment names", function()
  local function authorization(request)
    for _, header in ipairs(request.headers) do
      if header[1] == "authorization" then return header[2] end
    end
  end

  it("of project, token, base_url and ca_file are enough", function()
    local url, key = server:url(server:port("tls"), { ok })
    assert.equal("ok\ta-leg\n", run { SIGNALWIRE_REST_BASE_URL = url })
    local request = server:requests(key)[1]
    assert.equal(("/%s/api/calling/calls"):format(key), request.path)
    assert.equal("Basic " .. wire.basic, authorization(request))
  end)

  for _, space in ipairs { "nosuchspace", "nosuchspace.signalwire.com" } do
    it(("SIGNALWIRE_SPACE=%s names the host"):format(space), function()
      local proxy = server:port("plain")
      local output = run { SIGNALWIRE_SPACE = space, TEST_PROXY = "http://127.0.0.1:" .. proxy }
      assert.truthy(output:find("https://nosuchspace.signalwire.com/api/calling/calls", 1, true), output)
      local seen = server:log(function(row) return row.event == "request" and row.port == proxy end)
      assert.equal("nosuchspace.signalwire.com:443", seen[1].path)
    end)
  end

  it("give way to options", function()
    local url, key = server:url(server:port("tls"), { ok })
    local code = one_command:gsub("timeout = 10", ("base_url = %q, project = 'mine', %%0"):format(url), 1)
    local env = environment { SIGNALWIRE_REST_BASE_URL = "https://nosuchhost.invalid" }
    assert.equal("ok\ta-leg\n", child.run(server.folder, code, env))
    assert.are_not.equal("Basic " .. wire.basic, authorization(server:requests(key)[1]))
  end)

  it("are missed by name", function()
    local output = run { SIGNALWIRE_API_TOKEN = false, SIGNALWIRE_REST_BASE_URL = "https://127.0.0.1:1" }
    assert.truthy(output:find("^no client\tinvalid\t.*SIGNALWIRE_API_TOKEN"), output)
  end)

  it("with a trust store that can't be read make no client that trusts another", function()
    local url, key = server:url(server:port("tls"), { ok })
    local output = run { SIGNALWIRE_REST_BASE_URL = url, SIGNALWIRE_REST_CA_FILE = "/nowhere/ca.pem" }
    assert.truthy(output:find("/nowhere/ca.pem", 1, true), output)
    assert.is_nil(output:find("^ok"))
    assert.equal(0, #server:requests(key))
  end)

  it("without a trust store trust only the system's", function()
    local url, key = server:url(server:port("tls"), { ok })
    local output = run { SIGNALWIRE_REST_BASE_URL = url, SIGNALWIRE_REST_CA_FILE = false }
    assert.truthy(output:find("^failed\ttls\ttrue\t"), output)
    assert.equal(0, #server:requests(key))
  end)
end)

describe("A loopback host speaks plain http", function()
  for _, host in ipairs { "127.0.0.1", "localhost" } do
    it(host, function()
      local port = server:port("plain")
      server:script({ ok }, "api")
      local client = wire.client(nil, { host = ("%s:%d"):format(host, port) })
      assert(wire.send(client))
      assert.equal(
        1,
        #server:log(
          function(row) return row.event == "request" and row.port == port and row.path == "/api/calling/calls" end
        )
      )
    end)
  end

  it("but no other host does", function()
    local signalwire = require("signalwire")
    local hosts = { "example.com", "127.0.0.1.example.com", "localhost@example.com", "localhost.example.com" }
    for _, host in ipairs(hosts) do
      local url = "http://" .. host
      local client, err = signalwire.client { project = "p", token = "t", base_url = url }
      assert.is_nil(client, url)
      assert.equal("invalid", err.kind)
    end
  end)
end)

describe("A locale with a decimal comma", function()
  local talk = [[
local early = os.getenv("TEST_WHEN") == "early"
if early then assert(os.setlocale("de_DE.UTF-8", "all")) end
local signalwire = require("signalwire")
local client = signalwire.assert(signalwire.client { timeout = 9.5 })
if not early then assert(os.setlocale("de_DE.UTF-8", "all")) end
local formats_itself = rawget(_G, "jit") ~= nil
assert(formats_itself or ("%.1f"):format(1.5) == "1,5", "no decimal comma here")
local body = signalwire.assert(client.calling:play_volume("c0ffee00-1111-4222-8333-444455556666",
  { control_id = "p1", volume = 3 / 2 }))
print(#body.differences, body.differences[1])
body = signalwire.assert(client.calling:denoise("a-call"))
print(body.charge == 1 / 8, body.big == 2500, body.low == -5 / 2, type(body.charge), client.calling ~= nil)
]]

  local function make_locale()
    local made = os.execute(
      ("localedef -i de_DE -f UTF-8 '%s/de_DE.UTF-8' >'%s/localedef' 2>&1"):format(server.folder, server.folder)
    )
    assert.is_true(made == true or made == 0, "localedef failed: is Debian's package locales there?")
  end

  it("does no harm to webhooks: to the order of a form's fields, and to times", function()
    make_locale()
    local code = [[
assert(os.setlocale("de_DE.UTF-8", "all"))
assert(rawget(_G, "jit") or "a" < "B", "no order of its own here")
local digest = require("signalwire.digest")
local signalwire = require("signalwire")
local signed = require("signalwire.base").base64(digest.hmac_sha1("k", "https://a.example/B1a2"))
print(signalwire.webhook.verify {
  signing_key = "k",
  url = "https://a.example/",
  body = "a=2&B=1",
  headers = { ["x-signalwire-signature"] = signed, ["content-type"] = "application/x-www-form-urlencoded" },
})
local box = signalwire.sandbox({ now = function() return 1700000000.25 end })
local client = assert(signalwire.client({ sandbox = box, project = "p", token = "secret" }))
assert(client.calling:stream(box.phone_call_id, {
  control_id = "k",
  url = "wss://a.example/",
  status_url = "https://a.example/",
  status_url_method = "GET",
}))
box:advance(0.5)
local _, event = signalwire.webhook.router({ signing_key = box.signing_key }):handle(box.webhooks[1])
print(event.time == box.webhooks[1].event.time, event.time % 1 ~= 0)]]
    local output = child.run(server.folder, code, environment { LOCPATH = server.folder, LC_ALL = false })
    assert.equal("true\ntrue\ttrue\n", output)
  end)

  for _, when in ipairs { "early", "late" } do
    it(("does no harm to numbers, set %s"):format(when), function()
      make_locale()
      local numbers = rawserver.json("200 OK", '{"charge":0.125,"big":2.5e3,"low":-2.5}')
      local url = server:url(server:port("tls"), { { golden = "play_volume_float" }, { send = numbers } })
      local output = child.run(
        server.folder,
        talk,
        environment {
          SIGNALWIRE_REST_BASE_URL = url,
          LOCPATH = server.folder,
          LC_ALL = false,
          TEST_WHEN = when,
        }
      )
      assert.equal("0\tnil\ntrue\ttrue\ttrue\tnumber\ttrue\n", output)
    end)
  end
end)
