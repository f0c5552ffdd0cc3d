-- RELAY by this library: one command after the other on one session.

local signalwire = require("signalwire")

local count, warm_up = tonumber(os.getenv("BENCH_COMMANDS")), tonumber(os.getenv("BENCH_WARM_UP"))

local function say(word)
  io.write(word, "\n")
  io.flush()
  io.read()
end

local relay = signalwire.assert(signalwire.relay())

local function send(number)
  for _ = 1, number do
    signalwire.assert(relay:execute("signalwire.receive", { contexts = { "bench" } }))
  end
end

relay:run(function()
  send(warm_up)
  say("ready")
  send(count)
  say("done")
end)
