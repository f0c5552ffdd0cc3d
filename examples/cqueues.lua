-- Commands within a program that runs on cqueues: they wait there, and the rest of the program goes on.
--
--   lua cqueues.lua

local cqueues = require("cqueues")
local signalwire = require("signalwire")

require("signalwire.loop.cqueues").install()

local client = signalwire.assert(signalwire.client())
local controller = cqueues.new()
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
  controller:wrap(call_and_hang_up, name)
end

controller:wrap(function()
  while calls_left > 0 do
    print(("%d calls; the program goes on"):format(calls_left))
    cqueues.sleep(0.5)
  end
end)

local fine, message = controller:loop()
if not fine then
  io.stderr:write(message, "\n")
  os.exit(1)
end
