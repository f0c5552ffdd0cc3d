-- What a client is made of: options given, the environment, defaults; each checked, none ignored.

local errors = require("signalwire.error")

local options = {}

local function is_text(value)
  if type(value) ~= "string" or value == "" then return "must be a string that is not empty" end
  if value:find("%c") then return "has a control character" end
end

local function is_seconds(value)
  if type(value) ~= "number" then return "must be a number of seconds" end
  if value ~= value or value <= 0 or value == math.huge then return "must be more than 0 and finite" end
end

local function is_whole(least)
  return function(value)
    if type(value) ~= "number" or value % 1 ~= 0 or value < least or value > 2 ^ 53 then
      return ("must be a whole number, %d or more"):format(least)
    end
  end
end

local function is_a(kind, words)
  return function(value)
    if type(value) ~= kind then return "must be " .. words end
  end
end

local is_boolean = is_a("boolean", "true or false")
local is_function = is_a("function", "a function")
local is_table = is_a("table", "a table")

local function is_version(value)
  if value ~= "1.1" and value ~= "2" then return 'must be "1.1" or "2"' end
end

local function is_transport(value)
  if value ~= "thread" then return 'must be "thread", or not given' end
end

local function is_project(value)
  if value:find(":", 1, true) then return "has a colon, which HTTP Basic can't carry" end
end

local function is_ca_file(value)
  local file, message = io.open(value, "rb")
  local text = file and file:read("*a")
  if file then file:close() end
  if not text then return "can't be read: " .. (message or value) end
  if not text:find("-----BEGIN [%u ]*CERTIFICATE") then return "holds no PEM certificate: " .. value end
end

local function is_host(value)
  if value:find("[/@?#%s]") then
    return "must be a host or host:port, such as example.signalwire.com (for a URL: base_url)"
  end
end

local function is_sandbox(value)
  if value ~= true and not (type(value) == "table" and value.exchange) then
    return "must be true, or a box of signalwire.sandbox()"
  end
end

-- scope "both": one call may have its own; scope "call": only a call has it.
local known = {
  project = { is_text, is_project, env = "SIGNALWIRE_PROJECT_ID" },
  token = { is_text, env = "SIGNALWIRE_API_TOKEN" },
  space = { is_text, is_host, env = "SIGNALWIRE_SPACE" },
  host = { is_text, is_host },
  base_url = { is_text, env = "SIGNALWIRE_REST_BASE_URL" },
  timeout = { is_seconds, default = 30, scope = "both" },
  connect_timeout = { is_seconds, default = 5, scope = "both" },
  retries = { is_whole(0), default = 2, scope = "both" },
  ca_file = { is_text, is_ca_file, env = "SIGNALWIRE_REST_CA_FILE" },
  proxy = { is_text },
  http_version = { is_version, default = "1.1" },
  transport = { is_transport },
  max_connections = { is_whole(1), default = 100 },
  max_response = { is_whole(1), default = 16 * 1024 * 1024 },
  strict = { is_boolean, default = false, scope = "both" },
  sandbox = { is_sandbox },
  on_request = { is_function, default = false, scope = "both" },
  on_response = { is_function, default = false, scope = "both" },
  on_retry = { is_function, default = false, scope = "both" },
  beside = { is_table, default = false, scope = "call" },
}

local function unknown_option(name)
  local hint = require("signalwire.did_you_mean")(name, known)
  return errors.invalid(("no option is called '%s'%s"):format(tostring(name), hint))
end

local function check(name, value)
  for _, rule in ipairs(known[name]) do
    local fault = rule(value)
    if fault then return errors.invalid(("%s %s"):format(name, fault)) end
  end
end

--- What is wrong with the first of these options that is wrong.
---@return signalwire.Error?
function options.check(given)
  for name, value in pairs(given) do
    local err = not known[name] and unknown_option(name) or known[name] and check(name, value)
    if err then return err end
  end
end

local function from_environment(settings)
  for name, option in pairs(known) do
    local variable = option.env
    local value = variable and settings[name] == nil and os.getenv(variable)
    if value and value ~= "" then
      local err = check(name, value)
      if err then return errors.invalid(("%s (from %s)"):format(err.message, variable)) end
      settings[name] = value
    end
  end
end

