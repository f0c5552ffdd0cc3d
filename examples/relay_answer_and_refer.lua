-- Takes calls, says a word, and hands each over to another SIP address.
--
--   lua relay_answer_and_refer.lua CONTEXT [SIP ADDRESS] [HOW MANY CALLS]
--
-- A SIP address or number is assigned to a context in your space. Without a number it goes on until Ctrl-C.

local signalwire = require("signalwire")

local context = arg[1] or "default"
local address = arg[2] or "sip:sales@example.com"
local left = tonumber(arg[3])

local relay = signalwire.assert(signalwire.relay({ contexts = { context } }))

local function hand_over(call)
  signalwire.assert(call:answer())
  local playing, err = call:play({ play = { { type = "tts", params = { text = "Transferring you now." } } } })
  if not playing then return nil, err end
  playing:wait()
  return call:refer_wait({ device = address }, { timeout = 60 })
end

relay:on_call(function(call)
  print("a call came: " .. call.id)
  local event, err = hand_over(call)
  if event then
    print(event.ok and "handed over to " .. address or "not handed over: " .. event.state)
  else
    print("what became of it is not known: " .. tostring(err))
  end
  if not (event and event.ok) then call:hangup() end
  left = left and left - 1
  if left == 0 then relay:close() end
end)

local fine, err = relay:run()
if not fine then
  io.stderr:write(tostring(err), "\n")
  os.exit(1)
end
