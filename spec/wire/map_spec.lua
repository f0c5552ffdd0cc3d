-- Many commands at a time: order, limits, pace, cancellation. Against a real server that counts.
local base = require("signalwire.base")
local rawserver = require("spec.support.rawserver")
local signalwire = require("signalwire")
local wire = require("spec.support.wire")

local function numbers(count)
  local list = {}
  for i = 1, count do
    list[i] = i
  end
  return list
end

describe("map", function()
  it("gives the results in the order of the items", function()
    local results = signalwire.map(numbers(50), function(n)
      signalwire.sleep((50 - n) / 2000)
      return n * 2, "response " .. n
    end, { concurrency = 20 })
    assert.equal(50, #results)
    for i, result in ipairs(results) do
      assert.same({ value = i * 2, response = "response " .. i }, result)
    end
  end)

  it("keeps failures as results, and false as a value", function()
    local results = signalwire.map({ "a", "b", "c" }, function(item)
      if item == "b" then return nil, "no b" end
      if item == "c" then return false end
      return item
    end)
    assert.same({ { value = "a" }, { err = "no b" }, { value = false } }, results)
  end)

  it("ends with an error that is raised, and starts nothing more", function()
    local started = 0
    local fine, raised = pcall(signalwire.map, numbers(1000), function(n)
      started = started + 1
      signalwire.sleep(0.005)
      if n == 3 then error("third", 0) end
    end, { concurrency = 5 })
    assert.is_false(fine)
    assert.equal("third", raised)
    assert.is_true(started <= 10)
  end)

  it("never has more at a time than concurrency says", function()
    local now, most = 0, 0
    signalwire.map(numbers(60), function()
      now = now + 1
      most = math.max(most, now)
      signalwire.sleep(0.002)
      now = now - 1
    end, { concurrency = 7 })
    assert.equal(7, most)
  end)

  it("keeps its rate, evenly", function()
    local times = {}
    local started = base.now()
    signalwire.map(numbers(20), function() times[#times + 1] = base.now() - started end, { rate = 100 })
    for i, time in ipairs(times) do
      assert.is_true(time >= (i - 1) / 100 - 0.001, ("item %d after %f s"):format(i, time))
    end
  end)

  it("takes an iterator, and hands each result on without holding it", function()
    local left, sum = 100000, 0
    local function next_item()
      left = left - 1
      return left >= 0 and left or nil
    end
    collectgarbage()
    local before = collectgarbage("count")
    local most = 0
    local results = signalwire.map(next_item, function(n) return n end, {
      concurrency = 10,
      each = function(item, result)
        sum = sum + result.value - item + 1
        if item % 5000 == 0 then
          collectgarbage()
          most = math.max(most, collectgarbage("count") - before)
        end
      end,
    })
    assert.is_nil(results)
    assert.equal(100000, sum)
    assert.is_true(most < 200, ("%.0f KB held"):format(most))
  end)

  it("goes through the lines of a file", function()
    local sum = 0
    signalwire.map(io.lines("LICENSE"), function(line)
      signalwire.sleep(0)
      return #line
    end, { each = function(_, result) sum = sum + result.value + 1 end })
    local file = assert(io.open("LICENSE"))
    assert.equal(#file:read("*a"), sum)
    file:close()
  end)

  it("tells how far it is", function()
    local told = {}
    signalwire.map({ 1, 2, 3 }, function(n) return n ~= 2 and n or nil, n == 2 and "no" or nil end, {
      concurrency = 1,
      progress = function(...) told[#told + 1] = { ... } end,
    })
    assert.same({ { 1, 3, 0 }, { 2, 3, 1 }, { 3, 3, 1 } }, told)
  end)

  it("works within a task", function()
    local results = signalwire.run(function()
      return signalwire.map({ 1, 2 }, function(n)
        signalwire.sleep(0.001)
        return n
      end)
    end)
    assert.same({ { value = 1 }, { value = 2 } }, results)
  end)

  it("takes no items, too", function()
    assert.same({}, signalwire.map({}, print))
    assert.same({}, signalwire.map(function() end, print))
  end)

  it("says what is wrong with its arguments", function()
    local function message(...)
      local fine, text = pcall(signalwire.map, ...)
      assert.is_false(fine)
      return tostring(text)
    end
    assert.truthy(message(5, print):find("map takes a list or an iterator, got a number", 1, true))
    assert.truthy(message({}, print, { concurency = 5 }):find("did you mean 'concurrency'?", 1, true))
    assert.truthy(message({}, print, { concurrency = 0 }):find("concurrency must be a whole number", 1, true))
    assert.truthy(message({}, print, { rate = 0 }):find("rate must be more than 0", 1, true))
  end)
end)

describe("progress", function()
  local progress = require("signalwire.progress")

  local function written(is_terminal, total, steps)
    local text = {}
    local out = { write = function(_, ...) text[#text + 1] = table.concat({ ... }) end, flush = function() end }
    local notify = progress.new(total, out, is_terminal)
    for _, step in ipairs(steps) do
      notify(step[1], total, step[2])
    end
    return table.concat(text)
  end

  it("draws a bar on a terminal, and ends its line", function()
    local text = written(true, 4, { { 1, 0 }, { 4, 1 } })
    assert.truthy(text:find("\r[##############################] 4/4", 1, true))
    assert.truthy(text:find("1 failed", 1, true))
    assert.truthy(text:find("\n$"))
  end)

  it("writes plain lines elsewhere", function()
    local text = written(false, 2, { { 1, 0 }, { 2, 0 } })
    assert.truthy(text:find("^2/2  %d+/s  0:00 left\n$"), text)
  end)
end)

describe("commands in tasks", function()
  local server

  setup(function() server = rawserver.start { plain = 20 } end)
  teardown(function() server:stop() end)

  local function case(steps, options) return wire.case(server, "plain", steps, options) end

  it("wait side by side, each once", function()
    local slow = { send = rawserver.json("200 OK", "{}"), wait = 0.3 }
    local client, key = case({ slow, slow, slow, slow, slow, slow, slow, slow, slow, slow })
    local started = base.now()
    local results = signalwire.map(numbers(10), function() return client.calling:denoise(wire.call_id) end)
    assert.is_true(base.now() - started < 2)
    for _, result in ipairs(results) do
      assert.equal(200, result.response.status)
    end
    assert.equal(10, #server:requests(key))
  end)

  it("keep to max_connections, and time out while they wait for a place", function()
    local client, key, port = case({ { after = "stall" } }, { max_connections = 1 })
    local results = signalwire.map(
      numbers(3),
      function(i) return client.calling:denoise(wire.call_id, nil, { timeout = i == 1 and 2 or 0.5 }) end
    )
    local retryable = 0
    for _, result in ipairs(results) do
      assert.equal("timeout", result.err.kind)
      if result.err.retryable then retryable = retryable + 1 end
    end
    assert.equal(2, retryable)
    assert.equal(1, #server:requests(key))
    assert.equal(1, server:connections(port))
  end)

  it("are cancelled in flight, and say whether they may have left", function()
    local client, key = case({ { after = "stall" } }, { timeout = 30 })
    local started = base.now()
    local err
    signalwire.run(function()
      local task = signalwire.spawn(function()
        local body
        body, err = client.calling:denoise(wire.call_id)
        assert.is_nil(body)
      end)
      while #server:requests(key) == 0 do
        signalwire.sleep(0.02)
      end
      task:cancel()
    end)
    assert.equal("cancelled", err.kind)
    assert.is_false(err.retryable)
    assert.is_true(base.now() - started < 10)
  end)

  it("leave no transfer behind when the run ends by error", function()
    local client, key, port = case({ { after = "stall" }, rawserver.ok }, { timeout = 30, max_connections = 1 })
    local fine = pcall(signalwire.run, function()
      signalwire.spawn(function() client.calling:denoise(wire.call_id) end)
      while #server:requests(key) == 0 do
        signalwire.sleep(0.02)
      end
      error("enough")
    end)
    assert.is_false(fine)
    assert(client.calling:denoise(wire.call_id))
    assert.equal(2, server:connections(port))
  end)

  it("block in a coroutine that is the user's own, and the loop goes on behind", function()
    local client = case({ rawserver.ok, rawserver.ok })
    local ids = signalwire.run(function()
      local generator = coroutine.wrap(function()
        coroutine.yield((assert(client.calling:denoise(wire.call_id))).id)
        coroutine.yield((assert(client.calling:denoise(wire.call_id))).id)
      end)
      return { generator(), generator() }
    end)
    assert.same({ "a-leg", "a-leg" }, ids)
  end)

  it("wait between attempts without holding the others up", function()
    local busy = { send = rawserver.json("429 Too Many Requests", "{}", { ["Retry-After"] = "1" }) }
    local client = case({ busy, rawserver.ok }, { retries = 1 })
    local ticks = 0
    signalwire.run(function()
      local command = signalwire.spawn(function() assert(client.calling:denoise(wire.call_id)) end)
      local ticker = signalwire.spawn(function()
        while true do
          signalwire.sleep(0.05)
          ticks = ticks + 1
        end
      end)
      command:wait()
      ticker:cancel()
    end)
    assert.is_true(ticks > 10)
  end)
end)
