-- chaos.lua [SECONDS] [SEED]: random walks over tasks: requests, waits, maps, runs, errors, cancellations, clients and
-- sessions of RELAY, all at once. Fails where something hangs, ends as it should not, is counted otherwise by the
-- server, or leaves something behind; and names the seed that its walk began with.

package.path = "./?.lua;" .. package.path

local base = require("signalwire.base")
local rawserver = require("spec.support.rawserver")
local relay = require("spec.support.relay")
local signalwire = require("signalwire")

local run, spawn, sleep, guarded = signalwire.run, signalwire.spawn, signalwire.sleep, signalwire.pcall

local seconds = tonumber(arg[1]) or 60
local seed = tonumber(arg[2]) or os.time() % 1000000 * 1000
local HUNG = 60 -- seconds
local PATIENT = 50

local function chance(times) return math.random(times) == 1 end

local function moment(longest) return math.random() * longest end

-- What is under way, so that a hang has a name ------------------------------------------------------------------

local doing, failures = {}, {}

local function complain(text)
  failures[#failures + 1] = text
  io.stderr:write(("chaos: seed %d: %s\n"):format(seed, text))
end

local function watch_over(walkers)
  sleep(HUNG)
  local names = {}
  for _, name in pairs(doing) do
    names[#names + 1] = name
  end
  complain("hung: " .. table.concat(names, ", "))
  for _, walker in ipairs(walkers) do
    walker:cancel()
  end
end

-- What a task may raise: what was raised on purpose, and that it was cancelled.
local PURPOSE = setmetatable({}, { __tostring = function() return "an error on purpose" end })

local function is_expected(value) return value == PURPOSE or (type(value) == "table" and value.kind == "cancelled") end

-- Commands ------------------------------------------------------------------------------------------------------

local server = rawserver.start({ plain = 4 })
local counts, keys, url = {}, {}, "http://127.0.0.1:" .. server:port("plain")

local places = {
  answering = { { send = rawserver.ok.send, quiet = false } },
  slow = { { send = rawserver.ok.send, wait = 0.02 } },
  refusing = { { send = "HTTP/1.1 422 No\r\nContent-Length: 2\r\n\r\n{}" } },
  closing = { { after = "close" } },
  resetting = { { after = "reset" } },
  stalling = { { after = "stall" } },
}
local names = {}
for name, steps in pairs(places) do
  names[#names + 1] = name
  keys[name] = server:script(steps)
  counts[name] = { certain = 0, unknown = 0 }
end
table.sort(names)

local function client_of(name)
  return signalwire.assert(signalwire.client({
    project = "project",
    token = "PTtoken",
    base_url = url .. "/" .. keys[name],
    timeout = PATIENT,
    retries = 0,
    max_connections = 20,
    transport = chance(3) and "thread" or nil,
  }))
end

local expected_kind = { closing = "network", resetting = "network", stalling = "timeout" }

local function check_outcome(name, timeout, body, err)
  local kind = err and not err.status and err.kind
  if body and (name == "answering" or name == "slow") then return end
  if err and err.status == 422 and name == "refusing" then return end
  if kind == "cancelled" or (kind and kind == expected_kind[name]) then return end
  if kind == "timeout" and timeout < 5 then return end
  complain(("a command to the %s server, with %.3f s: %s"):format(name, timeout, tostring(err or body)))
end

local function command()
  local name = names[math.random(#names)]
  local timeout = (name == "stalling" or chance(4)) and moment(0.1) + 0.001 or PATIENT
  local client = client_of(name)
  -- A cancelled task can't begin one, and raises; so this one is unknown till it has ended.
  local count = counts[name]
  count.unknown = count.unknown + 1
  local body, err = client.calling:denoise("a-call", nil, { timeout = timeout })
  if body or err.status or err.retryable then count.unknown = count.unknown - 1 end
  if body or err.status then count.certain = count.certain + 1 end
  check_outcome(name, timeout, body, err)
  if chance(3) then client:close() end
end

-- A coroutine of the user's own blocks, and is to come back all the same.
local function blocking_command()
  coroutine.wrap(function()
    if chance(2) then return sleep(moment(0.005)) end
    command()
  end)()
end

-- Sessions ------------------------------------------------------------------------------------------------------

local relay_server = relay.start({ plain = 8 })
local cases = {}
for i = 1, 8 do
  local scripts = { {}, { { accept = "reset" } }, { { sleep = 0.05 }, { cut = "reset" } }, {} }
  cases[i] = relay_server:case({ scripts[i % 4 + 1], {} }, "plain")
end

local device = { type = "sip", params = { to = "sip:alice@example.com", from = "sip:desk@example.com" } }

local function quiet() end

local function call_something(session)
  local call, err = session:dial(device, { timeout = moment(0.5) + 0.05 })
  if not call then return err end
  local action = call:play({ play = { { type = "silence", params = { duration = 3 } } } })
  if action and chance(2) then action:wait(moment(0.1)) end
  if action and chance(2) then action:stop() end
  if chance(2) then call:hangup() end
  if chance(2) then call:wait_for_ended(moment(0.2)) end
end

local function boxed_session()
  local box = signalwire.sandbox()
  local session = signalwire.assert(signalwire.relay({
    sandbox = box,
    reconnect = { first = 0.002, longest = 0.01 },
    timeout = 1,
    log = quiet,
  }))
  session:run(function()
    local caller = spawn(guarded, call_something, session)
    for _ = 1, math.random(20) do
      box:advance(moment(2))
      if chance(12) then box:drop_relay(({ "cut", "disconnect", "restart" })[math.random(3)]) end
      if chance(20) then session:close() end
      sleep(moment(0.004))
    end
    if chance(2) then caller:cancel() end
  end)
end

local function session_over_the_network()
  local session = relay.session(cases[math.random(#cases)], { timeout = 0.3, connect_timeout = 0.2 })
  if chance(3) then spawn(function() session:close() end) end
  session:run(function()
    if chance(2) then spawn(guarded, call_something, session) end
    session:execute("calling.test", {}, { timeout = moment(0.1) })
    sleep(moment(0.02))
  end)
end

-- Walks ---------------------------------------------------------------------------------------------------------

local step

local function steps(depth)
  for _ = 1, math.random(3) do
    step(depth)
  end
end

local function child(depth)
  local task = spawn(guarded, steps, depth + 1)
  if chance(3) then
    sleep(moment(0.01))
    task:cancel()
  elseif chance(2) then
    task:wait(moment(0.02))
  else
    task:wait()
  end
end

local function map(depth)
  local items = {}
  for i = 1, math.random(8) do
    items[i] = i
  end
  local breaks = chance(4) and math.random(8)
  signalwire.map(items, function(i)
    if i == breaks then error(PURPOSE, 0) end
    steps(depth + 1)
    return i
  end, { concurrency = math.random(4), rate = chance(3) and 500 or nil })
end

local function nested(depth)
  run(function()
    for _ = 1, math.random(3) do
      spawn(steps, depth + 1)
    end
    if chance(3) then error(PURPOSE, 0) end
  end)
end

local ways = {
  command = command,
  ["a command that blocks"] = blocking_command,
  sleep = function() sleep(moment(0.02)) end,
  ["a turn given up"] = function() coroutine.yield() end,
  ["a child"] = child,
  ["a map"] = map,
  ["a nested run"] = nested,
  ["a session with a box"] = boxed_session,
  ["a session over the network"] = session_over_the_network,
}
local drawn = { "command", "command", "command", "sleep", "sleep", "a child", "a child", "a map", "a nested run" }
for name in pairs(ways) do
  drawn[#drawn + 1] = name
end
table.sort(drawn)

function step(depth)
  local name = depth > 3 and "command" or drawn[math.random(#drawn)]
  local mark = {}
  doing[mark] = name
  local fine, value = guarded(ways[name], depth)
  doing[mark] = nil
  if fine then return end
  if not is_expected(value) then complain(name .. " raised " .. tostring(value)) end
  if value ~= PURPOSE or chance(2) then error(value, 0) end
end

local function walk()
  math.randomseed(seed)
  run(function()
    local walkers = {}
    for i = 1, math.random(12) do
      walkers[i] = spawn(guarded, steps, 1)
    end
    local watch = spawn(watch_over, walkers)
    for _, walker in ipairs(walkers) do
      walker:wait()
    end
    watch:cancel()
  end)
end

-- What is left behind ---------------------------------------------------------------------------------------------

local function kilobytes()
  if rawget(_G, "jit") then rawget(_G, "jit").flush() end
  collectgarbage()
  collectgarbage()
  return collectgarbage("count")
end

local function descriptors()
  local pipe = assert(io.popen("ls /proc/$PPID/fd | wc -l"))
  local count = pipe:read("*n")
  pipe:close()
  return count
end

local function check_counts()
  for name, count in pairs(counts) do
    local seen = #server:requests(keys[name])
    if seen < count.certain or seen > count.certain + count.unknown then
      local text = "the %s server saw %d commands; %d were surely sent, %d perhaps"
      complain(text:format(name, seen, count.certain, count.unknown))
    end
  end
end

local WARM = 10 -- walks
local walks, warm_kilobytes, warm_descriptors = 0, nil, nil
local ending = base.now() + seconds
repeat
  walk()
  walks = walks + 1
  if walks == WARM then
    warm_kilobytes, warm_descriptors = kilobytes(), descriptors()
  end
  if #failures == 0 then seed = seed + 1 end
until #failures > 0 or (base.now() > ending and walks >= 2 * WARM)

sleep(0.3) -- what was under way may still arrive
if #failures == 0 then
  check_counts()
  local grown, opened = kilobytes() - warm_kilobytes, descriptors() - warm_descriptors
  if grown > 200 + 2 * walks then complain(("%.0f KB are left behind"):format(grown)) end
  if opened > 40 then complain(("%d descriptors are left open"):format(opened)) end
  print(("%+.0f KB, %+d descriptors"):format(grown, opened))
end
server:stop()
relay_server:stop()
local lua = jit and jit.version or _VERSION
print(("chaos: %s: %d walks; %s"):format(lua, walks, #failures == 0 and "nothing found" or "FOUND"))
os.exit(#failures == 0 and 0 or 1)
