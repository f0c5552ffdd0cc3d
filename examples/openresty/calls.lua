-- The endpoints of nginx.conf. Each call of the library waits without holding the worker up.

local signalwire = require("signalwire")

local calls = {}

-- Made once, as nginx reads its configuration: with credentials missing, nginx says so and does not start.
local client = signalwire.assert(signalwire.client { timeout = 20 })

-- A call that is gone is no fault of ours; of one whose outcome is unknown, its webhooks will tell.
local function status_of(err)
  if err.kind == "invalid" then return ngx.HTTP_BAD_REQUEST end
  if err.kind == "http" and err.status < 500 then return err.status end
  return err.kind == "timeout" and ngx.HTTP_GATEWAY_TIMEOUT or ngx.HTTP_BAD_GATEWAY
end

--- POST /refer?call_id=...&to=sip:...
function calls.refer()
  local arguments = ngx.req.get_uri_args()
  local leg, err = client.calling:refer(arguments.call_id, { device = arguments.to })
  if not leg then
    ngx.log(ngx.WARN, tostring(err))
    ngx.status = status_of(err)
    ngx.say(tostring(err))
    return
  end
  ngx.say(("call %s: REFER to %s accepted"):format(leg.id, arguments.to))
end

local function lines_of_body()
  ngx.req.read_body()
  local lines = {}
  for line in (ngx.req.get_body_data() or ""):gmatch("[^\r\n]+") do
    lines[#lines + 1] = line
  end
  return lines
end

--- POST /bulk?to=sip:... with a call id a line in the body. A line of the answer for each call that did not move, and
--- for each tenth of the way.
function calls.bulk()
  local to, ids = ngx.var.arg_to and ngx.unescape_uri(ngx.var.arg_to), lines_of_body()
  local step = math.max(1, math.floor(#ids / 10))

  local function note(id, result)
    if result.err then ngx.say(id, ": ", tostring(result.err)) end
  end

  local function tell(done, total, failed)
    if done % step ~= 0 and done ~= total then return end
    ngx.say(("%d of %d, %d failed"):format(done, total, failed))
    ngx.flush()
  end

  signalwire.map(
    ids,
    function(id) return client.calling:refer(id, { device = to }) end,
    { concurrency = 20, each = note, progress = tell }
  )
end

return calls
