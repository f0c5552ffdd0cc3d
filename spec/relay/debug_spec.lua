-- What SIGNALWIRE_LOG_LEVEL=debug shows of a session: each frame, on stderr, and never a secret.
local catalog = require("signalwire.catalog.relay")
local child = require("spec.support.child")
local debug_lines = require("signalwire.relay.debug")
local relay = require("spec.support.relay")

describe("RELAY with SIGNALWIRE_LOG_LEVEL=debug", function()
  local server

  setup(function() server = relay.start({ plain = 12 }) end)
  teardown(function() server:stop() end)

  local program = [[
    local signalwire = require("signalwire")
    local sleep = signalwire.sleep
    local relay = signalwire.assert(signalwire.relay({
      %s, host = "%s", scheme = "ws", timeout = 5, reconnect = { first = 0.01 }, log = function() end,
    }))
    relay:run(function() %s end)
  ]]

  local account = ('project = "%s", token = "%s"'):format(relay.project, relay.token)

  local function output(steps, body, credentials, level)
    local case = server:case({ steps, {} }, "plain")
    local code = program:format(credentials or account, case.host, body)
    local text = child.run(server.raw.folder, code, {
      SIGNALWIRE_LOG_LEVEL = level or false,
      SIGNALWIRE_JWT_TOKEN = false,
    })
    assert.equal("", case:problems())
    return text, case
  end

  local function line_of(text, beginning)
    for line in text:gmatch("[^\n]+") do
      if line:find(beginning, 1, true) == 1 then return line end
    end
    error("no line begins with " .. beginning .. ":\n" .. text)
  end

  it("tells each frame: its way, its method, its id, its length and its body", function()
    local event = { event = "calling.call.play", params = { call_id = "c", state = "playing" }, id = "e-1" }
    local steps = { { on = "calling.test", steps = { event, { answer = { code = "200", message = "OK" } } } } }
    local text, case = output(steps, 'relay:execute("calling.test", { call_id = "c" }) sleep(0.05)', nil, "debug")
    local request = case:requests("calling.test")[1]
    assert.truthy(
      line_of(text, "signalwire: relay: -> signalwire.connect "):find('"agent":"signalwire-lua/', 1, true)
    )
    local asked = ('signalwire: relay: -> calling.test %s, %d bytes: {"call_id":"c"}'):format(
      request.id,
      request.size
    )
    assert.equal(asked, line_of(text, "signalwire: relay: -> calling.test "))
    local answer = line_of(text, "signalwire: relay: <- answer " .. request.id)
    assert.truthy(answer:find('bytes: {"code":"200","message":"OK"}', 1, true), answer)
    local told = line_of(text, "signalwire: relay: <- signalwire.event e-1, ")
    assert.truthy(told:find('"event_type":"calling.call.play"', 1, true), told)
    assert.truthy(line_of(text, "signalwire: relay: -> answer e-1, "):find("bytes: {}", 1, true))
    assert.truthy(line_of(text, "signalwire: relay: -> close 1000"))
    assert.truthy(line_of(text, "signalwire: relay: <- network: "))
    for line in text:gmatch("[^\n]+") do
      assert.truthy(line:find("^signalwire: relay: "), line)
    end
  end)

  it(
    "says nothing where it is not set",
    function() assert.equal("", (output({ relay.takes("calling.*") }, 'relay:execute("calling.test")'))) end
  )

  it("is told what came in a broken frame only by its length, and an error by its words", function()
    local broken, refusal = { text = "no JSON pw-hush" }, { error = { code = 5, message = "boo" } }
    local steps = { { on = "calling.test", steps = { broken, refusal } } }
    local text = output(steps, 'relay:execute("calling.test")', nil, "debug")
    assert.truthy(line_of(text, "signalwire: relay: <- 15 bytes that are no frame"))
    assert.truthy(line_of(text, "signalwire: relay: <- error "):find('{"code":5,"message":"boo"}', 1, true))
    assert.is_nil(text:find("pw-hush", 1, true))
  end)

  it("shows long frames in part, whole characters of it", function()
    local long =
      { event = "calling.call.play", params = { call_id = "c", text = ("\195\164"):rep(50000) }, id = "e-1" }
    local steps = { { on = "calling.test", steps = { long, { answer = {} } } } }
    local text = output(steps, 'relay:execute("calling.test")', nil, "debug")
    local line = line_of(text, "signalwire: relay: <- signalwire.event e-1, 10")
    assert.is_true(#line < 2100, #line)
    assert.truthy(line:find("\195\164 %.%.%. %(%d+ bytes more%)$"), line:sub(-60))
  end)

  it("has a line for each frame, whatever stands in it", function()
    local odd = { frame = { id = "a\nb", method = "c\r\nsignalwire: relay: d", params = { x = "\n" } } }
    local steps = { { on = "calling.test", steps = { odd, { answer = {} } } } }
    local text = output(steps, 'relay:execute("calling.test")', nil, "debug")
    assert.truthy(line_of(text, "signalwire: relay: <- c signalwire: relay: d a b, "):find('{"x":"\\n"}', 1, true))
  end)

  describe("shows no secret:", function()
    local state = "state-hush:tag"
    local jwt = "ey.jwt-hush.sig"
    local digits = "41l1" -- the letter l: no UUID has it
    local function holds(text)
      for _, secret in ipairs({ relay.token, relay.project, "hush", digits, "12/29" }) do
        local from = text:find(secret, 1, true)
        if from then return text:sub(math.max(1, from - 200), from + 60) end
      end
    end

    local remembers = { event = "signalwire.authorization.state", params = { authorization_state = state } }
    local paid = {
      payment_card_number = "************" .. digits,
      security_code = "***" .. digits,
      expiration_date = "12/29",
      payment_card_postal_code = digits,
    }
    -- What a server would say that sends back all that it was sent.
    local function hostile(echo)
      local why = { call_id = "c", device = { password = "other-hush" }, why = echo }
      return {
        remembers,
        { on = "calling.cut", steps = { { cut = "reset" } } },
        {
          on = "calling.refer",
          steps = {
            { event = "calling.call.pay", params = { call_id = "c", ["for"] = "payment-completed", paid = paid } },
            { event = "calling.call.refer", params = why },
            { frame = { jsonrpc = "2.0", id = echo, method = echo, params = { [echo] = echo } } },
            { error = { code = 5, message = echo, data = { token = "new-hush", echo } } },
            { event = "calling.call.refer", params = { call_id = "c", why = "new-hush other-hush " .. echo } },
          },
        },
        { on = "calling.stream", steps = { { answer = { code = "200", message = "not ab-hush" } } } },
      }
    end

    local body = [[
      sleep(0.05)
      local device = { type = "sip", params = { to = "sip:a@b", username = "user-hush", password = "pw-hush" } }
      relay:execute("calling.stream", { url = "wss://me:url-hush@example.com", authorization_bearer_token = "ab-hush" })
      relay:execute("calling.refer", { call_id = "c", device = device, status_url = "https://u:url-hush@example.com" })
      sleep(0.05)
      relay:execute("calling.cut")
      relay:execute("signalwire.ping")
    ]]

    local accounts = {
      ["with a token"] = { account, relay.token .. " " .. relay.project },
      ["with a JSON Web Token"] = { ('jwt_token = "%s"'):format(jwt), jwt },
    }
    for name, about in pairs(accounts) do
      it(name .. ", whatever the server says", function()
        local echo = table.concat({ about[2], state, "pw-hush", "ab-hush" }, " ")
        local text, case = output(hostile(echo), body, about[1], "debug")
        assert.equal(2, #case:requests("signalwire.connect"))
        assert.equal(state, case:requests("signalwire.connect")[2].params.authorization_state)
        assert.equal("pw-hush", case:requests("calling.refer")[1].params.device.params.password)
        assert.truthy(line_of(text, "signalwire: relay: -> calling.refer "):find('"to":"sip:a@b"', 1, true))
        assert.truthy(line_of(text, "signalwire: relay: <- error "):find("[hidden]", 1, true))
        assert.is_nil(holds(text))
      end)
    end

    it("each that the catalog marks is known by its name", function()
      local marked = {}
      local function collect(node)
        if node.secret and node.name then marked[#marked + 1] = node.name end
        for _, list in ipairs({ node.fields or {}, node.alternatives or {}, { node.items }, { node.values } }) do
          for _, part in pairs(list) do
            collect(part)
          end
        end
      end
      for _, method in ipairs(catalog.methods) do
        collect(catalog.row_of_method(method).params)
      end
      assert.is_true(#marked >= 3, #marked)
      for _, name in ipairs(marked) do
        assert.is_true(debug_lines.hides(name), name)
      end
      assert.is_false(debug_lines.hides("call_id"))
      assert.is_false(debug_lines.hides(1))
    end)
  end)
end)
