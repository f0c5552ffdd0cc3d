-- What a user of the client sees: answers, refusals, hooks, handles. Over the wire, to a server of another kind.
local rawserver = require("spec.support.rawserver")
local signalwire = require("signalwire")
local wire = require("spec.support.wire")

local json = rawserver.json

describe("the client", function()
  local server

  setup(function() server = rawserver.start({ plain = 40 }) end)
  teardown(function() server:stop() end)

  local function case(steps, options) return wire.case(server, "plain", steps, options) end

  local function body_of(key, i)
    local request = server:requests(key)[i or 1]
    return require("cjson").decode(request.body)
  end

  it("gives the body, and how the request went", function()
    local headers = { ["X-Request-Id"] = "req-1", ["X-Twice"] = "a" }
    local client = case({ { send = json("200 OK", '{"id":"leg","n":3,"url":null}', headers) } })
    local body, response = wire.send(client)
    assert.same({ id = "leg", n = 3 }, body)
    assert.equal(200, response.status)
    assert.equal("req-1", response.request_id)
    assert.equal(1, response.attempts)
    assert.is_true(response.elapsed > 0 and response.elapsed < 10)
    assert.equal("application/json", response.headers["content-type"])
  end)

  it("shows all of a response to pairs, where Lua asks what that is", function()
    local answer = json("200 OK", "{}", { ["X-Request-Id"] = "req-1" })
    local client = case({ { send = answer }, { send = answer } })
    local _, response = client.calling:denoise(wire.call_id)
    assert.equal("req-1", response.request_id)
    assert.equal("req-1", response.headers["x-request-id"])
    assert.is_nil(rawget(response, "head"))
    _, response = client.calling:denoise(wire.call_id)
    local shown = {}
    for name in pairs(response) do
      shown[name] = true
    end
    local asks = pcall(pairs, setmetatable({}, { __pairs = error })) == false
    local is_whole = asks or rawget(_G, "ngx") ~= nil -- within nginx the headers are there from the beginning
    assert.is_true(shown.status and shown.attempts and shown.elapsed)
    assert.equal(is_whole, shown.headers ~= nil)
    assert.equal(is_whole, shown.request_id ~= nil)
    assert.equal(not is_whole, shown.head ~= nil)
  end)

  it("joins headers that come twice", function()
    local client = case({ { send = "HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a:  2 \r\nContent-Length: 2\r\n\r\n{}" } })
    local _, response = wire.send(client)
    assert.equal("1, 2", response.headers["x-a"])
  end)

  it("reads an answer that is no table, and none at all", function()
    for text, expected in pairs({
      ["7"] = { value = 7 },
      ['"x"'] = { value = "x" },
      ["[1]"] = { 1 },
      [" "] = {},
    }) do
      local client = case({ { send = json("200 OK", text) } })
      assert.same(expected, (assert(wire.send(client))))
    end
    local client = case({ { send = "HTTP/1.1 204 No Content\r\n\r\n" } })
    assert.same({}, (wire.send(client)))
  end)

  it("opens a connection ahead, and reads the answers that follow over it", function()
    local nothing = { send = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n" }
    local client, key = case({ nothing, { send = json("200 OK", '{"id":"a-leg"}') } })
    assert.is_true(client:connect())
    local body, err = wire.send(client)
    assert(body, tostring(err))
    assert.equal("a-leg", body.id)
    local requests = server:requests(key)
    local first, second = requests[1], requests[2]
    assert.equal("HEAD", first.method)
    assert.equal("POST", second.method)
    assert.equal(first.connection, second.connection)
  end)

  it("sends by execute what it was given, whatever that is", function()
    local client, key = case({ rawserver.ok })
    local sent = {
      { id = "a", params = "text", body = '{"command":"calling.new","id":"a","params":"text"}' },
      { id = 7, params = signalwire.null, body = '{"command":"calling.new","id":7,"params":null}' },
      { id = "", params = { 1 }, body = '{"command":"calling.new","id":"","params":[1]}' },
      { body = '{"command":"calling.new","params":{}}' },
    }
    for number, row in ipairs(sent) do
      local body, err = client.calling:execute("calling.new", row.id, row.params)
      assert(body, tostring(err))
      assert.equal(row.body, server:requests(key)[number].body)
    end
    local _, err = client.calling:execute("calling.new", "a", print)
    assert.equal("calling.new: params is a function, which JSON can't carry", tostring(err))
  end)

  it("refuses what means nothing, and sends nothing", function()
    local client, key = case({})
    local calling = client.calling
    local id = wire.call_id
    local refusals = {
      { "id must be the call's id, got nothing", calling:refer(nil, { device = "sip:a@b" }) },
      { "id must be the call's id, got an empty string", calling:refer("", { device = "sip:a@b" }) },
      { "id must be the call's id, got a table", calling:refer({ device = "sip:a@b" }) },
      { "params must be a table, got a string", calling:refer(id, "sip:a@b") },
      { "params.device is required", calling:refer(id, {}) },
      { "params.device is required", calling:refer(id, { device = signalwire.null }) },
      { "params.play is required", calling:play(id) },
      { "params.control_id is required", calling:play_stop(id) },
      { "params.from is required", calling:dial({ to = "+1" }) },
      { "params.id is required", calling:update({ status = "completed" }) },
      { "options must be a table", calling:denoise(id, {}, 5) },
      { "no option is called 'timout' (did you mean 'timeout'?)", calling:denoise(id, {}, { timout = 5 }) },
      {
        "calling.play: params.play[2].volume is not a number",
        calling:play(id, { play = { {}, { volume = 0 / 0 } } }),
      },
      { "command must be a string", calling:execute(nil, id) },
    }
    for _, row in ipairs(refusals) do
      assert.is_nil(row[2])
      assert.equal("invalid", row[3].kind)
      assert.is_false(row[3].retryable)
      assert.truthy(tostring(row[3]):find(row[1], 1, true), tostring(row[3]))
    end
    assert.equal(0, #server:requests(key))
  end)

  it("explains a name that it does not have", function()
    local client = case({})
    local _, message = pcall(function() client.calling:reffer(wire.call_id) end)
    assert.truthy(message:find("calling has no method 'reffer' (did you mean 'refer'?)", 1, true))
    _, message = pcall(function() client.calling.refer(wire.call_id, {}) end)
    assert.truthy(message:find("use a colon: client.calling:refer(...)", 1, true))
    assert.equal(client.calling.end_, client.calling["end"])
  end)

  it("executes any command, with exactly its params", function()
    local client, key = case({ rawserver.ok, rawserver.ok, rawserver.ok })
    assert(client.calling:execute("calling.brand_new", wire.call_id, { list = {}, device = "sip:a@b" }))
    assert(client.calling:execute("calling.refer", wire.call_id, { device = "sip:a@b" }))
    assert(client.calling:execute("dial"))
    assert.same(
      { command = "calling.brand_new", id = wire.call_id, params = { list = {}, device = "sip:a@b" } },
      body_of(key)
    )
    assert.equal("sip:a@b", body_of(key, 2).params.device)
    assert.same({ command = "dial", params = {} }, body_of(key, 3))
  end)

  it("sends what is to stand beside the params", function()
    local client, key = case({ rawserver.ok })
    assert(client.calling:dial({ from = "+1" }, { beside = { swml = "{}", command = "not this" } }))
    assert.same({ command = "dial", params = { from = "+1" }, swml = "{}" }, body_of(key))
  end)

  it("does not change what it was given", function()
    local client = case({ rawserver.ok, rawserver.ok })
    local params = { device = "sip:a@b" }
    assert(client.calling:refer(wire.call_id, params))
    assert.same({ device = "sip:a@b" }, params)
    local play = { play = {} }
    assert(client:call(wire.call_id):play(play))
    assert.same({ play = {} }, play)
  end)

  it("holds back by its schema only where it is strict, and names all faults at once", function()
    local client, key = case({ rawserver.ok }, { strict = true })
    local body, err =
      client.calling:play(wire.call_id, { play = { { type = "tts", text = "x" } }, status_ur = "http://x" })
    assert.is_nil(body)
    assert.equal("invalid", err.kind)
    assert.is_true(#err.faults >= 3)
    assert.truthy(tostring(err):find("did you mean 'status_url'?", 1, true))
    assert.equal(0, #server:requests(key))
    assert(client.calling:play(wire.call_id, { play = { { type = "tts", text = "x" } } }, { strict = false }))
  end)

  it("checks without sending", function()
    local client, key = case({})
    local calling = client.calling
    assert.is_true(calling:check("refer", wire.call_id, { device = "sip:a@b" }))
    assert.is_true(calling:check("dial", { from = "+1", to = "+2", url = "https://example.org" }))
    local fine, err = calling:check("refer", wire.call_id, { device = { to = "sip:a@b" } })
    assert.is_nil(fine)
    assert.is_true(#err.faults >= 2)
    fine, err = calling:check("play", "", { play = {} })
    assert.is_nil(fine)
    assert.equal(1, #err.faults)
    fine, err = calling:check("reffer", wire.call_id, {})
    assert.is_nil(fine)
    assert.truthy(tostring(err):find("did you mean 'refer'?", 1, true))
    assert.equal(0, #server:requests(key))
  end)

  it("explains a refusal by what the catalog knows", function()
    local refusal = '{"errors":[{"type":"validation_error","code":"missing_required_parameter",'
      .. '"message":"control_id is missing","attribute":"control_id","url":"https://x"}]}'
    local client = case({ { send = json("422 Unprocessable Entity", refusal) } })
    local body, err = client.calling:play(wire.call_id, { play = {} })
    assert.is_nil(body)
    assert.equal("missing_required_parameter", err.code)
    assert.same(
      { code = "missing_required_parameter", message = "control_id is missing", attribute = "control_id" },
      err.errors[1]
    )
    assert.equal("params.control_id is required", err.hints[1])
    assert.truthy(tostring(err):find("perhaps: params.control_id is required", 1, true))
    assert.is_false(err.retryable)
  end)

  it("hides every secret that a server sends back", function()
    local echo = ("token %s, header Basic %s, password hunter2, bearer"):format(wire.token, wire.basic)
    local client = case({
      { send = json("400 Bad Request", '{"error":"' .. echo .. '"}', { ["X-Echo"] = wire.token }) },
    })
    local device = { type = "sip", params = { to = "sip:a@b", password = "hunter2" } }
    local _, err = client.calling:refer(wire.call_id, { device = device })
    assert.is_false(wire.shows_secret(wire.dump(err)))
    assert.is_nil(wire.dump(err):find("hunter2", 1, true))
    assert.truthy(err.body:find("token [hidden], header Basic [hidden], password [hidden], bearer", 1, true))
  end)
end)

describe("hooks", function()
  local server

  setup(function() server = rawserver.start({ plain = 20 }) end)
  teardown(function() server:stop() end)

  local function case(steps, options) return wire.case(server, "plain", steps, options) end

  it("see each attempt, and no secret", function()
    local seen = {}
    local function note(name)
      return function(facts) seen[#seen + 1] = { name = name, facts = facts } end
    end
    local busy = { send = json("429 Too Many Requests", "{}", { ["Retry-After"] = "0" }) }
    local client = case({ busy, rawserver.ok }, {
      retries = 1,
      on_request = note("request"),
      on_response = note("response"),
      on_retry = note("retry"),
    })
    assert(client.calling:denoise(wire.call_id))
    local names = {}
    for i, entry in ipairs(seen) do
      names[i] = entry.name
      assert.equal("calling.denoise", entry.facts.command)
      assert.equal(wire.call_id, entry.facts.call_id)
    end
    assert.same({ "request", "response", "retry", "request", "response" }, names)
    assert.equal(429, seen[2].facts.status)
    assert.equal("http", seen[2].facts.kind)
    assert.is_true(seen[3].facts.delay > 0)
    assert.equal(2, seen[5].facts.attempts)
    assert.equal(200, seen[5].facts.status)
    assert.is_false(wire.shows_secret(wire.dump(seen)))
  end)

  it("that fail before a request stop it; that fail behind it are logged once", function()
    local client, key = case({ rawserver.ok }, { on_request = function() error({ mine = true }) end })
    local fine, value = pcall(wire.send, client)
    assert.is_false(fine)
    assert.is_true(value.mine)
    assert.equal(0, #server:requests(key))

    local stderr, written = io.stderr, {}
    io.stderr = { write = function(_, ...) written[#written + 1] = table.concat({ ... }) end } -- luacheck: ignore 122
    client = case({ rawserver.ok, rawserver.ok }, { on_response = function() error("broken hook") end })
    local first, second = wire.send(client), wire.send(client)
    io.stderr = stderr -- luacheck: ignore 122
    assert.truthy(first)
    assert.truthy(second)
    assert.equal(1, #written)
    assert.truthy(written[1]:find("on_response failed: .*broken hook"))
  end)

  it("can't yield", function()
    local client = case({ rawserver.ok }, { on_request = function() coroutine.yield() end })
    local thread = coroutine.create(function() return wire.send(client) end)
    local fine, message = coroutine.resume(thread)
    assert.is_false(fine)
    assert.truthy(tostring(message):find("a hook can't yield", 1, true))
  end)
end)

describe("a call's handle", function()
  local server

  setup(function() server = rawserver.start({ plain = 20 }) end)
  teardown(function() server:stop() end)

  local function case(steps, options)
    local client, key = wire.case(server, "plain", steps, options)
    local function body(i) return require("cjson").decode(server:requests(key)[i].body) end
    return client:call(wire.call_id), body
  end

  it("sends its commands with its id", function()
    local call, body = case({ rawserver.ok, rawserver.ok, rawserver.ok })
    assert(call:refer({ device = "sip:a@b" }))
    assert(call:hangup())
    assert(call:update({ status = "completed" }))
    assert.equal(wire.call_id, body(1).id)
    assert.same({ command = "calling.end", id = wire.call_id, params = {} }, body(2))
    assert.same({ command = "update", params = { id = wire.call_id, status = "completed" } }, body(3))
  end)

  it("takes params that can't be written to", function()
    local call, body = case({ rawserver.ok, rawserver.ok, rawserver.ok })
    local fixed = { __newindex = function() error("these are fixed") end }
    local playing = assert(call:play(setmetatable({ play = {} }, fixed)))
    assert.equal(playing.control_id, body(1).params.control_id)
    assert(call:update(setmetatable({ status = "completed" }, fixed)))
    assert.same({ id = wire.call_id, status = "completed" }, body(2).params)
    assert(call:refer(setmetatable({ device = "sip:a@b" }, fixed)))
    assert.same({ type = "sip", params = { to = "sip:a@b" } }, body(3).params.device)
  end)

  it("starts actions, which it names, and which can be stopped", function()
    local call, body = case({ rawserver.ok, rawserver.ok, rawserver.ok })
    local playing, response = call:play({ play = { { type = "silence", params = { duration = 1 } } } })
    assert.equal(200, response.status)
    assert.truthy(playing.control_id:find("^%x+%-%x+%-4"))
    assert.equal(playing.control_id, body(1).params.control_id)
    assert(playing:volume({ volume = -3.5 }))
    assert(playing:stop())
    assert.same({ control_id = playing.control_id, volume = -3.5 }, body(2).params)
    assert.equal("calling.play.stop", body(3).command)
    assert.same({ control_id = playing.control_id }, body(3).params)
  end)

  it("keeps a control_id that is given", function()
    local call, body = case({ rawserver.ok })
    local recording = assert(call:record({ control_id = "mine", record = { audio = {} } }))
    assert.equal("mine", recording.control_id)
    assert.equal("mine", body(1).params.control_id)
  end)

  it("gives actions the verbs that their command has", function()
    local verbs = {
      play = { "pause", "resume", "stop", "volume" },
      record = { "pause", "resume", "stop" },
      collect = { "start_input_timers", "stop" },
      detect = { "stop" },
      tap = { "stop" },
      stream = { "stop" },
      transcribe = { "stop" },
    }
    local params = {
      play = { play = {} },
      detect = { detect = {} },
      tap = { tap = {}, device = {} },
      stream = { url = "wss://x" },
    }
    for method, expected in pairs(verbs) do
      local call = case({ rawserver.ok })
      local action = assert(call[method](call, params[method]))
      for _, verb in ipairs({ "pause", "resume", "start_input_timers", "stop", "volume" }) do
        local has = pcall(function() return action[verb] end)
        local wanted = false
        for _, name in ipairs(expected) do
          wanted = wanted or name == verb
        end
        assert.equal(wanted, has, method .. " " .. verb)
      end
    end
  end)

  it("can stop what was perhaps started", function()
    local call, body = case({ { after = "close" }, rawserver.ok })
    local playing, err = call:play({ play = {} })
    assert.is_nil(playing)
    assert.equal("network", err.kind)
    assert(err.action:stop())
    assert.equal(body(1).params.control_id, body(2).params.control_id)
  end)

  it("offers no action where nothing was started", function()
    for _, status in ipairs({ "404 Not Found", "422 Unprocessable Entity", "429 Too Many Requests" }) do
      local call = case({ { send = json(status, "{}") } })
      local _, err = call:play({ play = {} })
      assert.is_nil(err.action)
    end
  end)

  it("explains a name or a form that is wrong", function()
    local call = case({})
    local _, message = pcall(function() call:plays({}) end)
    assert.truthy(message:find("a call has no 'plays' (did you mean 'play'?)", 1, true))
    _, message = pcall(function() call.play({}) end)
    assert.truthy(message:find("use a colon: call:play(...)", 1, true))
    local body, err = call:play("sip")
    assert.is_nil(body)
    assert.truthy(tostring(err):find("params must be a table, got a string", 1, true))
  end)
end)
