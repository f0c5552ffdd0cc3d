-- The attempts behind the first, up to the deadline that is over them all.

local backoff = require("signalwire.backoff")

-- Waits for the next attempt; false where the deadline would pass before it.
local function wait(call, err, attempts, deadline)
  local settings = call.settings
  local transport = settings.transport
  local delay = backoff.delay(attempts, err.retry_after)
  if transport:now() + delay >= deadline then return false end
  if settings.on_retry then require("signalwire.hooks").on_retry(call, attempts, err, delay) end
  transport:sleep(delay)
  return true
end

---@param attempt function as signalwire.request has it
---@param err signalwire.Error the first attempt's
---@return table? body
---@return table response_or_error
return function(attempt, call, err, started)
  local settings = call.settings
  local deadline = started + settings.timeout
  local body, result = nil, err
  local attempts = 1
  while not body and result.retryable and attempts <= settings.retries and wait(call, result, attempts, deadline) do
    attempts = attempts + 1
    local left = deadline - settings.transport:now()
    call.timeout = left > 0 and left or 0
    body, result = attempt(call, settings, attempts, started)
  end
  return body, result
end
