-- What the generators share: the catalog, the groups it is documented in, and writing or checking files.

package.path = "./lua/?.lua;./lua/?/init.lua;" .. package.path

local support = {}

support.catalog = require("signalwire.catalog.calling")
support.relay = require("signalwire.catalog.relay")

--- The pages of the reference, in their order.
support.groups = {
  { name = "calls", title = "Calls", doc = "Placing, changing and ending calls." },
  { name = "transfer", title = "Transfer and refer", doc = "Sending a call elsewhere." },
  { name = "play", title = "Play", doc = "Audio, speech, silence and ringtones." },
  { name = "record", title = "Record", doc = "Recording a call." },
  { name = "collect", title = "Collect", doc = "Key presses and speech as input." },
  { name = "detect", title = "Detect", doc = "Machines, faxes and key presses on the line." },
  { name = "tap", title = "Tap", doc = "A copy of the audio, by RTP or WebSocket." },
  { name = "stream", title = "Stream", doc = "The audio, to a WebSocket." },
  { name = "transcribe", title = "Transcribe", doc = "The call as text, once it has ended." },
  { name = "live", title = "Live transcribe and translate", doc = "The call as text, or in another language." },
  { name = "denoise", title = "Denoise", doc = "Filtering noise out of a call." },
  { name = "fax", title = "Fax", doc = "Stopping a fax." },
  { name = "ai", title = "AI agent", doc = "The AI agent that speaks on a call." },
  { name = "ai_sidecar", title = "AI sidecar", doc = "An AI that listens to a call and advises." },
  { name = "user_event", title = "User event", doc = "Events of your own." },
}

--- The rows of a group, in the order of the catalog.
function support.rows_of(group)
  local rows = {}
  for _, row in ipairs(support.catalog.rows()) do
    if row.group == group.name then rows[#rows + 1] = row end
  end
  return rows
end

--- The rows that act on what `row` started, with the name that an action has for each.
function support.verbs_of(row)
  local verbs = {}
  for _, other in ipairs(support.catalog.rows()) do
    local start = row.command .. "."
    local verb = other.command:sub(1, #start) == start and other.command:sub(#start + 1)
    if verb then verbs[#verbs + 1] = { name = verb, row = other } end
  end
  return verbs
end

local function takes_control_id(row)
  for _, field in ipairs(row.params.fields) do
    if field.name == "control_id" then return true end
  end
  return false
end

--- True for the commands that go on until they are stopped: a call handle returns an action for them.
function support.has_action(row) return takes_control_id(row) and #support.verbs_of(row) > 0 end

local function constant_of(field) return field.required and field.enum and #field.enum == 1 and field.enum[1] or nil end

--- What an alternative of a union is known by: "type" and "tts", or a key that it must have.
function support.mark_of(alternative)
  for _, field in ipairs(alternative.fields or {}) do
    if constant_of(field) then return field.name, constant_of(field) end
  end
  for _, field in ipairs(alternative.fields or {}) do
    if field.required then return field.name end
  end
end

function support.read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("*a")
  file:close()
  return text
end

local function write(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
end

--- Writes `files` (path to text), or with --check says which of them are stale and ends with 1.
function support.deliver(files, arguments)
  local checking = arguments[1] == "--check"
  local paths, stale = {}, 0
  for path in pairs(files) do
    paths[#paths + 1] = path
  end
  table.sort(paths)
  for _, path in ipairs(paths) do
    if not checking then
      write(path, files[path])
    elseif support.read(path) ~= files[path] then
      io.stderr:write(path, " is stale\n")
      stale = stale + 1
    end
  end
  if stale > 0 then
    io.stderr:write("run: ./run generate\n")
    os.exit(1)
  end
end

return support
