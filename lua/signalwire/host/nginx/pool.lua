-- The name of the pool that a connection is kept in. Who takes one from there trusts it without a handshake, so the
-- name holds all that the handshake had to show.

local ffi = require("ffi")
local get_request = require("resty.core.base").get_request

local pool = {}

local HTTP = 0x50545448 -- how nginx signs its requests
local LOCATION = 5 -- behind signature, connection, ctx, main_conf, srv_conf: loc_conf

-- Which certificates are trusted is the location's (lua_ssl_trusted_certificate and its like), and no Lua can read it.
-- What can be read is which location this is: the pointer to its configuration, which is only compared.
local function location()
  local request = get_request()
  if not request or ffi.cast("uint32_t *", request)[0] ~= HTTP then return nil end
  return tostring(ffi.cast("void **", request)[LOCATION])
end

--- The name of the pool; nil where a connection must not be kept.
---@return string?
function pool.name(target)
  local scheme = target.encrypted and "https" or "http"
  local name = ("signalwire %s %s:%d"):format(scheme, target.server, target.port)
  if not target.encrypted then return name end
  local trust = location()
  return trust and ("%s as %s, verified in %s"):format(name, target.server_name, trust)
end

return pool
