-- Rings several people at once, and lets the others go as soon as one call is up.
--
--   FROM=+15551230001 lua fan_out.lua +15551230002 +15551230003 ...

local signalwire = require("signalwire")

local numbers = arg[1] and arg or { "+15551230002", "+15551230003", "+15551230004" }
local client = signalwire.assert(signalwire.client())

local function dial(number)
  return client.calling:dial({
    from = os.getenv("FROM") or "+15551230001",
    to = number,
    swml = { version = "1.0.0", sections = { main = { { sleep = 60000 } } } },
  })
end

-- Plays nothing, silently: the API takes it only from a call that is answered.
local function wait_for_answer(call)
  local silence = { play = { { type = "silence", params = { duration = 0.1 } } } }
  while true do
    local playing, err = call:play(silence)
    if playing then return true end
    if err.kind ~= "http" or err.status ~= 422 then return nil, err end
    signalwire.sleep(0.2)
  end
end

local calls, winner = {}, nil

signalwire.run(function()
  local tasks = {}

  local function ring(number)
    local leg, err = dial(number)
    if not leg then return print(("%s: %s"):format(number, tostring(err))) end
    print(("%s: rings"):format(number))
    calls[number] = client:call(leg.id)
    local answered, why = wait_for_answer(calls[number])
    if winner then return end
    if not answered then return print(("%s: %s"):format(number, tostring(why))) end
    winner = number
    for _, task in ipairs(tasks) do
      task:cancel()
    end
  end

  for _, number in ipairs(numbers) do
    tasks[#tasks + 1] = signalwire.spawn(ring, number)
  end
end)

if not winner then
  io.stderr:write("nobody answered\n")
  os.exit(1)
end
print(winner .. ": answered")

for number, call in pairs(calls) do
  if number ~= winner then
    local ended, err = call:hangup()
    print(("%s: %s"):format(number, ended and "let go" or tostring(err)))
  end
end
