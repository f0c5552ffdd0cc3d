-- What a RELAY session is made of: options, the environment, defaults.
local child = require("spec.support.child")
local options = require("signalwire.relay.options")
local signalwire = require("signalwire")

local credentials = { project = "p", token = "t" }

local function with(more)
  local all = { project = "p", token = "t" }
  for name, value in pairs(more) do
    all[name] = value
  end
  return all
end

describe("a session's options", function()
  local function refused(given, text)
    local relay, err = signalwire.relay(given)
    assert.is_nil(relay)
    assert.equal("invalid", err.kind)
    assert.truthy(tostring(err):find(text, 1, true), tostring(err))
  end

  it("have defaults", function()
    local settings = assert(options.read(credentials))
    assert.equal("relay.signalwire.com", settings.host)
    assert.equal("wss://relay.signalwire.com/", settings.url)
    assert.equal("https://relay.signalwire.com", settings.origin)
    assert.equal(30, settings.timeout)
    assert.equal(1000, settings.max_active_calls)
    assert.equal(500, settings.max_queue)
    assert.equal(10 * 1024 * 1024, settings.max_message)
    assert.same({ first = 1, longest = 30, rejections = 3 }, settings.reconnect)
    assert.is_nil(settings.max_connections)
    assert.same({}, settings.contexts)
  end)

  it("name a host in several ways", function()
    local function url(more) return assert(options.read(with(more))).url end
    assert.equal("wss://example.signalwire.com/", url({ host = "example" }))
    local old = { host = "relay.example.com:8443", path = "/api/relay/ws" }
    assert.equal("wss://relay.example.com:8443/api/relay/ws", url(old))
    assert.equal("ws://127.0.0.1:80/", url({ host = "127.0.0.1:80", scheme = "ws" }))
    assert.equal("ws://[::1]:80/", url({ host = "[::1]:80", scheme = "ws" }))
  end)

  it("that can't be right are errors, each by its name", function()
    for _, host in ipairs({ "a@b", "a/b", "a?b", "a#b", "a\rb", "a\nb", "a b", "", "a:99999", "a:b" }) do
      refused(with({ host = host }), "host")
    end
    refused(with({ scheme = "http" }), "scheme")
    refused(with({ scheme = "ws", host = "example.com" }), "loopback")
    refused(with({ path = "x" }), "path")
    refused(with({ path = "/a b" }), "path")
    refused(with({ contexts = "sales" }), "contexts")
    refused(with({ contexts = { 1 } }), "contexts")
    refused(with({ timeout = 0 }), "timeout")
    refused(with({ ping_timeout = 1 / 0 }), "ping_timeout")
    refused(with({ max_active_calls = 0 }), "max_active_calls")
    refused(with({ max_queue = 1.5 }), "max_queue")
    refused(with({ ca_file = "/no/such/file" }), "ca_file")
    refused(with({ reconnect = 5 }), "reconnect")
    refused(with({ reconnect = { frist = 1 } }), "did you mean 'first'")
    refused(with({ reconnect = { rejections = 0 } }), "reconnect rejections")
    refused(with({ on_state = 1 }), "on_state")
    refused(with({ contxts = {} }), "no option is called 'contxts' (did you mean 'contexts'?)")
    refused(with({ retries = 2 }), "no option is called 'retries'")
    refused(with({ transport = "thread" }), "option 'transport' is signalwire.client's, and RELAY has none")
    refused(with({ transport = "thread" }), "GnuTLS build: docs/kamailio.md")
    refused({ project = "", token = "t" }, "project")
    refused({ project = "p", token = "t\r\nX: y" }, "token")
    assert.has_error(function() signalwire.relay("x") end)
  end)

  it("are not what the caller's tables become later", function()
    local contexts = { "a" }
    local settings = assert(options.read(with({ contexts = contexts })))
    contexts[1] = "b"
    assert.same({ "a" }, settings.contexts)
  end)
end)

describe("a session's environment", function()
  local folder

  setup(function()
    folder = os.tmpname()
    os.remove(folder)
    os.execute("mkdir " .. folder)
  end)
  teardown(function() os.execute("rm -r " .. folder) end)

  local none = {
    SIGNALWIRE_PROJECT_ID = false,
    SIGNALWIRE_API_TOKEN = false,
    SIGNALWIRE_JWT_TOKEN = false,
    SIGNALWIRE_SPACE = false,
    SIGNALWIRE_RELAY_HOST = false,
    SIGNALWIRE_RELAY_SCHEME = false,
    SIGNALWIRE_RELAY_CA_FILE = false,
    RELAY_MAX_ACTIVE_CALLS = false,
    RELAY_MAX_CONNECTIONS = false,
  }

  local function read(variables, given)
    local env = {}
    for name, value in pairs(none) do
      env[name] = variables[name] or value
    end
    local code = ([[
      local settings, err = require("signalwire.relay.options").read({ %s })
      if err then return print(err) end
      local names = { "project", "token", "jwt_token", "url", "max_active_calls", "max_connections" }
      for i, name in ipairs(names) do names[i] = tostring(settings[name]) end
      print(table.concat(names, " "))
    ]]):format(given or "")
    return (child.run(folder, code, env):gsub("%s+$", ""))
  end

  it("has credentials, of one kind or the other, which options override", function()
    local account = { SIGNALWIRE_PROJECT_ID = "p", SIGNALWIRE_API_TOKEN = "t" }
    local url = "wss://relay.signalwire.com/"
    assert.equal("p t nil " .. url .. " 1000 nil", read(account))
    assert.equal("p own nil " .. url .. " 1000 nil", read(account, 'token = "own"'))
    assert.equal("nil nil j " .. url .. " 1000 nil", read(account, 'jwt_token = "j"'))
    account.SIGNALWIRE_JWT_TOKEN = "j"
    assert.equal("nil nil j " .. url .. " 1000 nil", read(account))
    assert.equal("own t nil " .. url .. " 1000 nil", read(account, 'project = "own"'))
  end)

  it("is said to lack what is missing, by its names, the project first", function()
    assert.truthy(read({}):find("missing: project (SIGNALWIRE_PROJECT_ID)", 1, true))
    assert.truthy(read({ SIGNALWIRE_PROJECT_ID = "p" }):find("missing: token (SIGNALWIRE_API_TOKEN)", 1, true))
  end)

  it("has a host and limits", function()
    local all = { SIGNALWIRE_JWT_TOKEN = "j", SIGNALWIRE_SPACE = "example" }
    assert.equal("nil nil j wss://example.signalwire.com/ 1000 nil", read(all))
    all.SIGNALWIRE_RELAY_HOST, all.SIGNALWIRE_RELAY_SCHEME = "127.0.0.1:1", "ws"
    all.RELAY_MAX_ACTIVE_CALLS, all.RELAY_MAX_CONNECTIONS = "7", "2"
    assert.equal("nil nil j ws://127.0.0.1:1/ 7 2", read(all))
    all.RELAY_MAX_ACTIVE_CALLS = "many"
    assert.truthy(read(all):find("(from RELAY_MAX_ACTIVE_CALLS)", 1, true))
  end)
end)
