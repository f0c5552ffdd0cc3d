-- A router's door for LuaSocket: one HTTP/1.x request from a connection, and its answer. What it reads is bounded.

local socket = {}

local MOST_HEAD, MOST_BODY = 16384, 1048576 -- bytes
local PATIENCE = 5 -- seconds, for the head and for the body

local reasons = {
  [400] = "Bad Request",
  [411] = "Length Required",
  [413] = "Content Too Large",
  [431] = "Request Header Fields Too Large",
  [505] = "HTTP Version Not Supported",
}

local function refused(status) return { status = status, reason = reasons[status], headers = {}, body = "" } end

-- Byte by byte: LuaSocket keeps a buffer, and would read a line of any length.
local function read_head(connection)
  local bytes = {}
  local stop = os.time() + PATIENCE
  for i = 1, MOST_HEAD do
    local byte, message = connection:receive(1)
    if not byte then return nil, nil, message end
    if os.time() > stop then return nil, nil, "timeout" end
    bytes[i] = byte
    if byte == "\n" and (bytes[i - 1] == "\n" or (bytes[i - 2] == "\n" and bytes[i - 1] == "\r")) then
      return table.concat(bytes)
    end
  end
  return nil, 431, "the head of the request is too large"
end

local function add_header(all, line)
  local name, value = line:match("^([^%s:]+):[ \t]*(.-)[ \t]*$")
  if not name then return false end
  name = name:lower()
  local known = all[name]
  if type(known) == "table" then
    known[#known + 1] = value
  else
    all[name] = known == nil and value or { known, value }
  end
  return true
end

local function parse_head(head)
  local lines = head:gmatch("([^\r\n]*)\r?\n")
  local method, target, version = (lines() or ""):match("^(%u+) (%S+) HTTP/(%d%.%d)$")
  if not method then return nil, 400, "the request line is none" end
  if version:sub(1, 1) ~= "1" then return nil, 505, "the request is of HTTP/" .. version end
  local headers = {}
  for line in lines do
    if line ~= "" and not add_header(headers, line) then return nil, 400, "a header is none" end
  end
  local host = type(headers.host) == "string" and headers.host or ""
  local url = target:find("^https?://") and target or ("http://%s%s"):format(host, target)
  return { method = method, url = url, headers = headers }
end

local function length_of(headers)
  if headers["transfer-encoding"] then return nil, 411, "the body has no length" end
  local text = headers["content-length"] or "0"
  local length = type(text) == "string" and text:find("^%d+$") and tonumber(text)
  if not length then return nil, 400, "Content-Length is no number" end
  if length > MOST_BODY then return nil, 413, "the body is too large" end
  return length
end

-- A status says that the request was read, and is refused; without, the connection broke.
local function read_request(connection)
  local head, status, message = read_head(connection)
  if not head then return nil, status, message end
  local request
  request, status, message = parse_head(head)
  if not request then return nil, status, message end
  local length
  length, status, message = length_of(request.headers)
  if not length then return nil, status, message end
  local expect = request.headers.expect
  if type(expect) == "string" and expect:lower() == "100-continue" then
    connection:send("HTTP/1.1 100 Continue\r\n\r\n")
  end
  request.body = ""
  if length == 0 then return request end
  request.body, message = connection:receive(length)
  if not request.body then return nil, nil, message end
  return request
end

local function send(connection, answer)
  local lines = { ("HTTP/1.1 %d %s"):format(answer.status, answer.reason) }
  for name, value in pairs(answer.headers) do
    lines[#lines + 1] = ("%s: %s"):format(name, value)
  end
  lines[#lines + 1] = "content-length: " .. #answer.body
  lines[#lines + 1] = "connection: close"
  return connection:send(table.concat(lines, "\r\n") .. "\r\n\r\n" .. answer.body)
end

---@param router signalwire.Router
---@param connection table
---@return signalwire.Event?
---@return string? message
function socket.serve(router, connection)
  connection:settimeout(PATIENCE, "t")
  local request, status, message = read_request(connection)
  if not request then
    if status then send(connection, refused(status)) end
    return nil, message
  end
  local answer, event = router:handle(request)
  send(connection, answer)
  return event
end

return socket
