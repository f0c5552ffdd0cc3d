-- RELAY's socket: what a handshake may be, and what frames may be.
local relay = require("spec.support.relay")

describe("RELAY's socket", function()
  local server

  setup(function() server = relay.start({ plain = 40, tls = 4, expired = 1, wrong_name = 1, unknown_ca = 1 }) end)
  teardown(function() server:stop() end)

  -- The error with which a session ends that tries only once.
  local function failure_of(case, options)
    local all = { reconnect = false, connect_timeout = 2 }
    for name, value in pairs(options or {}) do
      all[name] = value
    end
    local fine, err = relay.session(case, all):run()
    assert.is_nil(fine)
    return err
  end

  describe("is trusted", function()
    for _, group in ipairs({ "expired", "wrong_name", "unknown_ca" }) do
      it("not where the certificate is " .. group, function()
        local case = server:case({}, group)
        local err = failure_of(case, { ca_file = server.ca_file })
        assert.equal("tls", err.kind)
        assert.equal(0, #case:log("handshake"))
      end)
    end

    it(
      "not without the server's root",
      function() assert.equal("tls", failure_of(server:case(), { ca_file = "none" }).kind) end
    )
  end)

  it("fails as one that nobody listens on, or whose name nobody knows", function()
    local case = server:case({ { { gone = 30 } } }, "plain")
    assert.equal("connect", failure_of({ url = "ws://x", host = "127.0.0.1:1" }).kind)
    assert.equal("connect", failure_of({ url = "wss://x", host = "no-such-host.invalid" }).kind)
    assert.truthy(case)
  end)

  describe("is opened by a handshake", function()
    local answer = "HTTP/1.1 101 Switching Protocols\r\n"
    local upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n"
    local accept = "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n"
    local bad = {
      ["a wrong accept"] = { handshake = { accept = "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" } },
      ["no accept"] = { answer_raw = answer .. upgrade .. "\r\n" },
      ["no upgrade"] = { answer_raw = answer .. "Connection: Upgrade\r\n" .. accept .. "\r\n" },
      ["no connection"] = { answer_raw = answer .. "Upgrade: websocket\r\n" .. accept .. "\r\n" },
      ["an extension"] = { handshake = { headers = { ["Sec-WebSocket-Extensions"] = "permessage-deflate" } } },
      ["a subprotocol"] = { handshake = { headers = { ["Sec-WebSocket-Protocol"] = "relay" } } },
      ["no HTTP"] = { answer_raw = "SSH-2.0-OpenSSH_9.2\r\n\r\n" },
      ["HTTP/1.0"] = { answer_raw = "HTTP/1.0 101 Switching Protocols\r\n\r\n" },
    }
    for name, step in pairs(bad) do
      it("which is no good with " .. name, function()
        local err = failure_of(server:case({ { step } }, "plain"))
        assert.equal("decode", err.kind)
        assert.truthy(tostring(err):find("handshake", 1, true))
      end)
    end

    it("which is refused with a status", function()
      local err = failure_of(server:case({ { { refuse = 404, body = "nothing here" } } }, "plain"))
      assert.equal("http", err.kind)
      assert.equal(404, err.status)
      assert.equal("nothing here", err.body)
    end)

    it("whose answer has an end", function()
      local endless = { answer_raw = answer .. "X: " .. ("x"):rep(40000) }
      assert.equal("too_large", failure_of(server:case({ { endless } }, "plain")).kind)
      local mute = server:case({ { { accept = "stall" } } }, "plain")
      assert.equal("timeout", failure_of(mute, { connect_timeout = 0.2 }).kind)
    end)

    it("whose end comes together with the first frames", function()
      local case = server:case({
        {
          { on = "signalwire.connect", steps = {} },
          { expect = "signalwire.connect", save = "c" },
          { write = { size = 1 } },
          { answer = { protocol = "p" }, to = "c" },
        },
      }, "plain")
      relay.session(case):run(function(session) assert.equal("ready", session:state()) end)
      assert.equal("", case:problems())
    end)
  end)

  describe("takes messages", function()
    local function text(id) return ('{"jsonrpc":"2.0","id":"%s","method":"signalwire.ping","params":{}}'):format(id) end

    it("in parts, with other frames between them, and a byte at a time", function()
      relay.with(server, {}, {}, function(_, case)
        local ping = text("parts")
        case:now(
          { write = { size = 3 } },
          { ws = { opcode = 1, payload = ping:sub(1, 10), fin = false } },
          { ping = "between" },
          { ws = { opcode = 0, payload = ping:sub(11, 20), fin = false } },
          { ws = { opcode = 10, payload = "unasked" } },
          { ws = { opcode = 0, payload = ping:sub(21), fin = true } }
        )
        assert.truthy(case:wait({ event = "reply", id = "parts" }))
        assert.equal(1, #case:log("pong"))
      end)
    end)

    it("as long as the limit and no longer", function()
      local case = server:case({ {}, {} }, "plain")
      local session = relay.session(case, { max_message = 2000 })
      session:run(function()
        local padded = '{"id":"long","method":"signalwire.ping","params":{"x":"' .. ("x"):rep(1942) .. '"}}'
        case:now({ text = padded })
        assert.equal(2000, #padded)
        assert.truthy(case:wait({ event = "reply", id = "long" }))
        case:now({ text = padded .. " " })
        assert.is_true(
          relay.eventually(function() return case:connections() == 2 and session:state() == "ready" end)
        )
        assert.equal(1009, case:log("close")[1].code)
      end)
    end)

    local faults = {
      { "a mask", { ws = { opcode = 1, payload = "{}", mask = true } }, 1002 },
      { "a reserved bit", { ws = { opcode = 1, payload = "{}", rsv = 4 } }, 1002 },
      { "an unknown kind", { ws = { opcode = 3, payload = "" } }, 1002 },
      { "a continuation of nothing", { ws = { opcode = 0, payload = "" } }, 1002 },
      { "text that is not UTF-8", { hex = "8102c328" }, 1007 },
      { "a length that lies", { hex = "817f8000000000000000" }, 1002 },
    }
    for _, about in ipairs(faults) do
      it("not with " .. about[1] .. ": closes with the reason, and comes back", function()
        local case = server:case({ {}, {} }, "plain")
        local session = relay.session(case)
        session:run(function()
          case:now(about[2])
          assert.is_true(
            relay.eventually(function() return case:connections() == 2 and session:state() == "ready" end)
          )
        end)
        assert.equal(about[3], case:log("close")[1].code)
      end)
    end

    it("until the server closes with a reason, which is told", function()
      local case = server:case({ {}, {} }, "plain")
      local session, lines = relay.session(case)
      session:run(function()
        case:now({ close = 1012, reason = "service restart" })
        assert.is_true(
          relay.eventually(function() return case:connections() == 2 and session:state() == "ready" end)
        )
      end)
      assert.truthy(lines[1]:find("1012 service restart", 1, true))
      assert.equal(1012, case:log("close")[1].code)
    end)
  end)
end)
