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

--- All that comes until the other end closes: the status, and the whole text.
function plain_http.answer(connection)
  local text, _, rest = connection:receive("*a")
  connection:close()
  text = text or rest
  return tonumber(text:match("^HTTP/1%.%d (%d+)")), text
end

return plain_http
