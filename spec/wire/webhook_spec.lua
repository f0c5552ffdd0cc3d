-- Webhooks over the wire: the sandbox sends them, nginx verifies them and hands them on; and LuaSocket's door.

local digest = require("signalwire.digest")
local json = require("signalwire.json")
local nginx = require("spec.support.nginx")
local plain_http = require("spec.support.plain_http")
local sandbox_server = require("spec.support.sandbox_server")
local signalwire = require("signalwire")
local socket = require("socket")

local function read(path)
  local file = io.open(path)
  if not file then return "" end
  local text = file:read("*a")
  file:close()
  return text
end

--- Waits until a condition holds, for ten seconds at most.
local function eventually(condition)
  for _ = 1, 200 do
    local value = condition()
    if value then return value end
    signalwire.sleep(0.05)
  end
  return nil
end

local function event_body(params, time)
  return assert(json.encode({ event_type = "calling.call.play", timestamp = time, params = params }))
end

local function signed(key, url, body, hash) return digest.hex((hash or digest.hmac_sha1)(key, url .. body)) end

local function address(server) return "http://127.0.0.1:" .. server.port end

local http = [[
  lua_shared_dict seen 1m;
  client_body_buffer_size 1k;
  init_by_lua_block {
    local path, key = %q, %q
    local webhook = require("signalwire.webhook")
    local seen = ngx.shared.seen
    router = webhook.router({
      signing_key = key,
      seen_before = function(mark) return not seen:add(mark, true, 3600) end,
    })
    router:on("*", function(event)
      local file = io.open(path, "a")
      file:write(event.type, " ", tostring(event.call_id), " ", tostring(event.state), " ", tostring(event.ok), "\n")
      file:close()
    end)
  }
]]

local locations = [[
  location /hook {
    content_by_lua_block { router:content() }
  }
  location = /libraries {
    content_by_lua_block { ngx.print(io.open("/proc/self/maps"):read("*a")) }
  }
]]

describe("webhooks in nginx", function()
  local server, sandbox, client, url
  local heard = os.tmpname()

  local function events() return read(heard) end

  local function post(target, headers, body)
    headers.host = "127.0.0.1:" .. server.port
    return (plain_http.answer(plain_http.send(server.port, plain_http.text("POST", target, headers, body))))
  end

  setup(function()
    if not nginx.can_load() then return end
    sandbox = sandbox_server.start()
    local parts = http:format(heard, sandbox.env.SIGNALWIRE_SIGNING_KEY)
    server = nginx.start({ http = parts, server = locations, workers = 2 })
    client = assert(signalwire.client(sandbox_server.client_options(sandbox)))
    url = address(server) .. "/hook?job=7"
  end)

  teardown(function()
    if server then server:stop() end
    if sandbox then sandbox.stop() end
    os.remove(heard)
  end)

  before_each(function() os.remove(heard) end)

  local function with_nginx(name, run)
    it(name, function()
      if not server then return pending("nginx's Lua needs ./run build jit") end
      run()
    end)
  end

  with_nginx("are verified and handed on, as the sandbox sends them", function()
    local call_id = sandbox.env.CALL_ID
    assert(client.calling:refer(call_id, { device = "sip:sales@example.com", status_url = url }))
    assert.truthy(eventually(function() return events():find("success") end), server:log())
    assert.equal(
      ("calling.call.refer %s inProgress nil\ncalling.call.refer %s success true\n"):format(call_id, call_id),
      events()
    )
    assert.truthy(sandbox.log():find("success -> " .. address(server) .. "/hook: 200", 1, true))
  end)

  with_nginx("are refused where they are forged, without a detail", function()
    local key, body = sandbox.env.SIGNALWIRE_SIGNING_KEY, event_body({ call_id = "forged", state = "finished" }, 1)
    local kind = { ["content-type"] = "application/json" }
    local function with(name, value) return { ["content-type"] = kind["content-type"], [name] = value } end
    assert.equal(403, post("/hook?job=7", with("x", "y"), body))
    assert.equal(403, post("/hook?job=7", with("x-signalwire-signature", signed("guess", url, body)), body))
    assert.equal(403, post("/hook?job=8", with("x-signalwire-signature", signed(key, url, body)), body))
    local url_alone = require("signalwire.base").base64(digest.hmac_sha1(key, url))
    assert.equal(403, post("/hook?job=7", with("x-signalwire-signature", url_alone), body))
    assert.equal("", events())
    assert.equal(200, post("/hook?job=7", with("x-signalwire-signature", signed(key, url, body)), body))
    assert.equal("calling.call.play forged finished true\n", events())
    local text = plain_http.text("POST", "/hook?job=7", { host = "a.example" }, body)
    local status, answer = plain_http.answer(plain_http.send(server.port, text))
    assert.same({ 403, "" }, { status, answer })
  end)

  with_nginx("are verified without libcurl in the worker", function()
    local text = plain_http.text("GET", "/libraries", { host = "localhost" })
    local status, maps = plain_http.answer(plain_http.send(server.port, text))
    assert.equal(200, status)
    assert.truthy(maps:find("signalwire/digest.so", 1, true))
    assert.is_nil(maps:find("curl", 1, true))
  end)

  with_nginx("are handed on once, whichever worker they reach; by both hashes; with large bodies", function()
    local key = sandbox.env.SIGNALWIRE_SIGNING_KEY
    local body = event_body({ call_id = "c1", state = "playing", text = ("x"):rep(200000) }, 2)
    for i = 1, 40 do
      local strong = i % 2 == 0
      local name = strong and "x-signalwire-sha256-signature" or "x-signalwire-signature"
      local signature = signed(key, url, body, strong and digest.hmac_sha256 or digest.hmac_sha1)
      assert.equal(200, post("/hook?job=7", { [name] = signature }, body))
    end
    assert.equal("calling.call.play c1 playing nil\n", events())
  end)
end)

