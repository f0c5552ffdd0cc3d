-- RELAY's methods by their names: function(connection, params, entry) -> result, or nil and a JSON-RPC error; and,
-- where something is due after the answer, a function. `entry` is the record of the request.

local commands = require("signalwire.sandbox.relay.commands")
local dialing = require("signalwire.sandbox.relay.dialing")
local messages = require("signalwire.sandbox.relay.messages")
local opening = require("signalwire.sandbox.relay.opening")
local rows = require("signalwire.sandbox.relay.rows")

local methods = {}

local whole = {
  ["calling.dial"] = dialing.dial,
  ["calling.begin"] = dialing.begin,
  ["calling.receive"] = opening["signalwire.receive"],
  ["messaging.send"] = messages.send,
}

--- A method that is for no call: its params are checked by its row.
local function checked(row, handler)
  return function(connection, params, entry)
    local fault = rows.fault(row, params)
    if fault then return { code = "400", message = fault } end
    return handler(connection, params, entry)
  end
end

--- The old envelope: a method within a method.
whole["signalwire.execute"] = function(connection, params, entry)
  local handler = type(params.method) == "string" and methods.find(params.method)
  if not handler or params.method == "signalwire.execute" then
    return nil, { code = -32602, message = "params.method is no method" }
  end
  local result, err, after = handler(connection, params.params or {}, entry)
  if err then return nil, err end
  local node_id = connection.hub.node_id
  return { requester_nodeid = node_id, responder_nodeid = node_id, result = result }, nil, after
end

--- The function of a method, or nil.
function methods.find(method)
  local row = rows[method]
  if whole[method] then return row and checked(row, whole[method]) or whole[method] end
  if opening[method] then return opening[method] end
  return type(row) == "table" and commands.of(row) or nil
end

return methods
