-- The sandbox's webhooks are events, signed, and can be handed to a router as they are.

local signalwire = require("signalwire")

describe("the sandbox's webhooks", function()
  local box, client

  local function new(options)
    box = signalwire.sandbox(options)
    client = assert(signalwire.client({ sandbox = box }))
  end

  before_each(function() new() end)

  local function refer(url)
    assert(client.calling:refer(box.sip_call_id, { device = "sip:busy@example.com", status_url = url }))
    box:advance(3)
    return box.webhooks[1], box.webhooks[2]
  end

  it("are typed events", function()
    local first, last = refer("https://example.com/refer")
    assert.equal("calling.call.refer", first.event.type)
    assert.same({ "inProgress", false }, { first.event.state, first.event.final })
    assert.is_nil(first.event.ok)
    assert.same({ "busy", true, false }, { last.event.state, last.event.final, last.event.ok })
    assert.equal("sip:busy@example.com", last.event.to)
    assert.equal(box.sip_call_id, last.event.call_id)
    assert.same({ "202", "486" }, { last.event.sip_refer_response_code, last.event.sip_notify_response_code })
    assert.equal(last.event.envelope.timestamp, last.event.time)
  end)

  it("are signed with the box's key, by both hashes", function()
    local webhook = refer("https://me:pass@example.com/refer?job=7#here")
    assert.equal("https://me:pass@example.com/refer?job=7", webhook.url)
    local request = { url = "https://example.com/refer?job=7", body = webhook.body, headers = webhook.headers }
    request.signing_key = box.signing_key
    assert.is_true(signalwire.webhook.verify(request))
    request.headers["x-signalwire-sha256-signature"] = nil
    assert.is_true(signalwire.webhook.verify(request))
    request.signing_key = "another"
    assert.is_nil((signalwire.webhook.verify(request)))
  end)

  it("are signed with the key that the box was given", function()
    new({ signing_key = "mine" })
    local webhook = refer("https://example.com/refer")
    webhook.signing_key = "mine"
    assert.is_true(signalwire.webhook.verify(webhook))
  end)

  it("can be handed to a router, where they are made", function()
    local router = signalwire.webhook.router({ signing_key = "shared", on_error = function() end })
    local states = {}
    router:on("calling.call.refer", function(event) states[#states + 1] = event.state end)
    new({ signing_key = "shared", on_webhook = function(webhook) router:handle(webhook) end })
    refer("https://example.com/refer")
    assert.same({ "inProgress", "busy" }, states)
    assert.equal(403, router:handle({ url = "https://example.com/refer", headers = {}, body = "{}" }).status)
  end)

  it("come by GET with the event in the query, signed too", function()
    assert(client.calling:stream(box.phone_call_id, {
      control_id = "k 1",
      url = "wss://example.com/audio",
      name = "a&b=c",
      status_url = "https://example.com/stream?job=7",
      status_url_method = "GET",
    }))
    box:advance(1)
    local webhook = box.webhooks[1]
    assert.equal("GET", webhook.method)
    assert.equal("", webhook.body)
    assert.truthy(webhook.url:find("https://example.com/stream?job=7&", 1, true))
    local router = signalwire.webhook.router({ signing_key = box.signing_key })
    local answer, event = router:handle(webhook)
    assert.equal(200, answer.status)
    assert.same({ "calling.call.stream", "streaming" }, { event.type, event.state })
    assert.same({ "k 1", "a&b=c", "7" }, { event.control_id, event.params.name, event.params.job })
    assert.equal(box.phone_call_id, event.call_id)
  end)

  it("of every kind can be read at the other end", function()
    local router = signalwire.webhook.router({ signing_key = box.signing_key, on_error = error })
    local url, sip = "https://example.com/hook", box.sip_call_id
    local all = {
      dial = { nil, { to = "sip:a@example.com", from = "sip:b@example.com", url = url } },
      play = { sip, { play = { { type = "silence", params = { duration = 1 } } } } },
      record = { sip, { record = { audio = {} } } },
      collect = { sip, { digits = { max = 2 }, initial_timeout = 5 } },
      detect = { sip, { detect = { type = "machine", params = {} } } },
      stream = { sip, { url = "wss://example.com/audio" } },
      transcribe = { sip, {} },
      refer = { sip, { device = "sip:a@example.com" } },
    }
    for method, what in pairs(all) do
      local params = what[2]
      params.status_url = url
      if method == "dial" then
        params.status_events = { "created", "ringing", "answered", "ended" }
        assert(client.calling:dial(params))
      else
        params.control_id = method ~= "refer" and "k-" .. method or nil
        assert(client.calling[method](client.calling, what[1], params))
      end
    end
    assert(client.calling:ai_sidecar(sip, { lang = "en-US", url = url }))
    assert(client.calling:ai_sidecar_stop(sip))
    box:advance(60)
    client:call(sip):hangup()
    box:advance(60)
    local types = {}
    for _, webhook in ipairs(box.webhooks) do
      local _, event = router:handle(webhook)
      assert.same(webhook.event, event)
      types[event.type] = event.final
    end
    local final = true
    assert.same({
      ["calling.call.state"] = false,
      ["calling.call.play"] = final,
      ["calling.call.record"] = final,
      ["calling.call.collect"] = final,
      ["calling.call.detect"] = final,
      ["calling.call.stream"] = final,
      ["calling.transcript.completed"] = final,
      ["calling.call.refer"] = final,
      ["ai_sidecar"] = final,
    }, types)
  end)
end)
