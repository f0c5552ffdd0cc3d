-- What a server may see of the secrets, what nobody else may, and that no input becomes a header or another URL.
local child = require("spec.support.child")
local json = require("signalwire.json")
local rawserver = require("spec.support.rawserver")
local signalwire = require("signalwire")
local wire = require("spec.support.wire")

describe("A secret", function()
  local server

  setup(function() server = rawserver.start({ plain = 8 }) end)
  teardown(function() server:stop() end)

  it("that looks like a word of an error leaves the error's own words alone", function()
    local refusal = rawserver.json("404 Not Found", '{"errors":[{"code":"status","message":"a message"}]}')
    local url = server:url(server:port("plain"), { { send = refusal } }, "http://127.0.0.1")
    for _, token in ipairs({ "t", "http", "status", "message", "code", "kind" }) do
      local client = wire.client(url, { token = token })
      local body, err = wire.send(client)
      assert.is_nil(body)
      assert.equal("http", err.kind)
      assert.equal(404, err.status)
      assert.equal(1, #err.errors)
      assert.is_string(err.errors[1].code)
      assert.is_string(err.message)
    end
  end)

  -- A name, params that hold secrets, and those secrets.
  local secret_params = {
    {
      "refer",
      { device = { type = "sip", params = { to = "sip:a@example.com", password = "pw-hush" } } },
      "pw-hush",
    },
    { "stream", { url = "wss://example.com", authorization_bearer_token = "bearer-hush" }, "bearer-hush" },
  }

  local function hooks_into(told)
    local function tell(facts) told[#told + 1] = wire.dump(facts) end
    return { on_request = tell, on_response = tell, on_retry = tell }
  end

  it("that the server sends back is in no error, hook or hint", function()
    for _, row in ipairs(secret_params) do
      local method, params, secret = row[1], row[2], row[3]
      local echo = ("%s %s %s"):format(secret, wire.token, wire.basic)
      local item = '{"errors":[{"code":"%s","message":"%s","attribute":"%s"}]}'
      local page = rawserver.json("422 No", item:format(echo, echo, echo), { ["X-Request-Id"] = echo })
      local busy = rawserver.json("429 Slow", '{"error":"' .. echo .. '"}', { ["Retry-After"] = "0" })
      local url = server:url(server:port("plain"), { { send = busy }, { send = page } }, "http://127.0.0.1")
      local told = {}
      local options = hooks_into(told)
      options.retries = 1
      local client = wire.client(url, options)
      local body, err = client.calling[method](client.calling, wire.call_id, params)
      assert.is_nil(body)
      told[#told + 1] = wire.dump(err)
      told[#told + 1] = wire.dump(client) .. wire.dump(client.calling) .. wire.dump(client:call(wire.call_id))
      local all = table.concat(told, "\n")
      assert.equal(422, err.status)
      assert.is_nil(all:find(secret, 1, true), all)
      assert.is_false(wire.shows_secret(all))
    end
  end)
end)

describe("SIGNALWIRE_LOG_LEVEL=debug", function()
  local server

  setup(function() server = rawserver.start({ plain = 12 }) end)
  teardown(function() server:stop() end)

  local program = [[
local signalwire = require("signalwire")
local client = signalwire.assert(signalwire.client({ project = "%s", token = "%s", base_url = "%s", timeout = 3 }))
client:connect()
client.calling:refer("a-call", { device = { type = "sip", params = { to = "sip:a@b", password = "pw-hush" } } })
]]

  local function output(steps, level)
    local url = server:url(server:port("plain"), steps, "http://127.0.0.1")
    local code = program:format(wire.project, wire.token, url)
    return child.run(server.folder, code, { SIGNALWIRE_LOG_LEVEL = level or false })
  end

  it("tells each request and what came of it, to stderr", function()
    local busy = { send = rawserver.answer("429 Slow", { ["Retry-After"] = "0" }) }
    local text = output({ rawserver.ok, busy, rawserver.ok }, "debug")
    assert.truthy(text:find("signalwire: -> HEAD http://127.0.0.1", 1, true), text)
    assert.truthy(
      text:find("signalwire: %-> POST http://127[^\n]+/api/calling/calls, calling%.refer, %d+ bytes"),
      text
    )
    assert.truthy(text:find("signalwire: <- HTTP 429 after", 1, true), text)
    assert.truthy(text:find("signalwire: waits ", 1, true), text)
    assert.truthy(text:find("signalwire: <- HTTP 200 after", 1, true), text)
  end)

  it("is silent where it is not set", function() assert.equal("", output({ rawserver.ok })) end)

  it("shows no secret, whatever the server sends back", function()
    local echo = ("%s %s Basic %s pw-hush"):format(wire.token, wire.project, wire.basic)
    local steps = {
      { send = rawserver.answer("200 OK", { ["X-Request-Id"] = echo }, "{}") },
      { send = rawserver.answer("500 " .. echo, { ["X-Request-Id"] = echo }, echo) },
      { send = echo .. "\r\n\r\n", after = "close" },
      { send = "HTTP/1.1 200 OK\r\n" .. echo .. "\r\n\r\n", after = "close" },
    }
    for _, step in ipairs(steps) do
      local text = output({ rawserver.ok, step }, "debug")
      assert.truthy(text:find("signalwire: <- ", 1, true), text)
      assert.is_false(wire.shows_secret(text), text)
      assert.is_nil(text:find("pw-hush", 1, true), text)
      for line in text:gmatch("[^\n]+") do
        assert.truthy(line:find("^signalwire: "), line)
      end
    end
  end)
end)

describe("No input becomes a header or another URL:", function()
  local server

  setup(function() server = rawserver.start({ plain = 12 }) end)
  teardown(function() server:stop() end)

  local breaks = { "\r\nX-Injected: yes", "\nX-Injected: yes", "\r", "\0", "\127", " HTTP/1.1\r\nHost: x\r\n\r\n" }

  for _, name in ipairs({ "project", "token", "space", "host", "base_url", "proxy", "ca_file" }) do
    it(name .. " is refused with a line break", function()
      for _, piece in ipairs(breaks) do
        local options = { project = "p", token = "a-token", space = "example" }
        options[name] = (name == "base_url" and "https://example.com" or options[name] or "x") .. piece
        local client, err = signalwire.client(options)
        assert.is_nil(client)
        assert.equal("invalid", err.kind)
        assert.is_nil(tostring(err):find("%c"))
      end
    end)
  end

  it("what stands in project, token, call id and params arrives as itself", function()
    local url, key = server:url(server:port("plain"), { rawserver.ok }, "http://127.0.0.1")
    local odd = 'a" \\b/../?x=1#y%0d%0aX-Injected:yes'
    local client = wire.client(url, { project = odd:gsub(":", ";"), token = odd })
    local nasty = odd .. "\r\nX-Injected: yes"
    assert(client.calling:play_stop(nasty, { control_id = nasty }))
    local request = server:requests(key)[1]
    assert.equal(("/%s/api/calling/calls"):format(key), request.path)
    local names = {}
    for _, header in ipairs(request.headers) do
      names[#names + 1] = header[1]
    end
    table.sort(names)
    assert.same({ "accept", "authorization", "content-length", "content-type", "host", "user-agent" }, names)
    assert.equal(nasty, json.decode(request.body).id)
    assert.equal(nasty, json.decode(request.body).params.control_id)
  end)

  it("base_url with a user, a query, a space or another scheme makes no client", function()
    local urls = {
      "https://user:password@example.com",
      "https://example.com@evil.example",
      "https://example.com/?x=1",
      "https://example.com/#x",
      "https://example.com/a b",
      "https://example.com\\@evil.example",
      "http://example.com",
      "http://127.0.0.256",
      "http://localhost.example.com",
      "ftp://127.0.0.1",
      "file:///etc/passwd",
      "https://",
      "example.com",
    }
    for _, url in ipairs(urls) do
      local client, err = signalwire.client({ project = "p", token = "a-token", base_url = url })
      assert.is_nil(client, url)
      assert.equal("invalid", err.kind)
    end
  end)

  it("there is no option that leaves a certificate unchecked", function()
    for _, name in ipairs({ "insecure", "verify", "verify_peer", "ssl_verify", "tls_verify", "ca_path" }) do
      local client, err = signalwire.client({ project = "p", token = "a-token", space = "x", [name] = false })
      assert.is_nil(client)
      assert.equal("invalid", err.kind)
    end
  end)
end)
