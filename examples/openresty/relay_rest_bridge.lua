-- A RELAY session in each worker, and HTTP in front of it: POST /call?to=sip:... rings somebody, speaks, and says how
-- that went.
--
-- nginx's sockets belong to the request that opened them. So the session lives in a timer, and requests hand it their
-- work by a queue.

local semaphore = require("ngx.semaphore")
local signalwire = require("signalwire")

local bridge = {}

local PATIENCE = 60 -- seconds

local jobs, arrived = {}, semaphore.new(0)

local function ring_and_speak(relay, to)
  local device = { type = "sip", params = { to = to, from = "sip:desk@example.com", timeout = 20 } }
  local call, err = relay:dial({ { device } }, { timeout = 30 })
  if not call then return nil, err end
  local playing
  playing, err = call:play({ play = { { type = "tts", params = { text = "Hello from nginx." } } } })
  if not playing then return nil, err end
  local played
  played, err = playing:wait(20)
  call:hangup()
  if not played then return nil, err end
  return ("%s answered, and heard it"):format(to)
end

local function carry_out(relay, job)
  local _
  _, job.text, job.err = signalwire.pcall(ring_and_speak, relay, job.to)
  job.done:post(1)
end

local function serve(relay)
  while not ngx.worker.exiting() do
    if arrived:wait(1) then signalwire.spawn(carry_out, relay, table.remove(jobs, 1)) end
  end
end

--- For a timer of init_worker_by_lua: holds the session until the worker ends.
function bridge.hold(premature)
  if premature then return end
  local relay, err = signalwire.relay()
  local fine
  if relay then
    fine, err = relay:run(serve, relay)
  end
  if not fine and err then ngx.log(ngx.ERR, "RELAY: ", tostring(err)) end
end

--- POST /call?to=sip:...
function bridge.call()
  local job = { to = ngx.req.get_uri_args().to, done = semaphore.new(0) }
  jobs[#jobs + 1] = job
  arrived:post(1)
  if not job.done:wait(PATIENCE) then
    ngx.status = ngx.HTTP_GATEWAY_TIMEOUT
    ngx.say("nothing came of it in time")
    return
  end
  ngx.status = job.err and ngx.HTTP_BAD_GATEWAY or ngx.HTTP_OK
  ngx.say(tostring(job.err or job.text))
end

return bridge
