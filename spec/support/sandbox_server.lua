-- Starts the sandbox behind https for specs, from any Lua, asks it what lies beside the API, and stops it.

local json = require("signalwire.json")
local wire = require("spec.support.wire")

local sandbox_server = {}

local function quoted(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

local function read_file(name)
  local file = assert(io.open(name, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

--- Reads the lines that the sandbox prints at its start, up to the last export.
local function read_exports(pipe)
  local env = {}
  for line in pipe:lines() do
    local name, value = line:match("^export ([%w_]+)=(.*)$")
    if name then env[name] = value end
    if name == "INBOX_URL" then return env end
  end
  return nil
end

--- Starts a sandbox, which answers when this returns.
---@param arguments string[]|nil @such as { "--strict" }
---@return table server @`env` (what it exports), `address`, `ca_file`, `pid`; `log()`, `stop(signal)`
function sandbox_server.start(arguments)
  local log_name = os.tmpname()
  local words = { quoted(wire.interpreter()), "bin/signalwire-sandbox" }
  for _, argument in ipairs(arguments or {}) do
    words[#words + 1] = quoted(argument)
  end
  local command = ("echo $$; LUA_PATH=%s; export LUA_PATH; exec %s 2>%s"):format(
    quoted(package.path),
    table.concat(words, " "),
    quoted(log_name)
  )
  local pipe = assert(io.popen(command))
  local server = { pid = pipe:read("*l") }
  server.env = read_exports(pipe)
  if not server.env then error("the sandbox did not start: " .. read_file(log_name)) end
  server.address = server.env.SIGNALWIRE_REST_BASE_URL
  server.ca_file = server.env.SIGNALWIRE_REST_CA_FILE
  server.folder = server.ca_file:match("^(.*)/")

  --- What it has logged so far.
  function server.log() return read_file(log_name) end

  --- Ends it, as Ctrl-C does, and waits until it has gone.
  function server.stop(signal)
    if not pipe then return end
    os.execute(("kill -%s %s"):format(signal or "INT", server.pid))
    pipe:close()
    pipe = nil
    os.remove(log_name)
  end

  return server
end

--- Asks for what lies beside the API, or has it done, as people do from outside.
---@return integer status
---@return any value of the answer's JSON; nil where it has none
function sandbox_server.ask(server, method, path, fields)
  local transport = require("signalwire.host.curl").open {
    origin = server.address,
    ca_file = server.ca_file,
    loopback = true,
    user_agent = "spec",
    max_connections = 10,
    max_response = 1000000,
  }
  local route = { method = method, path = path, connect_timeout = 5 }
  local value, result, text = transport:exchange(route, fields and json.encode(fields), 20)
  assert(result.status, result.message)
  return result.status, value or json.decode(text)
end

--- Client options for that server.
function sandbox_server.client_options(server, more)
  local options = {
    project = server.env.SIGNALWIRE_PROJECT_ID,
    token = server.env.SIGNALWIRE_API_TOKEN,
    base_url = server.address,
    ca_file = server.ca_file,
    retries = 0,
  }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return options
end

return sandbox_server
