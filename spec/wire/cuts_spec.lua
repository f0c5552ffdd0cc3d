-- A connection that breaks at each byte, on a fresh and on a kept connection: what comes back, and what was sent twice.
local faultproxy = require("spec.support.faultproxy")
local rawserver = require("spec.support.rawserver")
local wire = require("spec.support.wire")

local bound = 5

describe("A connection that breaks", function()
  local server, proxy, url, key, client, marks

  setup(function()
    server = rawserver.start({ tls = 2 })
    local port = server:port("tls")
    proxy = faultproxy.start(port)
    key = server:script({ rawserver.ok })
    url = ("https://127.0.0.1:%s/%s"):format(proxy.port, key)
    marks = 0
  end)
  teardown(function()
    proxy:stop()
    server:stop()
  end)
  before_each(function() client = wire.client(url, { ca_file = server.ca_file, timeout = 4 }) end)

  -- Each command has a mark of its own, by which the server's log tells how often it arrived.
  local function send(options)
    marks = marks + 1
    local mark = "mark-" .. marks .. "-"
    local started = wire.now()
    local body, err = client.calling:play_stop(wire.call_id, { control_id = mark }, options)
    assert.is_true(wire.now() - started < bound, "it took too long")
    return { mark = mark, body = body, err = err }
  end

  local function seen_by_mark()
    local seen = {}
    for _, row in ipairs(server:requests(key)) do
      local mark = row.body:match("mark%-%d+%-")
      if mark then seen[mark] = (seen[mark] or 0) + 1 end
    end
    return seen
  end

  local function warm_up()
    proxy:plan({})
    local body, err = client.calling:denoise(wire.call_id)
    assert(body, tostring(err))
  end

  local kinds = { network = true, tls = true, connect = true }

  local function judge(outcomes)
    os.execute("sleep 0.2")
    local seen = seen_by_mark()
    local failed = 0
    for _, outcome in ipairs(outcomes) do
      local times = seen[outcome.mark] or 0
      assert.is_true(times <= 1, outcome.what .. ": sent " .. times .. " times")
      if outcome.body then
        assert.equal(1, times, outcome.what)
      else
        failed = failed + 1
        assert.is_true(kinds[outcome.err.kind], outcome.what .. ": " .. outcome.err.kind .. ": " .. outcome.err)
        if outcome.err.retryable then assert.equal(0, times, outcome.what .. ": " .. outcome.err) end
        assert.is_false(wire.shows_secret(wire.dump(outcome.err)))
      end
    end
    return failed
  end

  -- Breaks at each `step`th byte of that way, until the answer comes through.
  local function sweep(way, act, is_warm, step)
    local outcomes, done = {}, 0
    for offset = 0, 6000, step do
      if is_warm then warm_up() end
      proxy:plan({ [way] = offset, act = act })
      local outcome = send()
      outcome.what = ("%s %s at byte %d"):format(act, way, offset)
      outcomes[#outcomes + 1] = outcome
      done = outcome.body and done + 1 or 0
      if done == 3 then break end
    end
    local failed = judge(outcomes)
    assert.is_true(failed > 0 and failed < #outcomes, ("%d of %d failed"):format(failed, #outcomes))
    proxy:plan({})
    assert(send().body)
    if os.getenv("SIGNALWIRE_TEST_COUNT") then
      print(("%s %s, %s: %d cuts, %d failed"):format(act, way, is_warm and "kept" or "fresh", #outcomes, failed))
    end
  end

  for _, act in ipairs({ "close", "reset" }) do
    for _, way in ipairs({ "up", "down" }) do
      it(("(%s %s), fresh: handshake, request, answer"):format(act, way), function() sweep(way, act, false, 97) end)
      it(("(%s %s), kept: request, answer"):format(act, way), function() sweep(way, act, true, 23) end)
      it(("(%s %s), fresh, at every byte #long"):format(act, way), function() sweep(way, act, false, 1) end)
      it(("(%s %s), kept, at every byte #long"):format(act, way), function() sweep(way, act, true, 1) end)
    end
  end

  -- The last byte of the answer never comes.
  it("one way only does not hold a command", function()
    for _, is_warm in ipairs({ false, true }) do
      for _, plan in ipairs({ { down = 60, act = "half" }, { up = 60, act = "half" } }) do
        if is_warm then warm_up() end
        proxy:plan(plan)
        local outcome = send({ timeout = 1 })
        assert.is_nil(outcome.body)
        assert.is_true(kinds[outcome.err.kind] or outcome.err.kind == "timeout", tostring(outcome.err))
        outcome.what = "half"
        assert.is_true((seen_by_mark()[outcome.mark] or 0) <= 1)
        client = wire.client(url, { ca_file = server.ca_file, timeout = 4 })
      end
    end
  end)

  for _, is_warm in ipairs({ false, true }) do
    local state = is_warm and "kept" or "fresh"
    it("off and says nothing ends by the timeout, " .. state, function()
      for _, plan in ipairs({ { down = 0 }, { up = 0 }, { down = 40 }, { up = 40 }, { up = 300 } }) do
        if is_warm then warm_up() end
        plan.act = "stall"
        proxy:plan(plan)
        local outcome = send({ timeout = 0.3 })
        assert.is_nil(outcome.body)
        assert.equal("timeout", outcome.err.kind)
        if outcome.err.retryable then assert.is_nil(seen_by_mark()[outcome.mark]) end
      end
    end)

    it("nowhere, but is slow, costs only time, " .. state, function()
      if is_warm then warm_up() end
      proxy:plan({ delay = 0.05 })
      assert(send().body)
      if is_warm then warm_up() end
      proxy:plan({ pace = 0.0002 })
      assert(send().body)
    end)

    it("nowhere, but brings one byte a second, ends by the timeout, " .. state, function()
      if is_warm then warm_up() end
      proxy:plan({ pace = 1 })
      local outcome = send({ timeout = 1 })
      assert.equal("timeout", outcome.err.kind)
    end)
  end
end)
