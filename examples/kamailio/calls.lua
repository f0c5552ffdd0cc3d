-- Kamailio's routes: a SIP MESSAGE that says what to do with a call has it done by SignalWire's API.
--
--   refer CALL_ID sip:sales@example.com
--   transfer CALL_ID +15551230002
--   dial +15551230001 +15551230002
--
-- To the user `now` the SIP worker waits for the API, 2 seconds at most. To any other user an async worker does, and
-- the SIP worker takes the next message meanwhile: do it so.

local signalwire = require("signalwire")

-- Kamailio runs this file in each of its processes, the first time before they fork. Nothing is connected here.
-- The thread keeps libcurl's TLS away from that of tls.so; without tls.so it does no harm.
local client = signalwire.assert(signalwire.client({ timeout = 2, retries = 0, transport = "thread" }))

local commands = {}

function commands.refer(id, address) return client.calling:refer(id, { device = address }) end

function commands.transfer(id, destination) return client.calling:transfer(id, { dest = destination }) end

function commands.dial(from, to)
  return client.calling:dial({ from = from, to = to, url = "https://example.com/swml" })
end

local function carry_out(text)
  local name, first, second = text:match("^%s*(%a+)%s+(%S+)%s+(%S+)%s*$")
  if not commands[name] then return 400, "Say refer, transfer or dial" end
  local body, err = commands[name](first, second)
  if body then return 200, "Done" end
  KSR.err(tostring(err) .. "\n")
  if err.kind == "timeout" then return 504, "No answer in time, it may have been done" end
  return 502, err.kind == "http" and "The API says " .. err.status or "The API: " .. err.kind
end

function ksr_carry_out()
  local status, reason = carry_out(KSR.pv.gete("$rb"))
  KSR.tm.t_send_reply(status, reason)
  return 1
end

function ksr_request_route()
  if KSR.is_OPTIONS() then
    KSR.sl.sl_send_reply(200, "OK")
    return 1
  end
  if not KSR.is_method_in("M") then
    KSR.sl.sl_send_reply(405, "Method Not Allowed")
    return 1
  end
  -- A transaction first: from then on a retransmission of the message is dropped, and the command not sent again.
  if KSR.tm.t_newtran() <= 0 then return 1 end
  if KSR.pv.gete("$rU") == "now" then return ksr_carry_out() end
  if KSR.async.task_route("ksr_carry_out") < 0 then KSR.tm.t_send_reply(503, "Busy") end
  return 1
end
