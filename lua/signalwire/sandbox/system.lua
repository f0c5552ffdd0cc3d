-- What the machine offers the sandbox: its nginx, a free port, a folder, and where this library's Lua files lie.

local shell = require("signalwire.sandbox.shell")

local system = {}

local quote = shell.quote

local elsewhere = "/usr/sbin:/usr/local/sbin:/usr/local/nginx/sbin:/usr/local/openresty/nginx/sbin"
local module_folders = { "/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/share/nginx/modules" }

local function exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

local function which(program)
  return shell.output(("PATH=$PATH:%s; command -v %s 2>/dev/null"):format(elsewhere, program))
end

--- The modules to load: none where nginx was built with its Lua module. nil and a message where there is none.
local function modules_of(about)
  if about:find("--add%-module=%S*ngx_lua") or about:find("--add%-module=%S*lua%-nginx%-module") then return {} end
  local its_own = about:match("%-%-modules%-path=(%S+)")
  for _, folder in ipairs(its_own and { its_own } or module_folders) do
    if exists(folder .. "/ngx_http_lua_module.so") then
      local paths = { folder .. "/ngx_http_lua_module.so" }
      if exists(folder .. "/ndk_http_module.so") then table.insert(paths, 1, folder .. "/ndk_http_module.so") end
      return paths
    end
  end
  return nil, "nginx has no Lua module: install it (Debian: apt-get install libnginx-mod-http-lua)"
end

--- Where nginx would put what it does not keep in memory; each must be told not to.
local function temporary_paths(about)
  local names = { "client_body" }
  for _, name in ipairs { "proxy", "fastcgi", "uwsgi", "scgi" } do
    if not about:find("--without-http_" .. name .. "_module", 1, true) then names[#names + 1] = name end
  end
  return names
end

local function at_least(version, major, minor, patch)
  local a, b, c = version:match("^(%d+)%.(%d+)%.(%d+)")
  a, b, c = tonumber(a), tonumber(b), tonumber(c)
  if a ~= major then return a > major end
  if b ~= minor then return b > minor end
  return c >= patch
end

--- The nginx of this machine and what it can do, or nil and a message.
function system.nginx()
  local path = which("nginx")
  if not path then
    return nil, "nginx is not installed (Debian: apt-get install nginx-light libnginx-mod-http-lua)"
  end
  if not which("openssl") then
    return nil, "the openssl program is not installed (Debian: apt-get install openssl)"
  end
  local about = shell.output(quote(path) .. " -V 2>&1") or ""
  local version = about:match("nginx version: [^/]+/(%d+%.%d+%.%d+)")
  if not version then return nil, path .. " does not say its version:\n" .. about end
  local modules, message = modules_of(about)
  if not modules then return nil, message end
  return {
    path = path,
    modules = modules,
    temporary = temporary_paths(about),
    log_option = at_least(version, 1, 19, 5),
    http2_directive = at_least(version, 1, 25, 1),
    ipv6 = ("\n" .. (shell.read("/proc/net/if_inet6") or "")):find("\n0+1 ") ~= nil,
  }
end

--- A new folder that only this user can read, or nil and a message.
function system.new_folder()
  local where = os.getenv("TMPDIR")
  -- nginx takes some characters in a path for its own.
  if not where or where:find("[^%w/._+-]") then where = "/tmp" end
  local template = where:gsub("/+$", "") .. "/signalwire-sandbox.XXXXXXXX"
  local folder = shell.output(("mktemp -d %s 2>&1"):format(quote(template)))
  if folder and folder:find(where, 1, true) == 1 and not folder:find("\n") then return folder end
  return nil, ("no folder can be made in %s: %s"):format(where, folder or "mktemp said nothing")
end

--- The folder below which this library's Lua files lie, as a whole path; or nil and a message.
function system.lua_root()
  local name = "/signalwire/sandbox/nginx.lua"
  for template in package.path:gmatch("[^;]+") do
    local root = template:match("^(.*)/%?%.lua$")
    if root and exists(root .. name) then
      if root:sub(1, 1) == "/" then return root end
      return shell.output("cd " .. quote(root) .. " && pwd")
    end
  end
  return nil, "the library's own files are not on package.path"
end

--- True if something on this machine listens there. Where the system does not say, nginx finds out.
function system.port_is_taken(port)
  local ending = (":%04X "):format(port)
  for _, name in ipairs { "/proc/net/tcp", "/proc/net/tcp6" } do
    for line in (shell.read(name) or ""):gmatch("[^\n]+") do
      local here, state = line:match("^%s*%d+: (%x+:%x+ )%S+ (%x+)")
      if state == "0A" and here:sub(-#ending) == ending then return true end
    end
  end
  return false
end

--- A port below those that the system gives to outgoing connections, and taken by nobody just now.
function system.random_port()
  local source = assert(io.open("/dev/urandom", "rb"))
  local port
  repeat
    local high, low = source:read(2):byte(1, 2)
    port = 20000 + (high * 256 + low) % 12000
  until not system.port_is_taken(port)
  source:close()
  return port
end

return system
