-- The attempts behind the first, up to the deadline that is over them all.

local backoff = require("signalwire.backoff")

-- Waits for the next attempt; false where the deadline would pass before it.
local function wait(route, id, err, attempts, deadline)
  local settings = route.settings
  local transport = settings.transport
  local delay = backoff.delay(attempts, err.retry_after)
  if transport:now() + delay >= deadline then return false end
  if settings.on_retry then require("signalwire.hooks").on_retry(route, id, attempts, err, delay) end
  transport:sleep(delay)
  return true
end

---@param attempt function as signalwire.request has it
---@param err signalwire.Error the first attempt's
---@return table? body
---@return table response_or_error
return function(attempt, route, id, params, body, err)
  local settings = route.settings
  local transport = settings.transport
  local began = transport:now() - err.elapsed
  local deadline = began + settings.timeout
  local value, result = nil, err
  local attempts = 1
  while
    not value
    and result.retryable
    and attempts <= settings.retries
    and wait(route, id, result, attempts, deadline)
  do
    attempts = attempts + 1
    local now = transport:now()
    value, result = attempt(route, id, params, body, math.max(deadline - now, 0), attempts, now - began)
  end
  return value, result
end
