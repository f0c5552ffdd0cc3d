-- Calls within the coroutines of other people's loops, with the real libraries: they wait there, and hold nobody up.
local child = require("spec.support.child")
local cjson = require("cjson")
local base = require("signalwire.base")
local host = require("signalwire.host.curl")
local rawserver = require("spec.support.rawserver")
local signalwire = require("signalwire")
local wire = require("spec.support.wire")

require("signalwire.loop") -- asked before any other loop, if it came before

-- Each opens a loop: spawn(fn) starts a coroutine, run() runs until all have ended, every(seconds, fn) calls until it
-- returns true.
local loops = {}

function loops.cqueues()
  local cqueues = require("cqueues")
  require("signalwire.loop.cqueues").install()
  local controller = cqueues.new()
  return {
    spawn = function(fn) controller:wrap(fn) end,
    run = function() assert(controller:loop()) end,
    every = function(seconds, fn)
      controller:wrap(function()
        repeat
          cqueues.sleep(seconds)
        until fn()
      end)
    end,
  }
end

function loops.luv()
  local uv = require("luv")
  local adapter = require("signalwire.loop.luv").install()
  return {
    spawn = adapter.spawn,
    run = function()
      uv.run()
      assert.is_false(uv.loop_alive())
    end,
    every = function(seconds, fn)
      local timer = uv.new_timer()
      timer:start(seconds * 1000, seconds * 1000, function()
        if fn() then timer:close() end
      end)
    end,
  }
end

local function elapsed(action)
  local started = base.now()
  action()
  return base.now() - started
end

local echo_after = function(seconds) return { wait = seconds, echo = true } end

local server

setup(function() server = rawserver.start({ plain = 60 }) end)
teardown(function() server:stop() end)

local function client_of(steps, options) return wire.case(server, "plain", steps, options) end

--- The id that the server saw in the body, which it echoes.
local function id_seen(body) return cjson.decode(body.body).id end

local function client_with_connection(seconds)
  local client = client_of({ echo_after(0), echo_after(seconds) })
  assert(client.calling:denoise(wire.call_id))
  return client
end

