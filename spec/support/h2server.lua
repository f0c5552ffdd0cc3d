-- Starts and stops h2server.py, and reads which requests it saw.
local cjson = require("cjson")

local h2server = {}

local Server = {}
Server.__index = Server

local function output_of(command)
  local pipe = assert(io.popen(command))
  local line = pipe:read("*l")
  pipe:close()
  return line
end

function h2server.start()
  local server = setmetatable({}, Server)
  local certs = output_of("sh spec/support/certs.sh")
  server.ca_file = certs .. "/ca.pem"
  server.folder = output_of("mktemp -d")
  -- Debian's own python3 is the one that finds Debian's h2.
  local command = "PATH=/usr/bin:$PATH exec python3 -B spec/support/h2server.py %s %s 2>%s/errors"
  server.pipe = assert(io.popen(command:format(server.folder, certs, server.folder)))
  local line = assert(server.pipe:read("*l"), "h2server.py did not start: is Debian's package python3-h2 there?")
  server.pid, server.port = line:match("pid=(%d+) port=(%d+)")
  server.keys = 0
  return server
end

--- The base_url at which the server does `what`, and the part of it by which its requests are found.
function Server:url(what)
  self.keys = self.keys + 1
  local key = ("%s-%d"):format(what, self.keys)
  return ("https://127.0.0.1:%s/%s"):format(self.port, key), key
end

--- The requests that were read whole, of one key.
function Server:requests(key)
  local rows = {}
  for line in io.lines(self.folder .. "/log") do
    local row = cjson.decode(line)
    if row.path:match("^/([^/]*)") == key then rows[#rows + 1] = row end
  end
  return rows
end

function Server:stop()
  os.execute("kill " .. self.pid)
  self.pipe:close()
  os.execute("rm -rf '" .. self.folder .. "'")
end

return h2server
