-- The router: who hears what, each event once, and what a server answers.

local child = require("spec.support.child")
local digest = require("signalwire.digest")
local json = require("signalwire.json")
local signalwire = require("signalwire")

local KEY, URL = "PSKtest", "https://example.com/hook"

local function body_of(event_type, params, time)
  params.call_id = params.call_id or "c1"
  return assert(json.encode({ event_type = event_type, timestamp = time, params = params }))
end

local function request_of(body, more)
  local request = {
    method = "POST",
    url = URL,
    body = body,
    headers = { ["content-type"] = "application/json" },
  }
  for name, value in pairs(more or {}) do
    request[name] = value
  end
  request.headers["x-signalwire-signature"] = digest.hex(digest.hmac_sha1(KEY, request.url .. (body or "")))
  return request
end

describe("a router", function()
  local router, errors, heard

  local function hear(event) heard[#heard + 1] = event.type .. " " .. tostring(event.state) end

  local function new(options)
    options = options or {}
    options.signing_key = options.signing_key or KEY
    options.on_error = options.on_error or function(err) errors[#errors + 1] = tostring(err) end
    return signalwire.webhook.router(options)
  end

  local function play(state, time, call_id)
    local body = body_of("calling.call.play", { control_id = "k", state = state, call_id = call_id }, time)
    return router:handle(request_of(body))
  end

  before_each(function()
    errors, heard = {}, {}
    router = new()
  end)

  it("answers 200, and hands the event to those of its type, its call, and of all", function()
    local order = {}
    local function note(name)
      return function(event) order[#order + 1] = name .. " " .. event.call_id end
    end
    router:on("*", note("all"))
    router:on_call("c1", note("call"))
    router:on("calling.call.play", note("type"))
    router:on("calling.call.record", note("other type"))
    router:on_call("c2", note("other call"))
    local answer, event = play("playing", 1)
    assert.equal(200, answer.status)
    assert.equal("OK", answer.reason)
    assert.equal("", answer.body)
    assert.equal("playing", event.state)
    assert.same({ "type c1", "call c1", "all c1" }, order)
    play("playing", 2, "c2")
    assert.same({ "type c2", "other call c2", "all c2" }, { order[4], order[5], order[6] })
    assert.same({}, errors)
  end)

  it("takes a call's handle for its id", function()
    local client = assert(signalwire.client({ sandbox = true, project = "p", token = "t" }))
    router:on_call(client:call("c1"), hear)
    play("playing", 1)
    assert.same({ "calling.call.play playing" }, heard)
  end)

  it("answers 403 without a detail where the signature is missing or wrong, and tells on_error", function()
    router:on("*", hear)
    local request = request_of(body_of("calling.call.play", { state = "playing" }, 1))
    request.headers["x-signalwire-signature"] = nil
    local answer, event = router:handle(request)
    assert.same({ 403, "Forbidden", "" }, { answer.status, answer.reason, answer.body })
    assert.is_nil(event)
    request = request_of(body_of("calling.call.play", { state = "playing" }, 1))
    request.body = request.body:gsub("playing", "stopped")
    assert.equal(403, router:handle(request).status)
    request = request_of(body_of("calling.call.play", { state = "playing" }, 1))
    request.url = "https://example.com/other"
    assert.equal(403, router:handle(request).status)
    assert.same({}, heard)
    assert.equal(3, #errors)
    assert.equal("the request has no signature", errors[1])
  end)

  it("answers 200 to a signed request that is no event, and tells on_error", function()
    router:on("*", hear)
    local answer, event = router:handle(request_of("{}"))
    assert.equal(200, answer.status)
    assert.is_nil(event)
    assert.same({}, heard)
    assert.truthy(errors[1]:find("no event", 1, true))
  end)

  it("hands a repeated event on once, late ones too", function()
    router:on("*", hear)
    play("playing", 1)
    play("playing", 1)
    play("paused", 2)
    play("playing", 3)
    play("paused", 4)
    play("playing", 1)
    play("finished", 5)
    play("finished", 5)
    for i = 1, 9000 do
      play("playing", i + 5, "other")
    end
    local before = #heard
    local answer, event = play("playing", 1)
    assert.equal(200, answer.status)
    assert.is_nil(event)
    assert.equal(before, #heard)
    assert.same({
      "calling.call.play playing",
      "calling.call.play paused",
      "calling.call.play playing",
      "calling.call.play paused",
      "calling.call.play finished",
    }, { heard[1], heard[2], heard[3], heard[4], heard[5] })
    assert.equal(9005, #heard)
  end)

  it("knows a repeated event by what it says, not by how it is written", function()
    router:on("*", hear)
    router:handle(request_of('{"event_type":"a","timestamp":1,"params":{"call_id":"c","b":1}}'))
    router:handle(request_of('{ "params": {"b":1, "call_id":"c"}, "timestamp": 1, "event_type": "a" }'))
    router:handle(request_of('{"event_type":"a","timestamp":1,"params":{"call_id":"c","b":2}}'))
    assert.equal(2, #heard)
  end)

  it("hands on a late event after the final one", function()
    router:on("*", hear)
    play("finished", 2)
    play("playing", 1)
    assert.same({ "calling.call.play finished", "calling.call.play playing" }, heard)
  end)

  it("tells repeated from recurring where a body has no time: what ends, ends once", function()
    router:on("*", hear)
    for _, state in ipairs({ "playing", "paused", "playing", "paused", "finished", "finished" }) do
      play(state)
    end
    assert.equal(5, #heard)
  end)

  it("remembers ten thousand events and more, and not for ever", function()
    local kept = require("signalwire.webhook.recent").new(3)
    for _, key in ipairs({ "a", "b", "c", "d" }) do
      assert.is_false(kept(key))
    end
    for _, key in ipairs({ "a", "b", "c", "d" }) do
      assert.is_true(kept(key))
    end
    for i = 1, 6 do
      kept("x" .. i)
    end
    assert.is_false(kept("a"))
  end)

  it("asks seen_before, where several processes share what they saw", function()
    local keys = {}
    router = new({
      seen_before = function(key)
        keys[#keys + 1] = key
        return #keys > 1
      end,
    })
    router:on("*", hear)
    play("playing", 1)
    play("paused", 2)
    assert.equal(1, #heard)
    assert.truthy(keys[1]:find("^%x+$") and #keys[1] == 64)
    assert.not_equal(keys[1], keys[2])
  end)

  it("lets a handler be taken back, by itself too", function()
    local off
    off = router:on("calling.call.play", function(event)
      hear(event)
      off()
    end)
    local off_call = router:on_call("c1", hear)
    play("playing", 1)
    assert.equal(2, #heard)
    play("playing", 2)
    assert.equal(3, #heard)
    off_call()
    off_call()
    play("playing", 3)
    assert.equal(3, #heard)
    router:on_call("c1", hear)
    off_call()
    play("playing", 4)
    assert.equal(4, #heard)
  end)

  it("goes on where a handler fails, and tells on_error", function()
    router:on("calling.call.play", function() error({ "not text" }) end)
    router:on("calling.call.play", function() error("oh") end)
    router:on("*", hear)
    assert.equal(200, play("playing", 1).status)
    assert.equal(1, #heard)
    assert.equal(2, #errors)
    assert.truthy(errors[2]:find("the handler of calling.call.play failed: .*oh"))
  end)

  it("lets a handler wait in a task, on every Lua", function()
    local client = assert(signalwire.client({ sandbox = true, project = "p", token = "t" }))
    router:on("calling.call.play", function(event)
      signalwire.sleep(0.01)
      local _, err = client:call("no-such-call"):hangup()
      heard[#heard + 1] = event.state .. " " .. err.status
    end)
    signalwire.run(function()
      local first = signalwire.spawn(play, "playing", 1)
      play("paused", 2)
      first:wait()
    end)
    table.sort(heard)
    assert.same({ "paused 404", "playing 404" }, heard)
    assert.same({}, errors)
  end)

  it("verifies with the public address where a proxy stands before the server", function()
    router = new({ base_url = "https://public.example/" })
    router:on("*", hear)
    local body = body_of("calling.call.play", { state = "playing" }, 1)
    local signed = request_of(body, { url = "https://public.example/hook?job=7" })
    signed.url = "http://127.0.0.1:8080/hook?job=7"
    assert.equal(200, router:handle(signed).status)
    signed.url = "/hook?job=7"
    assert.equal(200, router:handle(signed).status)
    signed.url = "http://127.0.0.1:8080/hook?job=8"
    assert.equal(403, router:handle(signed).status)
  end)

  it("takes that address from the environment", function()
    local getenv = os.getenv
    finally(function() os.getenv = getenv end) -- luacheck: ignore 122
    local value = "https://public.example"
    os.getenv = function(name) return name == "SWML_PROXY_URL_BASE" and value or nil end -- luacheck: ignore 122
    router = new()
    local body = body_of("calling.call.play", { state = "playing" }, 1)
    local signed = request_of(body, { url = "https://public.example/hook" })
    signed.url = "http://127.0.0.1:8080/hook"
    assert.equal(200, router:handle(signed).status)
    value = "public.example"
    local fine, message = pcall(new)
    assert.is_false(fine)
    assert.truthy(message:find("SWML_PROXY_URL_BASE must begin with http", 1, true))
    value = ""
    assert.is_true((pcall(new)))
  end)

  it("reads a GET request's event from its query", function()
    router:on("*", hear)
    local url = URL .. "?job=7&event_type=calling.call.stream&call_id=c1&state=finished&timestamp=1.5"
    local _, event = router:handle(request_of(nil, { method = "GET", url = url }))
    assert.equal("finished", event.state)
    assert.equal(1.5, event.time)
    assert.equal("7", event.params.job)
  end)

  it("can be told not to verify, and then only", function()
    router = signalwire.webhook.router({ verify = false })
    router:on("*", hear)
    local request = { method = "POST", url = URL, headers = {}, body = body_of("a", {}, 1) }
    assert.equal(200, router:handle(request).status)
    assert.equal(1, #heard)
  end)

  it("raises for slips in the program, at the line of the caller", function()
    local function message(fn, ...)
      local fine, err = pcall(fn, ...)
      assert.is_false(fine)
      assert.truthy(err:find("webhook_router_spec.lua", 1, true), err)
      return err
    end
    local function make(options)
      local made = signalwire.webhook.router(options)
      return made
    end
    assert.truthy(message(make, { signing_key = "" }):find("no signing key", 1, true))
    assert.truthy(message(make, { signing_kye = KEY }):find("did you mean 'signing_key'", 1, true))
    assert.truthy(message(make, { signing_key = KEY, verify = "no" }):find("verify must be a boolean", 1, true))
    assert.truthy(message(make, { signing_key = KEY, base_url = "x" }):find("base_url must begin", 1, true))
    assert.truthy(message(function() router:on("a") end):find("a handler must be a function", 1, true))
    assert.truthy(message(function() router:on(1, hear) end):find("an event type must be a string", 1, true))
    assert.truthy(message(function() router:on_call({}, hear) end):find("a call must be an id", 1, true))
    assert.truthy(message(function() router.on("a", hear) end):find("use a colon: router:on", 1, true))
    assert.truthy(message(function() router:handle({ headers = {} }) end):find("request.url must be", 1, true))
    assert.truthy(message(function() router:handle({ url = URL }) end):find("request.headers must be", 1, true))
  end)

  it("costs those nothing who do not name it", function()
    local code = [[
      local signalwire = require("signalwire")
      for name in pairs(package.loaded) do
        if name:find("webhook") or name == "signalwire.digest" then print(name) end
      end
      print(signalwire.no_such_name, signalwire.webhook == require("signalwire.webhook"))]]
    local folder = os.tmpname()
    os.remove(folder)
    os.execute("mkdir " .. folder)
    finally(function() os.execute("rm -r " .. folder) end)
    assert.equal("nil\ttrue\n", child.run(folder, code, {}))
  end)

  it("keeps the key to itself", function()
    assert.is_nil(next(router))
    assert.is_nil(tostring(router):find(KEY, 1, true))
  end)
end)