local function describe_loop(name)
  local open = loops[name]
  local loop

  before_each(function() loop = open() end)

  it("holds no command up by another", function()
    local client, key = client_of({ echo_after(0.05) })
    local right = 0
    local function four_calls(name_of_coroutine)
      for n = 1, 4 do
        local id = name_of_coroutine .. "-" .. n
        if id_seen(assert(client.calling:denoise(id))) == id then right = right + 1 end
      end
    end
    local seconds = elapsed(function()
      for i = 1, 50 do
        loop.spawn(function() four_calls("call-" .. i) end)
      end
      loop.run()
    end)
    assert.equal(200, right)
    assert.equal(200, #server:requests(key))
    assert.is_true(seconds < 200 * 0.05 / 5, ("%.2f s"):format(seconds))
  end)

  it("goes on with all else while a command waits", function()
    local client = client_of({ echo_after(0.4) })
    local is_done, ticks = false, 0
    loop.spawn(function()
      assert(client.calling:denoise(wire.call_id))
      is_done = true
    end)
    loop.every(0.01, function()
      ticks = ticks + 1
      return is_done
    end)
    loop.run()
    assert.is_true(is_done)
    assert.is_true(ticks >= 15, ticks .. " ticks")
  end)

  it("sleeps side by side, and never short", function()
    local shortest = math.huge
    local seconds = elapsed(function()
      for i = 1, 20 do
        loop.spawn(function()
          local slept = elapsed(function() signalwire.sleep(0.1 + i / 10000) end)
          shortest = math.min(shortest, slept - i / 10000)
        end)
      end
      loop.run()
    end)
    assert.is_true(shortest >= 0.1, ("%.6f s"):format(shortest))
    assert.is_true(seconds < 1, ("%.2f s"):format(seconds))
  end)

  it("takes failures back to who called, and times out by itself", function()
    local client = client_of({ { send = rawserver.json("404 Not Found", "{}") }, { after = "stall" } })
    local refused, late
    loop.spawn(function()
      refused = select(2, client.calling:denoise(wire.call_id))
      late = select(2, client.calling:denoise(wire.call_id, nil, { timeout = 0.2 }))
    end)
    local seconds = elapsed(loop.run)
    assert.equal(404, refused.status)
    assert.equal("timeout", late.kind)
    assert.is_true(seconds >= 0.2 and seconds < 5, ("%.2f s"):format(seconds))
  end)

  it("is left alone outside of its coroutines: there a call blocks", function()
    local client = client_of({ echo_after(0) })
    assert.equal("a", id_seen(assert(client.calling:denoise("a"))))
    signalwire.sleep(0.001)
    loop.spawn(function() assert(client.calling:denoise("b")) end)
    assert.equal("c", id_seen(assert(client.calling:denoise("c"))))
    loop.run()
  end)

  it("does not yield a coroutine that is the user's own", function()
    local client = client_of({ echo_after(0.01) })
    local seen = {}
    loop.spawn(function()
      local generator = coroutine.wrap(function()
        for _, id in ipairs({ "a", "b" }) do
          coroutine.yield(id_seen(assert(client.calling:denoise(id))))
          signalwire.sleep(0.001)
        end
      end)
      seen = { generator(), generator() }
    end)
    loop.run()
    assert.same({ "a", "b" }, seen)
  end)

  it("takes a call below pcall, and below what can't be yielded across", function()
    local client = client_of({ echo_after(0.01) })
    local seen = {}
    local function call(id) seen[#seen + 1] = id_seen(assert(client.calling:denoise(id))) end
    loop.spawn(function()
      assert(pcall(call, "pcall"))
      local _ = ("x"):gsub("x", function() call("gsub") end)
    end)
    loop.run()
    assert.same({ "pcall", "gsub" }, seen)
  end)

  it("starts a command at once while another waits", function()
    local slow, quick = client_with_connection(0.4), client_of({ echo_after(0.01) })
    local order = {}
    loop.spawn(function()
      assert(slow.calling:denoise(wire.call_id))
      order[#order + 1] = "slow"
    end)
    loop.spawn(function()
      signalwire.sleep(0.1)
      assert(quick.calling:denoise(wire.call_id))
      order[#order + 1] = "quick"
    end)
    loop.run()
    assert.same({ "quick", "slow" }, order)
  end)

  local ways_to_block = {
    ["a call that blocks"] = function(call) coroutine.wrap(call)() end,
    ["signalwire.run"] = function(call) signalwire.run(call) end,
  }
  local ways_to_get_there = {
    ["behind a command"] = function(quick) assert(quick.calling:denoise(wire.call_id)) end,
    ["behind a sleep"] = function() signalwire.sleep(0.02) end,
  }
  for way, block in pairs(ways_to_block) do
    for place, get_there in pairs(ways_to_get_there) do
      -- The connections are there, so that libcurl has no timers of its own that would help.
      it(("hears of an answer that came during %s %s"):format(way, place), function()
        local quick, waiting, blocking =
          client_with_connection(0.02), client_with_connection(0.1), client_with_connection(0.25)
        local waited
        loop.spawn(function()
          waited = elapsed(function() assert(waiting.calling:denoise(wire.call_id)) end)
        end)
        loop.spawn(function()
          get_there(quick)
          block(function() assert(blocking.calling:denoise(wire.call_id)) end)
        end)
        loop.run()
        assert.is_true(waited < 3, ("%.2f s"):format(waited))
      end)
    end
  end

  it("is installed once", function()
    local add_waiter = host.add_waiter
    finally(function() host.add_waiter = add_waiter end)
    host.add_waiter = function() error("twice") end
    require("signalwire.loop." .. name).install()
  end)

  it("can be run again", function()
    local client = client_of({ echo_after(0.01) })
    local seen = {}
    for _, id in ipairs({ "a", "b", "c" }) do
      loop.spawn(function() seen[#seen + 1] = id_seen(assert(client.calling:denoise(id))) end)
      loop.run()
    end
    assert.same({ "a", "b", "c" }, seen)
  end)
end

for name in pairs(loops) do
  describe("the loop of " .. name, function()
    local is_here, why = pcall(require, name)
    if is_here then
      describe_loop(name)
    else
      pending(("is not installed for this Lua: %s"):format(tostring(why):match("[^\n]*")))
    end
  end)
end

if pcall(require, "cqueues") then
  describe("cqueues", function()
    it("gives an error that is raised behind a call to who runs the controller", function()
      loops.cqueues()
      local client = client_of({ echo_after(0.01) })
      local controller = require("cqueues").new()
      controller:wrap(function()
        assert(client.calling:denoise(wire.call_id))
        error("behind the call")
      end)
      local fine, message = controller:loop()
      assert.falsy(fine)
      assert.truthy(tostring(message):find("foreign_loops_spec.lua:%d+: behind the call"), tostring(message))
    end)

    it("has controllers within controllers, whose commands do not disturb each other", function()
      loops.cqueues()
      local cqueues = require("cqueues")
      local client = client_of({ echo_after(0.05) })
      local outer, inner = cqueues.new(), cqueues.new()
      local right = 0
      local function calls()
        for n = 1, 4 do
          if id_seen(assert(client.calling:denoise("call-" .. n))) == "call-" .. n then right = right + 1 end
        end
      end
      local function round()
        for _ = 1, 20 do
          outer:wrap(calls)
          inner:wrap(calls)
        end
        outer:wrap(function() assert(inner:loop()) end)
        assert(outer:loop())
      end
      round()
      local seconds = elapsed(round) -- over connections that are there
      assert.equal(320, right)
      assert.is_true(seconds < 160 * 0.05 / 5, ("%.2f s"):format(seconds))
    end)
  end)
end

if pcall(require, "luv") then
  describe("luv.spawn", function()
    it("hands its arguments on, and refuses what is no function", function()
      local spawn = require("signalwire.loop.luv").spawn
      local got
      spawn(function(...) got = { n = select("#", ...), ... } end, 1, nil, 3, nil)
      assert.same({ n = 4, 1, nil, 3, nil }, got)
      local _, message = pcall(function() spawn(5) end)
      assert.truthy(message:find("spec.lua:%d+: a coroutine is made of a function, got a number"), message)
    end)

    it("raises what the function raises before its first wait, with its traceback", function()
      local function deep_within() error("at once") end
      local _, message = pcall(require("signalwire.loop.luv").spawn, function() deep_within() end)
      assert.truthy(message:find("at once", 1, true))
      assert.truthy(message:find("deep_within", 1, true), message)
    end)

    it("leaves a coroutine alone that others resume", function()
      local uv = require("luv")
      local client = client_of({ echo_after(0.05) })
      local thread, woken_by, seen
      loops.luv().spawn(function()
        thread = coroutine.running()
        seen = id_seen(assert(client.calling:denoise("a")))
        woken_by = coroutine.yield()
      end)
      assert(coroutine.resume(thread, "too early"))
      uv.run()
      assert.equal("a", seen)
      assert.is_nil(woken_by)
      assert(coroutine.resume(thread, "the user"))
      assert.equal("the user", woken_by)
    end)

    it("leaves one alone that another has resumed in the same turn", function()
      local client = client_with_connection(0.05)
      local threads, passed, woken = {}, {}, 0
      local function call_and_resume(me, other)
        threads[me] = coroutine.running()
        assert(client.calling:denoise(wire.call_id))
        passed[me] = true
        if not passed[other] then assert(coroutine.resume(threads[other])) end
        coroutine.yield()
        woken = woken + 1
      end
      local spawn = loops.luv().spawn
      spawn(call_and_resume, 1, 2)
      spawn(call_and_resume, 2, 1)
      signalwire.sleep(0.3)
      require("luv").run()
      assert.same({ true, true }, passed)
      assert.equal(0, woken)
    end)

    -- luv ends the process when a callback raises.
    it("raises what comes later out of uv's callback, with its traceback", function()
      local url = server:url(server:port("plain"), { echo_after(0.01) }, "http://127.0.0.1")
      local output = child.run(
        server.folder,
        [[
          local signalwire = require("signalwire")
          local luv = require("signalwire.loop.luv").install()
          local client = assert(signalwire.client())
          luv.spawn(function()
            assert(client.calling:denoise("a"))
            local function deep_within() error({}, 0) end
            deep_within()
          end)
          require("luv").run()
          print("went on")
        ]],
        {
          SIGNALWIRE_PROJECT_ID = wire.project,
          SIGNALWIRE_API_TOKEN = wire.token,
          SIGNALWIRE_REST_BASE_URL = url,
        }
      )
      assert.truthy(output:find("Uncaught Error: table: ", 1, true), output)
      assert.truthy(output:find("deep_within", 1, true), output)
      assert.falsy(output:find("went on", 1, true), output)
    end)
  end)
end
