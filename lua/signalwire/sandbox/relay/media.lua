-- RELAY's commands that play, listen and send tones, where the Calling API has no like of them; and its AI agents.

local check = require("signalwire.check")
local controls = require("signalwire.sandbox.controls")
local events = require("signalwire.sandbox.events")
local forms = require("signalwire.sandbox.forms")
local rest = require("signalwire.sandbox.commands")

local media = {}

local TONE, SHORT_WAIT, LONG_WAIT = 0.1, 0.5, 1 -- seconds of a digit, a w, a W

local function no(code, message) return nil, { code = code, message = message } end

-- Play and collect -----------------------------------------------------------------------------------------------

--- Params in the form that the Calling API's command takes; nil and a fault where it would refuse them.
local function as_rest(hub, command, params)
  local plain = forms.copy(params, hub.box.json.null)
  if not hub.box.strict then forms.modernise(command, plain, hub.box.json) end
  local fault = check.faults(hub.box.rows[command], plain)[1]
  if fault then return nil, tostring(fault) end
  return plain
end

local function has_both(call, params) return controls.find(call, "collect", params) ~= nil end

--- A playback that is not alone: a collect of the same control_id runs beside it, and ends it.
function media.play_and_collect(hub, call, params, entry)
  local machine = hub.machine
  local play, fault = as_rest(hub, "calling.play", {
    control_id = params.control_id,
    play = params.play,
    volume = params.volume,
    status_url = params.status_url,
  })
  if not play then return no("400", fault) end
  local wanted = forms.copy(params.collect, hub.box.json.null)
  wanted.control_id, wanted.status_url = params.control_id, params.status_url
  local timers_wanted = wanted.start_input_timers ~= false
  wanted.start_input_timers = nil
  local collect
  collect, fault = as_rest(hub, "calling.collect", wanted)
  if not collect then return no("400", fault) end
  if not collect.digits and not collect.speech then return no("400", "params.collect needs digits or speech") end
  entry.what = "plays and collects"
  rest["calling.play"](machine, call, play)
  local playback = controls.find(call, "play", params)
  rest["calling.collect"](machine, call, collect)
  local collecting = controls.find(call, "collect", params)
  collecting.when_over = function() controls.finish(machine, call, playback) end
  playback.when_over = function()
    if timers_wanted and collecting.running then
      rest["calling.collect.start_input_timers"](machine, call, { control_id = params.control_id })
    end
  end
  return {}
end

media["play_and_collect.stop"] = function(hub, call, params, entry)
  local collecting = controls.find(call, "collect", params)
  if not collecting then return no("404", "no play_and_collect with that control_id") end
  controls.finish(hub.machine, call, collecting)
  entry.what = "stops"
  return {}
end

for _, verb in ipairs { "pause", "resume", "volume" } do
  media["play_and_collect." .. verb] = function(hub, call, params, entry)
    if not has_both(call, params) then return no("404", "no play_and_collect with that control_id") end
    local what, refused = rest["calling.play." .. verb](hub.machine, call, params)
    if not what then return no("409", refused.why) end
    entry.what = what
    return {}
  end
end

-- Tones and echo -------------------------------------------------------------------------------------------------

function media.send_digits(hub, call, params, entry)
  if not params.digits:find("^[%dA-Da-d*#wW]+$") then return no("400", "params.digits has what is no digit") end
  local short, long = select(2, params.digits:gsub("w", "")), select(2, params.digits:gsub("W", ""))
  local seconds = short * SHORT_WAIT + long * LONG_WAIT + (#params.digits - short - long) * TONE
  hub.machine:later(seconds, function()
    if call.state ~= "answered" then return end
    local event =
      events.of_call(call, "calling.call.send_digits", { control_id = params.control_id, state = "finished" })
    hub.machine:hear(call.session, event)
  end)
  entry.what = "sends digits"
  return {}
end

function media.echo(hub, call, params, entry)
  local machine = hub.machine
  local control = controls.start(machine, call, "echo", {
    status_url = params.status_url,
    at_end = function(_, _, control)
      machine:tell(control.status_url, call, events.of_call(call, "calling.call.echo", { state = "finished" }))
    end,
  })
  machine:tell(control.status_url, call, events.of_call(call, "calling.call.echo", { state = "echoing" }))
  if (params.timeout or 0) > 0 then
    controls.after(machine, control, params.timeout, function() controls.finish(machine, call, control) end)
  end
  entry.what = "echoes"
  return {}
end

-- Bound digits ---------------------------------------------------------------------------------------------------

function media.bind_digit(_, call, params, entry)
  if not params.digits:find("^[%dA-D*#]+$") then return no("400", "params.digits has what is no digit") end
  call.bindings = call.bindings or {}
  table.insert(call.bindings, {
    digits = params.digits,
    method = params.bind_method,
    params = params.params or {},
    realm = params.realm,
    left = params.max_triggers or 0,
  })
  entry.what = "binds " .. params.digits
  return {}
end

function media.clear_digit_bindings(_, call, params, entry)
  local kept = {}
  for _, binding in ipairs(call.bindings or {}) do
    if params.realm and binding.realm ~= params.realm then kept[#kept + 1] = binding end
  end
  call.bindings = kept
  entry.what = "unbinds digits"
  return {}
end

-- AI agents ------------------------------------------------------------------------------------------------------

function media.ai(hub, call, params, entry)
  controls.start(hub.machine, call, "ai", { id = params.control_id, at_end = function() end })
  entry.what = "starts an agent"
  return {}
end

function media.amazon_bedrock(_, _, _, entry)
  entry.what = "starts an agent"
  return {}
end

return media