-- 127.0.0.256 is no address, but a name that may lead anywhere.
local function is_loopback(host)
  if host == "localhost" or host == "::1" then return true end
  local a, b, c = host:match("^127%.(%d%d?%d?)%.(%d%d?%d?)%.(%d%d?%d?)$")
  return a ~= nil and math.max(tonumber(a), tonumber(b), tonumber(c)) <= 255
end

local function split_authority(authority)
  local host, port = authority:match("^%[([%x:.]+)%]:?(%d*)$")
  if not host then
    host, port = authority:match("^([%w%-_.]+):?(%d*)$")
  end
  return host, port
end

local function read_base_url(settings)
  local scheme, authority, prefix = settings.base_url:match("^(%a+)://([^/?#]*)([^?#]*)$")
  if not scheme then return "must be like https://example.signalwire.com, without query" end
  if authority:find("@", 1, true) then return "has a user in it: give project and token instead" end
  if prefix:find("[^%w%-._~!$&'()*+,;=:@%%/]") then return "has a character in its path that no URL can carry" end
  local host, port = split_authority(authority)
  if not host or (port ~= "" and (tonumber(port) < 1 or tonumber(port) > 65535)) then return "has no valid host" end
  scheme = scheme:lower()
  settings.loopback = is_loopback(host)
  settings.encrypted = scheme == "https"
  settings.server, settings.port = host, tonumber(port) or (settings.encrypted and 443 or 80)
  if not settings.encrypted and not (scheme == "http" and settings.loopback) then
    return "must begin with https:// (http only to a loopback host)"
  end
  settings.origin = scheme .. "://" .. authority
  settings.prefix = prefix:gsub("/+$", "")
  settings.base_url = settings.origin .. settings.prefix
end

local function base_url_of(settings)
  local host = settings.host or settings.space
  if not settings.host and not host:find("[.:]") and host ~= "localhost" then host = host .. ".signalwire.com" end
  local name = split_authority(host)
  return (name and is_loopback(name) and "http://" or "https://") .. host
end

local function say_missing(settings)
  local missing = {}
  if not settings.project then missing[#missing + 1] = "project (SIGNALWIRE_PROJECT_ID)" end
  if not settings.token then missing[#missing + 1] = "token (SIGNALWIRE_API_TOKEN)" end
  if not (settings.base_url or settings.host or settings.space) then
    missing[#missing + 1] = "space (SIGNALWIRE_SPACE)"
  end
  if missing[1] then
    local message = "missing: %s. Give them to signalwire.client, or set the environment variables%s"
    local hint = require("signalwire.host").environment_hint or ""
    return errors.invalid(message:format(table.concat(missing, ", "), hint))
  end
end

local function place(settings)
  if settings.sandbox then
    settings.base_url, settings.project, settings.token =
      "https://sandbox", settings.project or "sandbox", settings.token or "sandbox"
  end
  local err = say_missing(settings)
  if err then return err end
  local by_url = settings.base_url ~= nil
  settings.base_url = settings.base_url or base_url_of(settings)
  local fault = read_base_url(settings)
  if fault then return errors.invalid((by_url and "base_url " or "host ") .. fault) end
end

--- The settings of a client, complete.
---@param given table
---@return table? settings
---@return signalwire.Error?
function options.read(given)
  local settings = {}
  local err = options.check(given)
  if err then return nil, err end
  if given.beside then return nil, errors.invalid("option 'beside' is one call's, not the client's") end
  for name, value in pairs(given) do
    settings[name] = value
  end
  err = from_environment(settings) or place(settings)
  if err then return nil, err end
  for name, option in pairs(known) do
    if settings[name] == nil then settings[name] = option.default end
  end
  local fault = not settings.sandbox and require("signalwire.host").refusal(settings)
  if fault then return nil, errors.invalid(fault) end
  return settings
end

--- The rules, and what is known of hosts, for those who have options of their own.
options.rules = {
  text = is_text,
  seconds = is_seconds,
  whole = is_whole,
  boolean = is_boolean,
  callable = is_function,
  project = is_project,
  ca_file = is_ca_file,
  host = is_host,
  table = is_table,
  sandbox = is_sandbox,
}
options.is_loopback, options.split_authority, options.known = is_loopback, split_authority, known

return options
