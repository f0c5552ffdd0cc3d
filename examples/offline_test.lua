-- How to test your own call control without an account and without a network: a spec for busted.
--
--   busted offline_test.lua

local signalwire = require("signalwire")

-- The code to be tested: yours. It takes the client that it is to use.
local function hand_over(client, call_id, address)
  local call = client:call(call_id)
  local playing, err = call:play({ play = { { type = "tts", params = { text = "I connect you now." } } } })
  if not playing then return nil, err end
  return call:refer({ device = address, status_url = "https://example.com/refer" })
end

describe("hand_over", function()
  local box, client

  before_each(function()
    box = signalwire.sandbox()
    client = signalwire.assert(signalwire.client({ sandbox = box }))
  end)

  it("plays, then refers", function()
    local call_id = box:add_call({ type = "sip" })
    assert.truthy(hand_over(client, call_id, "sip:sales@example.com"))
    assert.equal("calling.play", box.requests[1].command)
    assert.equal("calling.refer", box.requests[2].command)
    assert.equal("sip:sales@example.com", box.requests[2].params.device.params.to)
  end)

  it("hears that the other side is busy", function()
    local call_id = box:add_call({ type = "sip" })
    assert.truthy(hand_over(client, call_id, "sip:busy@example.com"))
    box:advance(10)
    local last = box.webhooks[#box.webhooks]
    assert.equal("https://example.com/refer", last.url)
    assert.equal("busy", last.event.params.state)
  end)

  it("passes on why a phone call can't be referred", function()
    local leg, err = hand_over(client, box:add_call({ type = "phone" }), "sip:sales@example.com")
    assert.is_nil(leg)
    assert.equal(422, err.status)
  end)

  it("does not try twice where the first may have arrived", function()
    local call_id = box:add_call({ type = "sip" })
    box:fail_next("timeout")
    local leg, err = hand_over(client, call_id, "sip:sales@example.com")
    assert.is_nil(leg)
    assert.equal("timeout", err.kind)
    assert.is_false(err.retryable)
    assert.equal(1, #box.requests)
  end)
end)
