-- Sends webhooks from inside nginx: over cosockets, from timers, so that no request waits for them.
-- Those of one call go one after the other, in their order; those of different calls side by side.

local post = {}

local TIMEOUT = 5000 -- milliseconds
local MOST_WAITING = 10000 -- webhooks of one call

local lanes = {}

local function parse(url)
  local scheme, rest = url:match("^(https?)://(.*)$")
  if not scheme then return nil end
  local authority, path = rest:match("^([^/?#]*)([^#]*)")
  local user, host_port = authority:match("^(.*)@(.*)$")
  host_port = host_port or authority
  local host, port = host_port:match("^(%[.-%]):?(%d*)$")
  if not host then
    host, port = host_port:match("^([^:]*):?(%d*)$")
  end
  if not host or host == "" then return nil end
  if path:sub(1, 1) ~= "/" then path = "/" .. path end
  return {
    tls = scheme == "https",
    host = host,
    port = tonumber(port) or (scheme == "https" and 443 or 80),
    authority = host_port,
    user = user,
    path = path,
  }
end

--- nginx's resolver does not read /etc/hosts.
local function address_of(host)
  if host == "localhost" or host:find("%.localhost$") then return "127.0.0.1" end
  return host
end

local function request_text(target, webhook)
  local lines = {
    webhook.method .. " " .. target.path .. " HTTP/1.1",
    "Host: " .. target.authority,
    "User-Agent: signalwire-lua-sandbox",
    "Content-Length: " .. #webhook.body,
    "Connection: close",
  }
  for name, value in pairs(webhook.headers) do
    lines[#lines + 1] = name .. ": " .. value
  end
  if target.user then lines[#lines + 1] = "Authorization: Basic " .. ngx.encode_base64(target.user) end
  return table.concat(lines, "\r\n") .. "\r\n\r\n" .. webhook.body
end

--- Sends one. Returns the status of the answer, or nil and a message.
local function send(webhook)
  local target = parse(webhook.url)
  if not target then return nil, "not a url" end
  local socket = ngx.socket.tcp()
  socket:settimeout(TIMEOUT)
  local fine, message = socket:connect(address_of(target.host), target.port)
  if not fine then return nil, message end
  if target.tls then
    -- Receivers under test have certificates of their own making: they are not verified.
    local called, session, why = pcall(socket.sslhandshake, socket, false, target.host, false)
    if not called or session == nil or session == false and why then
      socket:close()
      return nil, "TLS: " .. tostring(why or session)
    end
  end
  fine, message = socket:send(request_text(target, webhook))
  local line
  if fine then
    line, message = socket:receive("*l")
  end
  socket:close()
  if not line then return nil, message end
  local status = line:match("^HTTP/1%.%d (%d%d%d)")
  return status, not status and "not an HTTP answer"
end

local function drain(_, lane, id, done)
  while lane[lane.first] do
    local webhook = lane[lane.first]
    lane[lane.first] = nil
    lane.first = lane.first + 1
    local called, status, message = pcall(send, webhook)
    if not called then
      status, message = nil, status
    end
    done(webhook, status, message)
  end
  lanes[id] = nil
end

--- Has a webhook sent.
---@param done function @gets the webhook, the status of the answer, a message
function post.later(webhook, done)
  local id = webhook.event.call_id
  local lane = lanes[id]
  if lane then
    if lane.last - lane.first > MOST_WAITING then
      done(webhook, nil, "too many webhooks wait")
      return
    end
    lane.last = lane.last + 1
    lane[lane.last] = webhook
    return
  end
  lane = { webhook, first = 1, last = 1 }
  lanes[id] = lane
  local fine, message = ngx.timer.at(0, drain, lane, id, done)
  if fine then return end
  lanes[id] = nil
  done(webhook, nil, message)
end

return post
