-- What a RELAY session is made of: options given, the environment, defaults; each checked, none ignored.

local did_you_mean = require("signalwire.did_you_mean")
local errors = require("signalwire.error")
local rest_options = require("signalwire.options")
local tasks = require("signalwire.relay.tasks")

local options = {}

local is = rest_options.rules

local DEFAULT_HOST = "relay.signalwire.com"

local function is_path(value)
  if not value:find("^/[^%s?#]*$") then return "must begin with / and have neither query nor fragment" end
end

local function is_scheme(value)
  if value ~= "wss" and value ~= "ws" then return 'must be "wss", or "ws" to a loopback host' end
end

local function is_contexts(value)
  if type(value) ~= "table" then return "must be a list of names" end
  for key, name in pairs(value) do
    if type(key) ~= "number" or type(name) ~= "string" or name == "" then return "must be a list of names" end
  end
end

local reconnect_rules = {
  first = { is.seconds, default = 1 },
  longest = { is.seconds, default = 30 },
  attempts = { is.whole(0) },
  rejections = { is.whole(1), default = 3 },
}

local function is_reconnect(value)
  if type(value) == "boolean" then return nil end
  if type(value) ~= "table" then return "must be true, false or a table" end
  for name, part in pairs(value) do
    local rule = reconnect_rules[name]
    if not rule then return ("has no '%s'%s"):format(tostring(name), did_you_mean(name, reconnect_rules)) end
    local fault = rule[1](part)
    if fault then return ("%s %s"):format(name, fault) end
  end
end

local known = {
  project = { is.text, env = "SIGNALWIRE_PROJECT_ID" },
  token = { is.text, env = "SIGNALWIRE_API_TOKEN" },
  jwt_token = { is.text, env = "SIGNALWIRE_JWT_TOKEN" },
  host = { is.text, is.host, env = "SIGNALWIRE_RELAY_HOST", second_env = "SIGNALWIRE_SPACE" },
  scheme = { is.text, is_scheme, default = "wss", env = "SIGNALWIRE_RELAY_SCHEME" },
  path = { is.text, is_path, default = "/" },
  contexts = { is_contexts },
  ca_file = { is.text, is.ca_file, env = "SIGNALWIRE_RELAY_CA_FILE" },
  proxy = { is.text },
  timeout = { is.seconds, default = 30 },
  connect_timeout = { is.seconds, default = 10 },
  ping_interval = { is.seconds, default = 30 },
  ping_timeout = { is.seconds, default = 10 },
  max_active_calls = { is.whole(1), default = 1000, env = "RELAY_MAX_ACTIVE_CALLS", is_number = true },
  max_connections = { is.whole(1), env = "RELAY_MAX_CONNECTIONS", is_number = true },
  max_queue = { is.whole(0), default = 500 },
  max_events = { is.whole(1), default = 200 },
  max_message = { is.whole(1024), default = 10 * 1024 * 1024 },
  reconnect = { is_reconnect, default = true },
  sandbox = { is.sandbox },
  on_request = { is.callable },
  on_response = { is.callable },
  on_state = { is.callable },
  log = { is.callable },
}

