-- Routes that run spec files with busted within a SIP worker of Kamailio, as they are. What they print is in the log.

-- luacheck: globals KSR ksr_request_route

-- Kamailio's children have no standard output, and must outlive busted, which ends its process.
local function run(words)
  local exit = {}
  local stdout, write, real_exit = io.stdout, io.write, os.exit
  io.stdout = io.stderr -- luacheck: ignore 122
  function io.write(...) return io.stderr:write(...) end -- luacheck: ignore 122
  function os.exit() error(exit, 0) end -- luacheck: ignore 122
  arg = words -- luacheck: ignore 121
  local _, message = pcall(require("busted.runner"), { standalone = false })
  io.stdout, io.write, os.exit = stdout, write, real_exit -- luacheck: ignore 122
  if message ~= exit then io.stderr:write(tostring(message), "\n") end
  io.stderr:write("busted has ended\n")
end

local function words_of(text)
  local words = {}
  for word in text:gmatch("%S+") do
    words[#words + 1] = word
  end
  return words
end

function ksr_request_route()
  if KSR.is_OPTIONS() then
    KSR.sl.sl_send_reply(200, "OK")
    return 1
  end
  local text = KSR.pv.gete("$rb")
  KSR.sl.sl_send_reply(200, "It runs")
  run(words_of(text))
  return 1
end
