-- Receives webhooks by LuaSocket (Debian: lua-socket) and prints what became of each command, until Ctrl-C.
--
--   SIGNALWIRE_SIGNING_KEY=... PUBLIC_URL=https://hooks.example.com lua server.lua [PORT]
--
-- It listens on 127.0.0.1, behind a proxy that speaks https and is reached as PUBLIC_URL. One request at a time: who is
-- slow holds the others up, five seconds at most for a head and for a body.

local signalwire = require("signalwire")
local socket = require("socket")

local router = signalwire.webhook.router({ base_url = os.getenv("PUBLIC_URL") })

local function say(...)
  print(("%s %s"):format(os.date("%H:%M:%S"), table.concat({ ... }, " ")))
  io.stdout:flush()
end

router:on("calling.call.refer", function(event)
  if not event.final then return end
  say(event.call_id, "referred to", event.to, event.ok and "and gone" or "in vain: " .. event.state)
end)

router:on("calling.call.state", function(event) say(event.call_id, "is", event.state, event.reason or "") end)

router:on("*", function(event)
  if event.ok == false then say(event.call_id or "-", event.type or "an event", "failed:", event.state) end
end)

local listener = assert(socket.bind("127.0.0.1", tonumber(arg[1]) or 0))
say(("webhooks at http://%s:%d"):format(listener:getsockname()))
listener:settimeout(1) -- so that Ctrl-C is heard
while true do
  local connection = listener:accept()
  if connection then
    router:serve(connection)
    connection:close()
  end
end
