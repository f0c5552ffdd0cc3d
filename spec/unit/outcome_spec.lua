-- What an event says became of a command: each type, each of its states, and bodies that are strange.

local events = require("signalwire.catalog.events")
local outcome = require("signalwire.outcome")

local function read(event_type, params, more)
  params.call_id = params.call_id or "c1"
  local envelope = { event_type = event_type, params = params }
  for name, value in pairs(more or {}) do
    envelope[name] = value
  end
  return assert(outcome.read(envelope))
end

local function result(kind, params) return { type = kind, params = params or {} } end

-- Type, params, then what is expected: state, final, ok.
local cases = {
  { "calling.call.state", { call_state = "created" }, "created", false },
  { "calling.call.state", { call_state = "ringing" }, "ringing", false },
  { "calling.call.state", { call_state = "answered" }, "answered", false },
  { "calling.call.state", { call_state = "ended", end_reason = "hangup" }, "ended", true, true },
  { "calling.call.state", { call_state = "ended", end_reason = "max_duration" }, "ended", true, true },
  { "calling.call.state", { call_state = "ended", end_reason = "busy" }, "ended", true, false },
  { "calling.call.state", { call_state = "ended", end_reason = "noAnswer" }, "ended", true, false },
  { "calling.call.state", { call_state = "ended", end_reason = "no_answer" }, "ended", true, false },
  { "calling.call.state", { call_state = "ended" }, "ended", true, nil },
  { "calling.call.receive", { call_state = "created" }, "created", false },
  { "calling.call.dial", { dial_state = "dialing" }, "dialing", false },
  { "calling.call.dial", { dial_state = "answered" }, "answered", true, true },
  { "calling.call.dial", { dial_state = "failed" }, "failed", true, false },
  { "calling.call.connect", { connect_state = "connecting" }, "connecting", false },
  { "calling.call.connect", { connect_state = "connected" }, "connected", true, true },
  { "calling.call.connect", { connect_state = "failed" }, "failed", true, false },
  { "calling.call.play", { state = "playing" }, "playing", false },
  { "calling.call.play", { state = "paused" }, "paused", false },
  { "calling.call.play", { state = "finished" }, "finished", true, true },
  { "calling.call.play", { state = "error" }, "error", true, false },
  { "calling.call.play", { state = "something new" }, "something new", false },
  { "calling.call.record", { state = "recording" }, "recording", false },
  { "calling.call.record", { state = "paused" }, "paused", false },
  { "calling.call.record", { state = "finished" }, "finished", true, true },
  { "calling.call.record", { state = "no_input" }, "no_input", true, false },
  { "calling.call.record", { state = "error" }, "error", true, false },
  { "calling.call.collect", { result = result("digit") }, "digit", true, true },
  { "calling.call.collect", { result = result("speech") }, "speech", true, true },
  { "calling.call.collect", { result = result("speech"), final = true }, "speech", true, true },
  { "calling.call.collect", { result = result("speech"), final = false }, "speech", false },
  { "calling.call.collect", { result = result("start_of_input") }, "start_of_input", false },
  { "calling.call.collect", { result = result("no_input") }, "no_input", true, false },
  { "calling.call.collect", { result = result("no_match") }, "no_match", true, false },
  { "calling.call.collect", { result = result("error") }, "error", true, false },
  { "calling.call.collect", { result = result("finished"), state = "finished" }, "finished", true, true },
  { "calling.call.collect", { result = result("digit"), state = "collecting" }, "digit", false },
  { "calling.call.collect", { result = result("no_match"), state = "collecting" }, "no_match", false },
  { "calling.call.collect", { state = "finished" }, "finished", true, true },
  { "calling.call.collect", { state = "error" }, "error", true, false },
  { "calling.call.collect", {}, nil, false },
  { "calling.call.detect", { detect = { params = { event = "HUMAN" } } }, "HUMAN", false },
  { "calling.call.detect", { detect = { params = { event = "finished" } } }, "finished", true, true },
  { "calling.call.detect", { detect = { params = { event = "error" } } }, "error", true, false },
  { "calling.call.fax", { fax = { type = "page" } }, "page", false },
  { "calling.call.fax", { fax = { type = "finished", params = { success = true } } }, "finished", true, true },
  { "calling.call.fax", { fax = { type = "finished", params = { success = false } } }, "finished", true, false },
  { "calling.call.fax", { fax = { type = "error" } }, "error", true, false },
  { "calling.call.tap", { state = "tapping" }, "tapping", false },
  { "calling.call.tap", { state = "finished" }, "finished", true, true },
  { "calling.call.stream", { state = "streaming" }, "streaming", false },
  { "calling.call.stream", { state = "finished" }, "finished", true, true },
  { "calling.call.transcribe", { state = "finished" }, "finished", true, true },
  { "calling.transcript.completed", { text = "hello" }, "completed", true, true },
  { "calling.transcript.failed", {}, "failed", true, false },
  { "calling.call.send_digits", { state = "finished" }, "finished", true, true },
  { "calling.call.pay", { state = "error" }, "error", true, false },
  { "calling.call.pay", { ["for"] = "payment-completed" }, "payment-completed", true, true },
  { "calling.call.pay", { ["for"] = "payment-card-number" }, "payment-card-number", false },
  { "calling.call.queue", { status = "enqueue" }, "enqueue", false },
  { "calling.call.queue", { status = "dequeue" }, "dequeue", true, true },
  { "calling.error", { message = "no" }, "error", true, false },
  { "calling.conference", { status = "conference-end" }, "conference-end", false },
  { "messaging.receive", { message_state = "received" }, "received", false },
  { "messaging.state", { message_state = "sent" }, "sent", false },
  { "messaging.state", { message_state = "delivered" }, "delivered", true, true },
  { "messaging.state", { message_state = "undelivered" }, "undelivered", true, false },
  { "calling.call.new", { state = "finished" }, "finished", false },
}

