-- Starts and stops rawserver.py, tells it what to do, and reads what it saw.
local cjson = require("cjson")

local rawserver = {}

local Server = {}
Server.__index = Server

local here = "spec/support/"

--- Debian's Python before any other, since the packages of tools/packages.sh are that one's.
rawserver.python = "PATH=/usr/bin:$PATH exec python3 -B -W ignore " .. here

local function output_of(command)
  local pipe = assert(io.popen(command))
  local line = pipe:read("*l")
  pipe:close()
  return assert(line, "no answer from: " .. command)
end

local function ports_of(text)
  local ports = {}
  for port in text:gmatch("%d+") do
    ports[#ports + 1] = tonumber(port)
  end
  return ports
end

--- Starts a program of this folder that takes a folder, certificates and groups of ports, as rawserver.py does.
function rawserver.launch(program, groups)
  local server = setmetatable({ groups = {}, keys = 0 }, Server)
  server.certs = output_of("sh " .. here .. "certs.sh")
  server.folder = output_of("mktemp -d")
  server.ca_file = server.certs .. "/ca.pem"
  server.other_ca_file = server.certs .. "/other_ca.pem"
  local wanted = {}
  for name, amount in pairs(groups) do
    wanted[#wanted + 1] = ("%s=%d"):format(name, amount)
  end
  server.pipe = assert(
    io.popen(
      ("%s%s %s %s %s 2>%s/errors"):format(
        rawserver.python,
        program,
        server.folder,
        server.certs,
        table.concat(wanted, " "),
        server.folder
      )
    )
  )
  local first_line = server.pipe:read("*l")
  if not first_line then error(program .. " did not start: " .. server:errors()) end
  for name, value in first_line:gmatch("(%S+)=(%S*)") do
    if name == "pid" then
      server.pid = value
    else
      server.groups[name] = ports_of(value)
    end
  end
  return server
end

--- Starts a server with that many ports of each group: `rawserver.start { tls = 20, refused = 2 }`.
function rawserver.start(groups) return rawserver.launch("rawserver.py", groups) end

function Server:errors()
  local file = assert(io.open(self.folder .. "/errors"))
  local text = file:read("*a")
  file:close()
  return text
end

--- A port of that group that nobody used before.
function Server:port(group)
  return assert(table.remove(self.groups[group], 1), "the spec needs more ports of group " .. group)
end

--- Tells the server what to do with the requests of a key, a new one where none is given. Returns the key.
function Server:script(steps, key)
  self.keys = self.keys + 1
  key = key or "k" .. self.keys
  local file = assert(io.open(("%s/%s.json"):format(self.folder, key), "w"))
  file:write(cjson.encode(steps))
  file:close()
  return key
end

--- The base_url whose requests get those steps. Returns the key as well.
function Server:url(port, steps, scheme_and_host)
  local key = self:script(steps)
  return ("%s:%d/%s"):format(scheme_and_host or "https://127.0.0.1", port, key), key
end

--- What the server logged: a list of rows, those for which `wanted(row)` is true.
function Server:log(wanted)
  local rows = {}
  for line in io.lines(self.folder .. "/log") do
    local row = cjson.decode(line)
    if wanted(row) then rows[#rows + 1] = row end
  end
  return rows
end

--- The requests that were read whole, of one key.
function Server:requests(key)
  return self:log(function(row) return row.event == "request" and row.key == key end)
end

--- How many connections a port took.
function Server:connections(port)
  return #self:log(function(row) return row.event == "open" and row.port == port end)
end

function Server:stop()
  os.execute("kill " .. self.pid)
  self.pipe:close()
  os.execute("rm -rf '" .. self.folder .. "'")
end

--- The bytes of an answer, its length added.
function rawserver.answer(status, headers, body)
  local lines = { "HTTP/1.1 " .. status }
  for name, value in pairs(headers or {}) do
    lines[#lines + 1] = name .. ": " .. value
  end
  lines[#lines + 1] = "Content-Length: " .. #(body or "")
  return table.concat(lines, "\r\n") .. "\r\n\r\n" .. (body or "")
end

function rawserver.json(status, body, headers)
  local all = { ["Content-Type"] = "application/json" }
  for name, value in pairs(headers or {}) do
    all[name] = value
  end
  return rawserver.answer(status, all, body)
end

rawserver.ok = { send = rawserver.json("200 OK", '{"id":"a-leg"}') }

return rawserver
