-- The user's on_request, on_response and on_retry: each gets facts, without secrets, and gives nothing.

local hooks = {}

-- On a coroutine of its own, a hook can't yield in the midst of a request.
local function run(hook, facts)
  local thread = coroutine.create(hook)
  local fine, message = coroutine.resume(thread, facts)
  if fine and coroutine.status(thread) == "suspended" then return false, "a hook can't yield" end
  return fine, message
end

-- Kamailio's KSR.x.exit() ends a route by an error of this text, which must reach Kamailio bare.
local ROUTE_EXIT = "~~ksr~exit~~"

local function run_logged(settings, name, facts)
  local fine, message = run(settings[name], facts)
  if message == ROUTE_EXIT then error(message, 0) end
  if fine or settings.hook_failed[name] then return end
  settings.hook_failed[name] = true
  settings.transport:log(("%s failed: %s (said once)"):format(name, tostring(message)))
end

local function facts_of(route, id, attempts)
  return {
    command = route.command,
    call_id = id,
    method = route.method,
    url = route.settings.origin .. route.path,
    attempts = attempts,
  }
end

--- Before an attempt; an error goes to the caller.
function hooks.on_request(route, id, attempts)
  local fine, message = run(route.settings.on_request, facts_of(route, id, attempts))
  if not fine then error(message, 0) end
end

--- Behind an attempt, whatever came of it: a response, or an error.
function hooks.on_response(route, id, attempts, result, failed)
  local facts = facts_of(route, id, attempts)
  facts.status, facts.request_id, facts.elapsed = result.status, result.request_id, result.elapsed
  if failed then
    facts.kind, facts.message = result.kind, tostring(result)
  end
  run_logged(route.settings, "on_response", facts)
end

--- Before the wait for another attempt.
function hooks.on_retry(route, id, attempts, err, delay)
  local facts = facts_of(route, id, attempts)
  facts.delay, facts.status, facts.kind, facts.message = delay, err.status, err.kind, tostring(err)
  run_logged(route.settings, "on_retry", facts)
end

--- Those of a RELAY session: on_request, on_response, on_state. Only the first one's error goes to the caller.
function hooks.of_relay(settings, name, facts)
  if name ~= "on_request" then return run_logged(settings, name, facts) end
  local fine, message = run(settings.on_request, facts)
  if not fine then error(message, 0) end
end

return hooks
