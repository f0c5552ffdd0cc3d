-- What one writes by hand on Debian's lua-curl and lua-cjson: one command after the other on one handle.

local function require_or_skip(name)
  local found, module = pcall(require, name)
  if found then return module end
  print(("skip not installed for %s: %s"):format(_VERSION, name))
  os.exit(0)
end

local curl = require_or_skip("curl")
local cjson = require_or_skip("cjson")

local function say(word)
  io.write(word, "\n")
  io.flush()
  io.read()
end

local easy = curl.easy_init()
easy:setopt(curl.OPT_URL, os.getenv("SIGNALWIRE_REST_BASE_URL") .. "/api/calling/calls")
easy:setopt(curl.OPT_USERPWD, os.getenv("SIGNALWIRE_PROJECT_ID") .. ":" .. os.getenv("SIGNALWIRE_API_TOKEN"))
easy:setopt(curl.OPT_CAINFO, os.getenv("SIGNALWIRE_REST_CA_FILE"))
easy:setopt(curl.OPT_HTTP_VERSION, curl.HTTP_VERSION_1_1)
easy:setopt(curl.OPT_NOSIGNAL, 1)
easy:setopt(curl.OPT_PROXY, "")
easy:setopt(curl.OPT_HTTPHEADER, {
  "Accept: application/json",
  "Content-Type: application/json",
  "User-Agent: lua-curl, for comparison",
  "Expect:",
})

local status, parts

easy:setopt(curl.OPT_HEADERFUNCTION, function(line, length)
  status = line:match("^HTTP/%S+ (%d+)") or status
  return length
end)

easy:setopt(curl.OPT_WRITEFUNCTION, function(bytes, length)
  parts[#parts + 1] = bytes
  return length
end)

local function refer(id, to)
  local body = cjson.encode({
    command = "calling.refer",
    id = id,
    params = { device = { type = "sip", params = { to = to } }, status_url = "https://example.com/refer" },
  })
  status, parts = nil, {}
  easy:setopt(curl.OPT_POSTFIELDS, body)
  local code = easy:perform()
  assert(code == 0, code)
  assert(status == "200", status)
  return cjson.decode(table.concat(parts))
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
