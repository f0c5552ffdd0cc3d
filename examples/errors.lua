-- What can go wrong, and what the library says of it. Each of these commands fails on purpose.
--
--   CALL_ID=... lua errors.lua

local signalwire = require("signalwire")

local client = signalwire.assert(signalwire.client())
local calling = client.calling
local call_id = os.getenv("CALL_ID")

local function explain(title, body, err)
  if body then error(title .. ": succeeded, which it should not") end
  print(title)
  print("  " .. tostring(err))
  print(("  kind %s, status %s, retryable %s"):format(err.kind, tostring(err.status), tostring(err.retryable)))
  for _, hint in ipairs(err.hints or {}) do
    print("  hint: " .. hint)
  end
end

explain("Nothing is sent without a call id:", calling:refer(nil, { device = "sip:sales@example.com" }))

explain("Nor what JSON can't carry:", calling:play(call_id, { play = { { type = "tts", volume = 0 / 0 } } }))

explain("A call that is not there:", calling:denoise("00000000-0000-4000-8000-000000000000"))

explain("A playback that does not run:", calling:play_pause(call_id, { control_id = "nothing" }))

explain("A collect for nothing:", calling:collect(call_id, { control_id = "c", initial_timeout = 5 }))

explain(
  "In strict mode, what the schema refuses is not sent:",
  calling:refer(call_id, { device = { to = "sip:sales@example.com" }, statusurl = "https://x" }, { strict = true })
)

local nowhere = signalwire.assert(signalwire.client({ base_url = "https://127.0.0.1:9", retries = 0 }))
explain("A server that is not there:", nowhere.calling:denoise(call_id))

local fine, message = pcall(function() return calling:reffer(call_id) end)
if fine then error("reffer exists") end
print("A method that does not exist raises:")
print("  " .. message)
