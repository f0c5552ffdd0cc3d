-- What signalwire.client takes, and what it says of the rest.
local of_one_call = require("signalwire.one_call")
local options = require("signalwire.options")
local signalwire = require("signalwire")

local getenv = os.getenv

local function with_environment(variables, action)
  os.getenv = function(name) return variables[name] end -- luacheck: ignore 122
  local fine, message = pcall(action)
  os.getenv = getenv -- luacheck: ignore 122
  if not fine then error(message, 0) end
end

local function read(given, variables)
  local settings, err
  with_environment(variables or {}, function()
    settings, err = options.read(given)
  end)
  return settings, err
end

local function with(fields)
  local given = { project = "p", token = "t", space = "example" }
  for name, value in pairs(fields) do
    given[name] = value
  end
  return given
end

local function refused(fields, expected)
  local settings, err = read(with(fields))
  assert.is_nil(settings)
  assert.equal("invalid", err.kind)
  assert.equal(expected, tostring(err))
end

describe("options", function()
  it("have the defaults that the documents name", function()
    local settings = assert(read(with({})))
    assert.equal(30, settings.timeout)
    assert.equal(5, settings.connect_timeout)
    assert.equal(2, settings.retries)
    assert.equal(100, settings.max_connections)
    assert.equal(16 * 1024 * 1024, settings.max_response)
    assert.is_false(settings.strict)
    assert.equal("https://example.signalwire.com", settings.base_url)
  end)

  local places = {
    { { space = "example" }, "https://example.signalwire.com" },
    { { space = "example.signalwire.com" }, "https://example.signalwire.com" },
    { { host = "api.example.org:8443" }, "https://api.example.org:8443" },
    { { host = "localhost:8080" }, "http://localhost:8080" },
    { { host = "127.0.0.1:8080" }, "http://127.0.0.1:8080" },
    { { host = "[::1]:8080" }, "http://[::1]:8080" },
    { { host = "localhost.example.org" }, "https://localhost.example.org" },
    { { host = "127.0.0.1.example.org" }, "https://127.0.0.1.example.org" },
    { { base_url = "https://127.0.0.1:8443" }, "https://127.0.0.1:8443" },
    { { base_url = "http://127.0.0.1:8080/prefix/" }, "http://127.0.0.1:8080/prefix" },
    { { base_url = "https://api.example.org", host = "other.example.org" }, "https://api.example.org" },
  }
  for _, place in ipairs(places) do
    it("lead to " .. place[2], function()
      local given = { project = "p", token = "t" }
      for name, value in pairs(place[1]) do
        given[name] = value
      end
      assert.equal(place[2], assert(read(given)).base_url)
    end)
  end

  it("come from the environment where they are not given", function()
    local variables = {
      SIGNALWIRE_PROJECT_ID = "env-project",
      SIGNALWIRE_API_TOKEN = "env-token",
      SIGNALWIRE_SPACE = "env-space",
    }
    local settings = assert(read({ token = "own" }, variables))
    assert.equal("env-project", settings.project)
    assert.equal("own", settings.token)
    assert.equal("https://env-space.signalwire.com", settings.base_url)
    variables.SIGNALWIRE_REST_BASE_URL = "https://elsewhere.example.org"
    assert.equal("https://elsewhere.example.org", assert(read({}, variables)).base_url)
    variables.SIGNALWIRE_REST_CA_FILE = "/no/such/file"
    local _, err = read({}, variables)
    assert.truthy(tostring(err):find("ca_file can't be read", 1, true))
    assert.truthy(tostring(err):find("SIGNALWIRE_REST_CA_FILE", 1, true))
  end)

  it("say all that is missing, and an empty variable is missing", function()
    local _, err = read({}, { SIGNALWIRE_PROJECT_ID = "" })
    assert.equal(
      "missing: project (SIGNALWIRE_PROJECT_ID), token (SIGNALWIRE_API_TOKEN), space (SIGNALWIRE_SPACE). "
        .. "Give them to signalwire.client, or set the environment variables",
      tostring(err)
    )
  end)

  it("name the nearest where one is unknown", function()
    refused({ time_out = 3 }, "no option is called 'time_out' (did you mean 'timeout'?)")
    refused({ xyzzy = 3 }, "no option is called 'xyzzy'")
  end)

  it("are checked one by one", function()
    refused({ timeout = 0 }, "timeout must be more than 0 and finite")
    refused({ timeout = 0 / 0 }, "timeout must be more than 0 and finite")
    refused({ timeout = math.huge }, "timeout must be more than 0 and finite")
    refused({ connect_timeout = "5" }, "connect_timeout must be a number of seconds")
    refused({ retries = 1.5 }, "retries must be a whole number, 0 or more")
    refused({ retries = -1 }, "retries must be a whole number, 0 or more")
    refused({ max_connections = 0 }, "max_connections must be a whole number, 1 or more")
    refused({ strict = "yes" }, "strict must be true or false")
    refused({ on_request = {} }, "on_request must be a function")
    refused({ transport = "threads" }, 'transport must be "thread", or not given')
    refused({ http_version = "3" }, 'http_version must be "1.1" or "2"')
    refused({ project = "a:b" }, "project has a colon, which HTTP Basic can't carry")
    refused({ token = "a\nb" }, "token has a control character")
    refused({ token = "" }, "token must be a string that is not empty")
    refused({ sandbox = {} }, "sandbox must be true, or a box of signalwire.sandbox()")
    refused({ base_url = "http://example.org" }, "base_url must begin with https:// (http only to a loopback host)")
    refused({ base_url = "ftp://127.0.0.1" }, "base_url must begin with https:// (http only to a loopback host)")
    refused({ base_url = "https://u:p@example.org" }, "base_url has a user in it: give project and token instead")
    refused(
      { base_url = "https://example.org?x=1" },
      "base_url must be like https://example.signalwire.com, without query"
    )
    refused({ base_url = "https://exa mple.org" }, "base_url has no valid host")
    refused({ base_url = "https://example.org:99999" }, "base_url has no valid host")
    refused(
      { host = "https://example.org" },
      "host must be a host or host:port, such as example.signalwire.com (for a URL: base_url)"
    )
  end)

  it("take a ca_file only if it can be read and holds a certificate", function()
    local _, err = read(with({ ca_file = "/no/such/file" }))
    assert.truthy(tostring(err):find("ca_file can't be read: /no/such/file", 1, true))
    _, err = read(with({ ca_file = "/" }))
    assert.truthy(tostring(err):find("ca_file can't be read", 1, true))
    _, err = read(with({ ca_file = "LICENSE" }))
    assert.equal("ca_file holds no PEM certificate: LICENSE", tostring(err))
  end)

  it("of one call are over the client's, and the client's own are refused there", function()
    local settings = assert(read(with({ timeout = 9 })))
    local own = assert(of_one_call(settings, { timeout = 1, strict = true }))
    assert.equal(1, own.timeout)
    assert.is_true(own.strict)
    assert.equal(2, own.retries)
    assert.equal(9, settings.timeout)
    local _, err = of_one_call(settings, { token = "x" })
    assert.equal("option 'token' is the client's, not one call's", tostring(err))
    _, err = of_one_call(settings, { retires = 1 })
    assert.equal("no option is called 'retires' (did you mean 'retries'?)", tostring(err))
    refused({ beside = {} }, "option 'beside' is one call's, not the client's")
    _, err = of_one_call(settings, "fast")
    assert.equal("options must be a table, got string", tostring(err))
  end)
end)

