-- What became of an attempt that did not succeed: an error, its secrets hidden, and whether a repeat is safe.

local backoff = require("signalwire.backoff")
local errors = require("signalwire.error")

local failure = {}

-- Nothing of the request left, and another time something might; or the server said that it did not take it.
local function is_safe_to_repeat(answer, lost)
  if lost then return not lost.sent and lost.kind ~= "unavailable" end
  return answer.status == 429 or (answer.status == 503 and answer.headers["retry-after"] ~= nil)
end

local limits = { timeout = "timeout: %g s", too_large = "max_response: %d bytes" }
local limit_options = { timeout = "timeout", too_large = "max_response" }

local function fields_of_loss(settings, lost)
  local message, limit = lost.message, limits[lost.kind]
  if limit then message = ("%s (%s)"):format(message, limit:format(settings[limit_options[lost.kind]])) end
  return { kind = lost.kind, message = message }
end

local function fields_of_answer(answer, text, fault)
  local fields
  if answer.status >= 200 and answer.status <= 299 then
    fields = { kind = "decode", message = "the answer is not JSON: " .. fault }
  else
    fields = require("signalwire.refusal").read(answer, text)
  end
  fields.status, fields.headers, fields.body = answer.status, answer.headers, text
  fields.request_id = answer.request_id
  fields.retry_after = backoff.retry_after(answer.headers["retry-after"])
  return fields
end

local function secrets_of(route, params)
  local list = route.settings.secrets()
  if not route.row then return list end
  for _, secret in ipairs(require("signalwire.secrets").of_params(route.row.params, params)) do
    list[#list + 1] = secret
  end
  return list
end

-- The names of an error's fields and its kind are ours; the names of headers are the server's.
local function without(list, value, names_too)
  if type(value) == "string" then return require("signalwire.secrets").hide(value, list) end
  if type(value) ~= "table" then return value end
  local clean = {}
  for key, part in pairs(value) do
    local name = names_too and without(list, key) or key
    clean[name] = without(list, part, key == "headers")
  end
  return clean
end

--- The error of an attempt: there was a text, and its answer has a fault in it or a status that is not 2xx; or all was
--- lost.
---@param route table as signalwire.request has it
---@param params table?
---@param text string?
---@param result table the answer, or what a transport says of a loss
---@param fault string?
---@return signalwire.Error
function failure.read(route, params, text, result, fault)
  local settings, row = route.settings, route.row
  local answer, lost = text and result, not text and result
  local fields = answer and fields_of_answer(answer, text, fault) or fields_of_loss(settings, lost)
  local kind = fields.kind
  fields = without(secrets_of(route, params), fields)
  fields.kind = kind
  fields.command, fields.method, fields.url = route.command, route.method, settings.origin .. route.path
  fields.attempts, fields.elapsed = result.attempts, result.elapsed
  fields.retryable = is_safe_to_repeat(answer, lost)
  if (fields.status == 400 or fields.status == 422) and row then
    fields.hints = require("signalwire.explain").hints(row, params or {})
  end
  return errors.new(fields)
end

return failure
