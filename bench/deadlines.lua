-- deadlines.lua [name]: how long a command with a timeout of one second takes where something hangs. With `name`, and
-- with test/resolver.c in place of the system's, where the resolver does.

package.path = "./?.lua;" .. package.path

local faultproxy = require("spec.support.faultproxy")
local now = require("signalwire.base").now
local rawserver = require("spec.support.rawserver")
local wire = require("spec.support.wire")

local TIMEOUT, ALLOWED = 1, 0.1
local too_late = 0

local function show(what, client)
  local started = now()
  local body, err = wire.send(client)
  local took = now() - started
  assert(body == nil)
  local verdict = ""
  -- Where the wait for another attempt would pass the timeout, the refusal comes back before it.
  if took > TIMEOUT * (1 + ALLOWED) then
    too_late = too_late + 1
    verdict = "  TOO LATE"
  end
  print(("%-52s %6.3f s  %s%s"):format(what, took, err.kind, verdict))
end

if arg[1] == "name" then
  local patient = { timeout = TIMEOUT, connect_timeout = 5 }
  show("a resolver that never answers", wire.client("https://hangs.example.com", patient))
  os.exit(too_late == 0 and 0 or 1)
end

local server = rawserver.start({ tls = 30, plain = 2 })

local function client_of(steps, group)
  return (wire.case(server, group or "tls", steps, { timeout = TIMEOUT, connect_timeout = 5, retries = 5 }))
end

local function busy(wait) return { send = rawserver.answer("429 Slow", { ["Retry-After"] = wait }) } end

local head = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n"

print(("A command with a timeout of %g s; allowed are %g %% more"):format(TIMEOUT, ALLOWED * 100))

local hour = os.date("!%a, %d %b %Y %H:%M:%S GMT", os.time() + 3600)
local url = server:url(server:port("plain"), { rawserver.ok })
show(
  "a handshake that stalls",
  wire.client(url, { timeout = TIMEOUT, connect_timeout = 5, ca_file = server.ca_file })
)
show("no answer", client_of({ { after = "stall" } }))
show("half of the headers", client_of({ { send = head, after = "stall" } }))
show("half of the body", client_of({ { send = head .. "\r\n{", after = "stall" } }))
show("an answer that drips, 10 bytes a second", client_of({ { send = head .. "\r\n{", fill = " ", pace = 0.1 } }))
show(
  "interim answers for ever",
  client_of({ { send = "", fill = "HTTP/1.1 103 Early Hints\r\n\r\n", pace = 0.05 } })
)
show("429 for ever", client_of({ busy() }))
show("429, Retry-After: 3600", client_of({ busy("3600") }))
show("429, Retry-After: a date in an hour", client_of({ busy(hour) }))
show("429, Retry-After: garbage", client_of({ busy("soon") }))
show("429, Retry-After: 99999999999999999999999", client_of({ busy(("9"):rep(23)) }))
local busy_503 = rawserver.answer("503 Busy", { ["Retry-After"] = "0" })
show("503, Retry-After: 0, for ever", client_of({ { send = busy_503 } }))

local behind = server:port("tls")
local key = server:script({ rawserver.ok })
local proxy = faultproxy.start(behind)
proxy:plan({ pace = 1 })
local slow = { timeout = TIMEOUT, connect_timeout = 5, ca_file = server.ca_file }
local slow_url = ("https://127.0.0.1:%s/%s"):format(proxy.port, key)
show("a connection that brings one byte a second", wire.client(slow_url, slow))

proxy:stop()
server:stop()
os.exit(too_late == 0 and 0 or 1)
