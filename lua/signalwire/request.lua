-- The life of one request: attempts, the deadline over them all, and what may be repeated.

local backoff = require("signalwire.backoff")
local errors = require("signalwire.error")
local json = require("signalwire.json")

local request = {}

local id_headers = { "x-request-id", "x-signalwire-request-id", "request-id", "x-amzn-requestid" }

local function request_id(headers)
  for _, name in ipairs(id_headers) do
    if headers[name] then return headers[name] end
  end
end

-- A hook gets facts and gives nothing; run on a coroutine of its own, it can't yield in the midst of a request.
local function run_hook(hook, facts)
  local thread = coroutine.create(hook)
  local fine, message = coroutine.resume(thread, facts)
  if fine and coroutine.status(thread) == "suspended" then return false, "a hook can't yield" end
  return fine, message
end

local function run_logged_hook(settings, name, facts)
  local hook = settings[name]
  if not hook then return end
  local fine, message = run_hook(hook, facts)
  if fine or settings.hook_failed[name] then return end
  settings.hook_failed[name] = true
  settings.transport:log(("%s failed: %s (said once)"):format(name, tostring(message)))
end

local function facts_of(call, attempts)
  return {
    command = call.command,
    call_id = call.id,
    method = call.method,
    url = call.settings.base_url .. call.path,
    attempts = attempts,
  }
end

local function announce(call, attempts)
  if not call.settings.on_request then return end
  local fine, message = run_hook(call.settings.on_request, facts_of(call, attempts))
  if not fine then error(message, 0) end
end

local function report(call, attempts, response, err)
  if not call.settings.on_response then return end
  local facts = facts_of(call, attempts)
  local known = response or err
  facts.status, facts.request_id, facts.elapsed = known.status, known.request_id, known.elapsed
  facts.kind, facts.message = err and err.kind, err and tostring(err)
  run_logged_hook(call.settings, "on_response", facts)
end

-- Nothing of the request left; or the server said that it did not take it.
local function is_safe_to_repeat(answer, failure)
  if failure then return not failure.sent end
  return answer.status == 429 or (answer.status == 503 and answer.headers["retry-after"] ~= nil)
end

local function decode(answer)
  if answer.status == 204 or answer.body:find("^%s*$") then return {} end
  local value, message = json.decode(answer.body)
  if message then return nil, { kind = "decode", message = "the answer is not JSON: " .. message } end
  return type(value) == "table" and value or { value = value }
end

local function failure_of(call, failure)
  local message = failure.message
  if failure.kind == "timeout" then message = ("%s (timeout: %g s)"):format(message, call.settings.timeout) end
  if failure.kind == "too_large" then
    message = ("%s (max_response: %d bytes)"):format(message, call.settings.max_response)
  end
  return { kind = failure.kind, message = message }
end

local function with_answer(fields, answer)
  fields.status, fields.headers, fields.body = answer.status, answer.headers, answer.body
  fields.request_id = request_id(answer.headers)
  fields.retry_after = backoff.retry_after(answer.headers["retry-after"])
  return fields
end

local function interpret(call, answer, failure)
  if failure then return nil, failure_of(call, failure) end
  if answer.status < 200 or answer.status > 299 then
    return nil, with_answer(require("signalwire.refusal").read(answer), answer)
  end
  local body, fields = decode(answer)
  if fields then return nil, with_answer(fields, answer) end
  return body
end

local function hide_secrets(call, fields)
  local secrets = require("signalwire.secrets")
  local list = call.settings.secrets()
  for _, secret in ipairs(call.row and secrets.of_params(call.row.params, call.params) or {}) do
    list[#list + 1] = secret
  end
  local function hide(value)
    if type(value) == "string" then return secrets.hide(value, list) end
    if type(value) ~= "table" then return value end
    local hidden = {}
    for key, part in pairs(value) do
      hidden[hide(key)] = hide(part)
    end
    return hidden
  end
  return hide(fields)
end

local function error_of(call, fields, attempts, elapsed, safe)
  fields = hide_secrets(call, fields)
  fields.command, fields.method, fields.url = call.command, call.method, call.settings.base_url .. call.path
  fields.attempts, fields.elapsed, fields.retryable = attempts, elapsed, safe
  if (fields.status == 400 or fields.status == 422) and call.hints then fields.hints = call.hints() end
  return errors.new(fields)
end

local function attempt(call, attempts, started, deadline)
  local settings, transport = call.settings, call.settings.transport
  announce(call, attempts)
  local left = math.max(deadline - transport:now(), 0)
  local answer, failure = transport:exchange({
    method = call.method,
    path = settings.prefix .. call.path,
    body = call.body,
    timeout = left,
    connect_timeout = math.min(settings.connect_timeout, left),
  })
  local body, fields = interpret(call, answer, failure)
  local elapsed = transport:now() - started
  local response, err
  if fields then
    err = error_of(call, fields, attempts, elapsed, is_safe_to_repeat(answer, failure))
  else
    response = { status = answer.status, headers = answer.headers, attempts = attempts, elapsed = elapsed }
    response.request_id = request_id(answer.headers)
  end
  report(call, attempts, response, err)
  return body, response, err
end

-- Waits for the next attempt; false where the deadline would pass before it.
local function wait(call, err, attempts, deadline)
  local transport = call.settings.transport
  local delay = backoff.delay(attempts, err.retry_after)
  if transport:now() + delay >= deadline then return false end
  if call.settings.on_retry then
    local facts = facts_of(call, attempts)
    facts.delay, facts.status, facts.kind, facts.message = delay, err.status, err.kind, tostring(err)
    run_logged_hook(call.settings, "on_retry", facts)
  end
  transport:sleep(delay)
  return true
end

--- Sends a request, again where that is safe, and never beyond the timeout.
---
--- call: settings (signalwire.options), method, path, body; command, id, row, params for what is said of it; hints, a
--- function that explains a refusal.
---@param call table
---@return table? body
---@return table response_or_error
function request.send(call)
  local settings = call.settings
  if settings.closed then
    return nil, errors.new({ kind = "closed", message = "the client is closed", command = call.command })
  end
  local started = settings.transport:now()
  local deadline = started + settings.timeout
  local attempts = 0
  while true do
    attempts = attempts + 1
    local body, response, err = attempt(call, attempts, started, deadline)
    if body then return body, response end
    if not err.retryable or attempts > settings.retries or not wait(call, err, attempts, deadline) then
      return nil, err
    end
  end
end

return request
