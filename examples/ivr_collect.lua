-- Asks the caller for a number of four digits.
--
--   CALL_ID=... STATUS_URL=https://... lua ivr_collect.lua
--
-- What was pressed comes to STATUS_URL.

local signalwire = require("signalwire")

local client = signalwire.assert(signalwire.client())
local call = client:call(os.getenv("CALL_ID"))

local function fail(err)
  io.stderr:write(tostring(err), "\n")
  os.exit(1)
end

local prompt, err = call:play({
  play = { { type = "tts", params = { text = "Please enter the four digits of your order." } } },
})
if not prompt then fail(err) end
print("asking, control_id " .. prompt.control_id)

local collecting, collect_err = call:collect({
  digits = { max = 4, digit_timeout = 3, terminators = "#" },
  initial_timeout = 10,
  status_url = os.getenv("STATUS_URL"),
})
if not collecting then fail(collect_err) end
print("collecting, control_id " .. collecting.control_id)

-- The initial_timeout does not run until it is told to: the caller may listen to the end first.
local started, timers_err = collecting:start_input_timers()
if not started then fail(timers_err) end
print("the caller has ten seconds now")
