-- What an answer says.

local json = require("signalwire.json")

local response = {}

local id_headers = { "x-request-id", "x-signalwire-request-id", "request-id", "x-amzn-requestid" }

--- The service's own id of a request.
---@return string?
function response.request_id(headers)
  for i = 1, #id_headers do
    local id = headers[id_headers[i]]
    if id then return id end
  end
end

--- The body as a table: none is `{}`, and what is no table stands in `value`.
---@return table? body
---@return string? message
function response.decode(answer)
  local text = answer.body
  if answer.status == 204 or not text:find("%S") then return {} end
  local value, message = json.decode(text)
  if message then return nil, message end
  return type(value) == "table" and value or { value = value }
end

return response
