-- Drives wsclient.py: a WebSocket client that is not ours, and JSON-RPC over it.
local cjson = require("cjson")
local rawserver = require("spec.support.rawserver")
local signalwire = require("signalwire")

local ws_client = {}

local Client = {}
Client.__index = Client

local PATIENCE = 10 -- seconds

--- Connects. `options`: `ca_file`, for wss; `mute`: answers no requests by itself.
---@return table client
function ws_client.open(url, options)
  options = options or {}
  local client = setmetatable({ output = os.tmpname(), at = 0, rows = {}, ids = 0 }, Client)
  local command = ("%swsclient.py '%s' '%s' '%s' %s"):format(
    rawserver.python,
    url,
    options.ca_file or "-",
    client.output,
    options.mute and "mute" or ""
  )
  client.pipe = assert(io.popen(command, "w"))
  client.pipe:setvbuf("no")
  client.first = client:take(function() return true end)
  return client
end

local function read_on(client)
  local file = assert(io.open(client.output, "rb"))
  file:seek("set", client.at)
  for line in file:lines() do
    if file:seek("cur") > client.at + #line then
      client.at = client.at + #line + 1
      table.insert(client.rows, (cjson.decode(line)))
    end
  end
  file:close()
end

--- Takes the first row that fits out of what was heard, waited for; nil if none comes in time.
function Client:take(wanted, seconds)
  for _ = 1, (seconds or PATIENCE) / 0.01 do
    read_on(self)
    for i, row in ipairs(self.rows) do
      if wanted(row) then return table.remove(self.rows, i) end
    end
    signalwire.sleep(0.01)
  end
  return nil
end

--- Has the client do something; wsclient.py lists what.
function Client:tell(command) self.pipe:write(cjson.encode(command), "\n") end

--- Sends a request; returns its id.
function Client:send(method, params, id)
  self.ids = self.ids + 1
  id = id or "request-" .. self.ids
  self:tell { frame = { jsonrpc = "2.0", id = id, method = method, params = params or {} } }
  return id
end

--- The answer to a request, waited for.
function Client:answer(id)
  local row = self:take(
    function(row) return row.event == "frame" and row.frame.id == id and not row.frame.method end
  )
  return row and row.frame
end

--- Sends a request and returns its result, or nil and its error.
function Client:request(method, params)
  local frame = assert(self:answer(self:send(method, params)), "no answer to " .. method)
  return frame.result, frame.error
end

--- Takes the next request of the server, of that method, waited for.
function Client:heard(method, seconds)
  local row = self:take(function(row) return row.event == "frame" and row.frame.method == method end, seconds)
  return row and row.frame
end

--- Takes the next event of that type whose params have all of `fields`, waited for. Returns its params, and the frame.
function Client:event(event_type, fields, seconds)
  local row = self:take(function(row)
    local params = row.event == "frame" and row.frame.method == "signalwire.event" and row.frame.params
    if not params or params.event_type ~= event_type then return false end
    for name, value in pairs(fields or {}) do
      if params.params[name] ~= value then return false end
    end
    return true
  end, seconds)
  if not row then return nil end
  return row.frame.params.params, row.frame
end

--- The types of the events that were heard and not taken, in order.
function Client:untaken()
  read_on(self)
  local types = {}
  for _, row in ipairs(self.rows) do
    local params = row.event == "frame" and row.frame.params
    if params and params.event_type then types[#types + 1] = params.event_type end
  end
  return types
end

--- How the connection ended, waited for: a row with `code` and `reason`.
function Client:closed(seconds)
  return self:take(function(row) return row.event == "closed" end, seconds)
end

function Client:stop()
  self.pipe:close()
  os.remove(self.output)
end

return ws_client
