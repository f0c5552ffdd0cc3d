-- What became of an attempt that did not succeed: an error, its secrets hidden, and whether a repeat is safe.

local backoff = require("signalwire.backoff")
local errors = require("signalwire.error")
local request_id = require("signalwire.request").id

local failure = {}

-- Nothing of the request left, and another time something might; or the server said that it did not take it.
local function is_safe_to_repeat(answer, lost)
  if lost then return not lost.sent and lost.kind ~= "unavailable" end
  return answer.status == 429 or (answer.status == 503 and answer.headers["retry-after"] ~= nil)
end

local limits = { timeout = "timeout: %g s", too_large = "max_response: %d bytes" }
local limit_options = { timeout = "timeout", too_large = "max_response" }

local function fields_of_loss(call, lost)
  local message, limit = lost.message, limits[lost.kind]
  if limit then message = ("%s (%s)"):format(message, limit:format(call.settings[limit_options[lost.kind]])) end
  return { kind = lost.kind, message = message }
end

local function fields_of_answer(answer, fault)
  local fields
  if answer.status >= 200 and answer.status <= 299 then
    fields = { kind = "decode", message = "the answer is not JSON: " .. fault }
  else
    fields = require("signalwire.refusal").read(answer)
  end
  fields.status, fields.headers, fields.body = answer.status, answer.headers, answer.body
  fields.request_id = request_id(answer.headers)
  fields.retry_after = backoff.retry_after(answer.headers["retry-after"])
  return fields
end

local function secrets_of(call)
  local list = call.settings.secrets()
  if not call.row then return list end
  for _, secret in ipairs(require("signalwire.secrets").of_params(call.row.params, call.params)) do
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

--- The error of an attempt: either there was an answer, with a fault in it or a status that is not 2xx; or it was lost.
---@return signalwire.Error
function failure.read(call, answer, fault, lost, attempts, elapsed)
  local fields = lost and fields_of_loss(call, lost) or fields_of_answer(answer, fault)
  local kind = fields.kind
  fields = without(secrets_of(call), fields)
  fields.kind = kind
  fields.command, fields.method, fields.url = call.command, call.method, call.settings.origin .. call.path
  fields.attempts, fields.elapsed, fields.retryable = attempts, elapsed, is_safe_to_repeat(answer, lost)
  if (fields.status == 400 or fields.status == 422) and call.row then
    fields.hints = require("signalwire.explain").hints(call.row, call.params)
  end
  return errors.new(fields)
end

return failure
