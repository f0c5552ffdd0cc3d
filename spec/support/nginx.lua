-- Starts an nginx with its Lua module for specs, tells it to read its configuration again, and ends it.

local curl = require("signalwire.host.curl")
local shell = require("signalwire.sandbox.shell")
local system = require("signalwire.sandbox.system")

local nginx = {}

local quote = shell.quote

local Server = {}
Server.__index = Server

local template = [[
@MODULES@
daemon off;
@USER@
worker_processes @WORKERS@;
pid @FOLDER@/nginx.pid;
error_log @FOLDER@/error.log notice;
@MAIN@
events { worker_connections 4096; }

http {
  access_log off;
  @TEMPORARY@
  keepalive_requests 1000000;
  lua_package_path "@LUA_PATH@";
  lua_package_cpath "@LUA_CPATH@";
  lua_socket_log_errors off;
  lua_max_running_timers 4096;
  @HTTP@
  server {
    listen 127.0.0.1:@PORT@;
    server_name localhost;
    @SERVER@
  }
}
]]

-- The C core that nginx's LuaJIT can load: that of the Lua that runs the specs, if its version is 5.1, else its
-- neighbour in the build folder.
local function c_modules(here)
  if _VERSION == "Lua 5.1" then return (package.cpath:gsub("%f[^;%z]%./", here .. "/")) end
  for _, folder in ipairs({ "jit", "5.1" }) do
    local path = ("%s/build/%s"):format(here, folder)
    if shell.read(path .. "/signalwire/base.so") then return path .. "/?.so;;" end
  end
end

--- Was the C core made for a Lua that nginx has?
function nginx.can_load() return c_modules(".") ~= nil end

local function configuration(found, parts)
  local modules, temporary = {}, {}
  for i, path in ipairs(found.modules) do
    modules[i] = ("load_module %s;"):format(path)
  end
  for i, name in ipairs(found.temporary) do
    temporary[i] = ("%s_temp_path %s/%s;"):format(name, parts.FOLDER, name)
  end
  parts.MODULES, parts.TEMPORARY = table.concat(modules, "\n"), table.concat(temporary, "\n  ")
  return (template:gsub("@([A-Z_]+)@", function(name) return parts[name] or "" end))
end

local function read_pid(folder)
  local text = shell.read(folder .. "/nginx.pid")
  return text and text:match("%d+")
end

local function launch(found, folder, port, options)
  local here = shell.output("pwd")
  local parts = {
    FOLDER = folder,
    USER = shell.output("id -u") == "0" and "user root;" or "", -- what the specs made is its owner's alone
    PORT = port,
    WORKERS = options.workers or 1,
    MAIN = options.main,
    HTTP = (options.http or ""):gsub("@PORT@", port),
    SERVER = (options.server or ""):gsub("@PORT@", port),
    LUA_PATH = ("%s/lua/?.lua;%s/lua/?/init.lua;%s/?.lua;;"):format(here, here, here),
    LUA_CPATH = assert(c_modules(here), "nginx needs the C core for LuaJIT: ./run build jit"),
  }
  assert(shell.write(folder .. "/nginx.conf", configuration(found, parts)))
  local command = ("env -u LUA_PATH -u LUA_CPATH -u LUA_INIT %s %s -p %s -c nginx.conf %s"):format(
    options.environment or "",
    quote(found.path),
    quote(folder),
    found.log_option and "-e error.log" or ""
  )
  os.execute(("{ %s; rm -f %s/nginx.pid; } >%s/output 2>&1 &"):format(command, folder, folder))
end

--- Starts one and waits until it answers. `main`, `http` and `server` are text for those parts of its configuration, in
--- which @PORT@ stands for its port; `workers`; `environment` such as "A=b".
function nginx.start(options)
  local found = assert(system.nginx())
  local self = setmetatable({ folder = assert(system.new_folder()) }, Server)
  for _ = 1, 10 do
    self.port = system.random_port()
    launch(found, self.folder, self.port, options)
    if self:wait_until_it_answers() then return self end
    if not self:log():find("Address already in use", 1, true) then break end
  end
  error("nginx did not start:\n" .. self:log() .. (shell.read(self.folder .. "/output") or ""))
end

function Server:wait_until_it_answers()
  for _ = 1, 200 do
    self.pid = read_pid(self.folder)
    if self.pid and system.port_is_taken(self.port) then return true end
    if self:log():find("[emerg]", 1, true) then return false end
    curl.sleep(0.02)
  end
  return false
end

--- GET of a path: the status and the body, a table where it is JSON; or nil and what went wrong.
function Server:get(path, timeout)
  self.transport = self.transport
    or curl.open({
      origin = "http://127.0.0.1:" .. self.port,
      loopback = true,
      user_agent = "spec",
      max_connections = 1000,
      max_response = 16 * 1024 * 1024,
    })
  local route = { method = "GET", path = path, connect_timeout = 5 }
  local value, result, text = self.transport:exchange(route, nil, timeout or 30)
  return result.status, value or text or result.message, result.headers
end

--- The body of a path that must answer 200.
function Server:body(path, timeout)
  local status, body = self:get(path, timeout)
  if status ~= 200 then error(("%s: %s\n%s\n%s"):format(path, tostring(status), tostring(body), self:log()), 2) end
  return body
end

function Server:log() return shell.read(self.folder .. "/error.log") or "" end

--- New workers take over; the old ones end once their requests and timers have.
function Server:reload() os.execute("kill -HUP " .. self.pid) end

--- How many workers there are, those that are about to end too.
function Server:workers() return tonumber(shell.output(("ps -o pid= --ppid %s | wc -l"):format(self.pid))) end

function Server:stop()
  os.execute("kill -QUIT " .. self.pid .. " 2>/dev/null")
  for _ = 1, 250 do
    if not read_pid(self.folder) then break end
    curl.sleep(0.02)
  end
  if read_pid(self.folder) then os.execute("kill -TERM " .. self.pid) end
  shell.run("rm -rf " .. quote(self.folder))
end

return nginx
