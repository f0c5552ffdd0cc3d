-- The host nginx: calls over its own sockets, which wait without holding the worker up.

local base = require("signalwire.base")
local exchange = require("signalwire.host.nginx.exchange")
local tasks = require("signalwire.host.nginx.tasks")

local nginx = {}

local Transport = {}
Transport.__index = Transport

nginx.now = base.now

function nginx.sleep(seconds)
  if type(seconds) ~= "number" or seconds ~= seconds or seconds == math.huge then
    error("sleep takes a number of seconds", 3)
  end
  tasks.sleep(seconds)
end

function nginx.log(line) ngx.log(ngx.WARN, "signalwire: ", line) end

--- Its sockets harm nobody.
function nginx.warn() end

--- Tasks are nginx's light threads.
function nginx.tasks() return tasks end

local lua_module = ngx.config.ngx_lua_version

--- What the User-Agent says of this host.
nginx.agent = ("%s; ngx_lua/%d.%d.%d"):format(
  jit.version,
  math.floor(lua_module / 1e6),
  math.floor(lua_module / 1e3) % 1e3,
  lua_module % 1e3
)

nginx.environment_hint = ". nginx hides these from its workers, unless nginx.conf names them at its top level: "
  .. "env SIGNALWIRE_PROJECT_ID; env SIGNALWIRE_API_TOKEN; env SIGNALWIRE_SPACE;"

local function is_address(server) return server:find(":", 1, true) or server:find("^%d+%.%d+%.%d+%.%d+$") end

--- What of the settings nginx's sockets can't honour, in words that name what can; nil where there is nothing.
---@return string?
function nginx.refusal(settings)
  if settings.ca_file then
    return "ca_file (SIGNALWIRE_REST_CA_FILE) has no way to nginx's sockets: in nginx.conf, "
      .. "lua_ssl_trusted_certificate names the file"
  end
  if settings.proxy then
    return "proxy has no way to nginx's sockets: let base_url name a server of this nginx on a loopback "
      .. "address, whose proxy_pass goes on from there"
  end
  if settings.transport then return "transport is nginx's own sockets here, and has no other kind" end
  if settings.http_version ~= "1.1" then return 'http_version must be "1.1" within nginx' end
  if settings.encrypted and is_address(settings.server) then
    return (
      "%s is an address, and nginx verifies only names in certificates: give the server's name, and let "
      .. "nginx's resolver directive find it"
    ):format(settings.server)
  end
end

local function host_header(settings)
  local port = settings.port == (settings.encrypted and 443 or 80) and "" or ":" .. settings.port
  return (settings.server:find(":", 1, true) and "[" .. settings.server .. "]" or settings.server) .. port
end

-- A closure keeps the token out of what can be listed.
local function writer(settings)
  local common = table.concat({
    "Host: " .. host_header(settings),
    "Accept: application/json",
    "Content-Type: application/json",
    "User-Agent: " .. settings.user_agent,
    settings.token and "Authorization: Basic " .. base.base64(settings.project .. ":" .. settings.token),
  }, "\r\n")
  return function(route, body)
    local length = body and ("\r\nContent-Length: %d"):format(#body) or ""
    return { route.method, " ", route.path, " HTTP/1.1\r\n", common, length, "\r\n\r\n", body or "" }
  end
end

-- nginx does not read /etc/hosts, and few name servers know this machine's own name for itself.
local function dialled(server)
  if server == "localhost" then return "127.0.0.1" end
  return server:find(":", 1, true) and "[" .. server .. "]" or server
end

--- A way to one server.
---@param settings table
---@return table transport
function nginx.open(settings)
  return setmetatable({
    target = {
      origin = settings.origin,
      encrypted = settings.encrypted,
      server = settings.server,
      dialled = dialled(settings.server),
      port = settings.port,
      server_name = settings.server,
      max_connections = settings.max_connections,
      max_response = settings.max_response,
      text_of = writer(settings),
    },
  }, Transport)
end

--- A connection that carries bytes both ways: signalwire.host.nginx.stream has the words.
function nginx.stream(settings, deadline, opening)
  return require("signalwire.host.nginx.stream").open(settings, deadline, opening)
end

--- nginx's loop is the only one here.
function nginx.is_within_another_loop() return false end

--- One HTTP request and its answer.
function Transport:exchange(route, body, timeout) return exchange.perform(self.target, route, body, timeout) end

Transport.sleep = function(_, seconds) nginx.sleep(seconds) end
Transport.now = function() return base.now() end
Transport.log = function(_, line) nginx.log(line) end

return nginx
