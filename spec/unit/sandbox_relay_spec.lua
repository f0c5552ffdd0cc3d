-- The sandbox's RELAY in this process, spoken to in bare JSON-RPC: what no test of the library's own client can show.

local relay_peer = require("spec.support.relay_peer")
local signalwire = require("signalwire")

local sip = relay_peer.sip

describe("the sandbox's RELAY", function()
  local box, peer

  before_each(function()
    box = signalwire.sandbox()
    peer = relay_peer.connect(box, { contexts = { "default" } })
  end)

  local function dialled() return peer:dialled(box) end

  describe("session", function()
    it("begins with connect, and tells its state", function()
      assert.matches("^signalwire_", peer.session.protocol)
      assert.is_false(peer.session.session_restored)
      assert.is_string(peer.session.sessionid)
      assert.matches("^%S+:%S+$", peer.state)
    end)

    it("refuses everything before connect, and wrong credentials", function()
      local locked = signalwire.sandbox { token = "right" }
      local stranger = relay_peer.open(locked)
      local _, err = stranger:request("calling.dial", {})
      assert.equal("AUTH_REQUIRED", err.data.signalwire_error_code)
      for _, who in ipairs { { project = locked.project, token = "wrong" }, { jwt_token = "no" }, {}, 7 } do
        _, err = stranger:request("signalwire.connect", { version = { major = 2 }, authentication = who })
        assert.equal(-32002, err.code)
      end
      local who = { project = locked.project, token = "right" }
      assert(stranger:request("signalwire.connect", { version = { major = 2 }, authentication = who }))
      _, err = stranger:request("signalwire.connect", { version = { major = 2 }, authentication = who })
      assert.equal(-32602, err.code)
    end)

    it("takes a JSON Web Token, and a new one later", function()
      local other = relay_peer.connect(box, { authentication = { jwt_token = "e30.e30.c2ln" } })
      assert(other.session)
      assert(other:request("signalwire.reauthenticate", { authentication = { jwt_token = "e30.e30.bmV3" } }))
      assert.equal(-32002, select(2, other:request("signalwire.reauthenticate", {})).code)
    end)

    it("refuses a connect that is none, and contexts that are none", function()
      local who = { project = box.project, token = "PT" }
      local stranger = relay_peer.open(box)
      for _, params in ipairs {
        { authentication = who },
        { authentication = who, version = { major = 1 } },
        { authentication = who, version = { major = 2 }, contexts = "default" },
        { authentication = who, version = { major = 2 }, contexts = { 1 } },
        { authentication = who, version = { major = 2 }, contexts = { a = "b" } },
      } do
        assert.equal(-32602, select(2, stranger:request("signalwire.connect", params)).code)
      end
      for _, none in ipairs { {}, { project = box.project }, { token = "PT" } } do
        local params = { authentication = none, version = { major = 2 } }
        assert.equal(-32002, select(2, stranger:request("signalwire.connect", params)).code)
      end
      assert.equal("400", peer:request("signalwire.receive", {}).code)
      assert.equal("400", peer:request("signalwire.receive", { contexts = { 1 } }).code)
      assert.equal("400", peer:request("signalwire.unreceive", { contexts = "a" }).code)
    end)

    it("takes null for what is not there", function()
      local null = require("cjson").null
      peer.connection:send('{"jsonrpc":"2.0","id":null,"method":"signalwire.ping","params":null}')
      peer:read()
      local dial = { tag = "t", devices = { { sip("alice", { timeout = null }) } }, region = null }
      assert.equal("200", peer:request("calling.dial", dial).code)
    end)

    it("answers what is no request as JSON-RPC says", function()
      for text, expected in pairs {
        ["not JSON"] = -32700,
        ["[]"] = -32600,
        ["[1]"] = -32600,
        ["17"] = -32600,
        ['{"jsonrpc":"2.0","id":1,"method":7}'] = -32600,
        ['{"id":1,"method":"signalwire.ping"}'] = -32600,
        ['{"jsonrpc":"2.0","id":1,"method":"signalwire.ping","params":[1]}'] = -32602,
        ['{"jsonrpc":"2.0","id":1,"method":"no.such"}'] = -32601,
      } do
        peer.connection:send(text)
        local answer = require("cjson").decode((assert(peer.connection:receive(), text)))
        while answer.method do
          answer = require("cjson").decode((assert(peer.connection:receive(), text)))
        end
        assert.equal(expected, answer.error.code, text)
      end
    end)

    it("answers an id of any kind with the same", function()
      peer:read()
      peer.connection:send('{"jsonrpc":"2.0","id":"x-1","method":"signalwire.ping","params":{"timestamp":5}}')
      local answer = require("cjson").decode((peer.connection:receive()))
      assert.same({ jsonrpc = "2.0", id = "x-1", result = { timestamp = 5 } }, answer)
      peer.connection:send('{"jsonrpc":"2.0","method":"signalwire.ping"}')
      assert.is_nil((peer.connection:receive()))
    end)

    it("pings as long as it is connected", function()
      box:advance(35)
      peer:read()
      local pings = 0
      for _, frame in ipairs(peer.heard) do
        if frame.method == "signalwire.ping" then pings = pings + 1 end
      end
      assert.equal(3, pings)
      assert.same({ payload = "p" }, peer:request("signalwire.ping", { payload = "p" }))
    end)

    it("takes the older envelope", function()
      local dial = { tag = "t", devices = { { sip("bob") } } }
      local params = { protocol = "p", method = "calling.dial", params = dial }
      assert.equal("200", peer:request("signalwire.execute", params).result.code)
      assert.equal("dials", box.requests[#box.requests].what)
      local _, err = peer:request("signalwire.execute", { method = "signalwire.connect" })
      assert.equal(-32602, err.code)
      _, err = peer:request("signalwire.execute", { method = "signalwire.execute" })
      assert.equal(-32602, err.code)
      assert.equal("200", peer:request("calling.receive", { context = "old" }).code)
      box:advance(1)
      assert.equal("dialing answered", peer:words("calling.call.dial", "dial_state"))
    end)
  end)

  describe("resume", function()
    local function resume(from, state)
      return relay_peer.connect(box, {
        protocol = from.session.protocol,
        authorization_state = state or from.state,
      })
    end

    it("goes on where the session was, with the events of meanwhile", function()
      local first = peer
      peer:request("calling.dial", { tag = "t", devices = { { sip("alice") } } })
      box:drop_relay()
      peer:read()
      assert.same({}, peer.ended)
      box:advance(1)
      peer = resume(first)
      assert.is_true(peer.session.session_restored)
      assert.equal(first.session.protocol, peer.session.protocol)
      assert.equal("created ringing answered", peer:words("calling.call.state", "call_state"))
    end)

    it("sends again what was not acknowledged, under the same id", function()
      peer = relay_peer.connect(box, nil, { mute = true })
      local first = peer
      peer:request("calling.dial", { tag = "t", devices = { { sip("alice") } } })
      box:advance(0.2)
      peer:read()
      local created, ringing, dialing = peer.heard[2], peer.heard[3], peer.heard[4]
      assert.equal("ringing", ringing.params.params.call_state)
      peer:say { jsonrpc = "2.0", id = ringing.id, result = { was = 1 } }
      box:drop_relay()
      peer = resume(first)
      peer:read()
      assert.equal(3, #peer.heard)
      assert.equal(created.id, peer.heard[2].id)
      assert.equal(dialing.id, peer.heard[3].id)
    end)

    it("is refused with a stale state, and begins afresh without one", function()
      assert.equal(-32002, resume(peer, "old:state").error.code)
      local fresh = relay_peer.connect(box, { protocol = peer.session.protocol })
      assert.is_false(fresh.session.session_restored)
      assert.are_not.equal(peer.session.protocol, fresh.session.protocol)
    end)

    it("is refused once the session was away too long", function()
      local call = dialled()
      local state = peer.state
      box:drop_relay()
      box:advance(29)
      peer = resume(peer, state)
      assert.is_true(peer.session.session_restored)
      box:drop_relay()
      box:advance(31)
      assert.equal(-32002, resume(peer, state).error.code)
      assert.is_nil(call.session)
    end)

    it("may follow a disconnect, but for one with restart", function()
      local state = peer.state
      box:drop_relay("disconnect")
      peer:read()
      assert.equal("signalwire.disconnect", peer.heard[#peer.heard].method)
      assert.is_nil(peer.heard[#peer.heard].params.restart)
      assert.is_nil(peer.ended)
      box:advance(1)
      peer:read()
      assert.equal(1001, peer.ended.code)
      peer = resume(peer, state)
      assert.is_true(peer.session.session_restored)
      peer:request("calling.dial", { tag = "t", devices = { { sip("alice") } } })
      box:drop_relay("restart")
      peer:read()
      assert.is_true(peer.heard[#peer.heard].params.restart)
      box:advance(1)
      assert.same({}, peer:events("calling.call.state"))
      assert.same({}, peer:events("calling.call.dial"))
      assert.equal(-32002, resume(peer, state).error.code)
    end)

    it("forgets a session that was away too long, and offers its calls to others", function()
      local call = box.calls[box:add_call { context = "default" }]
      box:advance(0.1)
      assert.equal(1, #peer:events("calling.call.receive"))
      peer.connection:close()
      local other = relay_peer.connect(box, { contexts = { "default" } })
      box:advance(29)
      assert.same({}, other:events("calling.call.receive"))
      assert.equal("ringing", call.state)
      box:advance(2)
      assert.equal(call.id, other:events("calling.call.receive")[1].call_id)
      assert.equal(1, #box.hub.sessions)
    end)

    it("sends nothing again to who does not acknowledge at all", function()
      local first = relay_peer.connect(box, { event_acks = false }, { mute = true })
      local again = {
        event_acks = false,
        protocol = first.session.protocol,
        authorization_state = first.state,
      }
      first:request("calling.dial", { tag = "t", devices = { { sip("alice") } } })
      box:advance(0.1)
      assert.equal("created", first:words("calling.call.state", "call_state"))
      box:drop_relay()
      box:advance(1)
      peer = relay_peer.connect(box, again, { mute = true })
      assert.equal("ringing answered", peer:words("calling.call.state", "call_state"))
      box:drop_relay()
      peer = relay_peer.connect(box, again, { mute = true })
      assert.is_true(peer.session.session_restored)
      assert.same({}, peer:events("calling.call.state"))
    end)

    it("takes the session away from an older connection", function()
      local older = peer
      peer = resume(older)
      older:read()
      assert.equal(1000, older.ended.code)
      assert.is_nil(older.connection:send("{}"))
      box:advance(35)
      peer:read()
      local pings = 0
      for _, frame in ipairs(peer.heard) do
        if frame.method == "signalwire.ping" then pings = pings + 1 end
      end
      assert.equal(3, pings)
    end)
  end)

  describe("dial", function()
    local function dial(devices) return peer:request("calling.dial", { tag = "t", devices = devices }) end

    it("tells the states of the leg, and then the winner", function()
      assert.same({ code = "200", message = "Dialing" }, dial { { sip("alice") } })
      box:advance(1)
      assert.equal("created ringing answered", peer:words("calling.call.state", "call_state"))
      assert.equal("dialing answered", peer:words("calling.call.dial", "dial_state"))
      local won = peer:events("calling.call.dial")[2]
      assert.is_true(won.call.dial_winner)
      assert.equal("t", won.tag)
      assert.is_nil(won.call_id)
      assert.equal("outbound", peer:events("calling.call.state")[1].direction)
    end)

    it("ends the losers", function()
      dial { { sip("noanswer"), sip("alice"), sip("bob") } }
      box:advance(1)
      local ends = {}
      for _, params in ipairs(peer:events("calling.call.state")) do
        if params.call_state == "ended" then
          ends[#ends + 1] = params.device.params.to .. " " .. params.end_reason
        end
      end
      assert.same({ "sip:noanswer@example.com cancel", "sip:bob@example.com cancel" }, ends)
    end)

    it("goes to the next group where one fails, and fails where all do", function()
      dial { { sip("busy"), sip("decline") }, { sip("alice") } }
      box:advance(2)
      assert.equal("dialing answered", peer:words("calling.call.dial", "dial_state"))
      assert.equal("sip:alice@example.com", peer:events("calling.call.dial")[2].call.device.params.to)
      peer:forget()
      dial { { sip("busy") }, { sip("noanswer", { timeout = 5 }) } }
      box:advance(10)
      assert.equal("dialing failed", peer:words("calling.call.dial", "dial_state"))
      assert.is_nil(next(peer:events("calling.call.dial")[2].call))
    end)

    it("refuses devices that are none", function()
      for _, devices in ipairs {
        { sip("alice") },
        { {} },
        { "alice" },
        { { "alice" } },
        { { 7 } },
        { { { type = "pigeon", params = { to = "sip:a@b" } } } },
        { { { type = "sip" } } },
        { { { type = "sip", params = { to = 7 } } } },
        {},
      } do
        assert.equal("400", dial(devices).code)
      end
      assert.equal("400", peer:request("calling.dial", { devices = { { sip("a") } } }).code)
    end)

    it("has an older sister whose answer names the call", function()
      assert.equal("400", peer:request("calling.begin", { device = { type = "phone" } }).code)
      local device = { type = "phone", params = { to_number = "+15550100" } }
      local result = peer:request("calling.begin", { device = device })
      assert.equal("queued", box.calls[result.call_id].state)
      assert.equal("outbound", box.calls[result.call_id].direction)
      assert.equal("dials", box.requests[#box.requests].what)
      box:advance(1)
      assert.equal("created ringing answered", peer:words("calling.call.state", "call_state"))
    end)
  end)

  describe("calls that come in", function()
    local function coming(context) return box.calls[box:add_call { context = context or "default" }] end

    it("are offered to a session of their context, and answered by it", function()
      local call = coming()
      box:advance(0.05)
      local offer = peer:events("calling.call.receive")[1]
      assert.same(
        { call.id, "default", "created", "inbound" },
        { offer.call_id, offer.context, offer.call_state, offer.direction }
      )
      assert.equal("200", peer:command("answer", call).code)
      assert.equal("answered", call.state)
      assert.equal("200", peer:command("denoise", call).code)
      box:advance(0.1)
      assert.equal("200", peer:command("answer", call).code)
      assert.equal("200", peer:command("end", call).code)
      box:advance(0.1)
      assert.equal("answered ending ended", peer:words("calling.call.state", "call_state"))
      assert.equal("410", peer:command("end", call).code)
    end)

    it("wait until somebody wants their context", function()
      local call = coming("sales")
      box:advance(1)
      assert.same({}, peer:events("calling.call.receive"))
      assert.equal("200", peer:request("signalwire.receive", { contexts = { "sales" } }).code)
      box:advance(0.1)
      assert.equal("ringing", peer:events("calling.call.receive")[1].call_state)
      assert.equal("200", peer:command("end", call, { reason = "busy" }).code)
      assert.equal("busy", call.end_reason)
      assert.equal("200", peer:request("signalwire.unreceive", { contexts = { "sales" } }).code)
      peer:forget()
      coming("sales")
      box:advance(1)
      assert.same({}, peer:events("calling.call.receive"))
    end)

    it("wait until somebody comes who wants their context", function()
      local call = coming("sales")
      box:advance(1)
      local other = relay_peer.connect(box, { contexts = { "sales" } })
      box:advance(0.1)
      assert.equal(call.id, other:events("calling.call.receive")[1].call_id)
    end)

    it("are not offered again to who passed them", function()
      local call = coming()
      box:advance(0.1)
      assert.equal("200", peer:command("pass", call).code)
      box:advance(1)
      assert.equal(1, #peer:events("calling.call.receive"))
      local other = relay_peer.connect(box, { contexts = { "default" } })
      box:advance(0.1)
      assert.equal("200", other:command("answer", call).code)
      assert.equal("409", peer:command("end", call).code)
    end)

    it("go to each session in its turn", function()
      local other = relay_peer.connect(box, { contexts = { "default" } })
      for _ = 1, 4 do
        coming()
      end
      box:advance(0.1)
      assert.equal(2, #peer:events("calling.call.receive"))
      assert.equal(2, #other:events("calling.call.receive"))
    end)

    it("go to the next one when they are passed", function()
      local other = relay_peer.connect(box, { contexts = { "default" } })
      local call = coming()
      box:advance(0.1)
      local first, second = peer, other
      if not first:events("calling.call.receive")[1] then
        first, second = second, first
      end
      assert.same({}, second:events("calling.call.receive"))
      assert.equal("409", second:command("answer", call).code)
      assert.equal("200", first:command("pass", call).code)
      box:advance(0.1)
      assert.equal(call.id, second:events("calling.call.receive")[1].call_id)
      assert.equal("200", second:command("answer", call).code)
      assert.equal("409", second:command("pass", call).code)
    end)

    it("end when the caller has waited long enough", function()
      local call = coming()
      box:advance(61)
      assert.equal("cancel", call.end_reason)
      assert.equal("ringing ended", peer:words("calling.call.state", "call_state"))
    end)
  end)

  describe("messages", function()
    local function send(to, more)
      local params = { context = "default", from_number = "+15550000", to_number = to, body = "hello" }
      for name, value in pairs(more or {}) do
        params[name] = value
      end
      return peer:request("messaging.send", params)
    end

    local function states() return peer:words("messaging.state", "message_state") end

    it("are sent, and their states told", function()
      assert.equal("Message accepted", send("+15551234").message)
      box:advance(1)
      assert.equal("queued initiated sent delivered", states())
      peer:forget()
      send("+15550001")
      box:advance(1)
      assert.equal("queued initiated sent undelivered", states())
      peer:forget()
      send("+15550002")
      box:advance(1)
      assert.equal("queued initiated failed", states())
      assert.is_string(peer:events("messaging.state")[3].reason)
    end)

    it("have a body or media", function()
      assert.equal("400", send("+15551234", { body = require("cjson").null }).code)
      assert.equal("200", send("+15551234", { media = { "https://example.com/cat.png" } }).code)
    end)

    it("come in, for who wants their context", function()
      local id, heard = box:add_message { context = "default", body = "hi" }
      assert.is_true(heard)
      assert.is_false(select(2, box:add_message { context = "nobody's", body = "hi" }))
      box:advance(0.1)
      local message = peer:events("messaging.receive")[1]
      assert.same(
        { id, "hi", "received", "inbound" },
        { message.message_id, message.body, message.message_state, message.direction }
      )
    end)
  end)

  describe("a connection", function()
    it("wakes its owner when there is something to receive", function()
      local woken = 0
      peer:read()
      peer.connection.on_message = function() woken = woken + 1 end
      box:advance(11)
      assert.equal(1, woken)
      assert.is_string((peer.connection:receive()))
      assert.is_nil((peer.connection:receive()))
      box:drop_relay()
      assert.equal(2, woken)
      assert.equal("closed", select(2, peer.connection:receive()))
    end)

    it("that is never read breaks, and what waits for a session has an end", function()
      local first = relay_peer.connect(box)
      first:read()
      for _ = 1, 100010 do
        first.connection:push("{}")
      end
      local code
      repeat
        local text, _, at_end = first.connection:receive()
        code = at_end
      until not text
      assert.equal(1008, code)
      local session = box.hub.sessions[#box.hub.sessions]
      for i = 1, 20010 do
        session:hear { event_type = "calling.error", params = { message = tostring(i) } }
      end
      local again = relay_peer.connect(box, {
        protocol = first.session.protocol,
        authorization_state = first.state,
      })
      assert.equal(20000, #again:events("calling.error"))
      assert.equal("11", again:events("calling.error")[1].message)
    end)

    it("answers nothing more once it is closed", function()
      peer.connection:close(4000)
      peer.connection:close(4001)
      peer.connection:push("too late")
      assert.same({ nil, "closed" }, { peer.connection:send("{}") })
      assert.equal(4000, select(3, peer:receive_end()))
    end)

    it("is not remembered with its secrets", function()
      peer:request("signalwire.ping")
      for _, request in ipairs(box.requests) do
        assert.are_not.equal("signalwire.ping", request.command)
        assert.is_nil(request.params.authentication)
        assert.is_nil(request.params.authorization_state)
      end
      assert.equal("signalwire.connect", box.requests[1].command)
      assert.equal("relay", box.requests[1].via)
    end)
  end)
end)