describe("a client", function()
  local client =
    assert(signalwire.client({ project = "p", token = "PT-secret", host = "127.0.0.1:9", retries = 0 }))

  it("shows no secret to pairs, tostring or rawget", function()
    client.calling:denoise("id")
    for name, value in pairs(client) do
      assert.is_nil((tostring(name) .. tostring(value)):find("PT-secret", 1, true))
      if type(value) == "table" then assert.is_nil(next(value)) end
    end
    assert.is_nil(tostring(client):find("PT-secret", 1, true))
    assert.is_false(getmetatable(client))
  end)

  it("explains a name that it does not have", function()
    local _, message = pcall(function() return client.caling end)
    assert.truthy(message:find("a client has no 'caling' (did you mean 'calling'?)", 1, true))
    _, message = pcall(function() client.close() end)
    assert.truthy(message:find("use a colon: client:close(...)", 1, true))
    _, message = pcall(signalwire.client, "example")
    assert.truthy(tostring(message):find("takes a table of options", 1, true))
  end)

  it("is refused to use once it is closed", function()
    local closed = assert(signalwire.client({ project = "p", token = "t", host = "127.0.0.1:9" }))
    closed:close()
    closed:close()
    local body, err = closed.calling:denoise("id")
    assert.is_nil(body)
    assert.equal("closed", err.kind)
    body, err = closed:connect()
    assert.is_nil(body)
    assert.equal("closed", err.kind)
  end)

  it("connects ahead, or says why not", function()
    local connected, err = client:connect()
    assert.is_nil(connected)
    assert.equal("connect", err.kind)
    assert.is_true(err.retryable)
  end)
end)
