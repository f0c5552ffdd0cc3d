-- Starts the sandbox behind https: an nginx with its Lua module, and all it needs in one folder, gone when it ends.

local conf = require("signalwire.sandbox.conf")
local sandbox = require("signalwire.sandbox")
local shell = require("signalwire.sandbox.shell")
local system = require("signalwire.sandbox.system")
local uuid = require("signalwire.sandbox.uuid")

local server = {}

local TOKEN = "PTsandbox" -- opens nothing but a sandbox

local quote = shell.quote

--- Makes the certificates, if they are not there yet, and becomes nginx. `3` is where the log goes.
local start_script = [[
cd %s && { [ -s server.pem ] || {
  openssl ecparam -name prime256v1 -genkey -noout -out ca.key &&
  openssl req -x509 -new -key ca.key -days 30 -config openssl.cnf -extensions authority -out ca.pem &&
  openssl ecparam -name prime256v1 -genkey -noout -out server.key &&
  openssl req -new -key server.key -config openssl.cnf -out server.csr &&
  openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -set_serial %d -days 30 \
    -extfile openssl.cnf -extensions server -out server.pem &&
  rm -f ca.key server.csr; } >start.txt 2>&1; } || exit 1
%s
ulimit -n "$(ulimit -Hn)" 2>/dev/null
exec %s -c %s/nginx.conf %s 3>&2 2>start.txt]]

-- A C module of another Lua must not be found in nginx, whose Lua is LuaJIT.
local other_lua = _VERSION ~= "Lua 5.1" and "unset LUA_CPATH LUA_PATH LUA_INIT" or ""

local function remove(folder) shell.run("rm -rf " .. quote(folder)) end

--- What went wrong, in words that help.
local function explain(folder, port)
  local text = (shell.read(folder .. "/start.txt") or "") .. (shell.read(folder .. "/error.log") or "")
  if text:find("Address already in use", 1, true) then
    return ("port %d is taken: choose another with --port, or leave --port out"):format(port), "taken"
  end
  if text:find("bind%(%) to [^\n]*Permission denied") then
    return ("port %d may not be used by this user: choose one above 1023"):format(port)
  end
  if text:find("module 'cjson' not found", 1, true) then
    return "nginx's Lua has no lua-cjson: install it (Debian: apt-get install lua-cjson)"
  end
  if text:find("resty%.core") and text:find("failed to load", 1, true) then
    return "nginx's Lua module lacks its library (Debian: apt-get install lua-resty-core)"
  end
  return "nginx did not start:\n" .. (text ~= "" and text or "it said nothing")
end

--- Writes what nginx needs into the folder. Returns true, or nil and a message.
local function write_files(nginx, settings, lua_root)
  local folder = settings.folder
  local fine, message = shell.write(folder .. "/openssl.cnf", conf.openssl())
  if fine then
    fine, message = shell.write(folder .. "/init.lua", conf.init(settings))
  end
  if fine then
    fine, message = shell.write(folder .. "/nginx.conf", conf.nginx(nginx, folder, settings.port, lua_root))
  end
  return fine, message
end

--- Starts nginx. Returns the pipe that it hangs on, or nil, a message and why in one word.
local function launch(nginx, settings)
  local serial = math.floor(os.time() % 1000000000)
  local log_option = nginx.log_option and "-e " .. quote(settings.folder .. "/error.log") or ""
  local folder = quote(settings.folder)
  local script = start_script:format(folder, serial, other_lua, quote(nginx.path), folder, log_option)
  local pipe, message = io.popen(script, "r")
  if not pipe then return nil, message end
  if pipe:read("*l") == "ready" then return pipe end
  pipe:close()
  return nil, explain(settings.folder, settings.port)
end

--- Tries ports until one is free; the one port, where that is given.
local function launch_somewhere(nginx, settings, wanted_port, lua_root)
  if wanted_port and system.port_is_taken(wanted_port) then
    return nil, ("port %d is taken: choose another with --port, or leave --port out"):format(wanted_port)
  end
  local fine, pipe, message, why
  for _ = 1, 20 do
    settings.port = wanted_port or system.random_port()
    fine, message = write_files(nginx, settings, lua_root)
    if not fine then return nil, message end
    pipe, message, why = launch(nginx, settings)
    if pipe or wanted_port or why ~= "taken" then return pipe, message end
  end
  return nil, message
end

--- Starts a sandbox.
---@param options table|nil @`port`; `strict`, `quiet`
---@return table|nil running @`address`, `exports` (list of name and value), `wait`, `stop`
---@return string|nil message
function server.start(options)
  options = options or {}
  local nginx, message = system.nginx()
  if not nginx then return nil, message end
  local lua_root
  lua_root, message = system.lua_root()
  if not lua_root then return nil, message end
  local folder
  folder, message = system.new_folder()
  if not folder then return nil, message end
  local settings = {
    folder = folder,
    project = sandbox.PROJECT,
    token = TOKEN,
    signing_key = sandbox.SIGNING_KEY,
    strict = options.strict or false,
    quiet = options.quiet or false,
  }
  local fine, pipe = pcall(function()
    local new_id = assert(uuid.random())
    settings.sip_call_id, settings.phone_call_id = new_id(), new_id()
    local started
    started, message = launch_somewhere(nginx, settings, options.port, lua_root)
    return started
  end)
  if not fine then message = tostring(pipe) end
  if not fine or not pipe then
    remove(folder)
    return nil, message
  end
  return server.running(settings, pipe)
end

--- A sandbox that runs.
function server.running(settings, pipe)
  local address = ("https://127.0.0.1:%d"):format(settings.port)
  local running = { address = address, folder = settings.folder }
  running.exports = {
    { "SIGNALWIRE_PROJECT_ID", settings.project },
    { "SIGNALWIRE_API_TOKEN", settings.token },
    { "SIGNALWIRE_REST_BASE_URL", address },
    { "SIGNALWIRE_REST_CA_FILE", settings.folder .. "/ca.pem" },
    { "SIGNALWIRE_SIGNING_KEY", settings.signing_key },
    { "SIGNALWIRE_RELAY_HOST", ("127.0.0.1:%d"):format(settings.port) },
    { "SIGNALWIRE_RELAY_CA_FILE", settings.folder .. "/ca.pem" },
    { "CALL_ID", settings.sip_call_id },
    { "PHONE_CALL_ID", settings.phone_call_id },
    { "INBOX_URL", address .. "/inbox" },
  }

  --- Waits until nginx ends, or until Ctrl-C raises an error here: nginx writes an empty line now and then,
  --- so that this does not sleep through it.
  function running.wait()
    while pipe:read("*l") do
    end
  end

  --- Ends nginx, which sees that nobody holds its pipe any more, and waits for that.
  function running.stop()
    if pipe then pipe:close() end
    pipe = nil
    remove(settings.folder)
  end

  return running
end

return server
