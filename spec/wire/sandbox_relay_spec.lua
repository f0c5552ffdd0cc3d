-- The sandbox's RELAY over its nginx, by a WebSocket client that is not ours; and both of its doors at once.

local rawserver = require("spec.support.rawserver")
local sandbox_server = require("spec.support.sandbox_server")
local signalwire = require("signalwire")
local ws_client = require("spec.support.ws_client")

describe("the sandbox's RELAY over wss", function()
  local server, peers, client

  setup(function()
    server = sandbox_server.start()
    client = assert(signalwire.client(sandbox_server.client_options(server)))
  end)
  teardown(function() server.stop() end)

  before_each(function() peers = {} end)

  after_each(function()
    for _, peer in ipairs(peers) do
      peer:stop()
    end
  end)

  local function open(path, options)
    options = options or {}
    options.ca_file = server.ca_file
    local peer = ws_client.open("wss://" .. server.env.SIGNALWIRE_RELAY_HOST .. (path or ""), options)
    peers[#peers + 1] = peer
    return peer
  end

  local function connect(more, path)
    local peer = open(path)
    local params = {
      version = { major = 2, minor = 0, revision = 0 },
      agent = "spec",
      event_acks = true,
      authentication = {
        project = server.env.SIGNALWIRE_PROJECT_ID,
        token = server.env.SIGNALWIRE_API_TOKEN,
      },
    }
    for name, value in pairs(more or {}) do
      params[name] = value
    end
    local session, err = peer:request("signalwire.connect", params)
    return peer, session, err
  end

  local function tell(word, fields)
    local status, value = sandbox_server.ask(server, "POST", "/sandbox/" .. word, fields or {})
    return value, status
  end

  local function sip(user) return { type = "sip", params = { to = "sip:" .. user .. "@example.com", from = "me" } } end

  local function dial(peer, user, tag)
    local result = peer:request("calling.dial", { tag = tag or "t", devices = { { sip(user) } } })
    assert.equal("200", result.code)
    return assert(peer:event("calling.call.dial", { dial_state = "answered" })).call
  end

  local function command(peer, method, call, params)
    local all = { call_id = call.call_id, node_id = call.node_id }
    for name, value in pairs(params or {}) do
      all[name] = value
    end
    return peer:request("calling." .. method, all)
  end

  it("opens at the root and at the older path, and nowhere else", function()
    assert.equal("open", open().first.event)
    assert.equal("open", open("/api/relay/ws").first.event)
    assert.equal("refused", open("/elsewhere").first.event)
  end)

  it("refuses wrong credentials", function()
    local who = { project = server.env.SIGNALWIRE_PROJECT_ID, token = "wrong" }
    local _, session, err = connect { authentication = who }
    assert.is_nil(session)
    assert.equal("AUTH_REQUIRED", err.data.signalwire_error_code)
  end)

  it("takes null for what is not there", function()
    local peer = connect()
    peer:tell { text = '{"jsonrpc":"2.0","id":null,"method":"signalwire.ping","params":null}' }
    local device = '{"type":"sip","params":{"to":"sip:a@b","from":null,"timeout":null}}'
    peer:tell {
      text = '{"jsonrpc":"2.0","id":1,"method":"calling.dial","params":{"tag":"t","region":null,"devices":[['
        .. device
        .. "]]}}",
    }
    assert.equal("200", peer:answer(1).result.code)
    assert(peer:event("calling.call.dial", { dial_state = "answered" }))
    for _, row in ipairs(peer.rows) do
      assert.is_truthy(row.frame.method)
    end
  end)

  it("dials, plays, collects and ends", function()
    local peer, session = connect()
    assert.matches("^signalwire_", session.protocol)
    assert(peer:event("signalwire.authorization.state"))
    local call = dial(peer, "press-42")
    local play = { { type = "silence", params = { duration = 0.1 } } }
    assert.equal("200", command(peer, "play", call, { control_id = "p", play = play }).code)
    assert(peer:event("calling.call.play", { control_id = "p", state = "finished" }))
    local collect = { control_id = "c", digits = { max = 2 } }
    assert.equal("200", command(peer, "collect", call, collect).code)
    assert.equal("42", assert(peer:event("calling.call.collect")).result.params.digits)
    assert.equal("200", command(peer, "end", call).code)
    assert(peer:event("calling.call.state", { call_state = "ended", end_reason = "hangup" }))
    assert.equal("410", command(peer, "end", call).code)
  end)

  it("hears of what the Calling API does to a call", function()
    local peer = connect()
    local call = dial(peer, "alice")
    local leg = assert(client.calling:refer(call.call_id, { device = "sip:bob@example.com" }))
    assert.equal("answered", leg.status)
    local refer = assert(peer:event("calling.call.refer", { state = "success" }))
    assert.equal("200", refer.sip_notify_response_code)
    assert(client.calling:end_(call.call_id))
    assert(peer:event("calling.call.state", { call_state = "ended" }))
  end)

  it("lets the Calling API see what it does to a call", function()
    local peer = connect()
    local call = dial(peer, "alice")
    assert.equal("200", command(peer, "transcribe", call, { control_id = "c" }).code)
    local _, err = client.calling:transcribe(call.call_id, { control_id = "d" })
    assert.equal(409, err.status)
  end)

  it("offers calls and messages that come in to who wants their context", function()
    local peer = connect { contexts = { "sales" } }
    local added = tell("calls", { type = "phone", context = "sales", from = "+15557654321" })
    local offer = assert(peer:event("calling.call.receive"))
    assert.equal(added.id, offer.call_id)
    assert.equal("+15557654321", offer.device.params.from_number)
    assert.equal("200", command(peer, "answer", offer).code)
    assert(peer:event("calling.call.state", { call_state = "answered" }))
    tell("hang_up", { call_id = added.id })
    assert(peer:event("calling.call.state", { call_state = "ended" }))
    assert.is_true(tell("messages", { context = "sales", body = "hello" }).heard)
    assert.equal("hello", assert(peer:event("messaging.receive")).body)
  end)

  it("sends messages", function()
    local peer = connect()
    local params = { context = "default", from_number = "+15550000", to_number = "+15551234", body = "Grüße" }
    local sent = peer:request("messaging.send", params)
    local delivered =
      assert(peer:event("messaging.state", { message_id = sent.message_id, message_state = "delivered" }))
    assert.equal("Grüße", delivered.body)
  end)

  it("resumes a session whose connection broke, with the events of meanwhile", function()
    local peer, session = connect()
    local state = assert(peer:event("signalwire.authorization.state")).authorization_state
    peer:request("calling.dial", { tag = "t", devices = { { sip("alice") } } })
    peer:tell { cut = true }
    signalwire.sleep(0.6)
    local again, restored = connect { protocol = session.protocol, authorization_state = state }
    assert.is_true(restored.session_restored)
    assert(again:event("calling.call.dial", { dial_state = "answered" }))
  end)

  it("tells that it goes, and goes; and breaks connections", function()
    local peer = connect()
    tell("drop_relay", { how = "restart" })
    assert.is_true(assert(peer:heard("signalwire.disconnect")).params.restart)
    assert.equal(1001, assert(peer:closed()).code)
    peer = connect()
    tell("drop_relay")
    assert.equal(1006, assert(peer:closed()).code)
  end)

  it("fails commands as it is told to", function()
    local peer = connect()
    local call = dial(peer, "alice")
    tell("fail_next", { status = 503 })
    assert.equal("503", command(peer, "denoise", call).code)
    tell("fail_next", { kind = "network" })
    peer:send("calling.denoise", { call_id = call.call_id, node_id = call.node_id })
    assert.equal(1006, assert(peer:closed()).code)
    local _, status = tell("fail_next", { kind = "boredom" })
    assert.equal(422, status)
    _, status = tell("no_such_word")
    assert.equal(404, status)
  end)

  it("presses keys and speaks for the far end", function()
    local peer = connect()
    local call = dial(peer, "silent")
    assert.is_false(tell("press", { call_id = call.call_id, keys = "1" }).heard)
    command(peer, "collect", call, { control_id = "k", digits = { max = 1 } })
    assert.is_true(tell("press", { call_id = call.call_id, keys = "7" }).heard)
    assert.equal("7", assert(peer:event("calling.call.collect", { control_id = "k" })).result.params.digits)
    command(peer, "collect", call, { control_id = "w", speech = { language = "en-US" } })
    assert.is_true(tell("say", { call_id = call.call_id, words = "yes please" }).heard)
    assert.equal("yes please", assert(peer:event("calling.call.collect", { control_id = "w" })).result.params.text)
  end)

  it("keeps the rules of WebSocket", function()
    local peer = open()
    peer:tell { ping = "are you there" }
    assert.equal("are you there", peer:take(function(row) return row.event == "pong" end).text)
    peer:tell { fragments = { '{"jsonrpc":"2.0","id":"f",', '"method":"signalwire.ping"', "}" } }
    assert(peer:answer("f").error)
    local padding = (" "):rep(70000)
    peer:tell { text = '{"jsonrpc":"2.0","id":"long",' .. padding .. '"method":"signalwire.ping"}' }
    assert(peer:answer("long").error)
    peer:tell { close = 4000 }
    assert.equal(4000, assert(peer:closed()).code)
  end)

  it("closes a connection that breaks the rules, and says which", function()
    for bytes, code in pairs {
      ["\193\128\0\0\0\0"] = 1002, -- a reserved bit
      ["\129\2{}"] = 1002, -- no mask
      ["\131\128\0\0\0\0"] = 1002, -- no such opcode
      ["\9\128\0\0\0\0"] = 1002, -- half a ping
      ["\128\128\0\0\0\0"] = 1002, -- the rest of nothing
      ["\130\129\0\0\0\0x"] = 1003, -- not text
      ["\129\129\0\0\0\0\255"] = 1007, -- not UTF-8
      ["\129\131\0\0\0\0\237\160\128"] = 1007, -- half a surrogate pair
      ["\129\255\0\0\0\0\1\0\0\0\0\0\0\0"] = 1009, -- 16 MiB
    } do
      local peer = open()
      peer:tell { raw = bytes }
      assert.equal(code, assert(peer:closed(), "open after " .. code).code)
    end
  end)

  it("refuses handshakes that are no good", function()
    local function status_of(...)
      local port = server.env.SIGNALWIRE_RELAY_HOST:match("%d+$")
      local request = { "GET / HTTP/1.1", "Host: localhost", ... }
      local say = ("printf '%%s\\r\\n' '%s' '' | (%stlssay.py %s '%s')"):format(
        table.concat(request, "' '"),
        rawserver.python,
        port,
        server.ca_file
      )
      local pipe = assert(io.popen(say))
      local line = pipe:read("*l")
      pipe:close()
      return tonumber(line:match("^HTTP/1.1 (%d+)"))
    end
    local key = "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg=="
    assert.equal(200, status_of())
    assert.equal(101, status_of("Upgrade: websocket", "Sec-WebSocket-Version: 13", key))
    assert.equal(426, status_of("Upgrade: websocket", "Sec-WebSocket-Version: 12", key))
    assert.equal(400, status_of("Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: short"))
  end)

  it("ends while connections are open", function()
    local short_lived = sandbox_server.start()
    local url = "wss://" .. short_lived.env.SIGNALWIRE_RELAY_HOST
    local peer = ws_client.open(url, { ca_file = short_lived.ca_file })
    peers[#peers + 1] = peer
    assert.equal("open", peer.first.event)
    short_lived.stop()
    assert.equal(1006, assert(peer:closed()).code)
  end)

  it("writes neither credentials nor states into its log", function()
    local peer = connect()
    local state = assert(peer:event("signalwire.authorization.state")).authorization_state
    local log = server.log()
    assert.truthy(log:find("signalwire.connect", 1, true))
    assert.is_nil(log:find(server.env.SIGNALWIRE_API_TOKEN, 1, true))
    assert.is_nil(log:find(state, 1, true))
  end)
end)
