-- Commands that play to a call and record it.

local controls = require("signalwire.sandbox.controls")
local refusal = require("signalwire.sandbox.refusal")

local audio = {}

local AUDIO_FILE = 2 -- seconds; the sandbox fetches no file
local RINGTONE = 4
local SPOKEN_CHARACTERS = 15 -- a second
local bytes_per_second = { mp3 = 4000, wav = 16000, mp4 = 8000 }

local lasts = {}

function lasts.audio() return AUDIO_FILE end
function lasts.tts(params) return math.max(0.5, #params.text / SPOKEN_CHARACTERS) end
function lasts.silence(params) return params.duration end
function lasts.ringtone(params) return params.duration or RINGTONE end

--- Seconds that the items take, once through.
local function length_of(items)
  local sum = 0
  for _, item in ipairs(items) do
    sum = sum + math.max(0, lasts[item.type](item.params))
  end
  return sum
end

--- A host below .invalid exists nowhere (RFC 2606), so its audio can't be fetched.
local function can_not_be_fetched(items)
  for _, item in ipairs(items) do
    local host = item.type == "audio" and item.params.url:match("^%a+://([^/:?#]+)")
    if host and host:lower():find("%.invalid$") then return true end
  end
  return false
end

local function play_on(machine, call, control)
  control.state = "playing"
  control.since = machine.clock
  controls.report(machine, call, control)
  if control.left == math.huge then return end
  controls.after(machine, control, control.left, function() controls.finish(machine, call, control) end)
end

function audio.play(machine, call, params)
  local times = params.loop or 1
  local length = times == 0 and math.huge or length_of(params.play) * times
  local control = controls.start(machine, call, "play", {
    id = params.control_id,
    status_url = params.status_url,
    left = length,
  })
  if can_not_be_fetched(params.play) then
    control.at_end = function()
      control.state = "error"
      controls.report(machine, call, control)
    end
    controls.after(machine, control, 0.5, function() controls.finish(machine, call, control) end)
    return "its audio can't be fetched"
  end
  play_on(machine, call, control)
  local items = #params.play == 1 and "1 item" or #params.play .. " items"
  return length == math.huge and ("plays %s until stopped"):format(items)
    or ("plays %s for %.1f s"):format(items, length)
end

audio["play.pause"] = function(machine, call, params)
  local control, no = controls.find(call, "play", params)
  if not control then return nil, no end
  if control.state ~= "playing" then return nil, refusal.state("the playback is not playing", "control_id") end
  control.left = control.left - (machine.clock - control.since)
  control.state = "paused"
  controls.hold(control)
  controls.report(machine, call, control)
  return "pauses"
end

audio["play.resume"] = function(machine, call, params)
  local control, no = controls.find(call, "play", params)
  if not control then return nil, no end
  if control.state ~= "paused" then return nil, refusal.state("the playback is not paused", "control_id") end
  play_on(machine, call, control)
  return "plays on"
end

audio["play.volume"] = function(_, call, params)
  local control, no = controls.find(call, "play", params)
  if not control then return nil, no end
  control.volume = params.volume
  return ("volume %g dB"):format(params.volume)
end

--- Seconds on the recording so far.
local function recorded(machine, control)
  local running = control.state == "recording" or control.pause_behavior == "silence"
  return control.length + (running and machine.clock - control.since or 0)
end

local function recording_ends(machine, call, control)
  local seconds = recorded(machine, control)
  controls.finished(machine, call, control, {
    duration = seconds,
    size = math.floor(seconds * bytes_per_second[control.audio.format]),
    start_time = machine.born + control.begun,
    end_time = machine:time(),
  })
end

--- The far end of a sandbox call never falls silent: a recording ends by max_length, a stop or the end of the call.
local function record_on(machine, call, control)
  control.state = "recording"
  control.since = machine.clock
  controls.report(machine, call, control)
  if control.max_length == 0 then return end
  local left = control.max_length - control.length
  controls.after(machine, control, left, function() controls.finish(machine, call, control) end)
end

function audio.record(machine, call, params)
  local wanted = params.record.audio
  local id = machine.uuid()
  local format = wanted.format or "mp3"
  local control = controls.start(machine, call, "record", {
    id = params.control_id,
    status_url = params.status_url,
    audio = { format = format, direction = wanted.direction or "speak", stereo = wanted.stereo or false },
    recording_id = id,
    recording_url = ("https://sandbox.invalid/recordings/%s.%s"):format(id, format),
    begun = machine.clock,
    length = 0,
    max_length = wanted.max_length or 0,
    at_end = recording_ends,
  })
  record_on(machine, call, control)
  return control.max_length == 0 and "records until stopped" or ("records up to %g s"):format(control.max_length)
end

audio["record.pause"] = function(machine, call, params)
  local control, no = controls.find(call, "record", params)
  if not control then return nil, no end
  if control.state ~= "recording" then return nil, refusal.state("the recording is not running", "control_id") end
  control.length = recorded(machine, control)
  control.since = machine.clock
  control.state = "paused"
  control.pause_behavior = params.behavior or "skip"
  controls.hold(control)
  controls.report(machine, call, control, { pause_behavior = control.pause_behavior })
  return "pauses"
end

audio["record.resume"] = function(machine, call, params)
  local control, no = controls.find(call, "record", params)
  if not control then return nil, no end
  if control.state ~= "paused" then return nil, refusal.state("the recording is not paused", "control_id") end
  control.length = recorded(machine, control)
  control.pause_behavior = nil
  record_on(machine, call, control)
  return "records on"
end

return audio
