-- RELAY's commands for a call: which call, whether it may be commanded, and what is done. Those that the Calling API
-- has too are carried out by the same functions.

local check = require("signalwire.check")
local controls = require("signalwire.sandbox.controls")
local forms = require("signalwire.sandbox.forms")
local rest = require("signalwire.sandbox.commands")
local rows = require("signalwire.sandbox.relay.rows")

local commands = {}

local function no(code, message) return nil, { code = code, message = message } end

--- function(hub, call, params, entry) -> what the answer has beside the ids, or nil and another answer
local own = {}

for _, part in ipairs { "answering", "bridge", "fax", "media", "payment", "rooms" } do
  for name, command in pairs(require("signalwire.sandbox.relay." .. part)) do
    own["calling." .. name] = command
  end
end

-- Which call ---------------------------------------------------------------------------------------------------

local function call_of(connection, row, params)
  for _, name in ipairs { "call_id", "node_id" } do
    if type(params[name]) ~= "string" then return no("400", ("params.%s is required"):format(name)) end
  end
  local call = connection.hub.machine.calls[params.call_id]
  if not call or call.node_id ~= params.node_id then return no("404", "Call does not exist") end
  if call.state == "ended" then return no("410", "Call has ended") end
  if call.session and call.session ~= connection.session then
    return no("409", "Call is controlled by another client")
  end
  if call.state ~= "answered" and not row.early then
    return no("409", ("Call is %s, not answered"):format(call.state))
  end
  return call
end

-- What the Calling API has too ---------------------------------------------------------------------------------

local known_controls = {
  play = true,
  record = true,
  collect = true,
  detect = true,
  tap = true,
  stream = true,
  transcribe = true,
}

--- Those of the params that the catalog's row knows.
local function known_params(row, params)
  local known = {}
  for _, field in ipairs(row.params.fields) do
    known[field.name] = params[field.name]
  end
  return known
end

local function code_of(refused)
  if refused.status ~= 422 then return tostring(refused.status) end
  local first = refused.body.errors[1]
  return first.code == "invalid_state" and "409" or "400"
end

local extras = {}

extras["calling.record"] = function(call, params)
  for _, control in ipairs(controls.all(call, "record")) do
    if control.id == params.control_id then return { url = control.recording_url } end
  end
  return {}
end

extras["calling.tap"] = function(_, params)
  local codec = params.device.params and params.device.params.codec or "PCMU"
  return {
    source_device = { type = "rtp", params = { addr = "127.0.0.1", port = 20000, codec = codec, ptime = 20 } },
  }
end

local function by_rest(hub, call, params, entry)
  local method = entry.command
  local box = hub.box
  local row = box.rows[method]
  local kind = method:match("^calling%.(.-)%.")
  if known_controls[kind] and not controls.find(call, kind, params) then
    return no("404", ("no %s with that control_id"):format(kind))
  end
  local plain = forms.copy(known_params(row, params), box.json.null)
  if not box.strict then forms.modernise(method, plain, box.json) end
  local faults = check.faults(row, plain)
  if faults[1] then return no("400", tostring(faults[1])) end
  local what, refused = rest[method](hub.machine, call, plain)
  if not what then return no(code_of(refused), refused.why) end
  entry.what = what
  return extras[method] and extras[method](call, plain) or {}
end

-- The command --------------------------------------------------------------------------------------------------

--- The handler of a method that is for a call.
function commands.of(row)
  local run = own[row.method] or by_rest
  return function(connection, params, entry)
    local call, refused = call_of(connection, row, params)
    if not call then return refused end
    local fault = rows.fault(row, params)
    local unknown = rows.unknown(row, params)
    if not fault and unknown[1] and connection.hub.box.strict then
      fault = ("params.%s is not known"):format(unknown[1])
    end
    if fault then return { code = "400", message = fault } end
    for i, name in ipairs(unknown) do
      unknown[i] = ("params.%s is not known"):format(name)
    end
    entry.command, entry.differs = row.method, unknown[1] and unknown or nil
    call.session = call.session or connection.session
    local extra
    extra, refused = run(connection.hub, call, params, entry)
    if not extra then return refused end
    extra.code, extra.message = "200", row.message
    extra.call_id, extra.control_id = call.id, params.control_id
    return extra
  end
end

return commands
