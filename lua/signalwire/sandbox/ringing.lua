-- What becomes of a call that is dialled: it rings at its far end, which answers, or does not.

local controls = require("signalwire.sandbox.controls")
local far_end = require("signalwire.sandbox.far_end")

local ringing = {}

-- Seconds after dial.
local CREATED, RINGING, ANSWERED = 0.05, 0.15, 0.4
local RINGS = 30 -- where no timeout is named

local alive = { queued = true, created = true, ringing = true, answered = true }

--- Rings at the far end of a call, for `timeout` seconds where nobody answers.
function ringing.start(machine, call, timeout)
  local outcome = far_end.of(call.to).outcome
  local function at(seconds, action)
    machine:later(seconds, function()
      if alive[call.state] then action() end
    end)
  end
  at(CREATED, function() machine:move(call, "created") end)
  at(RINGING, function() machine:move(call, "ringing") end)
  if outcome == "answer" then
    at(ANSWERED, function() machine:move(call, "answered") end)
  elseif outcome == "noAnswer" then
    at(RINGING + (timeout or RINGS), function() controls.end_call(machine, call, outcome) end)
  else
    local final_status = outcome == "error" and "failed" or nil
    at(ANSWERED, function() controls.end_call(machine, call, outcome, final_status) end)
  end
end

return ringing
