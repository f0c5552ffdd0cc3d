-- Takes calls, asks whom the caller wants, and bridges the two.
--
--   lua relay_ivr.lua CONTEXT [HOW MANY CALLS]
--
-- Without a number it goes on until Ctrl-C.

local signalwire = require("signalwire")

local context = arg[1] or "default"
local left = tonumber(arg[2])

local extensions = { ["1"] = "sip:sales@example.com", ["2"] = "sip:support@example.com" }

local relay = signalwire.assert(signalwire.relay({ contexts = { context } }))

local function speech(text) return { { type = "tts", params = { text = text } } } end

local function say(call, text)
  local playing = call:play({ play = speech(text) })
  if playing then playing:wait() end
end

local function ask(call)
  local asking, err = call:play_and_collect({
    play = speech("For sales, press 1. For support, press 2."),
    collect = { digits = { max = 1 }, initial_timeout = 5, start_input_timers = true },
  })
  if not asking then return nil, err end
  local event
  event, err = asking:wait()
  return event and event.digits, err
end

local function serve(call)
  signalwire.assert(call:answer())
  local digit
  for _ = 1, 3 do
    digit = ask(call)
    if extensions[digit] or call.state == "ended" then break end
  end
  if not extensions[digit] then return say(call, "Goodbye.") end
  print(("call %s wants %s"):format(call.id, extensions[digit]))
  local device = { type = "sip", params = { to = extensions[digit], from = "sip:desk@example.com" } }
  local event, err = call:connect_wait({ devices = { { device } } }, { timeout = 60 })
  if not event then return print("what became of it is not known: " .. tostring(err)) end
  print(event.ok and "connected" or "nobody there: " .. tostring(event.reason))
  if not event.ok then return say(call, "Nobody is there.") end
  call:wait_for("calling.call.connect", function(news) return news.state == "disconnected" end, 3600)
end

relay:on_call(function(call)
  serve(call)
  call:hangup()
  left = left and left - 1
  if left == 0 then relay:close() end
end)

local fine, err = relay:run()
if not fine then
  io.stderr:write(tostring(err), "\n")
  os.exit(1)
end
