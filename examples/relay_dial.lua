-- Calls somebody, speaks when they answer, and hangs up.
--
--   lua relay_dial.lua SIP_ADDRESS...
--
-- Those named are rung one after the other, until one answers.

local signalwire = require("signalwire")

local devices = {}
for i, address in ipairs(arg) do
  devices[i] = { { type = "sip", params = { to = address, from = "sip:desk@example.com", timeout = 20 } } }
end

local relay = signalwire.assert(signalwire.relay())

local function call_somebody()
  local call, err = relay:dial(devices, { timeout = 60 })
  if not call then return nil, err end
  print(("%s answered: call %s"):format(call.device.params.to, call.id))
  local playing
  playing, err = call:play({ play = { { type = "tts", params = { text = "Hello. This is a test call." } } } })
  if not playing then return nil, err end
  local event
  event, err = playing:wait(60)
  if not event then return nil, err end
  print(event.ok and "said it" or "could not say it")
  signalwire.assert(call:hangup())
  local ended = signalwire.assert(call:wait_for_ended(30))
  print("the call has ended: " .. tostring(ended.reason))
  return true
end

local fine, err = relay:run(call_somebody)
if not fine then
  io.stderr:write(tostring(err), "\n")
  os.exit(1)
end
