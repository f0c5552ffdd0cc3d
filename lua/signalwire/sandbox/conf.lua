-- Writes the configuration that the sandbox's nginx runs with, and the one that openssl makes its certificates with.

local conf = {}

--- For nginx: a string that may hold blanks and quotes.
local function quoted(text) return '"' .. text:gsub('[\\"]', "\\%0") .. '"' end

--- The name servers of /etc/resolv.conf, for webhooks to other machines.
local function name_servers()
  local servers = {}
  local file = io.open("/etc/resolv.conf")
  if not file then return servers end
  for line in file:lines() do
    local server = line:match("^%s*nameserver%s+([%x.:]+)%s*$")
    if server then servers[#servers + 1] = server:find(":", 1, true) and "[" .. server .. "]" or server end
  end
  file:close()
  return servers
end

--- The options in the words of Lua.
local function literal(options)
  local words = {}
  for name, value in pairs(options) do
    words[#words + 1] = ("%s = %s"):format(
      name,
      type(value) == "string" and ("%q"):format(value) or tostring(value)
    )
  end
  table.sort(words)
  return "{ " .. table.concat(words, ", ") .. " }"
end

local function listening(nginx, port)
  local old_http2 = not nginx.http2_directive and " http2" or ""
  local lines = { ("listen 127.0.0.1:%d ssl%s;"):format(port, old_http2) }
  if nginx.ipv6 then lines[#lines + 1] = ("listen [::1]:%d ssl%s;"):format(port, old_http2) end
  if nginx.http2_directive then lines[#lines + 1] = "http2 on;" end
  return table.concat(lines, "\n    ")
end

local template = [[
# The sandbox's nginx: written at its start, removed at its end.
@MODULES@
daemon off;
master_process off;
pid @FOLDER@/nginx.pid;
error_log @FOLDER@/error.log warn;
events { worker_connections 4096; }

http {
  access_log off;
  @TEMPORARY@
  @RESOLVER@
  client_max_body_size 16m;
  client_body_buffer_size 64k;
  keepalive_requests 1000000000;
  keepalive_timeout 3600s;
  http2_max_concurrent_streams 1000;
  types { }
  default_type text/plain;

  lua_package_path @LUA_PATH@;
  lua_max_pending_timers 20000;
  lua_max_running_timers 2000;
  lua_socket_log_errors off;
  init_by_lua_file @FOLDER@/init.lua;
  init_worker_by_lua_block { require("signalwire.sandbox.nginx").start() }
  exit_worker_by_lua_block { require("signalwire.sandbox.nginx").stop() }

  server {
    @LISTEN@
    server_name localhost;
    ssl_certificate @FOLDER@/server.pem;
    ssl_certificate_key @FOLDER@/server.key;
    ssl_protocols TLSv1.2 TLSv1.3;

    location / { content_by_lua_block { require("signalwire.sandbox.nginx").api() } }
    location = /inbox { content_by_lua_block { require("signalwire.sandbox.nginx").inbox() } }
    location = /sandbox { content_by_lua_block { require("signalwire.sandbox.nginx").summary() } }
    location /sandbox/ { content_by_lua_block { require("signalwire.sandbox.nginx").control() } }
    location = /api/relay/ws { content_by_lua_block { require("signalwire.sandbox.nginx").relay() } }
    location = / { content_by_lua_block { require("signalwire.sandbox.nginx").front() } }
  }
}
]]

--- The text of nginx.conf.
---@param nginx table @what server.lua found out: `modules`, `temporary`, `http2_directive`, `ipv6`
function conf.nginx(nginx, folder, port, lua_root)
  local modules, temporary = {}, {}
  for i, path in ipairs(nginx.modules) do
    modules[i] = "load_module " .. quoted(path) .. ";"
  end
  for i, name in ipairs(nginx.temporary) do
    temporary[i] = ("%s_temp_path %s/%s;"):format(name, folder, name)
  end
  local servers = table.concat(name_servers(), " ")
  local parts = {
    MODULES = table.concat(modules, "\n"),
    FOLDER = folder,
    TEMPORARY = table.concat(temporary, "\n  "),
    RESOLVER = servers ~= "" and ("resolver %s;"):format(servers) or "",
    LUA_PATH = quoted(("%s/?.lua;%s/?/init.lua;;"):format(lua_root, lua_root)),
    LISTEN = listening(nginx, port),
  }
  return (template:gsub("@([A-Z_]+)@", parts))
end

--- The text of the Lua file that nginx runs first.
function conf.init(settings)
  return ('require("signalwire.sandbox.nginx").configure(%s)\n'):format(literal(settings))
end

--- The text of openssl.cnf: an authority, and a server of this machine.
function conf.openssl()
  return [[
[req]
distinguished_name = name
prompt = no
[name]
CN = SignalWire sandbox
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:localhost, IP:127.0.0.1, IP:::1
]]
end

return conf
