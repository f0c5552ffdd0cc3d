-- Tasks: what run, spawn, sleep, wait and cancel promise. No network.
local base = require("signalwire.base")
local signalwire = require("signalwire")

local run, spawn, sleep = signalwire.run, signalwire.spawn, signalwire.sleep

local function elapsed(action)
  local started = base.now()
  action()
  return base.now() - started
end

describe("run", function()
  it("returns what its function returns, nothing lost", function()
    local results = { run(function(...) return select("#", ...), nil, ..., nil end, 1, nil) }
    assert.equal(2, results[1])
    assert.is_nil(results[2])
    assert.equal(1, results[3])
    assert.equal(4, select("#", run(function() return nil, nil, nil, nil end)))
  end)

  it("ends when all tasks have, whoever spawned them", function()
    local ended = {}
    run(function()
      spawn(function()
        spawn(function()
          sleep(0.05)
          ended[#ended + 1] = "grandchild"
        end)
        sleep(0.02)
        ended[#ended + 1] = "child"
      end)
      ended[#ended + 1] = "root"
    end)
    assert.same({ "root", "child", "grandchild" }, ended)
  end)

  it("lets tasks wait side by side", function()
    local seconds = elapsed(function()
      run(function()
        for _ = 1, 50 do
          spawn(sleep, 0.1)
        end
      end)
    end)
    assert.is_true(seconds >= 0.1 and seconds < 2.5)
  end)

  it("wakes sleepers in the order of their times", function()
    local order = {}
    run(function()
      for _, delay in ipairs({ 0.05, 0.01, 0.03, 0.02, 0.04, 0 }) do
        spawn(function()
          sleep(delay)
          order[#order + 1] = delay
        end)
      end
    end)
    assert.same({ 0, 0.01, 0.02, 0.03, 0.04, 0.05 }, order)
  end)

  it("raises what a task raised, unchanged, and keeps its traceback", function()
    local value = {}
    local fine, raised = pcall(run, function()
      spawn(function()
        local function deep() error(value) end
        deep()
      end)
    end)
    assert.is_false(fine)
    assert.equal(value, raised)
    assert.truthy(signalwire.traceback():find("loop_spec.lua", 1, true))
  end)

  it("cancels the siblings of a task that raises, before it raises itself", function()
    local ended
    local fine, raised = pcall(run, function()
      spawn(function()
        local slept, why = signalwire.pcall(sleep, 60)
        ended = { slept, tostring(why) }
      end)
      sleep(0.01)
      error("boom", 0)
    end)
    assert.is_false(fine)
    assert.equal("boom", raised)
    assert.same({ false, "the task was cancelled" }, ended)
  end)

  it("works within a task, with a scope of its own", function()
    local order = {}
    local result = run(function()
      local inner = run(function()
        spawn(function()
          sleep(0.02)
          order[#order + 1] = "inner"
        end)
        return "value"
      end)
      order[#order + 1] = "outer"
      return inner
    end)
    assert.equal("value", result)
    assert.same({ "inner", "outer" }, order)
  end)

  it("within a task passes on what is raised, and a cancellation", function()
    local fine, raised = pcall(run, function()
      run(function() error("inner", 0) end)
    end)
    assert.is_false(fine)
    assert.equal("inner", raised)
    local reached = false
    run(function()
      local outer = spawn(function()
        run(function() sleep(60) end)
        reached = true
      end)
      sleep(0.01)
      outer:cancel()
    end)
    assert.is_false(reached)
  end)

  it("can be called again after an error", function()
    pcall(run, function() error("x") end)
    assert.equal(5, run(function() return 5 end))
  end)

  it("takes a coroutine.yield of the user's for a pause", function()
    local order = {}
    run(function()
      spawn(function()
        order[#order + 1] = 1
        coroutine.yield()
        order[#order + 1] = 3
      end)
      spawn(function() order[#order + 1] = 2 end)
    end)
    assert.same({ 1, 2, 3 }, order)
  end)

  it("never yields a coroutine that is the user's own", function()
    local values = run(function()
      local generator = coroutine.wrap(function()
        for i = 1, 3 do
          sleep(0.005)
          coroutine.yield(i)
        end
      end)
      return { generator(), generator(), generator() }
    end)
    assert.same({ 1, 2, 3 }, values)
  end)

  it("says so where all tasks wait for each other", function()
    local fine, message = pcall(run, function()
      local second
      local first = spawn(function()
        sleep(0.001)
        second:wait()
      end)
      second = spawn(function() first:wait() end)
    end)
    assert.is_false(fine)
    assert.equal("the tasks wait for each other, and none can go on", message)
    assert.equal(1, run(function() return 1 end))
  end)

  it("refuses a sleep that never ends", function()
    assert.has_error(function() sleep(0 / 0) end)
    assert.has_error(function() sleep(math.huge) end)
    assert.has_error(function() sleep("1") end)
    sleep(-1)
  end)

  it("sleeps without working while it is idle", function()
    local function wakings()
      for line in io.lines("/proc/self/status") do
        local count = line:match("^voluntary_ctxt_switches:%s*(%d+)")
        if count then return tonumber(count) end
      end
    end
    local before = wakings()
    run(function() sleep(0.5) end)
    assert.is_true(wakings() - before < 10)
  end)

  it("refuses what is no function, and spawn outside", function()
    assert.has_error(function() run(5) end)
    local _, message = pcall(spawn, function() end)
    assert.truthy(tostring(message):find("spawn works within a task", 1, true))
  end)
end)

describe("a task", function()
  it("is waited for, and gives all that it returned", function()
    run(function()
      local task = spawn(function()
        sleep(0.01)
        return 1, nil, 3
      end)
      local results = { task:wait() }
      assert.equal(1, results[1])
      assert.equal(3, results[3])
      assert.equal(3, select("#", task:wait()))
    end)
  end)

  it("raises in who waits for it, and nowhere else", function()
    run(function()
      local failing = spawn(function()
        sleep(0.01)
        error("mine", 0)
      end)
      local fine, raised = signalwire.pcall(failing.wait, failing)
      assert.is_false(fine)
      assert.equal("mine", raised)
    end)
  end)

  it("is waited for only so long", function()
    run(function()
      local slow = spawn(sleep, 0.2)
      local result, err = slow:wait(0.01)
      assert.is_nil(result)
      assert.equal("timeout", err.kind)
      slow:cancel()
    end)
  end)

  it("that is cancelled ends at its next wait, and at each further one", function()
    local rounds = 0
    run(function()
      local task = spawn(function()
        while true do
          sleep(0.005)
          rounds = rounds + 1
        end
      end)
      sleep(0.05)
      task:cancel()
      task:cancel()
      local result, err = task:wait()
      assert.is_nil(result)
      assert.equal("cancelled", err.kind)
    end)
    assert.is_true(rounds > 0)
  end)

  it("that is cancelled before it began does not begin", function()
    local began = false
    run(function()
      spawn(function() began = true end):cancel()
    end)
    assert.is_false(began)
  end)

  it("says how it is to be used", function()
    run(function()
      local task = spawn(function() end)
      local _, message = pcall(task.wait)
      assert.truthy(tostring(message):find("use a colon: task:wait(...)", 1, true))
    end)
  end)

  it("costs little, even ten thousand of them", function()
    local bytes
    run(function()
      local gate = spawn(sleep, 0.3)
      collectgarbage()
      local before = collectgarbage("count")
      for _ = 1, 10000 do
        spawn(function() gate:wait() end)
      end
      sleep(0.01)
      collectgarbage()
      bytes = (collectgarbage("count") - before) * 1024 / 10000
    end)
    assert.is_true(bytes < 4096, ("%.0f bytes a task"):format(bytes))
  end)
end)

describe("Lua's own pcall around a wait", function()
  it("works, or on Lua 5.1 names what does", function()
    local fine, message = run(function() return pcall(sleep, 0.001) end)
    if coroutine.isyieldable or jit then -- nginx hides the former
      assert.is_true(fine)
    else
      assert.is_false(fine)
      assert.truthy(tostring(message):find("in place of pcall, use signalwire.pcall", 1, true))
    end
  end)

  it("is not needed: signalwire.pcall takes waits everywhere", function()
    local results = run(function()
      return {
        signalwire.pcall(function(a)
          sleep(0.001)
          local fine, inner = signalwire.pcall(function()
            sleep(0.001)
            error("deep", 0)
          end)
          return a, fine, inner
        end, "arg"),
      }
    end)
    assert.same({ true, "arg", false, "deep" }, results)
  end)
end)
