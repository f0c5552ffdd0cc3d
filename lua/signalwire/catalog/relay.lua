-- What RELAY takes for a call: the commands of the Calling API that it has too, and those that only it has.
--
-- A row says what its method is like: `action` starts something that goes on and is acted upon by its control_id;
-- `control` acts on such; the rest is done when it is answered. Rows of the Calling API are used as they are there.

local calling = require("signalwire.catalog.calling")

local catalog = { name = "relay" }

-- In the order of the reference page: the command, then where its row stands.
local groups = {
  { "relay.calls", "calling.answer", "calling.pass" },
  { "calling", "calling.end" },
  { "relay.calls", "calling.connect" },
  { "calling", "calling.disconnect", "calling.refer", "calling.transfer" },
  { "relay.calls", "calling.hold", "calling.unhold" },
  { "calling", "calling.play", "calling.play.pause", "calling.play.resume", "calling.play.stop",
    "calling.play.volume", "calling.record", "calling.record.pause", "calling.record.resume", "calling.record.stop" },
  { "relay.media", "calling.play_and_collect", "calling.play_and_collect.pause", "calling.play_and_collect.resume",
    "calling.play_and_collect.stop", "calling.play_and_collect.volume" },
  { "calling", "calling.collect", "calling.collect.stop", "calling.collect.start_input_timers", "calling.detect",
    "calling.detect.stop", "calling.tap", "calling.tap.stop", "calling.stream", "calling.stream.stop",
    "calling.transcribe", "calling.transcribe.stop", "calling.live_transcribe", "calling.live_translate",
    "calling.denoise", "calling.denoise.stop" },
  { "relay.calls", "calling.send_digits", "calling.bind_digit", "calling.clear_digit_bindings", "calling.echo" },
  { "relay.media", "calling.send_fax" },
  { "calling", "calling.send_fax.stop" },
  { "relay.media", "calling.receive_fax" },
  { "calling", "calling.receive_fax.stop" },
  { "relay.media", "calling.pay", "calling.pay.stop" },
  { "relay.rooms", "calling.join_conference", "calling.leave_conference", "calling.join_room", "calling.leave_room",
    "calling.queue.enter", "calling.queue.leave" },
  { "relay.ai", "calling.ai" },
  { "calling", "calling.ai.stop", "calling.ai_message", "calling.ai_hold", "calling.ai_unhold" },
  { "relay.ai", "calling.amazon_bedrock", "calling.user_event" },
}

-- `end` is a keyword of Lua, and people hang up.
local function method_of(command)
  local method = command:gsub("^calling%.", ""):gsub("%.", "_")
  return method == "end" and "hangup" or method
end

local source_of, command_of = {}, {}

--- The methods' names, a command each.
catalog.methods = {}

for _, group in ipairs(groups) do
  for i = 2, #group do
    local command, method = group[i], method_of(group[i])
    source_of[command], command_of[method] = group[1], command
    catalog.methods[#catalog.methods + 1] = method
  end
end

local rows = {}

local function load_group(name)
  for _, row in ipairs(require("signalwire.catalog." .. name)) do
    row.group, row.method = name, method_of(row.command)
    rows[row.command] = row
  end
end

--- The row of a command; nil where there is none.
function catalog.row_of_command(command)
  local source = source_of[command]
  if not source then return nil end
  if source == "calling" then return calling.row_of_command(command) end
  if not rows[command] then load_group(source) end
  return rows[command]
end

--- The row of a method; nil where there is none.
function catalog.row_of_method(method) return catalog.row_of_command(command_of[method]) end

--- The methods that act on what a row's command started, by their last word: stop is play_stop, ...
function catalog.controls_of(row)
  local controls = {}
  local start = row.command .. "."
  for method, command in pairs(command_of) do
    if command:sub(1, #start) == start then controls[command:sub(#start + 1)] = method end
  end
  for verb, method in pairs(row.controls or {}) do
    controls[verb] = method
  end
  return controls
end

local function has_control_id(row)
  for _, field in ipairs(row.params.fields) do
    if field.name == "control_id" then return true end
  end
  return false
end

--- Does it start something that is acted upon by its control_id?
function catalog.starts_action(row) return has_control_id(row) and source_of[row.command .. ".stop"] ~= nil end

--- Does it act on what another command started? Then it needs that one's control_id.
function catalog.is_control(row)
  local started = catalog.row_of_command(row.command:match("^(.*)%.[^.]*$"))
  return started ~= nil and has_control_id(started)
end

--- Does it need a control_id of its own?
function catalog.makes_control_id(row) return has_control_id(row) and not catalog.is_control(row) end

--- The event that tells what becomes of a command. By webhook a transcription sends something else.
function catalog.event_of(row)
  return row.command == "calling.transcribe" and "calling.call.transcribe" or row.webhook
end

--- The name of a row's method.
function catalog.method_of(row) return method_of(row.command) end

return catalog
