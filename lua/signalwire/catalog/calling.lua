-- What POST /api/calling/calls takes: which commands there are. What each takes, every parameter and every limit,
-- stands as data in the file of its group, which is loaded when first asked for: most programs use few.
--
-- `must` names the parameters that the client itself insists on; the rest serves strict mode, check, hints, the
-- reference pages and the editor types.

local catalog = { name = "calling", method = "POST", path = "/api/calling/calls" }

local groups = {
  { "calls", "dial", "update", "calling.end", "calling.disconnect" },
  { "ai", "calling.ai_hold", "calling.ai_unhold", "calling.ai_message", "calling.ai.stop" },
  {
    "ai_sidecar", "calling.ai_sidecar", "calling.ai_sidecar.poke", "calling.ai_sidecar.ask", "calling.ai_sidecar.stop",
    "calling.ai_sidecar.status",
  },
  { "play", "calling.play", "calling.play.pause", "calling.play.resume", "calling.play.stop", "calling.play.volume" },
  { "record", "calling.record", "calling.record.pause", "calling.record.resume", "calling.record.stop" },
  { "collect", "calling.collect", "calling.collect.stop", "calling.collect.start_input_timers" },
  { "detect", "calling.detect", "calling.detect.stop" },
  { "tap", "calling.tap", "calling.tap.stop" },
  { "stream", "calling.stream", "calling.stream.stop" },
  { "transcribe", "calling.transcribe", "calling.transcribe.stop" },
  { "live", "calling.live_transcribe", "calling.live_translate" },
  { "denoise", "calling.denoise", "calling.denoise.stop" },
  { "transfer", "calling.transfer", "calling.refer" },
  { "fax", "calling.send_fax.stop", "calling.receive_fax.stop" },
  { "user_event", "calling.user_event" },
}

-- `end` is a keyword of Lua.
local function method_of(command)
  local method = command:gsub("^calling%.", ""):gsub("%.", "_")
  return method == "end" and "end_" or method
end

local group_of = {}
local command_of = {}

--- The methods' names, a command each.
catalog.methods = {}

for _, group in ipairs(groups) do
  for i = 2, #group do
    local command, method = group[i], method_of(group[i])
    group_of[command], command_of[method] = group[1], command
    catalog.methods[#catalog.methods + 1] = method
  end
end
command_of["end"] = command_of.end_

local rows_of = {}

local function load_group(name)
  if rows_of[name] then return rows_of[name] end
  local rows = {}
  for _, row in ipairs(require("signalwire.catalog.calling." .. name)) do
    row.group, row.method = name, method_of(row.command)
    rows[row.command] = row
  end
  rows_of[name] = rows
  return rows
end

--- The row of a command; nil where there is none.
function catalog.row_of_command(command)
  local group = group_of[command]
  return group and load_group(group)[command]
end

--- The row of a method; nil where there is none.
function catalog.row_of_method(method) return catalog.row_of_command(command_of[method]) end

--- Every row.
function catalog.rows()
  local rows = {}
  for i, method in ipairs(catalog.methods) do
    rows[i] = catalog.row_of_method(method)
  end
  return rows
end

return catalog