local names = {}
for name in pairs(known) do
  names[#names + 1] = name
end
table.sort(names)

local function check(name, value)
  for _, rule in ipairs(known[name]) do
    local fault = rule(value)
    if fault then return errors.invalid(("%s %s"):format(name, fault)) end
  end
end

-- What a client has and a session can't have.
local of_clients_alone = {
  transport = "is signalwire.client's, and RELAY has none: its connection is worked on where it is used. Beside "
    .. "Kamailio's tls.so, take the library's GnuTLS build: docs/kamailio.md",
}

local function unknown_option(name)
  local why = of_clients_alone[name]
  if why then return errors.invalid(("option '%s' %s"):format(name, why)) end
  return errors.invalid(("no option is called '%s'%s"):format(tostring(name), did_you_mean(name, names)))
end

local function check_all(given)
  for name, value in pairs(given) do
    if not known[name] then return unknown_option(name) end
    local err = check(name, value)
    if err then return err end
  end
end

local function set_from(settings, name, variable)
  local value = variable and settings[name] == nil and os.getenv(variable)
  if not value or value == "" then return nil end
  if known[name].is_number then value = tonumber(value) or value end
  local err = check(name, value)
  if err then return errors.invalid(("%s (from %s)"):format(err.message, variable)) end
  settings[name] = value
end

-- Explicit credentials of one kind leave those of the other kind in the environment alone.
local function from_environment(settings, given)
  local by_token = given.project ~= nil or given.token ~= nil
  for _, name in ipairs(names) do
    local is_left_alone = (name == "jwt_token" and by_token)
      or ((name == "project" or name == "token") and (given.jwt_token ~= nil or settings.jwt_token ~= nil))
    if not is_left_alone then
      local err = set_from(settings, name, known[name].env) or set_from(settings, name, known[name].second_env)
      if err then return err end
    end
  end
end

local function missing_credential(settings)
  if settings.jwt_token then return nil end
  for _, name in ipairs({ "project", "token" }) do
    if not settings[name] then
      local message = "missing: %s (%s). Give it to signalwire.relay, or set the environment variable"
      return errors.invalid(message:format(name, known[name].env))
    end
  end
end

local function place(settings)
  local host = settings.host or DEFAULT_HOST
  if not host:find("[.:]") and host ~= "localhost" then host = host .. ".signalwire.com" end
  local name, port = rest_options.split_authority(host)
  if not name or (port ~= "" and (tonumber(port) < 1 or tonumber(port) > 65535)) then
    return errors.invalid("host is no valid host, or host:port")
  end
  settings.host, settings.loopback = host, rest_options.is_loopback(name)
  if settings.scheme == "ws" and not settings.loopback then
    return errors.invalid('scheme "ws" goes only to a loopback host')
  end
  settings.origin = (settings.scheme == "ws" and "http://" or "https://") .. host
  settings.url = settings.scheme .. "://" .. host .. settings.path
end

local function complete_reconnect(value)
  if value == false then return false end
  local complete = {}
  for name, rule in pairs(reconnect_rules) do
    complete[name] = value ~= true and value[name] or rule.default
  end
  return complete
end

local function copy_of(list)
  local copy = {}
  for i, item in ipairs(list or {}) do
    copy[i] = item
  end
  return copy
end

local function enter_sandbox(settings)
  if settings.sandbox == true then settings.sandbox = require("signalwire.sandbox").new() end
  settings.host = "sandbox.invalid"
  if settings.jwt_token then return end
  settings.project, settings.token = settings.project or "sandbox", settings.token or "sandbox"
end

--- The settings of a session, complete.
---@param given table
---@return table? settings
---@return signalwire.Error?
function options.read(given)
  local settings = {}
  local err = check_all(given)
  if err then return nil, err end
  for name, value in pairs(given) do
    settings[name] = value
  end
  if settings.sandbox then enter_sandbox(settings) end
  err = from_environment(settings, given) or missing_credential(settings)
  if err then return nil, err end
  for name, option in pairs(known) do
    if settings[name] == nil then settings[name] = option.default end
  end
  err = place(settings)
  if err then return nil, err end
  settings.reconnect = complete_reconnect(settings.reconnect)
  settings.contexts = copy_of(settings.contexts)
  settings.agent = "signalwire-lua/" .. require("signalwire.version")
  settings.log = settings.log or function(line) tasks.log("relay: " .. line) end
  settings.transport = { log = function(_, line) settings.log(line) end }
  settings.hook_failed = {}
  if os.getenv("SIGNALWIRE_LOG_LEVEL") == "debug" then
    settings.debug = require("signalwire.relay.debug").new(settings)
  end
  return settings
end

--- Their names.
function options.names() return names end

return options
