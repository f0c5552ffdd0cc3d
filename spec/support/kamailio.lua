-- Starts a real Kamailio with a script of routes, has SIP callers speak with it, and stops it.
local cjson = require("cjson")

local kamailio = {}

local Server = {}
Server.__index = Server

local root = os.getenv("PWD")

local function output(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read("*a")
  pipe:close()
  return text
end

local function quoted(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

local function sip_command(arguments) return "python3 -B spec/support/sip.py " .. quoted(cjson.encode(arguments)) end

local function sip(arguments) return output(sip_command(arguments)) end

local function read(path)
  local file = io.open(path, "rb")
  local text = file and file:read("*a") or ""
  if file then file:close() end
  return text
end

-- Kamailio's Lua is 5.1, whatever runs the spec.
local function environment(options)
  local words = { "env" }
  for name, value in pairs(options.env or {}) do
    words[#words + 1] = name .. "=" .. quoted(value)
  end
  local path = ("ROOT/?.lua;ROOT/lua/?.lua;ROOT/lua/?/init.lua;;"):gsub("ROOT", root)
  words[#words + 1] = "LUA_PATH=" .. quoted(path)
  words[#words + 1] = "LUA_CPATH=" .. quoted(("%s/build/%s/?.so;;"):format(root, options.build or "5.1"))
  return words
end

local function command_of(options, server)
  local words = environment(options)
  local function add(...)
    for _, word in ipairs({ ... }) do
      words[#words + 1] = quoted(word)
    end
  end
  add("kamailio", "-DD", "-E", "-f", root .. "/examples/kamailio/kamailio.cfg")
  add("-m", options.memory or "64", "-M", "8")
  add("-A", ('CALLS="%s/%s"'):format(root, options.script))
  add("-l", "udp:127.0.0.1:" .. server.port)
  if options.tls then
    add("-l", "tls:127.0.0.1:" .. server.tls_port, "-A", "WITH_TLS")
    add("-A", ('TLS_KEY="%s/good.key"'):format(options.tls))
    add("-A", ('TLS_CERTIFICATE="%s/good.crt"'):format(options.tls))
    server.roots = options.tls .. "/ca.pem"
  end
  add("-w", root, "-P", server.folder .. "/pid", "-Y", server.folder)
  return table.concat(words, " ")
end

--- options: script (of routes), tls (a folder of certificates; without it, UDP alone), env, build (a folder of build/),
--- memory (MB).
function kamailio.start(options)
  local server = setmetatable({ folder = output("mktemp -d"):gsub("%s+$", "") }, Server)
  server.port, server.tls_port = sip({ free_ports = 2 }):match("(%d+) (%d+)")
  local line = "{ cd %s && exec %s; } >%s/log 2>&1 & echo $!"
  server.pid = output(line:format(root, command_of(options, server), server.folder)):match("%d+")
  for _ = 1, 100 do
    if read(server.folder .. "/pid") ~= "" then
      local one = server:call({ user = "ping", text = "", ping = true, count = 0 })
      if one then return server end
    end
    os.execute("sleep 0.1")
  end
  error("Kamailio did not start:\n" .. server:log())
end

local function arguments_for(server, arguments)
  local all = { port = tonumber(server.port) }
  for name, value in pairs(arguments) do
    all[name] = value
  end
  if all.ping then all.ping = tonumber(server.port) end
  if all.over == "tls" then
    all.port, all.tls = tonumber(server.tls_port), server.roots
  end
  return all
end

--- What sip.py says of the callers. Where `over` is "tls", they call over TLS; where `ping` is true, it pings too.
function Server:call(arguments) return cjson.decode(sip(arguments_for(self, arguments))) end

--- Lets them call meanwhile; returns a function that stops them.
function Server:begin_calls(arguments)
  local pipe = assert(io.popen(sip_command(arguments_for(self, arguments)) .. " >/dev/null & echo $!"))
  local callers = pipe:read("*l")
  return function()
    os.execute("kill " .. callers)
    pipe:close()
  end
end

--- What Kamailio and its scripts have said so far.
function Server:log() return read(self.folder .. "/log") end

function Server:is_up() return output(("kill -0 %s 2>&1 && echo up"):format(self.pid)):find("up") ~= nil end

--- Ends Kamailio, waits for it, and returns its whole log.
function Server:stop()
  os.execute(("kill %s 2>/dev/null"):format(self.pid))
  for _ = 1, 200 do
    if not self:is_up() then break end
    os.execute("sleep 0.05")
  end
  self.hung = self:is_up()
  if self.hung then os.execute("kill -9 " .. self.pid) end
  local text = self:log()
  os.execute("rm -rf " .. quoted(self.folder))
  return text
end

return kamailio
