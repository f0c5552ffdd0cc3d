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
local function error_of(route, params, text, result, fault)
  local fine, err = pcall(
    function() return require("signalwire.failure").read(route, params, text, result, fault) end
  )
  if fine then return err end
  return errors.new({
    kind = text and "internal" or result.kind,
    message = "the request failed, and so did loading what says why: " .. tostring(err),
    retryable = not text and not result.sent,
    command = route.command,
    attempts = result.attempts,
    elapsed = result.elapsed,
  })
end

-- The body of a success whose text no transport has read: a table, a value by itself, or nothing at all; else nil and
-- why it can't be read.
local function read(text)
  local value, note = decode(text)
  if note == nil then return value end
  if note == false then return { value = value } end
  if text:find("%S") then return nil, note end
  return {}
end

-- What an exchange came to that gave no body: one all the same, with its response; or nil and the error.
local function judge(route, params, result, text)
  local value, fault
  if text and result.status >= 200 and result.status <= 299 then
    value, fault = read(text)
  end
  if value then return value, result end
  return nil, error_of(route, params, text, result, fault)
end

-- Gives the body and the response, or nil and the error. `waited`: how long before it the first attempt began.
local function attempt(route, id, params, body, timeout, attempts, waited)
  local settings = route.settings
  if settings.on_request then require("signalwire.hooks").on_request(route, id, attempts) end
  local value, result, text = settings.transport:exchange(route, body, timeout, params)
  result.attempts = attempts
  if waited then result.elapsed = result.elapsed + waited end
  if not value then
    value, result = judge(route, params, result, text)
  end
  if settings.on_response then require("signalwire.hooks").on_response(route, id, attempts, result, not value) end
  return value, result
end

local function closed(route)
  return errors.new({ kind = "closed", message = "the client is closed", command = route.command })
end

--- Sends a request, again where that is safe, and never beyond the timeout.
---@param route table what a command's requests have in common: method, path, connect_timeout, settings, row, command
---@param id any the call's
---@param params table?
---@param body string
---@return table? body
---@return table response_or_error
function request.send(route, id, params, body)
  local settings = route.settings
  if settings.closed then return nil, closed(route) end
  local value, result = attempt(route, id, params, body, settings.timeout, 1)
  if value or not result.retryable then return value, result end
  local fine, retry = pcall(require, "signalwire.retry")
  if not fine then return nil, result end
  return retry(attempt, route, id, params, body, result)
end

return request
