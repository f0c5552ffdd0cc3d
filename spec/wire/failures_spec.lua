-- Every way to fail, provoked for real on a fresh and on a kept connection: what comes back, what it gives
-- away, and how many commands the server saw.
local misbehaviour = require("spec.support.misbehaviour")
local rawserver = require("spec.support.rawserver")
local signalwire = require("signalwire")
local wire = require("spec.support.wire")

local answer, json = rawserver.answer, rawserver.json
local long_enough = 10
local bound = 6

local server
local counted = {}

local function contains(list, value)
  for _, item in ipairs(type(list) == "table" and list or { list }) do
    if item == value then return true end
  end
  return false
end

local function check_text(row, err)
  local text = tostring(err)
  assert.is_true(#text > 10, text)
  assert.is_nil(text:find("[%c]"), "more than one line: " .. text)
  if row.says then assert.truthy(text:find(row.says, 1, true), text) end
  if err.kind == "http" then assert.truthy(text:find(tostring(row.status), 1, true), text) end
  assert.equal("x: " .. text, "x: " .. err)
  assert.is_false(wire.shows_secret(wire.dump(err)), "the token is in the error")
end

local function check_failure(row, body, err)
  assert.is_nil(body)
  assert.equal("table", type(err))
  assert.is_true(contains(row.kind, err.kind), ("kind %s: %s"):format(tostring(err.kind), tostring(err)))
  assert.equal(row.retryable or false, err.retryable or false, tostring(err))
  if not row.any_status then assert.equal(row.status, err.status) end
  if row.code then assert.equal(row.code, err.code) end
  if row.attribute then assert.equal(row.attribute, err.errors[1].attribute) end
  assert.equal("calling.denoise", err.command)
  assert.equal("POST", err.method)
  assert.truthy(err.url:find("/api/calling/calls", 1, true))
  assert.equal(1, err.attempts)
  check_text(row, err)
end

local function failing_send(client)
  local started = wire.now()
  local body, err = wire.send(client)
  assert.is_true(wire.now() - started < bound, "it took too long")
  return body, err
end

local function expect_commands(key, amount)
  counted[#counted + 1] = { key = key, amount = amount }
  assert.equal(amount, #server:requests(key))
end

--- Retries are allowed wherever they must not happen, and a retry would be answered with 200.
local function options_of(row)
  local options = { retries = row.retryable and 0 or 2 }
  for name, value in pairs(row.options or {}) do
    options[name] = value
  end
  return options
end

local function fresh(row, group)
  local client, key = wire.case(server, group, { row.step, rawserver.ok }, options_of(row))
  check_failure(row, failing_send(client))
  expect_commands(key, 1)
end

local function warm(row, group)
  local steps = { rawserver.ok, row.step, rawserver.ok }
  local client, key = wire.case(server, group, steps, options_of(row))
  assert(wire.send(client, { timeout = long_enough }))
  check_failure(row, failing_send(client))
  expect_commands(key, 2)
  local requests = server:requests(key)
  assert.equal(requests[1].connection, requests[2].connection)
end

local function both(row, group)
  local name = ("a %s server that %s"):format(group, row.name)
  it(name .. ", on a fresh connection", function() fresh(row, group) end)
  it(name .. ", on a kept connection", function() warm(row, group) end)
end

describe("A command fails as it should with", function()
  setup(
    function()
      server = rawserver.start {
        tls = 160,
        plain = 10,
        refused = 3,
        unread = 2,
        expired = 1,
        wrong_name = 1,
        unknown_ca = 1,
        old_tls = 1,
      }
    end
  )
  teardown(function() server:stop() end)

  for _, group in ipairs { "broken", "not_http", "endless", "refused", "echoing", "busy" } do
    for _, row in ipairs(misbehaviour[group]) do
      both(row, "tls")
    end
  end
  for _, row in ipairs(misbehaviour.broken) do
    if row.plain then both(row, "plain") end
  end

  for _, status in ipairs { "302 Found", "307 Temporary Redirect", "308 Permanent Redirect" } do
    local number = tonumber(status:sub(1, 3))
    for _, state in ipairs { "fresh", "kept" } do
      it(("a redirect %d to another host, on a %s connection"):format(number, state), function()
        local url, victim = server:url(server:port("tls"), { rawserver.ok }, "https://localhost")
        local row = { kind = "http", status = number }
        row.step = { send = answer(status, { Location = url .. "/api/calling/calls" }) }
        local play = state == "fresh" and fresh or warm
        play(row, "tls")
        expect_commands(victim, 0)
      end)
    end
  end

  it("a connection that closes while the command is written, fresh", function()
    local client = wire.case(server, "unread", { rawserver.ok }, { ca_file = server.ca_file, retries = 2 })
    check_failure({ kind = "network" }, failing_send(client))
  end)

  it("a connection that closes while the command is written, kept", function()
    local closing = { send = rawserver.ok.send, after = "unread" }
    local client, key = wire.case(server, "tls", { closing, rawserver.ok }, { retries = 2 })
    assert(wire.send(client))
    check_failure({ kind = "network" }, failing_send(client))
    expect_commands(key, 1)
  end)

  describe("no connection:", function()
    local function never_connects(row, url)
      local options = { ca_file = row.ca_file or server.ca_file, connect_timeout = row.connect_timeout }
      check_failure(row, failing_send(wire.client(url, options)))
    end

    for _, group in ipairs { "expired", "wrong_name", "unknown_ca" } do
      it("a certificate that is " .. group, function()
        local url, key = server:url(server:port(group), { rawserver.ok })
        never_connects({ kind = "tls", retryable = true, says = "certificate" }, url)
        expect_commands(key, 0)
      end)
    end

    it("a server that speaks only TLS 1.1", function()
      local url, key = server:url(server:port("old_tls"), { rawserver.ok })
      never_connects({ kind = "tls", retryable = true }, url)
      expect_commands(key, 0)
    end)

    it("a port that refuses", function()
      local url = server:url(server:port("refused"), { rawserver.ok })
      never_connects({ kind = "connect", retryable = true, says = "127.0.0.1" }, url)
    end)

    it("a name that does not resolve", function()
      local row = { kind = "connect", retryable = true, says = "nosuchhost.invalid" }
      never_connects(row, "https://nosuchhost.invalid/x")
    end)

    it("a handshake that stalls", function()
      local url, key = server:url(server:port("plain"), { rawserver.ok })
      never_connects({ kind = { "timeout", "tls", "connect" }, retryable = true, connect_timeout = 0.5 }, url)
      expect_commands(key, 0)
    end)

    it("a server that is gone since the last command", function()
      local gone = { send = rawserver.ok.send, after = "gone" }
      local client, key = wire.case(server, "tls", { gone })
      assert(wire.send(client))
      os.execute("sleep 0.1")
      check_failure({ kind = "connect", retryable = true }, failing_send(client))
      expect_commands(key, 1)
    end)

    it("another trust store, while a kept connection to that server is there", function()
      local client, key, port = wire.case(server, "tls", { rawserver.ok })
      assert(wire.send(client))
      local url, second = server:url(port, { rawserver.ok })
      never_connects({ kind = "tls", retryable = true, ca_file = server.other_ca_file }, url)
      assert(wire.send(client))
      expect_commands(key, 2)
      expect_commands(second, 0)
    end)

    it("another host name, while a kept connection to that server is there", function()
      local client, key, port = wire.case(server, "tls", { rawserver.ok })
      assert(wire.send(client))
      local url, second = server:url(port, { rawserver.ok }, "https://elsewhere.localhost")
      never_connects({ kind = "tls", retryable = true }, url)
      expect_commands(key, 1)
      expect_commands(second, 0)
    end)
  end)

  it("no command twice, also some time later", function()
    os.execute("sleep 0.2")
    for _, one in ipairs(counted) do
      assert.equal(one.amount, #server:requests(one.key), one.key)
    end
  end)
end)

describe("What looks odd is no failure:", function()
  setup(function() server = rawserver.start { tls = 24 } end)
  teardown(function() server:stop() end)

  local early = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
  local chunks = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n{"id":"x"}\r\n0\r\n'
  local fine = {
    { name = "204", send = "HTTP/1.1 204 No Content\r\n\r\n", status = 204, body = {} },
    { name = "an empty 200", send = answer("200 OK"), status = 200, body = {} },
    { name = "an empty 201", send = answer("201 Created"), status = 201, body = {} },
    { name = "1xx first", send = early .. json("200 OK", '{"id":"x"}'), status = 200, body = { id = "x" } },
    { name = "JSON that is a number", send = json("200 OK", "17"), status = 200, body = { value = 17 } },
    { name = "JSON that is a text", send = json("200 OK", '"+OK"'), status = 200, body = { value = "+OK" } },
    {
      name = "JSON between blanks",
      send = json("200 OK", '\r\n {"id":"x"} \n'),
      status = 200,
      body = { id = "x" },
    },
    {
      name = "JSON that is null",
      send = json("200 OK", "null"),
      status = 200,
      body = { value = signalwire.null },
    },
    {
      name = "JSON called text/plain",
      status = 200,
      body = { id = "x" },
      send = answer("200 OK", { ["Content-Type"] = "text/plain" }, '{"id":"x"}'),
    },
    { name = "chunks and a trailer", send = chunks .. "X-Sum: 1\r\n\r\n", status = 200, body = { id = "x" } },
    {
      name = "a body until the end",
      status = 200,
      body = { id = "x" },
      after = "close",
      send = 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"id":"x"}',
    },
  }

  local full = '{"id":"' .. ("x"):rep(1014) .. '"}'
  fine[#fine + 1] = {
    name = "a body as large as it may be",
    send = json("200 OK", full),
    status = 200,
    body = { id = ("x"):rep(1014) },
    options = { max_response = #full },
  }

  for _, row in ipairs(fine) do
    it(row.name .. ", fresh and kept", function()
      local client, key = wire.case(server, "tls", { { send = row.send, after = row.after } }, row.options)
      for number = 1, 2 do
        local body, response = wire.send(client)
        assert.same(row.body, body, tostring(response))
        assert.equal(row.status, response.status)
        assert.equal(1, response.attempts)
        assert.equal(number, #server:requests(key))
      end
    end)
  end

  -- libcurl before 8.1.1 would write into memory that it has freed.
  it("a first header that begins with a space, behind another answer", function()
    local folded = 'HTTP/1.1 200 OK\r\n X-A: 1\r\nContent-Length: 10\r\n\r\n{"id":"x"}'
    local client = wire.case(server, "tls", { rawserver.ok, { send = folded }, rawserver.ok })
    assert(wire.send(client))
    local body, err = wire.send(client)
    assert.is_true(body and body.id == "x" or err.kind == "decode", tostring(err))
    assert(wire.send(client))
  end)
end)
