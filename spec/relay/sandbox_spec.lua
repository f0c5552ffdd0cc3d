-- RELAY against the sandbox: within this process, and over nginx, beside the Calling API.
local sandbox_server = require("spec.support.sandbox_server")
local signalwire = require("signalwire")

local spawn, sleep = signalwire.spawn, signalwire.sleep

local device = { type = "sip", params = { to = "sip:alice@example.com", from = "sip:desk@example.com" } }

describe("RELAY with a box", function()
  local function session_with(box)
    return signalwire.assert(signalwire.relay({ sandbox = box, log = function() end }))
  end

  it("dials, plays and refers, as time passes", function()
    local box = signalwire.sandbox()
    session_with(box):run(function(session)
      local function pass()
        while session:state() ~= "closed" do
          box:advance(1)
          sleep(0.001)
        end
      end
      spawn(pass)
      local call = assert(session:dial(device))
      assert.equal("answered", call.state)
      local playing = assert(call:play({ play = { { type = "silence", params = { duration = 3 } } } }))
      assert.is_true(assert(playing:wait(5)).ok)
      local event = assert(call:refer_wait({ device = "sip:busy@example.com" }, { timeout = 5 }))
      assert.equal("busy", event.state)
      assert.is_false(event.ok)
      assert(call:hangup())
      assert(call:wait_for_ended(5))
    end)
  end)

  it("takes a call that comes in", function()
    local box = signalwire.sandbox()
    local session = signalwire.assert(signalwire.relay({ sandbox = box, contexts = { "sales" } }))
    local answered
    session:on_call(function(call) answered = call:answer() end)
    session:run(function()
      box:add_call({ context = "sales" })
      for _ = 1, 100 do
        box:advance(0.1)
        sleep(0.001)
        if answered then break end
      end
      assert.equal("200", assert(answered).code)
    end)
  end)

  it("comes back where the connection is cut, to the same calls", function()
    local box = signalwire.sandbox()
    local session = signalwire.assert(signalwire.relay({
      sandbox = box,
      reconnect = { first = 0.01, longest = 0.02 },
      log = function() end,
    }))
    session:run(function()
      local dialling = spawn(function() return session:dial(device) end)
      for _ = 1, 100 do
        box:advance(0.5)
        sleep(0.001)
      end
      local call = assert(dialling:wait())
      box:drop_relay("cut")
      sleep(0.001)
      assert(call:play({ play = { { type = "silence", params = { duration = 1 } } } }))
      assert.equal("ready", session:state())
      assert.equal(1, #session:calls())
    end)
  end)

  it("needs no credentials with its own box", function()
    signalwire.assert(signalwire.relay({ sandbox = true })):run(function() end)
    local none, err = signalwire.relay({ sandbox = "yes" })
    assert.is_nil(none)
    assert.truthy(tostring(err):find("sandbox must be", 1, true))
  end)
end)

describe("RELAY with the sandbox over nginx", function()
  local server

  setup(function() server = sandbox_server.start() end)
  teardown(function() server.stop() end)

  local function options(more)
    local all = {
      project = server.env.SIGNALWIRE_PROJECT_ID,
      token = server.env.SIGNALWIRE_API_TOKEN,
      host = server.env.SIGNALWIRE_RELAY_HOST,
      ca_file = server.env.SIGNALWIRE_RELAY_CA_FILE,
      log = function() end,
    }
    for name, value in pairs(more or {}) do
      all[name] = value
    end
    return all
  end

  it("hears of a REFER that the Calling API made of a call that it dialled", function()
    local client = signalwire.assert(signalwire.client(sandbox_server.client_options(server)))
    signalwire.assert(signalwire.relay(options())):run(function(session)
      local call = assert(session:dial(device, { timeout = 20 }))
      local waits = spawn(function()
        return call:wait_for("calling.call.refer", function(event) return event.final end, 20)
      end)
      sleep(0)
      assert(client.calling:refer(call.id, { device = "sip:sales@example.com" }))
      local event = assert(waits:wait())
      assert.is_true(event.ok)
      assert.equal("sip:sales@example.com", event.to)
    end)
  end)

  it("is refused with the wrong token, and shows none of it", function()
    local fine, err = signalwire
      .assert(signalwire.relay(options({
        token = "PTwrongwrongwrong",
        reconnect = { first = 0.01, rejections = 2 },
      })))
      :run()
    assert.is_nil(fine)
    assert.equal("refused", err.kind)
    assert.equal("-32002", err.code)
    assert.falsy(tostring(err):find("PTwrong", 1, true))
  end)

  it("carries a message, and what became of it", function()
    signalwire.assert(signalwire.relay(options())):run(function(session)
      local function sent_to(number)
        local params = { to_number = number, from_number = "+15550000000", body = "x" }
        return assert(assert(session:send_message(params)):wait(20))
      end
      assert.is_true(sent_to("+15550001234").ok)
      assert.equal("undelivered", sent_to("+15550000001").state)
    end)
  end)
end)
