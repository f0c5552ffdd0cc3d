-- What one writes by hand on Debian's lua-http and lua-cjson: one command after the other over a kept connection.
-- (lua-http's own requests open a connection each, so this speaks with the connection itself.)

local function require_or_skip(name)
  local found, module = pcall(require, name)
  if found then return module end
  print(("skip not installed for %s: %s"):format(_VERSION, name))
  os.exit(0)
end

local http_client = require_or_skip("http.client")
local new_headers = require_or_skip("http.headers").new
local basexx = require_or_skip("basexx")
local context = require_or_skip("openssl.ssl.context")
local store = require_or_skip("openssl.x509.store")
local cjson = require_or_skip("cjson")

local scheme, host, port, prefix = os.getenv("SIGNALWIRE_REST_BASE_URL"):match("^(%a+)://([^:]+):(%d+)(.*)$")
local credentials = os.getenv("SIGNALWIRE_PROJECT_ID") .. ":" .. os.getenv("SIGNALWIRE_API_TOKEN")

local function say(word)
  io.write(word, "\n")
  io.flush()
  io.read()
end

local function trust()
  local ctx = context.new("TLS", false)
  local roots = store.new()
  roots:add(os.getenv("SIGNALWIRE_REST_CA_FILE"))
  ctx:setStore(roots)
  ctx:setVerify(context.VERIFY_PEER)
  return ctx
end

local connection = assert(http_client.connect({
  host = host,
  port = tonumber(port),
  tls = scheme == "https",
  ctx = scheme == "https" and trust() or nil,
  version = 1.1,
}, 5))

local function headers_for(body)
  local headers = new_headers()
  headers:append(":method", "POST")
  headers:append(":scheme", scheme)
  headers:append(":authority", host .. ":" .. port)
  headers:append(":path", prefix .. "/api/calling/calls")
  headers:append("authorization", "Basic " .. basexx.to_base64(credentials))
  headers:append("accept", "application/json")
  headers:append("content-type", "application/json")
  headers:append("user-agent", "lua-http, for comparison")
  headers:append("content-length", tostring(#body))
  return headers
end

local function refer(id, to)
  local body = cjson.encode({
    command = "calling.refer",
    id = id,
    params = { device = { type = "sip", params = { to = to } }, status_url = "https://example.com/refer" },
  })
  local stream = assert(connection:new_stream())
  assert(stream:write_headers(headers_for(body), false, 5))
  assert(stream:write_chunk(body, true, 5))
  local headers = assert(stream:get_headers(5))
  assert(headers:get(":status") == "200")
  local text = assert(stream:get_body_as_string(5))
  stream:shutdown()
  return cjson.decode(text)
end

local function send(first, last)
  for i = first, last do
    assert(refer(("c0ffee00-1111-4222-8333-%012d"):format(i), "sip:sales@example.com").id)
  end
end

local warm_up, count = tonumber(os.getenv("BENCH_WARM_UP")), tonumber(os.getenv("BENCH_COMMANDS"))
send(1, warm_up)
say("ready")
send(warm_up + 1, warm_up + count)
say("done")
