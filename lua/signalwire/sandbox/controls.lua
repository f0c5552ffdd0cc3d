-- What runs on a call: playbacks, recordings and the like. Each has a control_id, a state and, mostly, an end.

local events = require("signalwire.sandbox.events")
local refusal = require("signalwire.sandbox.refusal")

local controls = {}

local nouns = {
  play = "playback",
  record = "recording",
  collect = "collect",
  detect = "detect",
  tap = "tap",
  stream = "stream",
  transcribe = "transcription",
  send_fax = "fax",
  receive_fax = "fax",
  pay = "payment",
}

local function key_of(kind, control_id) return kind .. " " .. control_id end

--- What each kind of event says beside control_id and state.
local details = {}

function details.record(control)
  return { record = { audio = control.audio }, url = control.recording_url, recording_id = control.recording_id }
end

function details.tap(control) return { tap = control.tap, device = control.device } end

function details.stream(control) return { url = control.url, name = control.name } end

--- Sends an event about a control to its status_url.
function controls.report(machine, call, control, fields)
  local all = { control_id = control.id, state = control.state }
  local more = details[control.kind] and details[control.kind](control) or {}
  for name, value in pairs(more) do
    all[name] = value
  end
  for name, value in pairs(fields or {}) do
    all[name] = value
  end
  local event = events.of_call(call, "calling.call." .. control.kind, all)
  machine:tell(control.status_url, call, event, control.method)
end

--- Ends a control and, where its kind has something to say about that, says it.
function controls.finish(machine, call, control)
  if not control.running then return end
  control.running = false
  call.controls[key_of(control.kind, control.id)] = nil
  control.at_end(machine, call, control)
  if control.when_over then control.when_over() end
end

--- The plain end of a control: its state is finished, and its status_url hears so.
function controls.finished(machine, call, control, fields)
  control.state = "finished"
  controls.report(machine, call, control, fields)
end

--- Starts a control. One that runs under the same control_id makes room for it.
---@param fields table @`id`, `state`, `status_url`, what the kind needs; `at_end` where its end is not the plain one
function controls.start(machine, call, kind, fields)
  local control = fields
  control.kind = kind
  control.id = control.id or machine.uuid()
  control.running = true
  control.since = machine.clock
  control.at_end = control.at_end or controls.finished
  call.started = (call.started or 0) + 1
  control.serial = call.started
  local before = call.controls[key_of(kind, control.id)]
  if before then controls.finish(machine, call, before) end
  call.controls[key_of(kind, control.id)] = control
  return control
end

--- The control of that kind and control_id, or nil and a refusal.
function controls.find(call, kind, params)
  local control = call.controls[key_of(kind, tostring(params.control_id))]
  if control then return control end
  local message = ("no %s with control_id '%s' runs on this call"):format(nouns[kind], tostring(params.control_id))
  return nil, refusal.state(message, "control_id")
end

--- All that runs on a call, in the order it was started; of one kind, where that is named.
function controls.all(call, kind)
  local list = {}
  for _, control in pairs(call.controls) do
    if not kind or control.kind == kind then list[#list + 1] = control end
  end
  table.sort(list, function(a, b) return a.serial < b.serial end)
  return list
end

--- Calls `action` after so many seconds if the control still runs then and nothing was put in its place.
function controls.after(machine, control, seconds, action)
  local turn = {}
  control.turn = turn
  machine:later(seconds, function()
    if control.running and control.turn == turn then action() end
  end)
end

--- Takes back what `after` has planned.
function controls.hold(control) control.turn = nil end

--- Ends a call and all that runs on it.
function controls.end_call(machine, call, reason, final_status)
  if call.state == "ended" then return end
  if call.session and call.state == "answered" then machine:move(call, "ending") end
  for _, control in ipairs(controls.all(call)) do
    controls.finish(machine, call, control)
  end
  call.end_reason = reason
  call.final_status = final_status
  machine:move(call, "ended")
end

return controls
