-- What ./run demo shows: a call dialled, handed over by SIP REFER, and how that ended.
-- It runs against the sandbox, whose inbox stands in for the web server that status_url names in real life.

local signalwire = require("signalwire")

local address = signalwire.assert(os.getenv("SIGNALWIRE_REST_BASE_URL"), "run it by ./run demo")
local inbox = require("signalwire.host.curl").open({
  origin = address,
  ca_file = os.getenv("SIGNALWIRE_REST_CA_FILE"),
  loopback = true,
  user_agent = "signalwire-demo",
})

local function say(...) print(("  " .. select(1, ...)):format(select(2, ...))) end

local function next_webhook(call_id, event_type)
  local path = ("/inbox?wait=20&call_id=%s&event_type=%s"):format(call_id, event_type)
  local webhook, result = inbox:exchange({ method = "GET", path = path, connect_timeout = 5 }, nil, 30)
  if not webhook then error(result.message or "no webhook came: HTTP " .. result.status) end
  return signalwire.assert(require("signalwire.outcome").read(webhook))
end

local client = signalwire.assert(signalwire.client())
print(("SignalWire for Lua %s, %s, against %s"):format(signalwire.version, _VERSION, address))
print()

print("Dialling sip:alice@example.com")
local leg, response = signalwire.assert(client.calling:dial({
  from = "sip:desk@example.com",
  to = "sip:alice@example.com",
  swml = { version = "1.0.0", sections = { main = { { sleep = 60000 } } } },
  status_url = address .. "/inbox",
  status_events = { "answered", "ended" },
}))
say("call %s is %s (HTTP %d over TLS, %.1f ms)", leg.id, leg.status, response.status, response.elapsed * 1000)
say("webhook: the call is %s", next_webhook(leg.id, "calling.call.state").state)

print("Referring it to sip:sales@example.com")
leg, response = signalwire.assert(client.calling:refer(leg.id, {
  device = { type = "sip", params = { to = "sip:sales@example.com" } },
  status_url = address .. "/inbox",
}))
say("accepted (HTTP %d, %.1f ms over the kept connection)", response.status, response.elapsed * 1000)

local event
repeat
  event = next_webhook(leg.id, "calling.call.refer")
  local codes = event.sip_notify_response_code and (", NOTIFY " .. event.sip_notify_response_code) or ""
  if event.sip_refer_response_code then codes = ", REFER " .. event.sip_refer_response_code .. codes end
  say("webhook: %s to %s%s", event.state, event.to, codes)
until event.final

print()
if not event.ok then
  print("The transfer failed.")
  os.exit(1)
end
print("The call has been handed over.")
