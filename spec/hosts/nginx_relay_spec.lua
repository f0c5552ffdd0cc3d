-- RELAY within nginx: a session over its sockets, its calls as light threads, beside a worker that goes on.
local nginx = require("spec.support.nginx")
local relay = require("spec.support.relay")
local sandbox_server = require("spec.support.sandbox_server")
local signalwire = require("signalwire")

local content = [[
location = /refer { content_by_lua_block {
  local signalwire = require("signalwire")
  local relay = signalwire.assert(signalwire.relay {
    project = "%s", token = "%s", host = "%s", timeout = 10,
  })
  local said = relay:run(function()
    local call = signalwire.assert(relay:dial { { { type = "phone",
      params = { from_number = "+15551230001", to_number = "+15551230002" } } } })
    local playing = signalwire.assert(call:play { play = { { type = "silence", params = { duration = 0.1 } } } })
    local played = signalwire.assert(playing:wait(5))
    local task = signalwire.spawn(function() return signalwire.assert(call:execute("calling.denoise", {})) end)
    task:wait()
    signalwire.assert(call:hangup())
    local ended = signalwire.assert(call:wait_for_ended(5))
    return played.state .. " " .. tostring(ended.state)
  end)
  ngx.say(said)
} }
location = /wrong { content_by_lua_block {
  local signalwire = require("signalwire")
  local relay = signalwire.assert(signalwire.relay {
    project = "p", token = "wrong", host = "%s", reconnect = false, timeout = 10,
  })
  local fine, err = signalwire.run(function()
    local fine, err = relay:connect()
    return fine, err
  end)
  ngx.say(tostring(fine), " ", tostring(err))
} }
location = /unknown { content_by_lua_block {
  local signalwire = require("signalwire")
  local relay = signalwire.assert(signalwire.relay {
    project = "p", token = "t", host = "127.0.0.1:9", reconnect = false, timeout = 5,
  })
  local fine, err = signalwire.run(function() return relay:connect() end)
  ngx.say(tostring(fine), " ", err.kind)
} }
location = /close { content_by_lua_block {
  local signalwire = require("signalwire")
  local relay = signalwire.assert(signalwire.relay { project = "%s", token = "%s", host = "%s", timeout = 10 })
  local _, err = signalwire.run(function()
    signalwire.assert(relay:connect())
    local asked = signalwire.spawn(function() return relay:execute("signalwire.no_such_thing", {}) end)
    asked:wait()
    signalwire.spawn(function() signalwire.sleep(0.05) relay:close() end)
    signalwire.sleep(0.2)
    return relay:execute("signalwire.ping", {})
  end)
  ngx.say(err and err.kind)
} }
location = /stay { content_by_lua_block {
  local signalwire = require("signalwire")
  local states = {}
  local relay = signalwire.assert(signalwire.relay { project = "%s", token = "%s", host = "%s", timeout = 10,
    reconnect = { first = 0.1, longest = 1 },
    on_state = function(facts) states[#states + 1] = facts.state end,
  })
  relay:run(function()
    while #states < 7 do
      signalwire.sleep(0.05)
      signalwire.assert(relay:execute("signalwire.receive", { contexts = { "a" } }))
    end
  end)
  ngx.say(table.concat(states, " "))
} }
location = /burst { content_by_lua_block {
  local signalwire = require("signalwire")
  local relay = signalwire.assert(signalwire.relay { project = "p", token = "t", host = "%s", scheme = "ws" })
  local heard, dropped = 0, 0
  relay:on_call(function(call)
    call:on("calling.call.play", function(_, left_out) heard, dropped = heard + 1, dropped + left_out end)
  end)
  relay:run(function()
    signalwire.sleep(0.1)
    signalwire.assert(relay:execute("calling.burst"))
    signalwire.sleep(0.1)
  end)
  ngx.say(heard, " ", dropped)
} }
location = /ping { content_by_lua_block { ngx.say("pong") } }
]]

describe("RELAY within nginx #hosts", function()
  local sandbox, server, service

  setup(function()
    sandbox = sandbox_server.start()
    service = relay.start({ plain = 1 })
    local burst = { event = "calling.call.play", params = { call_id = "c", state = "playing" }, count = 3000 }
    local steps = { { together = { burst } }, { answer = { code = "200" } } }
    local scripted = service:case({ { relay.inbound("c"), { on = "calling.burst", steps = steps } } }, "plain")
    local env = sandbox.env
    local project, token = env.SIGNALWIRE_PROJECT_ID, env.SIGNALWIRE_API_TOKEN
    local host = env.SIGNALWIRE_RELAY_HOST:gsub("127%.0%.0%.1", "localhost")
    server = nginx.start({
      http = "lua_ssl_trusted_certificate " .. env.SIGNALWIRE_REST_CA_FILE .. ";",
      server = content:format(
        project,
        token,
        host,
        host,
        project,
        token,
        host,
        project,
        token,
        host,
        scripted.host
      ),
    })
  end)

  teardown(function()
    server:stop()
    sandbox.stop()
    service:stop()
  end)

  it("dials, plays, and hears what became of it", function()
    local status, body = server:get("/refer", 30)
    assert.equal(200, status, tostring(body) .. server:log())
    assert.equal("finished ended\n", body)
  end)

  it("can do so many times in one worker", function()
    for _ = 1, 5 do
      assert.equal(200, (server:get("/refer", 30)))
    end
  end)

  it("says what the service refuses, and where nobody listens", function()
    local refused = "nil signalwire.connect: RELAY error -32002: Authentication failed\n"
    assert.equal(refused, server:body("/wrong"))
    assert.equal("nil connect\n", server:body("/unknown"))
  end)

  local function cut()
    assert.equal(200, (sandbox_server.ask(sandbox, "POST", "/sandbox/drop_relay", { how = "cut" })))
  end

  it("comes back when its connection is cut", function()
    local body = signalwire.run(function()
      local stay = signalwire.spawn(function() return server:body("/stay") end)
      signalwire.sleep(0.5)
      cut()
      return stay:wait(20)
    end)
    assert.equal("opening authenticating ready waiting opening authenticating ready closed\n", body)
  end)

  it(
    "drops no event of a burst where its handlers are quick",
    function() assert.equal("3000 0\n", server:body("/burst")) end
  )

  it("ends while a session stands, and holds no worker up", function()
    assert.equal("closed\n", server:body("/close"))
    assert.equal("pong\n", server:body("/ping"))
  end)
end)
