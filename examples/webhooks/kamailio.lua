-- Webhooks in Kamailio: xhttp takes the request, a router verifies it and hands its event on.

local signalwire = require("signalwire")

local KSR = KSR -- luacheck: ignore 113

-- Each process has a router of its own; what was seen they share. base_url is the address that the service knows.
local router = signalwire.webhook.router({
  base_url = os.getenv("PUBLIC_URL"),
  seen_before = function(key) return KSR.htable.sht_inc("seen", key) > 1 end,
  on_error = function(err) KSR.err("webhook: " .. tostring(err) .. "\n") end,
})

router:on("calling.call.refer", function(event)
  if not event.final then return end
  KSR.info(("refer of call %s to %s: %s\n"):format(event.call_id, event.to, event.ok and "ok" or event.state))
end)

local names = {
  "Content-Type",
  "X-SignalWire-Signature",
  "X-Signalwire-SHA256-Signature",
  "X-Twilio-Signature",
}

local function headers()
  local all = {}
  for _, name in ipairs(names) do
    all[name] = KSR.pv.get(("$hdr(%s)"):format(name))
  end
  return all
end

function ksr_xhttp_event() -- luacheck: ignore 111 131
  local answer = router:handle({
    method = KSR.pv.get("$rm"),
    url = "http://" .. KSR.pv.gete("$hdr(Host)") .. KSR.pv.gete("$hu"),
    headers = headers(),
    body = KSR.pv.gete("$rb"),
  })
  KSR.xhttp.xhttp_reply(answer.status, answer.reason, answer.headers["content-type"], answer.body)
  return 1
end

function ksr_request_route() -- luacheck: ignore 111 131
  KSR.sl.sl_send_reply(404, "Not Here")
  return 1
end
