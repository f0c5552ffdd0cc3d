-- The routes of the specs within Kamailio: a MESSAGE's user says what to do, and its answer says what came of it.
local signalwire = require("signalwire")

-- luacheck: globals KSR ksr_request_route ksr_later

local function client_with(options)
  options.transport, options.timeout, options.retries = os.getenv("TEST_TRANSPORT"), options.timeout or 5, 0
  return signalwire.assert(signalwire.client(options))
end

local client = client_with({})
local hasty = client_with({ timeout = 0.7 })

local relay_host = os.getenv("TEST_RELAY_HOST")

local function new_relay()
  return signalwire.assert(signalwire.relay({
    host = relay_host,
    ca_file = os.getenv("SIGNALWIRE_REST_CA_FILE"),
    reconnect = false,
    timeout = 5,
  }))
end

if relay_host then new_relay() end

local function reply(status, reason) KSR.tm.t_send_reply(status, reason or "said") end

local function send(sender)
  local body, err = sender.calling:denoise("a-call")
  if body then return reply(200) end
  KSR.err(tostring(err) .. "\n")
  return reply(err.kind == "timeout" and 504 or 500, err.kind)
end

-- The answer has gone out when the route ends, so a second one would not be seen but in the log.
local function exit_with(status)
  reply(status)
  KSR.x.exit()
end

local routes = {
  now = function() send(client) end,
  hasty = function() send(hasty) end,
  relay = function()
    local result, err = new_relay():run(function(session) return session:execute("calling.test") end)
    if not result then KSR.err(tostring(err) .. "\n") end
    reply(result and 200 or 500)
  end,
  exit_in_on_request = function()
    client_with({ on_request = function() exit_with(299) end }).calling:denoise("a-call")
    error("it went on")
  end,
  exit_in_on_response = function()
    client_with({ on_response = function() exit_with(299) end }).calling:denoise("a-call")
    error("it went on")
  end,
  exit_in_a_task = function()
    signalwire.run(function()
      signalwire.spawn(function()
        client.calling:denoise("a-call")
        exit_with(299)
      end)
      signalwire.sleep(5)
    end)
    error("it went on")
  end,
  exit_in_map = function()
    signalwire.map({ 1, 2, 3 }, function(number)
      client.calling:denoise("a-call")
      if number == 2 then exit_with(299) end
    end)
    error("it went on")
  end,
  map = function()
    local results = signalwire.map({ "a", "b", "c", "d" }, function(id) return client.calling:denoise(id) end)
    for _, result in ipairs(results) do
      if result.err then return reply(500, result.err.kind) end
    end
    return reply(200)
  end,
}

function ksr_later()
  send(client)
  return 1
end

function ksr_request_route()
  local user = KSR.pv.gete("$rU")
  if KSR.is_OPTIONS() then
    KSR.sl.sl_send_reply(200, "OK")
  elseif user == "bare" then
    KSR.sl.sl_send_reply(client.calling:denoise("a-call") and 200 or 500, "said")
  elseif KSR.tm.t_newtran() <= 0 then
    return 1
  elseif user == "soon" then
    if KSR.async.task_route("ksr_later") < 0 then reply(503) end
  else
    routes[user]()
  end
  return 1
end
