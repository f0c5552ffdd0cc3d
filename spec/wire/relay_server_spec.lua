-- Shows that the scripted RELAY server does what its steps say, by a client that is not ours.

local relay_server = require("spec.support.relay_server")
local ws_client = require("spec.support.ws_client")

describe("the scripted RELAY server", function()
  local server, client, case

  setup(function() server = relay_server.start { tls = 20, plain = 8 } end)
  teardown(function()
    assert.equal("", server:errors())
    server:stop()
  end)

  local function open(scripts, options)
    options = options or {}
    case = server:case(scripts, options.group)
    client = ws_client.open(case.url, { ca_file = case.ca_file, mute = options.mute })
    return client
  end

  after_each(function()
    if client then client:stop() end
    client = nil
  end)

  it("answers politely where the script says nothing", function()
    assert.equal("open", open().first.event)
    local session = assert(client:request("signalwire.connect", { version = { major = 2 } }))
    assert.equal("signalwire_spec_protocol", session.protocol)
    assert.same({}, client:request("signalwire.ping"))
    assert.equal("200", client:request("signalwire.receive", { contexts = { "a" } }).code)
    assert.equal("signalwire.connect signalwire.ping signalwire.receive", case:methods(1))
    assert.equal(1, case:requests("signalwire.connect")[1].connection)
    assert.equal("/", case:log("handshake")[1].path)
    assert.equal("", case:problems())
  end)

  it("plays its steps in order, with what came filled in", function()
    open({
      {
        { expect = "signalwire.connect", answer = { protocol = "p" } },
        { expect = "calling.play", save = "play", answer = { code = "200" } },
        { event = "calling.call.play", params = { control_id = "$play.params.control_id", state = "finished" } },
        { reply = true, save = "ack" },
        { request = "signalwire.ping", params = { of = "$ack.id" }, id = 17 },
        { reply = true },
      },
    }, { group = "plain" })
    assert.equal("p", client:request("signalwire.connect").protocol)
    assert.equal("200", client:request("calling.play", { control_id = "c" }).code)
    local params, frame = client:event("calling.call.play")
    assert.equal("c", params.control_id)
    local ping = assert(client:heard("signalwire.ping"))
    assert.equal(17, ping.id)
    assert.equal(frame.id, ping.params.of)
    assert.equal(2, #assert(case:wait("reply", 2)))
    assert.equal("", case:problems())
  end)

  it("answers by rules what no step expects, and takes steps while it runs", function()
    open({
      {
        { on = "calling.*", steps = { { answer = { code = "200", call_id = "$last.params.call_id" } } } },
        { on = "calling.end", times = 1, steps = { { error = { code = 404 } } } },
        { expect = "calling.play" },
        { answer = "played" },
      },
    }, { group = "plain" })
    assert.equal("x", client:request("calling.answer", { call_id = "x" }).call_id)
    assert.equal("played", client:request("calling.play"))
    assert.equal("200", client:request("calling.play").code)
    assert.same({ code = 404 }, select(2, client:request("calling.end")))
    assert.equal("200", client:request("calling.end").code)
    case:now({ event = "calling.call.state", params = { n = "$n" }, count = 3, id = "same", copies = 2 })
    for _, n in ipairs { 1, 1, 2, 2, 3, 3 } do
      local params, frame = client:event("calling.call.state")
      assert.equal(n, params.n)
      assert.equal("same", frame.id)
    end
  end)

  it("says when the script waits in vain", function()
    open({ { { expect = "calling.play", seconds = 0.1 } } }, { group = "plain" })
    assert(client:closed())
    assert.equal("calling.play did not come in 0.1 s", case:problems())
  end)

  it("sends an answer and an event in one write", function()
    open {
      {
        {
          together = {
            { expect = "calling.play", answer = { code = "200" } },
            { event = "calling.call.play", params = { state = "finished" } },
          },
        },
      },
    }
    assert.equal("200", client:request("calling.play").code)
    assert.equal("finished", client:event("calling.call.play").state)
  end)

  it("refuses the handshake, or spoils it", function()
    assert.equal(401, open({ { { refuse = 401, body = "who?" } } }).first.status)
    client:stop()
    assert.matches("Accept", open({ { { handshake = { accept = "wrong" } } } }).first.why)
    client:stop()
    assert.equal("failed", open({ { { answer_raw = "HTTP/1.1 101 Fine\r\n\r\n" }, { sleep = 5 } } }).first.event)
    client:stop()
    assert.equal("failed", open({ { { accept = "reset" } } }).first.event)
  end)

  it("cuts the handshake at a byte", function()
    for _, how in ipairs { "reset", "fin", "close" } do
      assert.equal("failed", open({ { { cut_after = 40, how = how } } }).first.event)
      client:stop()
    end
    assert.equal("failed", open({ { { cut_after_read = 20 } } }).first.event)
    assert.equal(0, #case:log("handshake"))
  end)

  it("cuts within a frame, and serves the next connection by the next script", function()
    open({
      { { expect = "signalwire.connect" }, { cut_after = 10 }, { answer = { protocol = "never seen whole" } } },
      { { expect = "signalwire.connect", answer = { protocol = "second" } } },
    }, { group = "plain" })
    client:send("signalwire.connect")
    assert.equal(1006, assert(client:closed()).code)
    assert.equal(0, #client.rows)
    client:stop()
    client = ws_client.open(case.url)
    assert.equal("second", client:request("signalwire.connect").protocol)
    assert.equal(2, case:connections())
    assert.equal(1, #case:requests("signalwire.connect", 2))
  end)

  it("sends frames of every make, whole or in pieces", function()
    open {
      {
        { expect = "go" },
        { write = { size = 1, pause = 0 } },
        { text = '{"jsonrpc":"2.0","method":"by bytes"}' },
        { write = {} },
        { ws = { opcode = 1, fin = false, payload = '{"method":' } },
        { ping = "between" },
        { ws = { opcode = 0, payload = '"in two"}' } },
        { text = "not JSON" },
        { binary = "\1\2" },
        { raw = "\129\2{}" },
        { hex = "8a00" },
        { close = 4001, reason = "enough" },
      },
    }
    client:send("go")
    assert(client:heard("by bytes"))
    assert(client:heard("in two"))
    assert.equal("not JSON", client:take(function(row) return row.event == "message" end).text)
    assert.equal("\1\2", client:take(function(row) return row.binary end).text)
    assert.same({}, client:take(function(row) return row.frame end).frame)
    local ending = assert(client:closed())
    assert.same({ 4001, "enough" }, { ending.code, ending.reason })
    assert.equal("between", case:log("pong")[1].data)
    assert.equal(4001, case:log("close")[1].code)
  end)

  it("hears that a masked frame of its own is refused", function()
    open({ { { ws = { opcode = 1, mask = true, payload = "{}" } } } }, { group = "plain" })
    assert(client:closed())
    assert.equal(1002, assert(case:wait("close"))[1].code)
  end)

  it("lets go of a client that breaks the protocol, and says what it broke", function()
    open({}, { group = "plain" })
    client:tell { raw = "\193\128\0\0\0\0" }
    assert(client:closed())
    assert.matches("the client broke the protocol: ", case:problems())
  end)

  it("is deaf, and refuses connections for a while", function()
    open({ { { on = "go", steps = { { deaf = true } } } }, {} }, { group = "plain" })
    client:send("go")
    client:send("signalwire.ping", nil, "unheard")
    assert(case:wait { event = "request", method = "signalwire.ping" })
    assert.is_nil(client:take(function(row) return row.frame end, 0.2))
    case:now({ gone = 60 }, { cut = "fin" })
    assert(client:closed())
    client:stop()
    client = ws_client.open(case.url)
    assert.equal("failed", client.first.event)
    client:stop()
    case:back()
    for _ = 1, 50 do
      client = ws_client.open(case.url)
      if client.first.event == "open" then break end
      client:stop()
    end
    assert.equal("open", client.first.event)
  end)
end)
