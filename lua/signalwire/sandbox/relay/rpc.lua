-- JSON-RPC 2.0 as RELAY speaks it: from the text of a message to the text of its answer.

local forms = require("signalwire.sandbox.forms")
local methods_of = require("signalwire.sandbox.relay.methods")
local refusal = require("signalwire.sandbox.refusal")

local rpc = {}

local PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602
local NOT_AUTHENTICATED = -32000

local function say(connection, frame)
  frame.jsonrpc = "2.0"
  connection:push(connection.hub.box.json.encode(frame))
end

local function refuse(connection, id, code, message, data)
  local null = connection.hub.box.json.null
  say(connection, { id = id == nil and null or id, error = { code = code, message = message, data = data } })
end

local function is_object(value) return type(value) == "table" and value[1] == nil end

--- Remembers what came, without what opens a door.
local function note(connection, method, params, entry)
  local hub = connection.hub
  if method == "signalwire.ping" then return end
  entry.command, entry.via, entry.at = method, "relay", hub.machine.clock
  entry.id = type(params.call_id) == "string" and params.call_id or nil
  if method:find("^signalwire%.") then
    entry.params = { contexts = params.contexts }
  else
    entry.params = params
  end
  hub.note(entry)
end

--- Carries a request out: its result, or nil and a JSON-RPC error; and what is to be done after the answer.
local function carry_out(connection, method, params, entry)
  local handler = methods_of.find(method)
  if not handler then return nil, { code = METHOD_NOT_FOUND, message = "there is no method " .. method } end
  if not connection.session and method ~= "signalwire.connect" then
    local data = { signalwire_error_code = "AUTH_REQUIRED" }
    return nil, { code = NOT_AUTHENTICATED, message = "signalwire.connect comes first", data = data }
  end
  return handler(connection, params, entry)
end

--- The command fails as box:fail_next said. True where it is all done.
local function fail(connection, frame, failure)
  local entry = { status = failure.status, failure = failure.kind, what = "fails, as fail_next said" }
  local result
  if failure.taken then result = carry_out(connection, frame.method, frame.params, {}) end
  if failure.status or failure.sent then note(connection, frame.method, frame.params, entry) end
  if failure.status then
    local message = refusal.status(failure.status).why
    say(connection, { id = frame.id, result = { code = tostring(failure.status), message = message } })
  elseif failure.answer and result then
    connection:push(failure.answer)
  elseif failure.kind ~= "timeout" then
    connection:shut()
  end
end

local function answer(connection, frame)
  local entry = {}
  local box = connection.hub.box
  local failure = not frame.method:find("^signalwire%.") and table.remove(box.failures, 1)
  if failure then return fail(connection, frame, failure) end
  local result, err, after = carry_out(connection, frame.method, frame.params, entry)
  if err then
    entry.status, entry.what = err.code, err.message
  else
    entry.status = tonumber(result.code or 200)
    entry.what = entry.what or result.message
  end
  if frame.id ~= nil then
    if err then
      refuse(connection, frame.id, err.code, err.message, err.data)
    else
      say(connection, { id = frame.id, result = result })
    end
  end
  note(connection, frame.method, frame.params, entry)
  if after then after() end
end

--- A message of the client.
function rpc.take(connection, text)
  local null = connection.hub.box.json.null
  local frame, message = connection.hub.box.json.decode(text)
  if frame == nil then return refuse(connection, nil, PARSE_ERROR, "not JSON: " .. tostring(message)) end
  if not is_object(frame) then return refuse(connection, nil, INVALID_REQUEST, "not a JSON object") end
  if frame.id == null then frame.id = nil end
  if frame.method == nil and (frame.result ~= nil or frame.error ~= nil) then
    if connection.session and frame.id ~= nil then connection.session:acknowledged(frame.id) end
    return
  end
  if type(frame.method) ~= "string" then
    return refuse(connection, frame.id, INVALID_REQUEST, "method is not a string")
  end
  if frame.jsonrpc ~= "2.0" then return refuse(connection, frame.id, INVALID_REQUEST, 'jsonrpc is not "2.0"') end
  if frame.params == nil or frame.params == null then frame.params = {} end
  if not is_object(frame.params) then
    return refuse(connection, frame.id, INVALID_PARAMS, "params is not an object")
  end
  frame.params = forms.copy(frame.params, null)
  answer(connection, frame)
end

return rpc
