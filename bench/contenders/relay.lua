-- RELAY by this library, on one session: one command after the other, or events of a call where BENCH_EVENTS says how
-- the server sends them.

local signalwire = require("signalwire")

local count, warm_up = tonumber(os.getenv("BENCH_COMMANDS")), tonumber(os.getenv("BENCH_WARM_UP"))
local how = os.getenv("BENCH_EVENTS")

local function say(word)
  io.write(word, "\n")
  io.flush()
  io.read()
end

local relay = signalwire.assert(signalwire.relay())

local heard, wanted, knows_call = 0, 0, false

relay:on_call(function(call)
  call:on("calling.call.play", function(_, dropped)
    assert(dropped == 0)
    heard = heard + 1
  end)
  knows_call = true
end)

local function send(number)
  for _ = 1, number do
    signalwire.assert(relay:execute("signalwire.receive", { contexts = { "bench" } }))
  end
end

local function hear(number)
  wanted = wanted + number
  while not knows_call do
    signalwire.sleep(0.001)
  end
  signalwire.assert(relay:execute("bench.events", { count = number, how = how }))
  while heard < wanted do
    signalwire.sleep(0.001)
  end
end

local go = how and hear or send

relay:run(function()
  go(warm_up)
  say("ready")
  go(count)
  say("done")
end)
