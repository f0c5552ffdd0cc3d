-- An nginx with its Lua module, for specs: started with what its http block is to hold, and stopped.

local system = require("signalwire.sandbox.system")

local nginx = {}

local function quoted(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

local function output(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read("*a")
  pipe:close()
  return (text:gsub("%s+$", ""))
end

local function write(path, text)
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
end

local function read(path)
  local file = io.open(path)
  if not file then return "" end
  local text = file:read("*a")
  file:close()
  return text
end

--- The build for nginx's Lua, which is LuaJIT; nil where it was not made.
function nginx.build()
  for _, folder in ipairs({ "build/jit", "build/5.1" }) do
    if output("ls " .. folder .. "/signalwire/*.so 2>/dev/null") ~= "" then return output("pwd") .. "/" .. folder end
  end
  return nil
end

local template = [[
@MODULES@
daemon off;
user root;
worker_processes @WORKERS@;
pid @FOLDER@/nginx.pid;
error_log @FOLDER@/error.log warn;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path @FOLDER@/body;
  proxy_temp_path @FOLDER@/proxy;
  fastcgi_temp_path @FOLDER@/fastcgi;
  uwsgi_temp_path @FOLDER@/uwsgi;
  scgi_temp_path @FOLDER@/scgi;
  lua_package_path "@FOLDER@/?.lua;@ROOT@/lua/?.lua;@ROOT@/lua/?/init.lua;;";
  lua_package_cpath "@BUILD@/?.so;;";
  @HTTP@
}
]]

local function start_on(port, nginx_here, options, folder)
  local modules = {}
  for i, path in ipairs(nginx_here.modules) do
    modules[i] = ("load_module %s;"):format(path)
  end
  local parts = {
    MODULES = table.concat(modules, "\n"),
    FOLDER = folder,
    WORKERS = tostring(options.workers or 1),
    ROOT = output("pwd"),
    BUILD = nginx.build(),
    HTTP = options.http:gsub("@PORT@", tostring(port)):gsub("@FOLDER@", (folder:gsub("%%", "%%%%"))),
  }
  write(folder .. "/nginx.conf", (template:gsub("@(%u+)@", parts)))
  local start = "unset LUA_PATH LUA_CPATH LUA_INIT; exec %s -c %s/nginx.conf >%s/out.txt 2>&1 & echo $!"
  local pid = output(start:format(quoted(nginx_here.path), folder, folder))
  for _ = 1, 100 do
    if read(folder .. "/nginx.pid") ~= "" and system.port_is_taken(port) then return pid end
    if output(("kill -0 %s 2>&1"):format(pid)) ~= "" then return nil end
    os.execute("sleep 0.05")
  end
  os.execute("kill " .. pid)
  return nil
end

--- Starts an nginx that listens when this returns.
---@param options table @`http`: the http block, where @PORT@ and @FOLDER@ stand for what they are; `workers`;
--- `files`: Lua files by name, which nginx's Lua finds
function nginx.start(options)
  local here = assert(system.nginx())
  local folder = assert(system.new_folder())
  for name, text in pairs(options.files or {}) do
    write(folder .. "/" .. name, text)
  end
  local port, pid
  for _ = 1, 5 do
    port = system.random_port()
    pid = start_on(port, here, options, folder)
    if pid then break end
  end
  local text = read(folder .. "/out.txt") .. read(folder .. "/error.log")
  if not pid then error("nginx did not start: " .. text) end

  local server = { port = port, folder = folder, address = "http://127.0.0.1:" .. port }

  --- What it has logged so far.
  function server.log() return read(folder .. "/error.log") end

  function server.stop()
    os.execute(("kill -TERM %s; while kill -0 %s 2>/dev/null; do sleep 0.05; done"):format(pid, pid))
    os.execute("rm -rf " .. quoted(folder))
  end

  return server
end

return nginx
