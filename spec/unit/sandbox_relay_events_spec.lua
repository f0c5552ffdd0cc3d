-- What the sandbox's RELAY says, field by field: the events as the protocol's documents show them, and the log.

local relay_peer = require("spec.support.relay_peer")
local signalwire = require("signalwire")

local sip = relay_peer.sip
local URL = "https://example.com/status"

--- The ids that every event about a call carries are checked once, here, and left out of what is compared.
local function without_ids(params, call)
  assert.equal(call.id, params.call_id)
  assert.equal(call.node_id, params.node_id)
  assert.equal(call.segment_id, params.segment_id)
  local rest = {}
  for name, value in pairs(params) do
    rest[name] = value
  end
  rest.call_id, rest.node_id, rest.segment_id, rest.tag = nil, nil, nil, nil
  return rest
end

describe("an event of the sandbox's RELAY:", function()
  local box, peer, call, log

  before_each(function()
    log = {}
    box = signalwire.sandbox { log = function(line) log[#log + 1] = line end }
    peer = relay_peer.connect(box, { contexts = { "default" } })
    call = peer:dialled(box, "fax")
  end)

  local function run(method, params)
    local result = peer:command(method, call, params)
    assert.equal("200", result.code, method .. ": " .. tostring(result.message))
    return result
  end

  --- What was heard of a type, without what is the same for all.
  local function bodies(event_type, of)
    local list = {}
    for i, params in ipairs(peer:events(event_type)) do
      list[i] = without_ids(params, of or call)
    end
    return list
  end

  --- The events that went to the status_url, as many as the session heard.
  local function assert_posted_too(event_type)
    local posted = 0
    for _, webhook in ipairs(box.webhooks) do
      assert.equal(URL, webhook.url)
      if webhook.event.type == event_type then posted = posted + 1 end
    end
    assert.equal(#peer:events(event_type), posted)
  end

  it("its envelope", function()
    run("denoise")
    box:advance(1)
    peer:read()
    local params = peer.heard[1].params
    assert.equal("calling.call.denoise", params.event_type)
    assert.equal("sandbox:" .. call.id, params.event_channel)
    assert.equal(box.project, params.project_id)
    assert.is_number(params.timestamp)
    assert.is_string(params.space_id)
    assert.equal("2.0", peer.heard[1].jsonrpc)
    assert.equal("tag-fax", params.params.tag)
  end)

  it("calling.call.state and calling.call.dial", function()
    peer:request("calling.dial", { tag = "t", devices = { { sip("busy") } } })
    box:advance(1)
    local state = peer:events("calling.call.state")[3]
    local leg = box.calls[state.call_id]
    assert.equal("t", state.tag)
    assert.same({
      call_state = "ended",
      direction = "outbound",
      device = { type = "sip", params = { from = "sip:me@example.com", to = "sip:busy@example.com" } },
      end_reason = "busy",
    }, without_ids(state, leg))
    peer:forget()
    peer:request("calling.dial", { tag = "u", devices = { { sip("alice") } } })
    box:advance(1)
    peer:read()
    local won = peer:events("calling.call.dial")[2]
    leg = box.calls[won.call.call_id]
    assert.same({
      tag = "u",
      node_id = leg.node_id,
      dial_state = "answered",
      call = { call_id = leg.id, node_id = leg.node_id, tag = "u", device = sip("alice"), dial_winner = true },
    }, won)
    assert.is_nil(peer:events("calling.call.dial")[1].call.dial_winner)
    for _, frame in ipairs(peer.heard) do
      if frame.params.event_type == "calling.call.dial" then
        assert.equal("sandbox:u", frame.params.event_channel)
      end
    end
  end)

  it("calling.call.receive", function()
    local id = box:add_call { context = "default", type = "phone", from = "+15551", to = "+15552" }
    box:advance(0.05)
    assert.same({
      {
        context = "default",
        project_id = box.project,
        call_state = "created",
        direction = "inbound",
        device = { type = "phone", params = { from_number = "+15551", to_number = "+15552" } },
      },
    }, bodies("calling.call.receive", box.calls[id]))
  end)

  it("calling.call.connect", function()
    run("connect", { devices = { { sip("bob") } }, tag = "b", status_url = URL })
    box:advance(1)
    local leg = call.peer
    run("disconnect")
    run("connect", { devices = { { sip("busy") } }, status_url = URL })
    box:advance(1)
    local mine = {}
    for _, params in ipairs(peer:events("calling.call.connect")) do
      if params.call_id == call.id then mine[#mine + 1] = without_ids(params, call) end
    end
    assert.same({
      { connect_state = "connecting" },
      {
        connect_state = "connected",
        peer = { call_id = leg.id, node_id = leg.node_id, tag = "b", device = sip("bob") },
      },
      { connect_state = "disconnected", peer = { call_id = leg.id, node_id = leg.node_id } },
      { connect_state = "connecting" },
      { connect_state = "failed", failed_reason = "noAnswer" },
    }, mine)
    assert.equal("b", leg.tag)
    assert.equal(5, #box.webhooks)
  end)

  it("calling.call.connect, with a stream and with a call", function()
    local stream = { type = "stream", params = { url = "wss://example.com/" } }
    run("connect", { devices = { { stream } } })
    box:advance(1)
    assert.same({ connect_state = "connected", peer = { device = stream } }, bodies("calling.call.connect")[2])
    peer:forget()
    local device = { type = "call", params = { call_id = box.phone_call_id, node_id = "n" } }
    run("connect", { devices = { { device } } })
    box:advance(1)
    assert.same(device, bodies("calling.call.connect")[2].peer.device)
    run("hold")
    box:hang_up(call.id)
    box:advance(1)
    assert.equal("answered", box.calls[box.phone_call_id].state)
    assert.is_nil(box.calls[box.phone_call_id].peer)
  end)

  it("calling.call.fax", function()
    run("send_fax", { control_id = "s", document = "https://example.com/a.pdf", identity = "me", status_url = URL })
    box:advance(5)
    local pages = bodies("calling.call.fax")
    assert.same(
      { control_id = "s", fax = { type = "page", params = { direction = "send", number = 1 } } },
      pages[1]
    )
    assert.same({
      direction = "send",
      identity = "me",
      remote_identity = "sip:fax@example.com",
      document = "https://example.com/a.pdf",
      pages = 2,
      success = true,
      result = 0,
      result_text = "OK",
      format = "pdf",
    }, pages[3].fax.params)
    assert_posted_too("calling.call.fax")
    peer:forget()
    run("receive_fax", { control_id = "r" })
    run("receive_fax.stop", { control_id = "r" })
    run("send_fax", { control_id = "s", document = "https://example.com/a.pdf" })
    run("send_fax.stop", { control_id = "s" })
    box:advance(5)
    local received = bodies("calling.call.fax")[1].fax.params
    assert.matches("%.pdf$", received.document)
    assert.same({ "receive", 0, false, 1, "The call dropped prematurely", "sip:me@example.com" }, {
      received.direction,
      received.pages,
      received.success,
      received.result,
      received.result_text,
      received.identity,
    })
    assert.equal("send", bodies("calling.call.fax")[2].fax.params.direction)
  end)

  it("calling.call.play, calling.call.collect and calling.call.echo", function()
    local play = { { type = "silence", params = { duration = 1 } } }
    local collect = { digits = { max = 1 } }
    run("play_and_collect", { control_id = "pc", play = play, collect = collect, status_url = URL })
    run("echo", { timeout = 1, status_url = URL })
    box:advance(5)
    assert.same({ control_id = "pc", state = "playing" }, bodies("calling.call.play")[1])
    local digits = { type = "digit", params = { digits = "1", terminator = "" } }
    assert.same({ control_id = "pc", result = digits }, bodies("calling.call.collect")[1])
    assert.same({ state = "echoing" }, bodies("calling.call.echo")[1])
    assert_posted_too("calling.call.play")
    assert_posted_too("calling.call.collect")
    assert_posted_too("calling.call.echo")
  end)

  it("calling.call.pay", function()
    run("pay", { control_id = "p", payment_connector_url = "https://example.com/", status_url = URL })
    box:advance(5)
    local steps = bodies("calling.call.pay")
    assert.same({ control_id = "p", ["for"] = "payment-card-number", payment_method = "credit-card" }, steps[1])
    assert.same({
      control_id = "p",
      ["for"] = "payment-completed",
      payment_method = "credit-card",
      payment_card_number = "************1111",
      payment_card_type = "visa",
      expiration_date = "1230",
      security_code = "***",
      payment_card_postal_code = "*****",
    }, steps[6])
    assert.is_nil(steps[2].expiration_date)
    assert_posted_too("calling.call.pay")
    run("pay", { control_id = "p", payment_connector_url = "https://example.com/", payment_method = "ach" })
    run("pay.stop", { control_id = "p" })
    box:advance(5)
    assert.same({
      control_id = "p",
      ["for"] = "payment-failed",
      state = "finished",
      error_type = "caller-interrupted-with-star",
      payment_method = "ach",
    }, bodies("calling.call.pay")[7])
    assert.equal("404", peer:command("pay.stop", call, { control_id = "p" }).code)
  end)

  it("calling.call.queue", function()
    run("queue.enter", { control_id = "q", queue_name = "line", status_url = URL })
    box:advance(1)
    run("queue.leave", { control_id = "q", queue_name = "line" })
    box:advance(1)
    local entered, left = bodies("calling.call.queue")[1], bodies("calling.call.queue")[2]
    assert.is_string(entered.id)
    assert.same({
      control_id = "q",
      status = "enqueue",
      id = entered.id,
      name = "line",
      position = 1,
      size = 1,
      avg_time = 0,
      enqueue_ts = entered.enqueue_ts,
    }, entered)
    assert.equal(0, left.size)
    assert.equal("leave", left.status)
    assert.is_true(left.leave_ts - entered.enqueue_ts >= 1000000)
    assert_posted_too("calling.call.queue")
  end)

  it("calling.conference", function()
    local conference = run("join_conference", { name = "all" }).conference_id
    box:advance(1)
    local started, joined = peer:events("calling.conference")[1], peer:events("calling.conference")[2]
    assert.same({ conference_id = conference, name = "all", status = "conference-start", size = 0 }, started)
    assert.same({
      conference_id = conference,
      name = "all",
      status = "participant-join",
      size = 1,
      call_id = call.id,
      node_id = call.node_id,
    }, joined)
    peer:read()
    assert.equal("sandbox:" .. conference, peer.heard[1].params.event_channel)
    call = peer:dialled(box, "bob")
    assert.equal("409", peer:command("join_conference", call, { name = "all", max_participants = 1 }).code)
    run("join_conference", { name = "all", max_participants = 2 })
    box:advance(1)
    assert.equal(2, peer:events("calling.conference")[1].size)
    run("leave_conference", { conference_id = conference })
    box:hang_up(joined.call_id)
    assert.are_not.equal(conference, run("join_conference", { name = "all" }).conference_id)
  end)

  it("calling.call.transcribe, with its ends", function()
    run("transcribe", { control_id = "t", status_url = URL })
    box:advance(2)
    run("transcribe.stop", { control_id = "t" })
    box:advance(2)
    local first, last = bodies("calling.call.transcribe")[1], bodies("calling.call.transcribe")[2]
    assert.same({ control_id = "t", state = "transcribing", status_url = URL }, first)
    assert.equal(2, last.duration)
    assert.equal(2, last.end_time - last.start_time)
    assert.equal("calling.transcript.completed", box.webhooks[1].event.type)
    assert.equal(1, #box.webhooks)
  end)

  it("messaging.state and messaging.receive", function()
    local sent = peer:request("messaging.send", {
      context = "c",
      from_number = "+15550",
      to_number = "+15551234",
      body = ("x"):rep(161),
      media = { "https://example.com/cat.png" },
      tags = { "a" },
    })
    box:advance(1)
    assert.same({
      message_id = sent.message_id,
      context = "c",
      direction = "outbound",
      from_number = "+15550",
      to_number = "+15551234",
      body = ("x"):rep(161),
      media = { "https://example.com/cat.png" },
      tags = { "a" },
      segments = 2,
      message_state = "queued",
    }, peer:events("messaging.state")[1])
    peer:read()
    assert.equal("sandbox:" .. sent.message_id, peer.heard[1].params.event_channel)
    local id = box:add_message { from = "+1", to = "+2", body = "hi", media = { "m" }, tags = { "t" } }
    box:advance(1)
    assert.same({
      message_id = id,
      context = "default",
      direction = "inbound",
      from_number = "+1",
      to_number = "+2",
      body = "hi",
      media = { "m" },
      tags = { "t" },
      segments = 1,
      message_state = "received",
    }, peer:events("messaging.receive")[1])
  end)

  it("the result of connect", function()
    local session = peer.session
    assert.equal(session.nodeid .. "/" .. session.sessionid, session.identity)
    assert.equal(box.project, session.authorization.project)
  end)

  it("a line of the log for each", function()
    local function last_of(method)
      local last = box.requests[#box.requests]
      assert.equal(200, last.status)
      return last.command == method and last.what
    end

    local conference = run("join_conference", { name = "n" }).conference_id
    local collect = { digits = { max = 1 } }
    local play = { { type = "silence", params = { duration = 9 } } }
    for _, row in ipairs {
      { "leave_conference", { conference_id = conference }, "leaves conference n" },
      { "play_and_collect", { control_id = "pc", play = play, collect = collect }, "plays and collects" },
      { "play_and_collect.volume", { control_id = "pc", volume = 1 }, "volume 1 dB" },
      { "play_and_collect.stop", { control_id = "pc" }, "stops" },
      { "send_fax", { control_id = "f", document = "https://example.com/" }, "sends a fax" },
      { "send_fax.stop", { control_id = "f" }, "stops" },
      { "receive_fax", { control_id = "f" }, "receives a fax" },
      { "pay", { control_id = "p", payment_connector_url = "https://example.com/" }, "asks for a payment" },
      { "pay.stop", { control_id = "p" }, "stops" },
      { "send_digits", { control_id = "d", digits = "1" }, "sends digits" },
      { "echo", {}, "echoes" },
      { "bind_digit", { digits = "1", bind_method = "calling.play" }, "binds 1" },
      { "clear_digit_bindings", {}, "unbinds digits" },
      { "ai", { control_id = "a" }, "starts an agent" },
      { "ai.stop", { control_id = "a" }, "stops" },
      { "ai.stop", {}, "stops the agent" },
      { "amazon_bedrock", {}, "starts an agent" },
      { "hold", {}, "holds" },
      { "answer", {}, "answers" },
      { "join_conference", { name = "n" }, "joins conference n" },
      { "join_room", { name = "n" }, "joins room n" },
      { "leave_room", {}, "leaves its room" },
      { "queue.enter", { control_id = "q", queue_name = "n" }, "enters queue n" },
      { "queue.leave", { control_id = "q", queue_name = "n" }, "leaves queue n" },
      { "disconnect", {}, "has nobody bridged to it: nothing to part" },
      { "connect", { devices = { { sip("bob") } } }, "connects" },
      { "transfer", { dest = "https://example.com/" }, "goes on with other instructions" },
      { "transfer", { dest = "context:default" }, "goes to context default" },
      { "end", { reason = "busy" }, "ends: busy" },
    } do
      run(row[1], row[2])
      assert.equal(row[3], last_of("calling." .. row[1]), row[1])
    end
    box:advance(1)
    local text = table.concat(log, "\n")
    assert.matches("200 +signalwire%.connect .* begins a session", text)
    assert.matches("200 +calling%.dial .* dials", text)
    local message = { context = "c", from_number = "+1", to_number = "+20001", body = "b" }
    assert.equal("200", peer:request("messaging.send", message).code)
    assert.equal("sends a message: undelivered", last_of("messaging.send"))
    box:add_call { context = "default" }
    box:advance(0.05)
    local offered = peer:events("calling.call.receive")
    assert.equal("200", peer:command("pass", offered[#offered]).code)
    assert.equal("leaves it to others", last_of("calling.pass"))
    assert.matches("hear calling%.call%.dial +tag%-fax +answered", text)
    assert.matches("hear calling%.call%.connect +" .. call.id:gsub("%-", "%%-") .. " +connecting", text)
    assert.is_nil(text:find(peer.state, 1, true))
    assert.is_nil(text:find("signalwire.ping", 1, true))
    local _, err = peer:request("no.such")
    assert.equal(-32601, err.code)
    assert.equal(-32601, box.requests[#box.requests].status)
    assert.equal(offered[#offered].call_id, box.requests[#box.requests - 1].id)
    assert.equal("+1", box.requests[#box.requests - 2].params.from_number)
  end)
end)
