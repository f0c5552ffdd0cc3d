-- A webhook as it is sent: the event as it reads at the other end, and the request, signed as the service signs.

local outcome = require("signalwire.outcome")

local webhook = {}

-- nginx's Lua may be another than the one that signalwire.digest was built for; it has the one hash itself.
local function nginx_hashes()
  local function hex(bytes)
    return (bytes:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))
  end
  return { hmac_sha1 = ngx.hmac_sha1, hex = hex }
end

--- The hashes to sign with: signalwire.digest, or in nginx what there is.
function webhook.hashes()
  local fine, digest = pcall(require, "signalwire.digest")
  if fine then return digest end
  if package.loaded.ngx then return nginx_hashes() end
  error(digest, 0)
end

local function encoded(value)
  return (tostring(value):gsub("[^%w_.~-]", function(sign) return ("%%%02X"):format(sign:byte()) end))
end

--- For GET: the event in the query, its params flat.
local function query_of(envelope)
  local parts = {
    "event_type=" .. encoded(envelope.event_type),
    "timestamp=" .. ("%.6f"):format(envelope.timestamp):gsub(",", "."), -- a comma in some locales
  }
  for name, value in pairs(envelope.params) do
    if type(value) ~= "table" then parts[#parts + 1] = encoded(name) .. "=" .. encoded(value) end
  end
  table.sort(parts)
  return table.concat(parts, "&")
end

local function with_query(url, query) return url .. (url:find("?", 1, true) and "&" or "?") .. query end

--- Signatures hold the url without the user and password that it may carry.
local function signatures(hashes, key, url, body)
  local text = url:gsub("^(%a+://)[^/?#@]*@", "%1") .. body
  local strong = hashes.hmac_sha256
  return {
    ["x-signalwire-signature"] = hashes.hex(hashes.hmac_sha1(key, text)),
    ["x-signalwire-sha256-signature"] = strong and hashes.hex(strong(key, text)) or nil,
  }
end

--- What is kept and sent of a webhook. It can be handed to a router as it is.
---@param sent table @`url`, `method`, `event` (its envelope), `at`
---@param with table @`key`, `hashes`, `encode`
function webhook.new(sent, with)
  local url = sent.url:gsub("#.*$", "")
  local body = ""
  if sent.method == "GET" then
    url = with_query(url, query_of(sent.event))
  else
    body = assert(with.encode(sent.event))
  end
  local headers = signatures(with.hashes, with.key, url, body)
  if sent.method ~= "GET" then headers["content-type"] = "application/json" end
  local event = assert(outcome.read(sent.event))
  return { url = url, method = sent.method, headers = headers, body = body, event = event, at = sent.at }
end

return webhook
