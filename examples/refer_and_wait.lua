-- Hands a SIP call over, waits until the service says how that went, and ends with a status that says it too:
-- 0 handed over, 1 not handed over, 2 not known.
--
--   CALL_ID=... PUBLIC_URL=https://hooks.example.com PORT=8080 lua refer_and_wait.lua [SIP ADDRESS]
--
-- It listens on 127.0.0.1:PORT, by LuaSocket (Debian: lua-socket), and PUBLIC_URL is the address of the proxy or the
-- tunnel that leads there. Without these it takes a free port and names that, which serves for a sandbox.
-- SIGNALWIRE_SIGNING_KEY is the project's signing key: what is not signed with it is not believed. PATIENCE: how many
-- seconds to wait, 60 by default.

local signalwire = require("signalwire")
local socket = require("socket")

local PATIENCE = tonumber(os.getenv("PATIENCE")) or 60 -- seconds

local call_id = os.getenv("CALL_ID")
local address = arg[1] or "sip:sales@example.com"

local function leave(status, text)
  io.stderr:write(text, "\n")
  os.exit(status)
end

local client = signalwire.assert(signalwire.client())

local listener = assert(socket.bind("127.0.0.1", tonumber(os.getenv("PORT")) or 0))
local own_url = ("http://%s:%d"):format(listener:getsockname())
local public_url = os.getenv("PUBLIC_URL") or own_url

-- The waiter is there before the command goes out: the webhook may be faster than the answer.
local outcome
local router = signalwire.webhook.router({ base_url = public_url })
router:on_call(call_id, function(event)
  if event.type ~= "calling.call.refer" or event.to ~= address then return end
  print(("%s: %s"):format(event.to, event.state))
  if event.final then outcome = event end
end)

local leg, err = client:call(call_id):refer({ device = address, status_url = public_url .. "/refer" })
if not leg then leave(1, tostring(err)) end

listener:settimeout(1) -- so that Ctrl-C is heard
local stop = os.time() + PATIENCE
while not outcome and os.time() < stop do
  local connection = listener:accept()
  if connection then
    router:serve(connection)
    connection:close()
  end
end

if not outcome then leave(2, ("no webhook in %d s: what became of it is not known"):format(PATIENCE)) end
local codes = ("REFER %s, NOTIFY %s"):format(
  outcome.sip_refer_response_code or "-",
  outcome.sip_notify_response_code or "-"
)
if not outcome.ok then leave(1, ("not handed over: %s (%s)"):format(outcome.state, codes)) end
print(("call %s is handed over to %s (%s)"):format(call_id, address, codes))
