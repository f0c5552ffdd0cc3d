-- When a command is repeated, how long the client waits before that, and when it must not.
local rawserver = require("spec.support.rawserver")
local wire = require("spec.support.wire")

local answer = rawserver.answer
local ok = rawserver.ok

local function busy(retry_after, status)
  return { send = answer(status or "429 Too Many Requests", { ["Retry-After"] = retry_after }) }
end

describe("Retries", function()
  local server

  setup(function() server = rawserver.start { tls = 40, refused = 4 } end)
  teardown(function() server:stop() end)

  --- Sends one command; returns its outcome, the server's rows, and the seconds it took.
  local function outcome(steps, options)
    local client, key = wire.case(server, "tls", steps, options)
    local started = wire.now()
    local body, response = wire.send(client)
    return body, response, server:requests(key), wire.now() - started
  end

  local function gaps_of(requests)
    local gaps = {}
    for index = 2, #requests do
      gaps[index - 1] = requests[index].time - requests[index - 1].time
    end
    return gaps
  end

  it("send a command again after 429, and then no more", function()
    local body, response, requests = outcome({ busy(), ok, ok }, { retries = 2 })
    assert.equal("a-leg", assert(body, tostring(response)).id)
    assert.equal(2, response.attempts)
    assert.equal(2, #requests)
    assert.equal(requests[1].body, requests[2].body)
  end)

  it("send a command again after 503 with Retry-After", function()
    local body, response, requests = outcome({ busy("0", "503 Busy"), ok }, { retries = 2 })
    assert(body, tostring(response))
    assert.equal(2, #requests)
  end)

  it("do not after 503 without", function()
    local body, err, requests = outcome({ busy(nil, "503 Busy"), ok }, { retries = 2 })
    assert.is_nil(body)
    assert.equal(503, err.status)
    assert.equal(1, #requests)
    assert.equal(1, err.attempts)
  end)

  it("stop after as many as were allowed", function()
    local body, err, requests = outcome({ busy("0") }, { retries = 2 })
    assert.is_nil(body)
    assert.equal(429, err.status)
    assert.is_true(err.retryable)
    assert.equal(3, err.attempts)
    assert.equal(3, #requests)
  end)

  it("do not happen with retries = 0", function()
    local body, err, requests = outcome({ busy("0"), ok }, { retries = 0 })
    assert.is_nil(body)
    assert.equal(1, err.attempts)
    assert.equal(1, #requests)
  end)

  it("leave the whole time to the command behind them", function()
    local late = { wait = 2, send = ok.send }
    local client, key = wire.case(server, "tls", { busy("2"), ok, late }, { retries = 1, timeout = 3.5 })
    local _, response = wire.send(client)
    assert.equal(2, response.attempts)
    assert(wire.send(client))
    assert.equal(3, #server:requests(key))
  end)

  it("can be allowed and forbidden for one call", function()
    local client, key = wire.case(server, "tls", { busy("0"), busy("0"), ok }, { retries = 2 })
    local body, err = wire.send(client, { retries = 0 })
    assert.is_nil(body)
    assert.equal(1, err.attempts)
    assert(wire.send(client))
    assert.equal(3, #server:requests(key))
  end)

  it("wait longer each time, but not all the same", function()
    local first_gaps = {}
    for round = 1, 3 do
      local retries = round == 1 and 3 or 1
      local body, response, requests = outcome({ busy(), busy(), busy(), ok }, { retries = retries })
      local gaps = gaps_of(requests)
      if round == 1 then
        assert(body, tostring(response))
        assert.is_true(gaps[3] > gaps[1], ("%.3f, %.3f, %.3f"):format(gaps[1], gaps[2], gaps[3]))
        assert.is_true(gaps[3] < 8)
      end
      assert.is_true(gaps[1] > 0.01 and gaps[1] < 2, tostring(gaps[1]))
      first_gaps[round] = gaps[1]
    end
    table.sort(first_gaps)
    local spread = first_gaps[3] - first_gaps[1]
    assert.is_true(spread > 0.002, "three waits were the same")
  end)

  it("obey Retry-After in seconds", function()
    local body, response, requests = outcome({ busy("1"), ok }, { retries = 1 })
    assert(body, tostring(response))
    local gap = gaps_of(requests)[1]
    assert.is_true(gap >= 0.95 and gap < 3, tostring(gap))
  end)

  it("obey Retry-After as a date", function()
    local date = os.date("!%a, %d %b %Y %H:%M:%S GMT", os.time() + 2)
    local body, response, requests = outcome({ busy(date), ok }, { retries = 1 })
    assert(body, tostring(response))
    local gap = gaps_of(requests)[1]
    assert.is_true(gap >= 0.8 and gap < 4, tostring(gap))
  end)

  it("do not wait for a date in the past", function()
    local body, response, requests = outcome({ busy("Sun, 06 Nov 1994 08:49:37 GMT"), ok }, { retries = 1 })
    assert(body, tostring(response))
    assert.is_true(gaps_of(requests)[1] < 2)
  end)

  for _, value in ipairs { "soon", "-5", "" } do
    it(("take Retry-After '%s' for none"):format(value), function()
      local body, response, requests = outcome({ busy(value), ok }, { retries = 1 })
      assert(body, tostring(response))
      assert.is_true(gaps_of(requests)[1] < 2)
    end)
  end

  local an_hour_later = os.date("!%a, %d %b %Y %H:%M:%S GMT", os.time() + 3600)
  for _, value in ipairs { "3600", "99999999999999999999999", an_hour_later } do
    it(("come back at once where '%s' is past the deadline"):format(value), function()
      local body, err, requests, seconds = outcome({ busy(value) }, { retries = 2, timeout = 2 })
      assert.is_nil(body)
      assert.equal(429, err.status)
      assert.is_true(err.retryable)
      assert.is_true(seconds < 2.5, tostring(seconds))
      assert.equal(1, #requests)
      assert.equal(1, err.attempts)
    end)
  end

  it("end with the deadline", function()
    local body, err, _, seconds = outcome({ busy() }, { retries = 100, timeout = 1 })
    assert.is_nil(body)
    assert.equal(429, err.status)
    assert.is_true(seconds < 2.5, tostring(seconds))
  end)

  it("try a refused port again, each time counted", function()
    local url = server:url(server:port("refused"), { ok })
    local body, err = wire.send(wire.client(url, { ca_file = server.ca_file, retries = 2 }))
    assert.is_nil(body)
    assert.equal("connect", err.kind)
    assert.is_true(err.retryable)
    assert.equal(3, err.attempts)
  end)

  it("reach a server that comes up in time, with one command", function()
    local late = server:port("refused")
    local opener = wire.case(server, "tls", { { send = ok.send, listen = late, delay = 0.5 } })
    local url, key = server:url(late, { ok })
    local client = wire.client(url, { ca_file = server.ca_file, retries = 2 })
    assert(wire.send(opener))
    local body, response = wire.send(client)
    assert(body, tostring(response))
    assert.is_true(response.attempts > 1)
    assert.equal(1, #server:requests(key))
  end)

  it("are told to on_retry, without secrets", function()
    local told = {}
    local client = wire.case(server, "tls", { busy("0"), ok }, {
      retries = 2,
      on_retry = function(event) told[#told + 1] = event end,
    })
    assert(wire.send(client))
    assert.equal(1, #told)
    assert.equal("table", type(told[1]))
    assert.is_false(wire.shows_secret(wire.dump(told)))
  end)
end)

describe("A kept connection that the server closed", function()
  local server

  setup(function() server = rawserver.start { tls = 40 } end)
  teardown(function() server:stop() end)

  for _, way in ipairs { "close", "fin", "reset" } do
    it(("between two commands (%s) costs no command and doubles none"):format(way), function()
      local closing = { send = rawserver.ok.send, after = way }
      local client, key, port = wire.case(server, "tls", { closing, rawserver.ok })
      assert(wire.send(client))
      os.execute("sleep 0.1")
      local body, response = wire.send(client)
      assert(body, tostring(response))
      assert.equal(2, #server:requests(key))
      assert.equal(2, server:connections(port))
    end)
  end

  it("at the very moment of the next command doubles none", function()
    for round = 1, 30 do
      local closing = { send = rawserver.ok.send, after = round % 2 == 0 and "close" or "reset" }
      local client, key = wire.case(server, "tls", { closing, rawserver.ok })
      assert(wire.send(client))
      local body, err = wire.send(client)
      local seen = #server:requests(key)
      if body then
        assert.equal(2, seen)
      else
        assert.equal("network", err.kind)
        assert.is_true(seen <= 2)
      end
    end
  end)
end)
