-- From the body of a webhook to its event.

local errors = require("signalwire.error")
local form = require("signalwire.webhook.form")
local outcome = require("signalwire.outcome")

local event = {}

local function decode(body, content_type)
  if type(body) ~= "string" then return nil, "the body is not text, but " .. type(body) end
  if form.is_type(content_type) then return form.read(body) end
  local value, message = require("signalwire.json").decode(body)
  if value == nil then return nil, "the body is not JSON: " .. tostring(message) end
  return value
end

---@param body string
---@param content_type? string
---@return signalwire.Event?
---@return signalwire.Error? err kind "decode"
function event.parse(body, content_type)
  local value, message = decode(body, content_type)
  local read
  if value ~= nil then
    read, message = outcome.read(value)
  end
  if read then return read end
  if type(value) == "table" and form.is_type(content_type) and body:find("^%s*{") then
    message = message .. "; the body looks like JSON, and its content type says that it is a form"
  end
  return nil, errors.new({ kind = "decode", message = message, body = body })
end

return event
