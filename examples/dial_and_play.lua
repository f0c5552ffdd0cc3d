-- Calls somebody, and says something as soon as the call is answered.
--
--   FROM=+15551230001 TO=+15551230002 lua dial_and_play.lua

local signalwire = require("signalwire")

local client = signalwire.assert(signalwire.client())

local function fail(err)
  io.stderr:write(tostring(err), "\n")
  os.exit(1)
end

-- The API tells of an answer at status_url only. A script without a web server may simply try: while it rings,
-- the play is refused, and nothing of it happens.
local function play_when_answered(call, params, patience)
  for _ = 1, patience do
    local playing, err = call:play(params)
    if playing then return playing end
    if err.kind ~= "http" or err.status ~= 422 then return nil, err end
    print("  not answered yet: " .. err.message)
    signalwire.sleep(1)
  end
  return nil, "nobody answered"
end

local leg, err = client.calling:dial({
  from = os.getenv("FROM") or "+15551230001",
  to = os.getenv("TO") or "+15551230002",
  swml = { version = "1.0.0", sections = { main = { { sleep = 60000 } } } },
})
if not leg then fail(err) end
print(("call %s: %s"):format(leg.id, tostring(leg.status)))

local call = client:call(leg.id)
local playing, play_err = play_when_answered(call, {
  play = { { type = "tts", params = { text = "Your parcel arrives today between two and four." } } },
}, 30)
if not playing then fail(play_err) end
print("playing, control_id " .. playing.control_id)

signalwire.sleep(1)
local ended, end_err = call:hangup()
if not ended then fail(end_err) end
print("hung up")
