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

--- The body of an answer that is a success, as a table: empty where there is none. The answer itself becomes the
--- response that the caller gets.
---@param answer { status: integer, headers: table<string, string>, body: string }
---@return table? body
---@return string? message why there is none, where the status alone does not say it
function response.read(answer, attempts, elapsed)
  if answer.status < 200 or answer.status > 299 then return nil end
  local value, message = decode(answer.body)
  if message and answer.body:find("%S") then return nil, message end
  answer.body = nil
  -- Over libcurl there is but the head, and its headers are read when they are asked for.
  if not answer.head then answer.request_id = request_id(answer.headers) end
  answer.attempts, answer.elapsed = attempts, elapsed
  return type(value) == "table" and value or { value = value }
end

return response
