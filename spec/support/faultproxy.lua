-- Starts and stops faultproxy.py before a port, and tells it how to break connections.
local faultproxy = {}

local Proxy = {}
Proxy.__index = Proxy

local function output_of(command)
  local pipe = assert(io.popen(command))
  local line = pipe:read("*l")
  pipe:close()
  return line
end

---@param port integer the server's
function faultproxy.start(port)
  local proxy = setmetatable({}, Proxy)
  proxy.folder = output_of("mktemp -d")
  local command = "exec python3 -B spec/support/faultproxy.py %s %d 2>%s/errors"
  proxy.pipe = assert(io.popen(command:format(proxy.folder, port, proxy.folder)))
  local line = assert(proxy.pipe:read("*l"), "faultproxy.py did not start")
  proxy.pid, proxy.port = line:match("pid=(%d+) port=(%d+)")
  return proxy
end

local function field(name, value)
  return ("%q:%s"):format(name, type(value) == "string" and '"' .. value .. '"' or value)
end

--- What happens from now on: `{ down = 100, act = "reset" }`.
function Proxy:plan(plan)
  local fields = {}
  for name, value in pairs(plan) do
    fields[#fields + 1] = field(name, value)
  end
  local file = assert(io.open(self.folder .. "/new", "w"))
  file:write("{", table.concat(fields, ","), "}")
  file:close()
  assert(os.rename(self.folder .. "/new", self.folder .. "/plan.json"))
end

function Proxy:stop()
  os.execute("kill " .. self.pid)
  self.pipe:close()
  os.execute("rm -rf '" .. self.folder .. "'")
end

return faultproxy
