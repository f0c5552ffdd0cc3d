-- Hands a SIP call over to another SIP address, by SIP REFER.
--
--   CALL_ID=... lua refer.lua [SIP ADDRESS]
--
-- The API answers when it has accepted the command. What became of it comes to STATUS_URL, if you set that.

local signalwire = require("signalwire")

local call_id = os.getenv("CALL_ID")
local address = arg[1] or "sip:sales@example.com"

local client = signalwire.assert(signalwire.client())

local leg, err = client.calling:refer(call_id, {
  device = { type = "sip", params = { to = address } },
  status_url = os.getenv("STATUS_URL"),
})
if not leg then
  io.stderr:write(tostring(err), "\n")
  os.exit(1)
end
print(("call %s (%s): REFER to %s accepted"):format(leg.id, leg.type, address))
