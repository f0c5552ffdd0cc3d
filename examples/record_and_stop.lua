-- Records a call, leaves out a part of it, and stops.
--
--   CALL_ID=... STATUS_URL=https://... lua record_and_stop.lua
--
-- Where the recording lies comes to STATUS_URL.

local signalwire = require("signalwire")

local client = signalwire.assert(signalwire.client())

local function fail(err)
  io.stderr:write(tostring(err), "\n")
  os.exit(1)
end

local recording, err = client:call(os.getenv("CALL_ID")):record({
  record = { audio = { format = "wav", stereo = true, direction = "both" } },
  status_url = os.getenv("STATUS_URL"),
})
if not recording then
  -- Where no answer came, the recording may run all the same: its action can stop it.
  if err.action then err.action:stop() end
  fail(err)
end
print("recording, control_id " .. recording.control_id)

for _, step in ipairs({ "pause", "resume", "stop" }) do
  signalwire.sleep(0.5)
  local done, step_err = recording[step](recording)
  if not done then fail(step_err) end
  print(step .. ": done")
end