-- State, codes of the REFER and of the NOTIFY, final, ok.
local refers = {
  { "inProgress", nil, nil, false },
  { "inProgress", "202", nil, false },
  { "inProgress", "202", "180", false },
  { "success", "202", "200", true, true },
  { "success", "202", nil, true, true },
  { "completed", nil, nil, true, true },
  { "finished", nil, nil, true, true },
  { "success", "202", "486", true, false },
  { "anything", "202", "200", true, true },
  { "anything", "202", "", true, false },
  { "busy", "202", "486", true, false },
  { "noAnswer", "202", "480", true, false },
  { "cancel", "202", "487", true, false },
  { "error", "403", nil, true, false },
  { "error", "202", nil, true, false },
  { nil, "202", nil, false },
  { "success", 202, 200, true, true },
}

describe("an outcome", function()
  local seen = { ["calling.call.refer"] = true, ["ai_sidecar"] = true }

  for _, case in ipairs(cases) do
    local event_type, params, state, final, ok = (table.unpack or unpack)(case, 1, 5)
    seen[event_type] = true
    it(("of %s %s is read"):format(event_type, tostring(state)), function()
      local event = read(event_type, params, { timestamp = 1700000000.25 })
      assert.equal(event_type, event.type)
      assert.equal("c1", event.call_id)
      assert.equal(state, event.state)
      assert.equal(final, event.final)
      assert.equal(ok, event.ok)
      assert.equal(params, event.params)
      assert.equal(1700000000.25, event.time)
    end)
  end

  for _, case in ipairs(refers) do
    local state, accepted, notified, final, ok = (table.unpack or unpack)(case, 1, 5)
    local name = ("%s, %s, %s"):format(tostring(state), tostring(accepted), tostring(notified))
    it("of a refer is read: " .. name, function()
      local event = read("calling.call.refer", {
        state = state,
        sip_refer_to = "sip:a@example.com",
        sip_refer_response_code = accepted,
        sip_notify_response_code = notified,
      })
      assert.equal(final, event.final)
      assert.equal(ok, event.ok)
      assert.equal("sip:a@example.com", event.to)
      assert.equal(accepted and tostring(accepted), event.sip_refer_response_code)
      assert.equal(notified and tostring(notified), event.sip_notify_response_code)
    end)
  end

  it("is shown for every type that the catalog knows", function()
    for _, name in ipairs(events.types()) do
      assert.is_true(seen[name], name)
    end
  end)

  it("is known of every webhook that the catalog names", function()
    for _, row in ipairs(require("signalwire.catalog.calling").rows()) do
      if row.webhook then
        assert.truthy(events.row(row.webhook).ends or events.row(row.webhook).rule, row.webhook)
      end
    end
  end)

  it("has a recording's facts from both shapes", function()
    local nested = read("calling.call.record", { record = { url = "u", duration = 2.5, size = 9 }, url = "old" })
    assert.same({ "u", 2.5, 9 }, { nested.url, nested.duration, nested.size })
    local flat = read("calling.call.record", { record = { audio = {} }, url = "u", duration = 2, size = 8 })
    assert.same({ "u", 2, 8 }, { flat.url, flat.duration, flat.size })
  end)

  it("has what was collected, and why a call ended", function()
    assert.equal("12", read("calling.call.collect", { result = result("digit", { digits = "12" }) }).digits)
    assert.equal("yes", read("calling.call.collect", { result = result("speech", { text = "yes" }) }).text)
    assert.equal("busy", read("calling.call.state", { call_state = "ended", end_reason = "busy" }).reason)
  end)

  it("is read from a sidecar's event, which has a shape of its own", function()
    local body = { call_info = { call_id = "c1" }, sidecar_event = { type = "turn", ts = 1700000000250000 } }
    local event = assert(outcome.read(body))
    assert.same({ "ai_sidecar", "c1", "turn", false }, { event.type, event.call_id, event.state, event.final })
    assert.equal(1700000000.25, event.time)
    assert.equal(body, event.params)
    body.sidecar_event.type = "final"
    event = outcome.read(body)
    assert.is_true(event.final and event.ok)
  end)

  it("is read from a flat body, whose type shows where it can", function()
    local function flat(fields)
      fields.call_id, fields.node_id, fields.control_id = "c1", "n1", "k1"
      local event = assert(outcome.read(fields))
      assert.same({ "c1", "k1" }, { event.call_id, event.control_id })
      assert.equal(fields, event.params)
      return { tostring(event.type), event.state, event.final, tostring(event.ok) }
    end
    assert.same({ "calling.call.play", "playing", false, "nil" }, flat({ state = "playing" }))
    assert.same({ "nil", "paused", false, "nil" }, flat({ state = "paused" }))
    assert.same({ "nil", "finished", true, "true" }, flat({ state = "finished" }))
    assert.same({ "nil", "error", true, "false" }, flat({ state = "error" }))
    assert.same({ "calling.call.collect", "digit", true, "true" }, flat({ result = result("digit") }))
    assert.same({ "calling.call.collect", "collecting", false, "nil" }, flat({ state = "collecting" }))
    assert.same(
      { "calling.call.play", "finished", true, "true" },
      flat({
        event_type = "calling.call.play",
        state = "finished",
      })
    )
  end)

  it("has the call of a dial", function()
    local envelope = { event_type = "calling.call.dial", params = { tag = "t", call = { call_id = "leg" } } }
    assert.equal("leg", outcome.read(envelope).call_id)
  end)

  it("has a time from text too, where that is one", function()
    local function time_of(text) return outcome.read({ event_type = "x", timestamp = text }).time end
    assert.equal(1700000000.25, time_of("1700000000.25"))
    assert.equal(1700000000, time_of("1700000000"))
    assert.equal(1.5, time_of("1.5" .. ("0"):rep(400)))
    for _, text in ipairs({ "", ".", "nan", "0x10", "1e5", "-1", "1,5", ("9"):rep(400) }) do
      assert.is_nil(time_of(text), text)
    end
  end)

  it("keeps the envelope", function()
    local envelope = { event_type = "x", space_id = "s", params = { call_id = "c1" } }
    assert.equal(envelope, outcome.read(envelope).envelope)
  end)

  it("is nil, and why, for what is no event", function()
    for _, value in ipairs({ 1, "x", true, {}, { params = {} }, { event_type = "" }, { event_type = 7 } }) do
      local event, message = outcome.read(value)
      assert.is_nil(event)
      assert.equal("string", type(message))
    end
    assert.is_nil((outcome.read(nil)))
  end)

  it("does not stumble over fields of other types", function()
    local strange = { true, 1.5, "", {}, { {} }, 1e308, -0.0 }
    for _, name in ipairs(events.types()) do
      for _, value in ipairs(strange) do
        local params = { call_id = "c1" }
        local fields = { "state", "call_state", "result", "detect", "fax", "record", "sip_notify_response_code" }
        for _, field in ipairs(fields) do
          params[field] = value
        end
        params.end_reason, params.sip_refer_to, params.control_id = value, value, value
        local event = assert(outcome.read({ event_type = name, params = params, timestamp = value }))
        assert.equal("boolean", type(event.final))
        assert.is_true(event.state == nil or type(event.state) == "string")
        assert.is_true(event.control_id == nil or type(event.control_id) == "string")
      end
    end
  end)
end)
