-- What the specs of RELAY share: a session with a scripted server, and events as the service sends them.
local relay_server = require("spec.support.relay_server")
local signalwire = require("signalwire")

local relay = {
  project = "wire-project",
  token = "PTtheTokenThatMustNotBeSeenAnywhere0123456789",
}

relay.start = relay_server.start

--- A session with that case; `options` override. Its log is a list.
function relay.session(case, options)
  local lines = {}
  local all = {
    project = relay.project,
    token = relay.token,
    host = case.host,
    scheme = case.url:match("^%a+"),
    ca_file = case.ca_file,
    timeout = 10,
    reconnect = { first = 0.02, longest = 0.05 },
    log = function(line) lines[#lines + 1] = line end,
  }
  for name, value in pairs(options or {}) do
    if value == "none" then value = nil end
    all[name] = value
  end
  local session = signalwire.assert(signalwire.relay(all))
  return session, lines
end

--- Runs `fn(session, case, lines)` in an open session with a polite server that plays `script` besides.
function relay.with(server, script, options, fn)
  local case = server:case({ script }, "plain")
  local session, lines = relay.session(case, options)
  local function body() return fn(session, case, lines) end
  local results = { session:run(body) }
  assert(case:problems() == "", case:problems())
  return (table.unpack or unpack)(results, 1, 4)
end

--- An event, as a step.
function relay.event(event_type, params, id) return { event = event_type, params = params, id = id } end

--- A call's event, as a step.
function relay.of(call_id, name, fields)
  local params = { call_id = call_id, node_id = "node-1" }
  for key, value in pairs(fields or {}) do
    params[key] = value
  end
  return { event = "calling.call." .. name, params = params }
end

function relay.state(call_id, state, fields)
  local all = { call_state = state }
  for key, value in pairs(fields or {}) do
    all[key] = value
  end
  return relay.of(call_id, "state", all)
end

--- A call that comes in, as a step.
function relay.inbound(call_id, fields)
  local all = {
    context = "default",
    direction = "inbound",
    call_state = "created",
    project_id = relay.project,
    device = { type = "sip", params = { from_number = "sip:a@example.com", to_number = "sip:b@example.com" } },
  }
  for key, value in pairs(fields or {}) do
    all[key] = value
  end
  return relay.of(call_id, "receive", all)
end

--- Has commands of that method answered with 200.
function relay.takes(method) return { on = method, steps = { { answer = { code = "200", message = "OK" } } } } end

--- Waits, within a task, until `condition()` holds.
function relay.eventually(condition, seconds)
  for _ = 1, (seconds or 5) / 0.005 do
    if condition() then return true end
    signalwire.sleep(0.005)
  end
  return false
end

--- The params of the last request of a method.
function relay.params_of(case, method)
  local rows = case:requests(method)
  return rows[#rows] and rows[#rows].frame.params
end

--- A session to which a call has come: `fn(call, case, session, lines)`.
function relay.with_call(server, script, fn, options)
  local steps = { relay.takes("calling.*") }
  for _, step in ipairs(script or {}) do
    steps[#steps + 1] = step
  end
  return relay.with(server, steps, options, function(session, case, lines)
    local call
    session:on_call(function(new) call = new end)
    case:now(relay.inbound("call-1"))
    assert(relay.eventually(function() return call ~= nil end), "no call came")
    return fn(call, case, session, lines)
  end)
end

return relay
