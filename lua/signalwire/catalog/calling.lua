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

--- The methods' names, a command each.
function catalog.methods()
  local methods = {}
  for _, group in ipairs(groups) do
    for i = 2, #group do
      methods[#methods + 1] = method_of(group[i]:match("^%S+"))
    end
  end
  return methods
end

-- The group, the command and what it must have, of the entry that has one of these patterns.
local function find(pattern, other)
  for _, group in ipairs(groups) do
    for i = 2, #group do
      local entry = group[i]
      if entry:find(pattern) or other and entry:find(other) then return group[1], entry:match("^(%S+) ?(.*)$") end
    end
  end
end

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

local function add_row(group, command, must)
  local row = {
    command = command,
    group = group,
    method = method_of(command),
    id = id_of[command] or "top",
    must = words_of(must) or false,
    written_out = written_out_of[command] or false,
    shape = false,
    write = false,
  }
  rows[command] = setmetatable(row, unread)
  return row
end

-- Where the name of a command ends.
local END = "%f[^%w_.]"

--- The row of a command; nil where there is none.
function catalog.row_of_command(command)
  if rows[command] then return rows[command] end
  local group, found, must = find("^" .. command:gsub("%p", "%%%0") .. END)
  return found == command and add_row(group, found, must) or nil
end

--- The row of a method; nil where there is none.
function catalog.row_of_method(method)
  if type(method) ~= "string" or method:find("[^%w_]") then return nil end
  if method == "end" then method = "end_" end
  local name = method:gsub("_$", ""):gsub("_", "[_.]") .. END
  local group, command, must = find("^" .. name, "^calling%." .. name)
  if not command or method_of(command) ~= method then return nil end
  return rows[command] or add_row(group, command, must)
end

--- Every row, whole.
function catalog.rows()
  local all = {}
  for i, method in ipairs(catalog.methods()) do
    local row = catalog.row_of_method(method)
    all[i] = getmetatable(row) and complete(row) or row
  end
  return all
end

return catalog
