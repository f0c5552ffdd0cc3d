-- A request's first attempt, and what an attempt comes to.

local decode = require("signalwire.json").decode
local errors = require("signalwire.error")

local request = {}

--- The service's own id of a request.
---@param headers table<string, string>
---@return string?
local function request_id(headers)
  return headers["x-request-id"]
    or headers["x-signalwire-request-id"]
    or headers["request-id"]
    or headers["x-amzn-requestid"]
end

request.id = request_id

-- What puts an error into words is loaded when it is needed, and there may be no descriptor left to load it by.
local function error_of(call, answer, fault, lost, attempts, elapsed)
  local fine, err = pcall(
    function() return require("signalwire.failure").read(call, answer, fault, lost, attempts, elapsed) end
  )
  if fine then return err end
  return errors.new({
    kind = lost and lost.kind or "internal",
    message = "the request failed, and so did loading what says why: " .. tostring(err),
    retryable = lost ~= nil and not lost.sent,
    command = call.command,
    attempts = attempts,
  })
end

-- The body of an answer that is a success, as a table: empty where there is none; or nil, and why where the status
-- alone does not say it. The answer itself becomes the response that the caller gets.
local function read(answer, attempts, elapsed)
  if answer.status < 200 or answer.status > 299 then return nil end
  local value, message = decode(answer.body)
  if message and answer.body:find("%S") then return nil, message end
  answer.body = nil
  -- Over libcurl there is but the head, and its headers are read when they are asked for.
  if not answer.head then answer.request_id = request_id(answer.headers) end
  answer.attempts, answer.elapsed = attempts, elapsed
  return type(value) == "table" and value or { value = value }
end

-- Gives the body and the response, or nil and the error.
local function attempt(call, settings, attempts, started)
  local transport = settings.transport
  if settings.on_request then require("signalwire.hooks").on_request(call, attempts) end
  local result, lost = transport:exchange(call)
  local elapsed = transport:now() - started
  local body, fault
  if result then
    body, fault = read(result, attempts, elapsed)
  end
  if not body then result = error_of(call, result, fault, lost, attempts, elapsed) end
  if settings.on_response then require("signalwire.hooks").on_response(call, attempts, result, not body) end
  return body, result
end

local function closed(call)
  local message = "the client is closed"
  return errors.new({ kind = "closed", message = message, command = call.command })
end

--- Sends a request, again where that is safe, and never beyond the timeout.
---
--- call: what a transport's exchange takes (method, path, body, timeout, connect_timeout); settings
--- (signalwire.options); command, id, row and params, for what is said of it.
---@param call table
---@return table? body
---@return table response_or_error
function request.send(call)
  local settings = call.settings
  if settings.closed then return nil, closed(call) end
  local started = settings.transport:now()
  local body, result = attempt(call, settings, 1, started)
  if body or not result.retryable then return body, result end
  local fine, retry = pcall(require, "signalwire.retry")
  if not fine then return nil, result end
  return retry(attempt, call, result, started)
end

return request
