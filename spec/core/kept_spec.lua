-- What is gone leaves nothing behind: on Lua 5.1 and LuaJIT a weak table keeps what its own values refer to.
local kept = require("spec.support.kept")
local signalwire = require("signalwire")

describe("Nothing is left behind by", function()
  it("a run and its tasks", function()
    kept.assert_none(200, function()
      signalwire.run(function()
        local task = signalwire.spawn(signalwire.sleep, 0)
        signalwire.spawn(signalwire.pcall, signalwire.sleep, 0)
        signalwire.spawn(function() task:wait() end)
        signalwire.spawn(signalwire.sleep, 10):cancel()
      end)
    end)
  end)

  it("a task within a run that goes on", function()
    signalwire.run(function()
      kept.assert_none(200, function()
        signalwire.spawn(signalwire.pcall, signalwire.sleep, 0):wait()
        signalwire.run(function() signalwire.spawn(signalwire.sleep, 0) end)
      end)
    end)
  end)

  it("a run that ends by error", function()
    kept.assert_none(200, function()
      pcall(signalwire.run, function()
        signalwire.spawn(signalwire.pcall, signalwire.sleep, 10)
        signalwire.sleep(0)
        error("an error")
      end)
    end)
  end)

  it("a run whose tasks wait for each other", function()
    kept.assert_none(200, function()
      pcall(signalwire.run, function()
        local first, second
        first = signalwire.spawn(signalwire.pcall, function() second:wait() end)
        second = signalwire.spawn(function() first:wait() end)
      end)
    end)
  end)

  it("a client, its calls and their actions", function()
    kept.assert_none(100, function()
      local client
      client = signalwire.client {
        sandbox = signalwire.sandbox(),
        on_response = function() return client end,
      }
      local call = client:call("a-call")
      call:play { play = { { type = "silence", params = { duration = 1 } } } }
    end)
  end)
end)
