-- One HTTP request by LuaSocket, byte for byte as it is given.

local socket = require("socket")

local plain_http = {}

--- The text of a request.
function plain_http.text(method, target, headers, body)
  local lines = { ("%s %s HTTP/1.1"):format(method, target) }
  for name, value in pairs(headers) do
    lines[#lines + 1] = name .. ": " .. value
  end
  if body then lines[#lines + 1] = "content-length: " .. #body end
  lines[#lines + 1] = "connection: close"
  return table.concat(lines, "\r\n") .. "\r\n\r\n" .. (body or "")
end

--- Connects, and sends a text.
function plain_http.send(port, text)
  local connection = assert(socket.connect("127.0.0.1", port))
  connection:settimeout(10)
  connection:send(text)
  return connection
end

local function read_head(connection)
  local lines = {}
  repeat
    lines[#lines + 1] = assert(connection:receive("*l"))
  until lines[#lines] == ""
  return table.concat(lines, "\r\n") .. "\r\n"
end

--- The answer: its status, its body, and the head, with what came before it.
function plain_http.answer(connection)
  local head = read_head(connection)
  if head:find("^HTTP/1%.1 100 ") then head = head .. read_head(connection) end
  local length = tonumber(head:lower():match("\ncontent%-length: (%d+)"))
  local body = length ~= 0 and connection:receive(length or "*a") or ""
  connection:close()
  return tonumber(head:match("HTTP/1%.%d ([2-9]%d+)")), body, head
end

return plain_http