describe("LuaSocket's door", function()
  local router, listener, port, errors

  before_each(function()
    errors = {}
    router =
      signalwire.webhook.router({ signing_key = "k", on_error = function(err) errors[#errors + 1] = err end })
    listener = assert(socket.bind("127.0.0.1", 0))
    local _
    _, port = listener:getsockname()
  end)

  after_each(function() listener:close() end)

  --- The status that a text gets and the head and body of the answer, then what serve returned.
  local function exchange(text, close_early)
    local connection = plain_http.send(port, text)
    if close_early then connection:close() end
    local accepted = assert(listener:accept())
    local event, message = router:serve(accepted)
    accepted:close()
    if close_early then return nil, nil, event, message end
    local status, answer, head = plain_http.answer(connection)
    return status, head .. answer, event, message
  end

  local function hook(body, more)
    local headers = { Host = "example.com", ["Content-Type"] = "application/json" }
    headers["X-SignalWire-Signature"] = signed("k", "http://example.com/hook?x=1", body)
    for name, value in pairs(more or {}) do
      headers[name] = value
    end
    return plain_http.text("POST", "/hook?x=1", headers, body)
  end

  local body = event_body({ call_id = "c1", state = "finished" }, 1)

  it("reads a request, verifies it, hands it on and answers", function()
    local status, answer, event = exchange(hook(body))
    assert.equal(200, status)
    assert.equal("finished", event.state)
    assert.truthy(answer:find("content-length: 0\r\n", 1, true))
    assert.truthy(answer:find("connection: close\r\n", 1, true))
    local large = event_body({ call_id = "c1", state = ("x"):rep(500000) }, 1)
    status, answer, event = exchange(hook(large, { Expect = "100-continue" }))
    assert.equal(200, status)
    assert.truthy(answer:find("^HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"))
    assert.equal(500000, #event.state)
  end)

  it("refuses what is not signed", function()
    local status, answer, event = exchange(hook(body, { ["X-SignalWire-Signature"] = "no" }))
    assert.equal(403, status)
    assert.truthy(answer:find("\r\n\r\n$"))
    assert.is_nil(event)
    assert.equal("wrong_scheme", errors[1].code)
  end)

  it("refuses what is no request, or too large", function()
    local head = "POST / HTTP/1.1\r\nhost: a\r\n"
    local cases = {
      { "nonsense\r\n\r\n", 400 },
      { "POST / HTTP/2.0\r\n\r\n", 505 },
      { head .. "no header\r\n\r\n", 400 },
      { head .. " : x\r\n\r\n", 400 },
      { head .. "content-length: -1\r\n\r\n", 400 },
      { head .. "content-length: 1\r\ncontent-length: 2\r\n\r\n", 400 },
      { head .. "content-length: 99999999999\r\n\r\n", 413 },
      { head .. "transfer-encoding: chunked\r\n\r\n0\r\n\r\n", 411 },
      { head .. ("x: y\r\n"):rep(4000) .. "\r\n", 431 },
      { ("x"):rep(17000), 431 },
    }
    for _, case in ipairs(cases) do
      local connection = plain_http.send(port, case[1])
      local accepted = assert(listener:accept())
      local event, message = router:serve(accepted)
      accepted:shutdown("send")
      local status = tonumber((connection:receive("*l") or ""):match("^HTTP/1%.1 (%d+)"))
      connection:close()
      accepted:close()
      assert.is_nil(event)
      assert.equal("string", type(message))
      assert.equal(case[2], status, case[1]:sub(1, 60))
    end
    assert.same({}, errors)
  end)

  it("comes back where the other end goes away, at any byte", function()
    local text = hook(body)
    for length = 0, #text - 1, 7 do
      local _, _, event, message = exchange(text:sub(1, length), true)
      assert.is_nil(event)
      assert.equal("closed", message)
    end
  end)

  it("takes a request in pieces, and lines that end without a return", function()
    local text = hook(body)
    local connection = plain_http.send(port, "")
    local accepted = assert(listener:accept())
    local task = coroutine.wrap(function() return router:serve(accepted) end)
    connection:send(text:sub(1, 50))
    connection:send(text:sub(51))
    assert.equal("finished", task().state)
    accepted:close()
    assert.equal(200, (plain_http.answer(connection)))
    local bare = event_body({ call_id = "c1", state = "finished" }, 2)
    local head, rest = hook(bare):match("^(.-\r\n)\r\n(.*)$")
    assert.equal(200, (exchange(head:gsub("\r\n", "\n") .. "\n" .. rest)))
  end)
end)
