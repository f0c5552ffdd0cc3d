-- Reads an answer of HTTP/1.1 from a connection. Knows no nginx.

local answer = {}

local MAX_HEADERS = 65536

local function failure(kind, message) return nil, { kind = kind, message = message } end

local function broken(why, where)
  if why == "too long" then return failure("too_large", "the headers of the response are larger than the limit") end
  if why == "closed" then return failure("network", "the connection closed " .. where) end
  return failure("network", ("the connection broke %s: %s"):format(where, why))
end

local function not_http(what) return failure("decode", "the answer is not HTTP/1.1: " .. what) end

-- Status line and headers ------------------------------------------------------------------------------------

local function status_of(line)
  local minor, status = line:match("^HTTP/1%.([01]) (%d%d%d)%f[%D]")
  return tonumber(status), minor
end

-- Garbage may never come to the end of a line.
local function check_begin(source)
  local begin, why = source:peek(5)
  if not begin then return broken(why, "before an answer came") end
  if begin ~= ("HTTP/"):sub(1, #begin) then return not_http("it begins with something else") end
  return true
end

local function add_header(headers, line)
  local name, value = line:match("^([^%s:]+):%s*(.-)%s*$")
  if not name then return false end
  name = name:lower()
  headers[name] = headers[name] and headers[name] .. ", " .. value or value
  return true
end

-- Reads up to the empty line. `room` is for all of them.
local function read_headers(source, room)
  local headers = {}
  while true do
    local line, why = source:line(room)
    if not line then return broken(why, "within the headers of the answer") end
    if line == "" then return headers, room end
    room = room - #line - 1
    if not add_header(headers, line) then return not_http("a header line has no name") end
  end
end

local function read_head(source, room)
  local fine, fault = check_begin(source)
  if not fine then return nil, fault end
  local line, why = source:line(room)
  if not line then return broken(why, "within the headers of the answer") end
  local status, minor = status_of(line)
  if not status then return not_http("its first line is of another kind") end
  local headers
  headers, fault = read_headers(source, room - #line - 1)
  if not headers then return nil, fault end
  return { status = status, headers = headers, is_old = minor == "0" }
end

-- Those that come before the answer (100, 103) are dropped.
local function read_final_head(source)
  while true do
    local head, fault = read_head(source, MAX_HEADERS)
    if not head then return nil, fault end
    if head.status == 101 then return not_http("it changes to another protocol") end
    if head.status >= 200 then return head end
  end
end

-- Bodies -----------------------------------------------------------------------------------------------------

local function too_large() return failure("too_large", "the response is larger than the limit") end

-- Puts exactly `count` bytes into the list.
local function read_exactly(source, count, list)
  while count > 0 do
    local piece, why = source:piece(count)
    if not piece then return broken(why, "within the answer") end
    list[#list + 1] = piece
    count = count - #piece
  end
  return true
end

local function read_to_end(source, most)
  local list, length = {}, 0
  while true do
    local piece, why = source:piece(most + 1)
    if not piece then
      if why == "closed" then return table.concat(list) end
      return broken(why, "within the answer")
    end
    list[#list + 1] = piece
    length = length + #piece
    if length > most then return too_large() end
  end
end

local function read_chunk_size(source)
  local line, why = source:line(1024)
  if not line then return broken(why, "within the answer") end
  local digits = line:match("^(%x+)%s*$") or line:match("^(%x+)%s*;")
  if not digits or #digits > 15 then return not_http("a chunk has no length") end
  return tonumber(digits, 16)
end

local function read_chunks(source, most)
  local list, length = {}, 0
  while true do
    local size, fault = read_chunk_size(source)
    if not size then return nil, fault end
    if size == 0 then break end
    length = length + size
    if length > most then return too_large() end
    local fine
    fine, fault = read_exactly(source, size, list)
    if not fine then return nil, fault end
    local line, why = source:line(2)
    if line ~= "" then
      if line or why == "too long" then return not_http("a chunk is longer than it says") end
      return broken(why, "within the answer")
    end
  end
  local trailer, fault = read_headers(source, MAX_HEADERS)
  if not trailer then return nil, fault end
  return table.concat(list)
end

local function read_counted(source, count, most)
  if count > most then return too_large() end
  local list = {}
  local fine, fault = read_exactly(source, count, list)
  if not fine then return nil, fault end
  return table.concat(list)
end

-- The same length said twice is one length.
local function length_of(text)
  local length = text:match("^(%d+)%f[^%d]")
  for other in text:gmatch("[^,]+") do
    if other:match("^%s*(.-)%s*$") ~= length then return nil end
  end
  return length and tonumber(length)
end

-- The body, or nil and a failure; and whether its end was told by anything but the connection's.
local function read_body(source, method, head, most)
  local coding, length = head.headers["transfer-encoding"], head.headers["content-length"]
  if method == "HEAD" or head.status == 204 or head.status == 304 then return "", true end
  if coding then
    if coding:lower() ~= "chunked" then return not_http("it has a transfer encoding that was not asked for") end
    local body, fault = read_chunks(source, most)
    return body, fault or length == nil
  end
  if not length then return read_to_end(source, most) end
  local count = length_of(length)
  if not count then return not_http("its Content-Length is none") end
  local body, fault = read_counted(source, count, most)
  return body, fault or true
end

local function asks_to_close(headers)
  for word in (headers.connection or ""):gmatch("[^,%s]+") do
    if word:lower() == "close" then return true end
  end
  return false
end

--- Reads one answer to a request of that method, of `most` bytes at the most, from a signalwire.host.nginx.reader.
---@return { status: integer, headers: table<string, string>, body: string }? answer
---@return { kind: string, message: string }|boolean failure_or_kept whether the connection can carry another request
function answer.read(source, method, most)
  local head, fault = read_final_head(source)
  if not head then return nil, fault end
  local body, ended = read_body(source, method, head, most)
  if not body then return nil, ended end
  local is_kept = ended == true and not head.is_old and not asks_to_close(head.headers) and source:is_empty()
  return { status = head.status, headers = head.headers, body = body }, is_kept
end

return answer
