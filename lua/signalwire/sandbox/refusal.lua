-- How the service says no: a status, a body in the API's shape, and `why`, a few words for the log.

local refusal = {}

local words = {
  [400] = "Bad Request",
  [401] = "Unauthorized",
  [403] = "Forbidden",
  [404] = "Not Found",
  [409] = "Conflict",
  [413] = "Payload Too Large",
  [429] = "Too Many Requests",
  [500] = "Internal Server Error",
  [502] = "Bad Gateway",
  [503] = "Service Unavailable",
  [504] = "Gateway Timeout",
}

local code_page = "https://developer.signalwire.com/rest/overview/error-codes/#"

--- A refusal with `{"error": ...}`, as the API answers all but 422.
function refusal.status(status, why)
  local word = words[status] or ("Status " .. status)
  return { status = status, body = { error = word }, why = why or word }
end

--- One entry of a 422.
function refusal.item(code, message, attribute)
  return {
    type = "validation_error",
    code = code,
    message = message,
    attribute = attribute,
    url = code_page .. code,
  }
end

--- A 422 with these entries.
function refusal.items(items)
  local messages = {}
  for i, item in ipairs(items) do
    messages[i] = item.message
  end
  return { status = 422, body = { errors = items }, why = table.concat(messages, "; ") }
end

--- A 422 with one entry.
function refusal.unprocessable(code, message, attribute)
  return refusal.items { refusal.item(code, message, attribute) }
end

--- A 422 for faults that `signalwire.check` found.
function refusal.faults(faults)
  local items = {}
  for i, fault in ipairs(faults) do
    local missing = fault.message:find("is required", 1, true)
    local code = missing and "missing_required_parameter" or "invalid_parameter"
    items[i] = refusal.item(code, tostring(fault), (fault.path:gsub("^params%.", "")))
  end
  return refusal.items(items)
end

--- A 422 because of the state that the call, or what runs on it, is in.
function refusal.state(message, attribute) return refusal.unprocessable("invalid_state", message, attribute) end

return refusal
