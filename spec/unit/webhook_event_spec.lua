-- From bodies to events: JSON, forms, what is none; and ten thousand random ones.

local json = require("signalwire.json")
local random_events = require("spec.support.random_events")
local webhook = require("signalwire.webhook")

local FORM = "application/x-www-form-urlencoded"

describe("parse", function()
  it("reads a refer's event", function()
    local event = assert(webhook.parse([[{
      "event_type": "calling.call.refer", "event_channel": "x", "timestamp": 1700000000.25,
      "project_id": "p", "space_id": "s",
      "params": {
        "call_id": "c1", "node_id": "n1", "tag": null, "state": "success", "sip_refer_to": "sip:a@example.com",
        "sip_refer_response_code": "202", "sip_notify_response_code": "200", "new": { "list": [1, null] }
      }
    }]]))
    assert.equal("calling.call.refer", event.type)
    assert.equal("c1", event.call_id)
    assert.is_nil(event.control_id)
    assert.equal("sip:a@example.com", event.to)
    assert.equal("202", event.sip_refer_response_code)
    assert.equal("200", event.sip_notify_response_code)
    assert.is_true(event.final)
    assert.is_true(event.ok)
    assert.equal(1700000000.25, event.time)
    assert.is_nil(event.params.tag)
    assert.equal(1, event.params.new.list[1])
    assert.equal(json.null, event.params.new.list[2])
    assert.equal("s", event.envelope.space_id)
  end)

  it("reads an event of a type that nobody knew, whole", function()
    local event = assert(webhook.parse('{"event_type":"calling.new.thing","params":{"call_id":"c1","a":{"b":7}}}'))
    assert.equal("calling.new.thing", event.type)
    assert.equal(7, event.params.a.b)
    assert.is_false(event.final)
    assert.is_nil(event.ok)
  end)

  it("reads a form", function()
    local body = "event_type=calling.call.stream&timestamp=1700000000.5&call_id=c1&control_id=k%2F1&state=finished"
    local event = assert(webhook.parse(body, FORM .. "; charset=utf-8"))
    assert.same({ "calling.call.stream", "c1", "k/1" }, { event.type, event.call_id, event.control_id })
    assert.is_true(event.final and event.ok)
    assert.equal(1700000000.5, event.time)
    event = assert(webhook.parse("CallSid=c2&a=1&a=2", FORM))
    assert.equal("c2", event.call_id)
    assert.same({ "1", "2" }, event.params.a)
  end)

  it("gives nil and an error for what is none", function()
    local bodies = { "", " ", "{}", "[]", "7", "null", '"text"', "{", '{"a":1}', "[[1]]", "a=b", "\255" }
    bodies[#bodies + 1] = '{"params":{}}'
    for _, body in ipairs(bodies) do
      local event, err = webhook.parse(body, "application/json")
      assert.is_nil(event, body)
      assert.equal("decode", err.kind)
      assert.equal("string", type(tostring(err)))
    end
    for _, body in ipairs({ 7, {}, true }) do
      assert.equal("decode", select(2, webhook.parse(body)).kind)
      assert.equal("decode", select(2, webhook.parse(body, FORM)).kind)
    end
    assert.equal("decode", select(2, webhook.parse()).kind)
    assert.equal("decode", select(2, webhook.parse("a=b", FORM)).kind)
  end)

  it("says where JSON came as a form, as curl -d sends it", function()
    local _, err = webhook.parse('{"event_type":"x"}', FORM)
    assert.truthy(tostring(err):find("looks like JSON", 1, true))
  end)

  it("is not taken down by depth", function()
    assert.is_nil((webhook.parse(("["):rep(100000))))
    assert.is_nil((webhook.parse(('{"params":'):rep(100000))))
  end)

  it("never raises, and keeps its word about each field: 10,000 random bodies", function()
    local next_body = random_events.new(20261121)
    local count = { read = 0, final = 0, refused = 0 }
    for i = 1, 10000 do
      local body = next_body()
      local content_type = i % 5 == 0 and FORM or nil
      local called, event, err = pcall(webhook.parse, body, content_type)
      assert.is_true(called, body)
      if event then
        count.read = count.read + 1
        assert.is_true(event.type ~= nil or event.call_id ~= nil)
        for _, name in ipairs({ "type", "call_id", "control_id", "state", "to" }) do
          assert.is_true(event[name] == nil or name == "to" or type(event[name]) == "string", body)
        end
        assert.equal("boolean", type(event.final), body)
        assert.is_true(event.ok == nil or type(event.ok) == "boolean", body)
        assert.is_true(event.final or event.ok == nil, body)
        assert.is_true(event.time == nil or type(event.time) == "number", body)
        assert.equal("table", type(event.params))
        if event.final then count.final = count.final + 1 end
      else
        assert.equal("decode", err.kind)
        count.refused = count.refused + 1
      end
    end
    -- The bodies are such that each way is often taken.
    assert.is_true(count.read > 3000 and count.final > 100 and count.refused > 2000)
  end)
end)
