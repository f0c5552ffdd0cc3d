-- The older forms that the service's documents and libraries show, turned into the form that its schema knows.

local forms = {}

local end_reasons = { no_answer = "noAnswer", declined = "decline" }
local state_events = { created = true, ringing = true, answered = true, ended = true }
local older_state_events = { queued = true, initiated = true, ending = true }
local older_ends = { busy = true, failed = true, ["no-answer"] = true }
local both_legs = { "remote-caller", "local-caller" }

local needs_control_id = {}
for name in ("play record collect detect tap stream transcribe"):gmatch("%a+") do
  needs_control_id["calling." .. name] = true
end

--- Moves the named keys of `from` into `into`, where nothing is yet.
local function move(from, into, names)
  for _, name in ipairs(names) do
    if into[name] == nil then into[name] = from[name] end
    from[name] = nil
  end
end

local function is_table(value) return type(value) == "table" end

--- `swml` may come as JSON text.
local function read_swml(params, json)
  if type(params.swml) ~= "string" then return end
  local document = json.decode(params.swml)
  if is_table(document) then params.swml = document end
end

local older = {}

function older.dial(params, json)
  read_swml(params, json)
  if not is_table(params.status_events) then return end
  local kept = {}
  for _, name in ipairs(params.status_events) do
    if state_events[name] or not older_state_events[name] then kept[#kept + 1] = name end
  end
  params.status_events = kept
end

--- An update that sets the status alone needs neither url nor swml.
function older.update(params, json)
  read_swml(params, json)
  params.id = params.id or params.call_id
  params.call_id, params.metadata = nil, nil
  if older_ends[params.status] then params.status = "completed" end
  if params.status and not params.swml and not params.url then params.url = "" end
end

older["calling.end"] = function(params) params.reason = end_reasons[params.reason] or params.reason end

older["calling.ai_hold"] = function(params)
  if type(params.timeout) == "number" then params.timeout = ("%d"):format(math.floor(params.timeout)) end
end

older["calling.ai_unhold"] = function(params) params.prompt = nil end

--- { to }, { type, to }, { sip_uri }, { type, params = { uri } } and { type, params = { to, headers } }.
older["calling.refer"] = function(params)
  local device = params.device
  if type(device) == "string" then
    params.device = { type = "sip", params = { to = device } }
    return
  end
  if not is_table(device) then return end
  device.type = device.type or "sip"
  if device.params == nil then device.params = {} end
  local inner = device.params
  if not is_table(inner) then return end
  move(device, inner, { "to", "from", "username", "password", "uri", "sip_uri", "to_uri", "headers" })
  inner.to = inner.to or inner.uri or inner.sip_uri or inner.to_uri
  inner.uri, inner.sip_uri, inner.to_uri, inner.headers = nil, nil, nil, nil
end

older["calling.play"] = function(params)
  if not is_table(params.play) then return end
  if params.play.type then params.play = { params.play } end
  for _, item in ipairs(params.play) do
    if is_table(item) and item.params == nil then
      item.params = {}
      move(item, item.params, { "url", "text", "language", "gender", "voice", "duration", "name" })
    end
  end
end

older["calling.record"] = function(params)
  if params.record == nil and is_table(params.audio) then
    params.record = { audio = params.audio }
    params.audio = nil
  end
end

older["calling.tap"] = function(params)
  if is_table(params.tap) then
    local tap = params.tap
    tap.type = tap.type or "audio"
    if tap.params == nil then tap.params = {} end
    if is_table(tap.params) then move(tap, tap.params, { "direction" }) end
  end
  if is_table(params.device) and params.device.params == nil then
    params.device.params = {}
    move(params.device, params.device.params, { "addr", "port", "codec", "ptime", "uri" })
  end
end

local function start_without_direction(params)
  local start = is_table(params.action) and params.action.start
  if not is_table(start) then return end
  start.direction = start.direction or both_legs
  start.lang = start.lang or start.language
  start.language = nil
end

older["calling.live_transcribe"] = start_without_direction
older["calling.live_translate"] = start_without_direction

--- A copy of a decoded value, without the nulls in its objects.
local function copy(value, null)
  if not is_table(value) then return value end
  local new = {}
  for key, field in pairs(value) do
    if field ~= null then new[key] = copy(field, null) end
  end
  return new
end

--- The params without nulls, to keep or change.
function forms.copy(params, null) return copy(params, null) end

--- What the schema would know of params in an older form: `params` itself is changed.
function forms.modernise(command, params, json)
  if needs_control_id[command] and params.control_id == nil then params.control_id = json.uuid() end
  if older[command] then older[command](params, json) end
  return params
end

return forms
