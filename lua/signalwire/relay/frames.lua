-- The frames of RELAY: JSON-RPC 2.0, and what the answers to commands mean.

local base = require("signalwire.base")
local errors = require("signalwire.error")
local json = require("signalwire.json")

local frames = {}

--- The text of a request, and its id; or nil and what JSON can't carry.
---@param method string
---@param params table
---@param shape? table of params
function frames.request(method, params, shape)
  local id = base.uuid()
  local frame = { jsonrpc = "2.0", id = id, method = method, params = params }
  local text, fault = json.encode(frame, "", { params = shape })
  return text, text and id or fault
end

--- The text of an answer to the server, or nil and why there is none. The id goes back as it came.
---@param unknown? any the method, where nobody knows it here
function frames.answer(id, unknown)
  local answer = { jsonrpc = "2.0", id = id, result = {} }
  if unknown ~= nil then
    answer.result, answer.error = nil, { code = -32601, message = "method not found" }
  end
  return json.encode(answer, "")
end

--- The frame, a table; or nil and what is wrong with it.
function frames.read(text)
  local frame, message = json.decode(text)
  if frame == nil then return nil, "it is not JSON: " .. tostring(message) end
  if type(frame) ~= "table" or frame[1] ~= nil then return nil, "it is not an object" end
  return frame
end

local function text_of(value)
  if type(value) == "number" and value % 1 == 0 and math.abs(value) < 1e15 then return ("%.0f"):format(value) end
  return type(value) == "string" and value or nil
end

local function refused(method, code, message, more)
  local status = tonumber(code) or -1
  local fields = {
    kind = "refused",
    message = ("RELAY error %s: %s"):format(code or "-1", message or "no reason given"),
    command = method,
    code = code or "-1",
    status = status,
  }
  for name, value in pairs(more or {}) do
    fields[name] = value
  end
  return errors.new(fields)
end

local function fault_of(method, fault)
  if type(fault) ~= "table" then return refused(method, nil, tostring(fault)) end
  return refused(method, text_of(fault.code), text_of(fault.message), { data = fault.data })
end

--- What the answer to a request says: its result, a table; or nil and an error.
function frames.judge(method, frame)
  if frame.error ~= nil then return nil, fault_of(method, frame.error) end
  local result = frame.result
  if type(result) ~= "table" then return { raw = result } end
  local code = text_of(result.code)
  if result.code == nil or (code and code:find("^2%d%d$")) then return result end
  return nil, refused(method, tonumber(code) and code, text_of(result.message), { body = result })
end

--- The service says so where the call has gone: no fault, in telephony.
function frames.is_gone(err) return err.kind == "refused" and (err.code == "404" or err.code == "410") end

return frames
