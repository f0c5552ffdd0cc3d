-- steady.lua BEFORE COUNT TASKS - sends BEFORE commands, says "ready", waits for a line, and sends COUNT more, beside
-- TASKS tasks that sleep.

local signalwire = require("signalwire")

local before, count, tasks = tonumber(arg[1]), tonumber(arg[2]), tonumber(arg[3])
local client = signalwire.assert(signalwire.client())
local params = { device = { type = "sip", params = { to = "sip:sales@example.com" } } }

local function send(number)
  for _ = 1, number do
    signalwire.assert(client.calling:refer("c0ffee00-1111-4222-8333-444455556666", params))
  end
end

local function measured()
  send(before)
  collectgarbage()
  io.write("ready\n")
  io.flush()
  io.read()
  send(count)
  os.exit(0) -- at once: the end of thousands of tasks is not what is counted
end

if tasks == 0 then return measured() end

signalwire.run(function()
  for _ = 1, tasks do
    signalwire.spawn(signalwire.sleep, 3600)
  end
  measured()
end)
