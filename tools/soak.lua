-- soak.lua [SECONDS]: mixed commands at full speed, each in a task of its own, against the sandbox, over https and
-- through a proxy that breaks a connection now and then. Fails where memory, descriptors or connections grow once it is
-- warm, or where the commands that were answered, refused and unknown do not agree with what the sandbox counted.

package.path = "./?.lua;" .. package.path

local faultproxy = require("spec.support.faultproxy")
local sandbox_server = require("spec.support.sandbox_server")
local signalwire = require("signalwire")

local seconds = tonumber(arg[1]) or 60
local warm = math.min(60, math.floor(seconds / 3))
local WORKERS = 20
local COMMANDS_A_FAULT = 200

local sandbox = sandbox_server.start({ "--quiet" })
local proxy = faultproxy.start(tonumber(sandbox.address:match(":(%d+)")))
local url = "https://127.0.0.1:" .. proxy.port
local options = sandbox_server.client_options(sandbox, { base_url = url, timeout = 10 })
local client = signalwire.assert(signalwire.client(options))

local core = require("signalwire.core")
local now = require("signalwire.base").now
local started = now()

local function summary()
  local target = core.target({ origin = sandbox.address, ca_file = sandbox.ca_file, headers = {}, proxy = "" })
  local exchange = core.engine:start(target, "GET", "/sandbox", nil, 5, 5)
  while not exchange:done() do
    core.engine:work(5)
  end
  return (assert(exchange:answer()))
end

local function resident_kilobytes()
  for line in io.lines("/proc/self/status") do
    local kilobytes = line:match("^VmRSS:%s*(%d+)")
    if kilobytes then return tonumber(kilobytes) end
  end
end

local function lines_of(command)
  local pipe = assert(io.popen(command))
  local count = 0
  for _ in pipe:lines() do
    count = count + 1
  end
  pipe:close()
  return count
end

local own_pid = assert(io.open("/proc/self/stat")):read("*n")

local function measure()
  collectgarbage()
  collectgarbage()
  return {
    resident = resident_kilobytes(),
    lua = collectgarbage("count"),
    descriptors = lines_of("ls /proc/" .. own_pid .. "/fd"),
    connections = lines_of("ls -l /proc/" .. own_pid .. "/fd | grep socket:"),
  }
end

local call_id = sandbox.env.SIP_CALL_ID or sandbox.env.CALL_ID or "no-call"

-- Each leaves the sandbox as it was, so that it does not grow either.
local commands = {
  function() return client.calling:denoise(call_id) end,
  function() return client.calling:denoise_stop(call_id) end,
  function() return client.calling:play_stop(call_id, { control_id = "none" }) end,
  function() return client.calling:denoise("a-call-that-is-none") end,
  function() return client.calling:play(call_id, { play = ("x"):rep(2000) }) end,
  function() return client.calling:execute("calling.no_such_command", call_id, {}) end,
}

local count = { sent = 0, answered = 0, refused = 0, unsent = 0, unknown = 0 }
local kinds = {}

local function note(body, err)
  count.sent = count.sent + 1
  local outcome = body and "answered" or err.status and "refused" or err.retryable and "unsent" or "unknown"
  count[outcome] = count[outcome] + 1
  if err and not err.status and not body then kinds[err.kind] = (kinds[err.kind] or 0) + 1 end
end

local faults = {
  { down = 0, act = "reset" },
  { down = 40, act = "close" },
  { up = 0, act = "reset" },
  { up = 100, act = "close" },
  { up = 300, act = "half" },
}

local function break_something(turn)
  proxy:plan(faults[turn % #faults + 1])
  signalwire.sleep(0.02)
  proxy:plan({})
end

local baseline
local ending = started + seconds

signalwire.run(function()
  for worker = 1, WORKERS do
    signalwire.spawn(function()
      local turn = worker
      while now() < ending do
        turn = turn + 1
        note(signalwire.spawn(commands[turn % #commands + 1]):wait())
      end
    end)
  end
  local broken, turn = 0, 0
  while now() < ending do
    if not baseline and now() > started + warm then baseline = measure() end
    if count.sent - broken > COMMANDS_A_FAULT then
      turn, broken = turn + 1, count.sent
      break_something(turn)
    end
    signalwire.sleep(0.01)
  end
  count.faults = turn
end)

signalwire.sleep(0.5) -- what was under way when its connection broke may still arrive
local last, seen = measure(), summary()
proxy:stop()
sandbox.stop()

print(("%d s: %d commands, %d faults"):format(seconds, count.sent, count.faults))
local outcomes = "%d answered, %d refused, %d not sent, %d unknown"
print(outcomes:format(count.answered, count.refused, count.unsent, count.unknown))
for kind, times in pairs(kinds) do
  print(("  %s: %d"):format(kind, times))
end
print(("the sandbox counted %d, of which it refused %d"):format(seen.commands, seen.refused))
print(
  ("from second %d on: resident %+d KB (of %d), Lua %+.0f KB, descriptors %+d (%d), sockets %+d (%d)"):format(
    warm,
    last.resident - baseline.resident,
    last.resident,
    last.lua - baseline.lua,
    last.descriptors - baseline.descriptors,
    last.descriptors,
    last.connections - baseline.connections,
    last.connections
  )
)

local certain = count.answered + count.refused
local agree = seen.commands >= certain and seen.commands <= certain + count.unknown
local flat = last.resident - baseline.resident < 2048
  and last.lua - baseline.lua < 512
  and last.descriptors <= baseline.descriptors + WORKERS
if not agree then print("FAILED: the counts do not agree") end
if not flat then print("FAILED: something grows") end
os.exit(agree and flat and 0 or 1)
