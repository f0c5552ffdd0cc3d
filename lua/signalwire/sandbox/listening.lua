-- Commands that listen to the far end of a call: collect and detect. What it does is far_end's choice.

local controls = require("signalwire.sandbox.controls")
local far_end = require("signalwire.sandbox.far_end")
local refusal = require("signalwire.sandbox.refusal")

local listening = {}

-- Seconds.
local THINKS, BETWEEN_KEYS = 0.5, 0.2
local INITIAL_TIMEOUT, DIGIT_TIMEOUT = 4, 5
local FIRST_WORDS, WHOLE_MESSAGE = 1.5, 2.5
local DETECT_TIMEOUT = 30

-- Collect ----------------------------------------------------------------------------------------------------

local function final_mark(control, is_final)
  if control.partial_results then return is_final end
  return nil
end

--- Sends a result, which ends the collect unless it is continuous.
local function give(machine, call, control, kind, params)
  controls.hold(control)
  control.state = control.continuous and "collecting" or nil
  local fields = { result = { type = kind, params = params }, final = final_mark(control, true) }
  controls.report(machine, call, control, fields)
  control.keys = ""
  if control.continuous then return end
  control.at_end = function() end
  controls.finish(machine, call, control)
end

local function give_digits(machine, call, control, terminator)
  give(machine, call, control, "digit", { digits = control.keys, terminator = terminator or "" })
end

local function start_of_input(machine, call, control)
  if not control.send_start_of_input or control.begun then return end
  control.begun = true
  controls.report(machine, call, control, { result = { type = "start_of_input" } })
end

--- The keys that the far end presses, one after the other.
local function hear_keys(machine, call, control, keys)
  local wanted = control.digits
  start_of_input(machine, call, control)
  for key in keys:gmatch(".") do
    if not control.running then return end
    if (wanted.terminators or ""):find(key, 1, true) then
      give_digits(machine, call, control, key)
    else
      control.keys = control.keys .. key
      if #control.keys >= wanted.max then give_digits(machine, call, control) end
    end
  end
  if not control.running or control.keys == "" then return end
  controls.after(
    machine,
    control,
    wanted.digit_timeout or DIGIT_TIMEOUT,
    function() give_digits(machine, call, control) end
  )
end

local function hear_words(machine, call, control, words)
  start_of_input(machine, call, control)
  if control.partial_results then
    local partial = { type = "speech", params = { text = words:match("^%S+"), confidence = 80.0 } }
    controls.report(machine, call, control, { result = partial, final = false })
  end
  give(machine, call, control, "speech", { text = words, confidence = 95.0 })
end

--- Plans what the far end will do by itself.
local function far_end_answers(machine, call, control)
  local far = far_end.of(call.to)
  if far.silent then return end
  if control.digits and not far.says then
    local keys = far.presses or ("1234567890"):rep(10):sub(1, control.digits.max)
    controls.after(
      machine,
      control,
      THINKS + BETWEEN_KEYS * #keys,
      function() hear_keys(machine, call, control, keys) end
    )
  elseif control.speech then
    controls.after(
      machine,
      control,
      THINKS + 1,
      function() hear_words(machine, call, control, far.says or "hello") end
    )
  end
end

local function start_timers(machine, call, control)
  control.timers_run = true
  machine:later(control.initial_timeout, function()
    if control.running and control.keys == "" and not control.begun then
      give(machine, call, control, "no_input")
    end
  end)
end

local function collect_ends(machine, call, control)
  controls.finished(machine, call, control, { result = { type = "finished" } })
end

function listening.collect(machine, call, params)
  if not params.digits and not params.speech then
    return nil, refusal.status(400, "collect needs digits or speech")
  end
  local control = controls.start(machine, call, "collect", {
    id = params.control_id,
    status_url = params.status_url,
    digits = params.digits,
    speech = params.speech,
    initial_timeout = params.initial_timeout or INITIAL_TIMEOUT,
    continuous = params.continuous,
    partial_results = params.partial_results,
    send_start_of_input = params.send_start_of_input,
    keys = "",
    at_end = collect_ends,
  })
  far_end_answers(machine, call, control)
  if params.start_input_timers then start_timers(machine, call, control) end
  return params.digits and ("collects up to %d digits"):format(params.digits.max) or "collects speech"
end

listening["collect.start_input_timers"] = function(machine, call, params)
  local control, no = controls.find(call, "collect", params)
  if not control then return nil, no end
  if not control.timers_run then start_timers(machine, call, control) end
  return "the initial timeout runs"
end

--- Feeds keys to the collect that runs on a call. Returns true, or nil and a message.
function listening.press(machine, call, keys)
  for _, control in ipairs(controls.all(call, "collect")) do
    if control.digits then
      hear_keys(machine, call, control, keys)
      return true
    end
  end
  return nil, "no collect that takes digits runs on this call"
end

--- Feeds words to the collect that runs on a call. Returns true, or nil and a message.
function listening.say(machine, call, words)
  for _, control in ipairs(controls.all(call, "collect")) do
    if control.speech then
      hear_words(machine, call, control, words)
      return true
    end
  end
  return nil, "no collect that takes speech runs on this call"
end

-- Detect -----------------------------------------------------------------------------------------------------

local function detected(machine, call, control, event)
  local detect = { type = control.looks_for, params = { event = event } }
  controls.report(machine, call, control, { detect = detect })
end

local function detect_ends(machine, call, control) detected(machine, call, control, "finished") end

--- What is found, in order: lists of seconds and event.
local found = {}

function found.machine(far, wanted)
  if far.is == "human" then return { { FIRST_WORDS, "HUMAN" } } end
  if far.is == "fax" then return { { FIRST_WORDS, "UNKNOWN" } } end
  if wanted.detect_message_end == false then return { { FIRST_WORDS, "MACHINE" } } end
  return { { FIRST_WORDS, "MACHINE" }, { FIRST_WORDS + WHOLE_MESSAGE, "READY" } }
end

function found.fax(far, wanted)
  if far.is ~= "fax" then return {} end
  return { { FIRST_WORDS, (wanted.tone or "CED"):upper() } }
end

function found.digit(far, wanted)
  local key = far.presses and far.presses:sub(1, 1)
  if not key then return {} end
  local any = (wanted.digits or "") == ""
  if not any and not wanted.digits:find(key, 1, true) then return {} end
  return { { THINKS + BETWEEN_KEYS, key } }
end

function listening.detect(machine, call, params)
  local looks_for = params.detect.type
  local control = controls.start(machine, call, "detect", {
    id = params.control_id,
    status_url = params.status_url,
    looks_for = looks_for,
    at_end = detect_ends,
  })
  local timeout = params.timeout or DETECT_TIMEOUT
  local last = timeout
  for _, finding in ipairs(found[looks_for](far_end.of(call.to), params.detect.params or {})) do
    if finding[1] < timeout then
      machine:later(finding[1], function()
        if control.running then detected(machine, call, control, finding[2]) end
      end)
      last = finding[1]
    end
  end
  controls.after(machine, control, last, function() controls.finish(machine, call, control) end)
  return "looks for a " .. looks_for
end

return listening
