-- A connection to a server: kept from before, or opened and, over TLS, verified.

local pool = require("signalwire.host.nginx.pool")

local connection = {}

local function failure(kind, message) return nil, { kind = kind, message = message } end

local function place(target) return ("%s:%d"):format(target.server, target.port) end

local function not_connected(target, why)
  if why == "timeout" then return failure("timeout", ("no connection to %s in time"):format(place(target))) end
  return failure("connect", ("can't connect to %s: %s"):format(place(target), why))
end

-- Before ngx_lua 0.10.32 a handshake that ends at once, and whose certificate is not for this name, raises; and if no
-- session is asked for (false in place of nil), it is called a success.
local function shake_hands(socket, target)
  local ran, fine, why = pcall(socket.sslhandshake, socket, nil, target.server_name, true)
  if ran and fine then return true end
  if not ran then why = "certificate verify error" end
  if why == "timeout" then return failure("timeout", ("no TLS handshake with %s in time"):format(place(target))) end
  if tostring(why):find("^%d+: ") or tostring(why):find("certificate", 1, true) then
    why = "the server's certificate was refused: " .. tostring(why):gsub("^%d+: ", "")
  end
  return failure("tls", ("no TLS with %s (%s): %s"):format(place(target), target.server_name, tostring(why)))
end

-- The pool that nginx names by itself may hold connections of others, which nobody verified.
local alone = 0
local function name_of_its_own()
  alone = alone + 1
  return ("signalwire alone %d"):format(alone)
end

--- `seconds` is a bound for nginx's own timers, beyond those of the caller, who ends the light thread.
---@return table? socket
---@return table|string|nil failure_or_pool
function connection.open(target, seconds)
  local socket = ngx.socket.tcp()
  local milliseconds = math.ceil(seconds * 1000) + 1000
  socket:settimeouts(milliseconds, milliseconds, milliseconds)
  local name = not target.is_alone and pool.name(target) or nil
  local options = { pool = name or name_of_its_own(), pool_size = target.max_connections }
  local fine, why = socket:connect(target.dialled, target.port, options)
  if not fine then return not_connected(target, why) end
  if target.encrypted and socket:getreusedtimes() == 0 then
    local fault
    fine, fault = shake_hands(socket, target)
    if not fine then
      socket:close()
      return nil, fault
    end
  end
  return socket, name
end

return connection
