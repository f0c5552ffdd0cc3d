-- Starts and stops relayserver.py, tells it what to do, and reads what it saw. relayserver.py lists the steps.
local cjson = require("cjson")
local rawserver = require("spec.support.rawserver")
local signalwire = require("signalwire")

local relay_server = {}

local Server, Case = {}, {}
Server.__index = Server
Case.__index = Case

local PATIENCE = 10 -- seconds

--- Starts a server with that many ports of each group: `relay_server.start { tls = 20, plain = 2 }`.
function relay_server.start(groups)
  local server = rawserver.launch("relayserver.py", groups)
  return setmetatable({ raw = server, ca_file = server.ca_file, other_ca_file = server.other_ca_file }, Server)
end

function Server:stop() self.raw:stop() end

--- What the server said on its standard error output: nothing, unless it is broken.
function Server:errors() return self.raw:errors() end

--- Puts a port of its own under scripts, one for each connection to come; the last serves all that follow.
---@param scripts table|nil @lists of steps; without them each connection meets the polite service
---@param group string|nil @"tls", where it is not given
---@return table case @`host` with its port, `url`, `port`, `ca_file`
function Server:case(scripts, group)
  group = group or "tls"
  local port = self.raw:port(group)
  local case = setmetatable({ server = self.raw, port = port, rows = {}, at = 0, unfinished = "" }, Case)
  case.host = "127.0.0.1:" .. port
  case.url = (group == "plain" and "ws://" or "wss://") .. case.host
  case.ca_file = group ~= "plain" and self.ca_file or nil
  local file = assert(io.open(("%s/%d.json"):format(self.raw.folder, port), "w"))
  file:write(cjson.encode(scripts or {}))
  file:close()
  return case
end

--- Has the newest connection play these steps, after those of its script.
function Case:now(...)
  local pipe = assert(io.open(("%s/%d.now"):format(self.server.folder, self.port), "a"))
  pipe:write(cjson.encode { ... }, "\n")
  pipe:close()
end

--- Lets the port that is gone take connections again.
function Case:back() assert(io.open(("%s/%d.back"):format(self.server.folder, self.port), "w")):close() end

--- Reads what was logged since it was last read.
local function read_on(case)
  local file = assert(io.open(case.server.folder .. "/log", "rb"))
  file:seek("set", case.at)
  local text = file:read("*a")
  file:close()
  case.at = case.at + #text
  local whole, rest = (case.unfinished .. text):match("^(.*\n)([^\n]*)$")
  case.unfinished = rest or case.unfinished .. text
  for line in (whole or ""):gmatch("[^\n]+") do
    local row = cjson.decode(line)
    if row.port == case.port then case.rows[#case.rows + 1] = row end
  end
end

--- True where a row has all that `wanted` has; a text alone is a kind of event.
local function fits(row, wanted)
  if type(wanted) == "function" then return wanted(row) end
  if type(wanted) == "string" then return row.event == wanted end
  for name, value in pairs(wanted) do
    if row[name] ~= value then return false end
  end
  return true
end

--- What happened on this port, in order: rows with `event`, `connection`, `time` and more.
---@param wanted string|table|function|nil @which: an event, fields, or a function of a row
function Case:log(wanted)
  read_on(self)
  local rows = {}
  for _, row in ipairs(self.rows) do
    if wanted == nil or fits(row, wanted) then rows[#rows + 1] = row end
  end
  return rows
end

--- The requests of a method, in order; of all methods, where none is named.
function Case:requests(method, connection)
  return self:log { event = "request", method = method, connection = connection }
end

--- The methods that came, in order, as one text.
function Case:methods(connection)
  local names = {}
  for i, row in ipairs(self:requests(nil, connection)) do
    names[i] = row.method
  end
  return table.concat(names, " ")
end

--- How many connections came.
function Case:connections() return #self:log("open") end

--- What went otherwise than the script wanted, as one text; empty is fine.
function Case:problems()
  local texts = {}
  for i, row in ipairs(self:log("problem")) do
    texts[i] = row.why
  end
  return table.concat(texts, "; ")
end

--- Waits until that many rows fit, and returns them; in a task others go on meanwhile. Nil if they do not come.
function Case:wait(wanted, count, seconds)
  local tries = (seconds or PATIENCE) / 0.01
  for _ = 1, tries do
    local rows = self:log(wanted)
    if #rows >= (count or 1) then return rows end
    signalwire.sleep(0.01)
  end
  return nil
end

return relay_server
