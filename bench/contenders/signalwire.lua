-- This library, as a program would use it: one command after the other, or many at once.

local count = tonumber(os.getenv("BENCH_COMMANDS"))
local warm_up = tonumber(os.getenv("BENCH_WARM_UP"))
local at_once = tonumber(os.getenv("BENCH_AT_ONCE"))

local function say(word)
  io.write(word, "\n")
  io.flush()
  io.read()
end

local signalwire = require("signalwire")

-- A thousand, whatever the number of commands: to make them is not what is measured.
local ids = {}
for i = 1, 1000 do
  ids[i] = ("c0ffee00-1111-4222-8333-%012d"):format(i)
end

local function refer(client, id)
  return client.calling:refer(id, {
    device = { type = "sip", params = { to = "sip:sales@example.com" } },
    status_url = "https://example.com/refer",
  })
end

local function one_by_one(client, first, last)
  for i = first, last do
    signalwire.assert(refer(client, ids[i % #ids + 1]))
  end
end

local function all_at_once(client)
  local i = 0
  local function next_id()
    i = i + 1
    if i <= count then return ids[i % #ids + 1] end
  end
  local results = signalwire.map(next_id, function(id) return refer(client, id) end, { concurrency = at_once })
  for _, result in ipairs(results) do
    signalwire.assert(result.value, result.err)
  end
  assert(#results == count)
end

local client = signalwire.assert(signalwire.client({
  http_version = os.getenv("BENCH_HTTP"),
  max_connections = at_once,
}))

if at_once == 1 then
  one_by_one(client, 1, warm_up)
  say("ready")
  one_by_one(client, warm_up + 1, warm_up + count)
elseif signalwire.map then
  say("ready")
  all_at_once(client)
else
  print("skip not there yet: signalwire.map")
  os.exit(0)
end
say("done")
