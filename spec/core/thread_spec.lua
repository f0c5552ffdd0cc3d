-- transport = "thread": what the wire specs, run with it, do not show.
local child = require("spec.support.child")
local rawserver = require("spec.support.rawserver")
local signalwire = require("signalwire")
local wire = require("spec.support.wire")

local function helpers()
  local pipe = assert(io.popen("cat /proc/$PPID/task/*/comm"))
  local text = pipe:read("*a")
  pipe:close()
  local _, count = text:gsub("signalwire\n", "")
  return count
end

local program = [[
local signalwire = require("signalwire")
local client = signalwire.assert(signalwire.client({ project = "p", token = "t", transport = "thread",
  retries = 0, base_url = os.getenv("TEST_URL"), ca_file = os.getenv("TEST_CA"), timeout = 10 }))
local function command() return (signalwire.assert(client.calling:denoise("a-call")).id) end
]]

describe('transport = "thread"', function()
  local server

  setup(function() server = rawserver.start({ tls = 20, plain = 2 }) end)
  teardown(function() server:stop() end)

  local function case(steps, options)
    local all = { transport = "thread" }
    for name, value in pairs(options or {}) do
      all[name] = value
    end
    return wire.case(server, "tls", steps, all)
  end

  it("makes one thread, which all clients share and keep", function()
    for _ = 1, 3 do
      assert(wire.send((case({ rawserver.ok }))))
    end
    assert.equal(1, helpers())
  end)

  it("blocks all signals there", function()
    assert(wire.send((case({ rawserver.ok }))))
    local pipe = assert(io.popen("grep -l '^signalwire$' /proc/$PPID/task/*/comm | head -n 1"))
    local folder = pipe:read("*l"):match("^(.*)/comm")
    pipe:close()
    for line in io.lines(folder .. "/status") do
      local mask = line:match("^SigBlk:%s*(%x+)")
      -- Of 64 signals, KILL and STOP can't be blocked; glibc keeps 32 and 33 to itself, and valgrind 64.
      if mask then assert.truthy(mask:lower():find("^[f7]ffffffe7ffbfeff$"), mask) end
    end
  end)

  it("keeps a connection from one client to the next", function()
    local port = server:port("tls")
    local url, key = server:url(port, { rawserver.ok })
    local options = { transport = "thread", ca_file = server.ca_file }
    for _ = 1, 5 do
      assert(wire.send(wire.client(url, options)))
    end
    assert.equal(5, #server:requests(key))
    -- A client's options are its own, and so are its connections only where they differ in what they trust.
    assert.equal(1, server:connections(port))
  end)

  it("lets tasks wait side by side, beside tasks that need no thread", function()
    local slow = { send = rawserver.ok.send, wait = 0.3 }
    local there, key = case({ slow, slow, slow, slow })
    local here, other = wire.case(server, "tls", { slow, slow, slow, slow }, { transport = nil })
    local started = wire.now()
    local results = signalwire.map({ there, here, there, here, there, here, there, here }, wire.send)
    for _, result in ipairs(results) do
      assert.equal("a-leg", result.value and result.value.id, tostring(result.err))
    end
    assert.is_true(wire.now() - started < 2.3, "one behind the other")
    assert.equal(4, #server:requests(key))
    assert.equal(4, #server:requests(other))
  end)

  it("cancels a task's request at once, and tells whether it had left", function()
    local client = case({ { after = "stall" } })
    local err
    signalwire.run(function()
      local task = signalwire.spawn(function()
        local _, failure = wire.send(client)
        err = failure
      end)
      signalwire.sleep(0.3)
      task:cancel()
    end)
    assert.equal("cancelled", err.kind)
    assert.is_false(err.retryable)
  end)

  it("does not hold up the end of a process, whatever is under way", function()
    local silent = server:url(server:port("tls"), { { after = "stall" } })
    local answering = server:url(server:port("tls"), { rawserver.ok })
    local ends = {
      "command() os.exit(0)",
      "command() os.exit(0, true)",
      "command() print('closed')",
      "local core = require('signalwire.core') for _ = 1, 3 do client.calling:denoise('x') end",
    }
    for _, ending in ipairs(ends) do
      local env = { TEST_URL = answering, TEST_CA = server.ca_file }
      assert.is_nil(child.run(server.folder, program .. ending, env):find("rror"), ending)
    end
    local started = wire.now()
    local cut = "signalwire.run(function() signalwire.spawn(command) signalwire.sleep(0.2) %s end)"
    for _, ending in ipairs({ "os.exit(0)", "os.exit(0, true)", "error('raised')" }) do
      local env = { TEST_URL = silent, TEST_CA = server.ca_file }
      local output = child.run(server.folder, program .. cut:format(ending), env)
      assert.is_nil(output:find("ault"), output)
    end
    assert.is_true(wire.now() - started < 8)
  end)
end)
