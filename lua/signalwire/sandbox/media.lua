-- Commands whose effect is elsewhere: taps, streams, transcriptions, AI agents. The sandbox keeps account of them.

local controls = require("signalwire.sandbox.controls")
local events = require("signalwire.sandbox.events")
local refusal = require("signalwire.sandbox.refusal")

local media = {}

-- Seconds.
local TRANSCRIBING, ASKING = 1, 1

-- Tap and stream ---------------------------------------------------------------------------------------------

function media.tap(machine, call, params)
  local control = controls.start(machine, call, "tap", {
    id = params.control_id,
    status_url = params.status_url,
    state = "tapping",
    tap = params.tap,
    device = params.device,
  })
  controls.report(machine, call, control)
  return "taps by " .. params.device.type
end

function media.stream(machine, call, params)
  local control = controls.start(machine, call, "stream", {
    id = params.control_id,
    status_url = params.status_url,
    method = params.status_url_method,
    state = "streaming",
    url = params.url,
    name = params.name,
  })
  controls.report(machine, call, control)
  return "streams"
end

-- Transcribe -------------------------------------------------------------------------------------------------

--- What RELAY hears of a transcription; a status_url hears of its text alone.
local function transcription_is(machine, call, control, state, fields)
  local all = { control_id = control.id, state = state, status_url = control.status_url }
  for name, value in pairs(fields or {}) do
    all[name] = value
  end
  machine:hear(call.session, events.of_call(call, "calling.call.transcribe", all))
end

local function transcription_ends(machine, call, control)
  local seconds = machine.clock - control.since
  transcription_is(machine, call, control, "finished", {
    url = ("https://sandbox.invalid/transcripts/%s.txt"):format(control.transcript_id),
    recording_id = control.transcript_id,
    duration = seconds,
    size = math.floor(seconds * 4000),
    start_time = machine.born + control.since,
    end_time = machine:time(),
  })
  machine:later(TRANSCRIBING, function()
    local event = events.transcript(call, control.transcript_id, "Hello, this is the sandbox.")
    machine:post(control.status_url, event)
  end)
end

function media.transcribe(machine, call, params)
  if controls.all(call, "transcribe")[1] then return nil, refusal.status(409, "a transcription runs already") end
  local control = controls.start(machine, call, "transcribe", {
    id = params.control_id,
    status_url = params.status_url,
    transcript_id = machine.uuid(),
    at_end = transcription_ends,
  })
  transcription_is(machine, call, control, "transcribing")
  return "transcribes"
end

--- `action` is "stop", or an object with one key.
local function word_of(action) return type(action) == "string" and action or next(action) end

local function live(noun)
  return function(_, _, params) return ("%s: %s"):format(noun, word_of(params.action)) end
end

media.live_transcribe = live("live transcription")
media.live_translate = live("live translation")

-- AI sidecar -------------------------------------------------------------------------------------------------

local function sidecar_tells(machine, call, kind, fields)
  machine:post(call.sidecar.url, events.sidecar(machine, call, kind, fields))
end

--- Wraps a command for a sidecar. One that no command started may be a script's, so that it is not refused.
local function with_sidecar(command)
  return function(machine, call, params)
    if not call.sidecar then return "no command started a sidecar: a script's, perhaps" end
    return command(machine, call, params)
  end
end

function media.ai_sidecar(machine, call, params)
  call.sidecar = { url = params.url, tick = 0 }
  sidecar_tells(machine, call, "start")
  return "starts a sidecar"
end

media["ai_sidecar.poke"] = with_sidecar(function() return "pokes the sidecar" end)

media["ai_sidecar.status"] = with_sidecar(function() return "a sidecar runs" end)

media["ai_sidecar.ask"] = with_sidecar(function(machine, call, params)
  local ask_id = machine.uuid()
  local sidecar = call.sidecar
  sidecar_tells(machine, call, "ask_request", { ask_id = ask_id, text = params.text })
  machine:later(ASKING, function()
    if call.sidecar ~= sidecar then return end
    sidecar_tells(machine, call, "ask_answer", { ask_id = ask_id, text = "The sandbox has no opinion." })
  end)
  return "asks the sidecar"
end)

media["ai_sidecar.stop"] = with_sidecar(function(machine, call)
  sidecar_tells(machine, call, "stop")
  sidecar_tells(machine, call, "final")
  call.sidecar = nil
  return "stops the sidecar"
end)

-- What has neither an end nor a webhook ------------------------------------------------------------------------

local function simply(text)
  return function() return text end
end

--- Stops what RELAY started; where it started nothing, a script may have.
local function stop_or(kind, text)
  return function(machine, call, params)
    for _, control in ipairs(controls.all(call, kind)) do
      if params.control_id == nil or params.control_id == control.id then
        controls.finish(machine, call, control)
        return "stops"
      end
    end
    return text
  end
end

local function denoised(is_on, text)
  return function(machine, call)
    machine:hear(call.session, events.of_call(call, "calling.call.denoise", { denoised = is_on }))
    return text
  end
end

media.denoise = denoised(true, "denoises")
media["denoise.stop"] = denoised(false, "denoises no more")
media.ai_hold = simply("holds the agent's caller")
media.ai_unhold = simply("goes on with the agent")
media.ai_message = simply("tells the agent")
media["ai.stop"] = stop_or("ai", "stops the agent")
media.user_event = simply("sends an event to its script")
media["send_fax.stop"] = stop_or("send_fax", "stops a fax that a script sends")
media["receive_fax.stop"] = stop_or("receive_fax", "stops a fax that a script receives")

return media
