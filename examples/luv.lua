-- Commands within a program that runs on libuv, by luv: they wait in uv.run, and the rest of the program goes on.
--
--   lua luv.lua

local signalwire = require("signalwire")
local uv = require("luv")

local luv = require("signalwire.loop.luv").install()

local client = signalwire.assert(signalwire.client())
local calls_left = 3

local function call_and_hang_up(name)
  local leg, response = signalwire.assert(client.calling:dial({
    from = "sip:desk@example.com",
    to = ("sip:%s@example.com"):format(name),
    swml = { version = "1.0.0", sections = { main = { { sleep = 60000 } } } },
  }))
  print(("%s: call %s, HTTP %d"):format(name, leg.id, response.status))
  signalwire.sleep(2)
  signalwire.assert(client:call(leg.id):hangup())
  print(name .. ": hung up")
  calls_left = calls_left - 1
end

for _, name in ipairs({ "alice", "bob", "carol" }) do
  luv.spawn(call_and_hang_up, name)
end

local clock = uv.new_timer()
clock:start(0, 500, function()
  if calls_left == 0 then return clock:close() end
  print(("%d calls; the program goes on"):format(calls_left))
end)

uv.run()
