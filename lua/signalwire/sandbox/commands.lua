-- What each command does, under its name: function(machine, call, params) -> text for the log, or nil and a refusal.

local controls = require("signalwire.sandbox.controls")

local commands = {}

local function take(part)
  for name, command in pairs(require("signalwire.sandbox." .. part)) do
    if name == "dial" or name == "update" then
      commands[name] = command
    else
      commands["calling." .. name] = command
    end
  end
end

take("calls")
take("audio")
take("media")

local listening = require("signalwire.sandbox.listening")
for _, name in ipairs { "collect", "collect.start_input_timers", "detect" } do
  commands["calling." .. name] = listening[name]
end

for _, kind in ipairs { "play", "record", "collect", "detect", "tap", "stream", "transcribe" } do
  commands["calling." .. kind .. ".stop"] = function(machine, call, params)
    local control, no = controls.find(call, kind, params)
    if not control then return nil, no end
    controls.finish(machine, call, control)
    return "stops"
  end
end

return commands
