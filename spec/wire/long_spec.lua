-- What takes long: many commands over one connection, whose memory stays flat; and a run that is idle.
local child = require("spec.support.child")
local rawserver = require("spec.support.rawserver")
local wire = require("spec.support.wire")

-- Under AddressSanitizer, resident memory follows its own books and not what the program holds.
local function is_sanitized()
  for line in io.lines("/proc/self/maps") do
    if line:find("libasan", 1, true) then return true end
  end
  return false
end

local function resident_kilobytes()
  if is_sanitized() then return 0 end
  for line in io.lines("/proc/self/status") do
    local kilobytes = line:match("^VmRSS:%s*(%d+)")
    if kilobytes then return tonumber(kilobytes) end
  end
end

local function memory()
  collectgarbage()
  collectgarbage()
  return { lua = collectgarbage("count"), resident = resident_kilobytes() }
end

local function assert_flat(before, after)
  local lua, resident = after.lua - before.lua, after.resident - before.resident
  assert.is_true(lua < 160, ("Lua's memory grew by %.0f KB"):format(lua))
  assert.is_true(resident < 4096, ("resident memory grew by %d KB"):format(resident))
end

describe("An idle run #long", function()
  it("makes under ten system calls in five seconds", function()
    local folder = os.tmpname()
    os.remove(folder)
    assert(os.execute("mkdir " .. folder))
    local output = child.run(
      folder,
      [[
        local signalwire = require("signalwire")
        signalwire.run(function()
          signalwire.sleep(0.1)
          io.stderr:write("idle\n")
          signalwire.sleep(5)
          io.stderr:write("over\n")
        end)
      ]],
      { ASAN_OPTIONS = "detect_leaks=0" }, -- LeakSanitizer can't work beside strace
      "exec strace -f -o " .. folder .. "/calls "
    )
    assert.equal("idle\nover\n", output)
    local calls, idle = 0, false
    for line in io.lines(folder .. "/calls") do
      if line:find('"over\\n"', 1, true) then idle = false end
      if idle then calls = calls + 1 end
      if line:find('"idle\\n"', 1, true) then idle = true end
    end
    os.execute("rm -r " .. folder)
    assert.is_true(calls > 0 and calls < 10, calls .. " system calls")
  end)
end)

describe("Many commands", function()
  local server

  setup(function() server = rawserver.start { tls = 8 } end)
  teardown(function() server:stop() end)

  local function repeated(amount, send)
    for _ = 1, math.floor(amount / 5) do
      send()
    end
    local before = memory()
    for _ = 1, amount do
      send()
    end
    assert_flat(before, memory())
  end

  local leg = rawserver.json("200 OK", '{"id":"a-leg","charge":0.125,"details":[{"charge":1.5}],"url":null}')

  local function one_connection(amount)
    local client, _, port = wire.case(server, "tls", { { send = leg, quiet = true } })
    repeated(amount, function()
      local body, response = client.calling:play(wire.call_id, {
        control_id = "p1",
        play = { { type = "tts", params = { text = "Hello" } } },
      })
      assert(body, tostring(response))
    end)
    assert.equal(1, server:connections(port))
  end

  local function refusals(amount)
    local errors = '{"errors":[{"code":"x","message":"no","attribute":"y"}]}'
    local refusal = rawserver.json("422 Unprocessable", errors)
    local client, _, port = wire.case(server, "tls", { { send = refusal, quiet = true } })
    repeated(amount, function()
      local body, err = wire.send(client)
      assert(body == nil and err.status == 422, tostring(err))
    end)
    assert.equal(1, server:connections(port))
  end

  local function broken_connections(amount)
    local client = wire.case(server, "tls", { { quiet = true, after = "reset" } })
    repeated(amount, function()
      local body, err = wire.send(client)
      assert(body == nil and err.kind == "network", tostring(err))
    end)
  end

  it("leave memory flat and the connection count at one", function() one_connection(2000) end)
  it("that are refused leave memory flat", function() refusals(1000) end)
  it("whose connections break leave memory flat", function() broken_connections(300) end)

  it(
    "leave memory flat and the connection count at one, 100,000 times #long",
    function() one_connection(100000) end
  )
  it("that are refused leave memory flat, 20,000 times #long", function() refusals(20000) end)
  it("whose connections break leave memory flat, 5,000 times #long", function() broken_connections(5000) end)
end)
