-- What POST /api/calling/calls takes: which commands there are, and what the client itself must know to send one. The
-- rest, every parameter and every limit, stands as data in the file of its group, which is read when something of it is
-- first asked for: it serves strict mode, check, hints, the reference pages and the editor types.

local catalog = { name = "calling", method = "POST", path = "/api/calling/calls" }

-- A group, then its commands: behind each the parameters without which it means nothing.
local groups = {
  { "calls", "dial from", "update id", "calling.end", "calling.disconnect" },
  { "ai", "calling.ai_hold", "calling.ai_unhold", "calling.ai_message", "calling.ai.stop" },
  {
    "ai_sidecar", "calling.ai_sidecar", "calling.ai_sidecar.poke", "calling.ai_sidecar.ask", "calling.ai_sidecar.stop",
    "calling.ai_sidecar.status",
  },
  {
    "play", "calling.play play", "calling.play.pause control_id", "calling.play.resume control_id",
    "calling.play.stop control_id", "calling.play.volume volume",
  },
  {
    "record", "calling.record", "calling.record.pause control_id", "calling.record.resume control_id",
    "calling.record.stop control_id",
  },
  { "collect", "calling.collect", "calling.collect.stop control_id", "calling.collect.start_input_timers" },
  { "detect", "calling.detect detect", "calling.detect.stop control_id" },
  { "tap", "calling.tap tap device", "calling.tap.stop control_id" },
  { "stream", "calling.stream url", "calling.stream.stop control_id" },
  { "transcribe", "calling.transcribe", "calling.transcribe.stop control_id" },
  { "live", "calling.live_transcribe action", "calling.live_translate action" },
  { "denoise", "calling.denoise", "calling.denoise.stop" },
  { "transfer", "calling.transfer dest", "calling.refer device" },
  { "fax", "calling.send_fax.stop control_id", "calling.receive_fax.stop control_id" },
  { "user_event", "calling.user_event event" },
}

-- Where the call's id goes: for all others at the top of the body.
local id_of = { dial = "none", update = "params" }

-- The parameter that may be a string in place of its whole form.
local written_out_of = { ["calling.refer"] = "device" }

-- `end` is a keyword of Lua.
local function method_of(command)
  local method = command:gsub("^calling%.", ""):gsub("%.", "_")
  return method == "end" and "end_" or method
end

local entry_of = {}
local command_of = {}

--- The methods' names, a command each.
catalog.methods = {}

for _, group in ipairs(groups) do
  for i = 2, #group do
    local command, must = group[i]:match("^(%S+) ?(.*)$")
    local method = method_of(command)
    entry_of[command], command_of[method] = { group = group[1], method = method, must = must }, command
    catalog.methods[#catalog.methods + 1] = method
  end
end
command_of["end"] = command_of.end_

local rows = {}

-- Fills in what the group's file says; until then `false` says of a field that it is missing without reading the file.
local function complete(row)
  setmetatable(row, nil)
  for name, value in pairs(row) do
    if not value then row[name] = nil end
  end
  for _, whole in ipairs(require("signalwire.catalog.calling." .. row.group)) do
    if whole.command == row.command then
      for name, value in pairs(whole) do
        row[name] = row[name] or value
      end
    end
  end
  return row
end

local unread = { __index = function(row, name) return complete(row)[name] end }

local function words_of(text)
  local words = {}
  for word in text:gmatch("%S+") do
    words[#words + 1] = word
  end
  return words[1] and words
end

local function row_of(command, entry)
  return setmetatable({
    command = command,
    group = entry.group,
    method = entry.method,
    id = id_of[command] or "top",
    must = words_of(entry.must) or false,
    written_out = written_out_of[command] or false,
    shape = false,
  }, unread)
end

--- The row of a command; nil where there is none.
function catalog.row_of_command(command)
  if not rows[command] and entry_of[command] then rows[command] = row_of(command, entry_of[command]) end
  return rows[command]
end

--- The row of a method; nil where there is none.
function catalog.row_of_method(method) return catalog.row_of_command(command_of[method]) end

--- Every row, whole.
function catalog.rows()
  local all = {}
  for i, method in ipairs(catalog.methods) do
    local row = catalog.row_of_method(method)
    all[i] = getmetatable(row) and complete(row) or row
  end
  return all
end

return catalog
