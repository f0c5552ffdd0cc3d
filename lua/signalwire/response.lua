-- What an answer says.

local decode = require("signalwire.json").decode

local response = {}

--- The service's own id of a request.
---@return string?
local function request_id(headers)
  return headers["x-request-id"]
    or headers["x-signalwire-request-id"]
    or headers["request-id"]
    or headers["x-amzn-requestid"]
end

response.request_id = request_id

-- No body is `{}`, and what is no table stands in `value`.
local function value_of(text)
  local value, message = decode(text)
  if not message then return type(value) == "table" and value or { value = value } end
  if not text:find("%S") then return {} end
  return nil, message
end

--- The body of an answer that is a success, as a table; the answer itself becomes the response that the caller gets.
---@param answer { status: integer, headers: table<string, string>, body: string }
---@return table? body
---@return string? message why there is none, where the status alone does not say it
function response.read(answer, attempts, elapsed)
  if answer.status < 200 or answer.status > 299 then return nil end
  local value, message = value_of(answer.body)
  if not value then return nil, message end
  answer.body = nil
  local headers = rawget(answer, "headers") -- over libcurl they are read when they are asked for
  if headers then answer.request_id = request_id(headers) end
  answer.attempts, answer.elapsed = attempts, elapsed
  return value
end

return response
