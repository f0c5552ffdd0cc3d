-- The sandbox inside nginx: one box, moved by real time, behind the API's path; and beside it an inbox and a summary.

local door = require("signalwire.sandbox.relay.door")
local forms = require("signalwire.sandbox.forms")
local inbox = require("signalwire.sandbox.inbox")
local leash = require("signalwire.sandbox.leash")
local log = require("signalwire.sandbox.log")
local post = require("signalwire.sandbox.post")
local refusal = require("signalwire.sandbox.refusal")
local sandbox = require("signalwire.sandbox")
local uuid = require("signalwire.sandbox.uuid")
local webhook_door = require("signalwire.webhook.nginx")

local nginx = {}

local KEPT = 1000 -- requests and webhooks that the box remembers
local PULL = 0.25 -- seconds between two looks at the leash

local box, settings, json, wake_at
local count = { commands = 0, refused = 0, connections = 0, webhooks_sent = 0, webhooks_failed = 0 }
local last_connection = 0

local function say(line)
  if not settings.quiet then leash.log(line) end
end

local function cjson()
  local library = require("cjson")
  return {
    null = library.null,
    encode = library.encode,
    decode = function(text)
      local fine, value = pcall(library.decode, text)
      if not fine then return nil, value end
      return value
    end,
  }
end

-- Time -------------------------------------------------------------------------------------------------------

local catch_up

--- Wakes the box when something is due in it. Never at once: nginx's clock stands still while its timers run, so that
--- a timer of no time that sets another would run for ever.
local function plan()
  local idle = box.machine:idle()
  if not idle then return end
  idle = math.max(1, math.ceil(idle * 1000)) / 1000
  local at = ngx.now() + idle
  if wake_at and wake_at <= at then return end
  wake_at = at
  ngx.timer.at(idle, function(premature)
    if premature then return end
    if wake_at == at then wake_at = nil end
    catch_up()
  end)
end

function catch_up()
  local behind = ngx.now() - box.machine:time()
  if behind > 0 then box:advance(behind) end
  plan()
end

-- Webhooks ---------------------------------------------------------------------------------------------------

local function delivered(webhook, status, message)
  local fine = status and status:sub(1, 1) == "2"
  local which = fine and "webhooks_sent" or "webhooks_failed"
  count[which] = count[which] + 1
  say(log.webhook(ngx.now(), webhook, status or message))
end

local function deliver(webhook) post.later(webhook, delivered) end

-- Requests ---------------------------------------------------------------------------------------------------

local function answer(status, headers, body)
  ngx.status = status
  for name, value in pairs(headers) do
    ngx.header[name] = value
  end
  if body then
    ngx.header["content-length"] = #body
    ngx.print(body)
  end
  ngx.exit(ngx.OK)
end

local function answer_json(status, value)
  answer(status, { ["content-type"] = "application/json; charset=utf-8" }, json.encode(value))
end

--- A request to the API.
function nginx.api()
  local connection = tonumber(ngx.var.connection)
  if connection > last_connection then
    last_connection = connection
    count.connections = count.connections + 1
  end
  local request = {
    method = ngx.req.get_method(),
    path = ngx.var.uri,
    headers = { authorization = ngx.var.http_authorization or "" },
    body = webhook_door.body(),
  }
  catch_up()
  local reply, failure = box:serve(request)
  plan()
  count.commands = count.commands + 1
  if not reply then
    say(failure.message)
    return ngx.exit(444)
  end
  if reply.status >= 300 then count.refused = count.refused + 1 end
  answer(reply.status, reply.headers, reply.body)
end

--- GET /inbox takes the next webhook out; 204 where none comes in time. POST puts one in.
function nginx.inbox()
  local method = ngx.req.get_method()
  if method == "POST" then
    local event = json.decode(webhook_door.body())
    if type(event) ~= "table" then return answer_json(400, refusal.status(400).body) end
    inbox.put(event)
    return answer(204, {})
  end
  local event = inbox.next(ngx.req.get_uri_args(), ngx.sleep, function()
    ngx.update_time()
    return ngx.now()
  end)
  if not event then return answer(204, {}) end
  answer_json(200, event)
end

--- What the sandbox has done so far.
function nginx.summary()
  local all = { inbox = inbox.count(), calls = 0, memory_kb = math.floor(collectgarbage("count")) }
  for name, value in pairs(count) do
    all[name] = value
  end
  all.relay_sessions = box.hub and #box.hub.sessions or 0
  for _, call in pairs(box.calls) do
    if call.state ~= "ended" then all.calls = all.calls + 1 end
  end
  answer_json(200, all)
end

-- RELAY, and what people do to a sandbox from outside ----------------------------------------------------------

--- A request that becomes a RELAY connection.
function nginx.relay()
  if not door.is_wanted() then return answer_json(400, refusal.status(400).body) end
  door.serve(function() return box:relay() end, catch_up, plan)
end

--- The root: RELAY for who asks for a WebSocket, a word for who does not.
function nginx.front()
  if door.is_wanted() then return nginx.relay() end
  local text = "This is a SignalWire sandbox. Send commands to POST /api/calling/calls, or open a WebSocket.\n"
  answer(200, { ["content-type"] = "text/plain" }, text)
end

local control = {}

control["calls"] = function(fields) return { id = box:add_call(fields) } end

control["messages"] = function(fields)
  local id, heard = box:add_message(fields)
  return { id = id, heard = heard }
end

control["drop_relay"] = function(fields)
  box:drop_relay(fields.how)
  return {}
end

control["hang_up"] = function(fields)
  box:hang_up(fields.call_id, fields.reason)
  return {}
end

control["press"] = function(fields)
  local fine, message = box:press(fields.call_id, fields.keys)
  return { heard = fine or false, message = message }
end

control["say"] = function(fields)
  local fine, message = box:say(fields.call_id, fields.words)
  return { heard = fine or false, message = message }
end

control["fail_next"] = function(fields)
  local times = fields.times
  fields.times = nil
  box:fail_next(fields, times)
  return {}
end

--- POST /sandbox/<word>: what box:<word> does in one's own process, with its arguments as a JSON object.
function nginx.control()
  local action = control[ngx.var.uri:match("^/sandbox/(.+)$")]
  if not action then return answer_json(404, refusal.status(404).body) end
  local fields = json.decode(webhook_door.body())
  if ngx.req.get_method() ~= "POST" or type(fields) ~= "table" then
    return answer_json(400, refusal.status(400).body)
  end
  catch_up()
  local fine, result = pcall(action, forms.copy(fields, json.null))
  plan()
  if fine then return answer_json(200, result) end
  answer_json(422, refusal.unprocessable("invalid_parameter", tostring(result)).body)
end

-- Start and end ----------------------------------------------------------------------------------------------

--- Reads the settings and makes the box, as nginx reads its configuration.
---@param given table @`port`, `folder`, `project`, `token`, `signing_key`, `strict`, `quiet`,
--- `sip_call_id`, `phone_call_id`
function nginx.configure(given)
  settings = given
  json = cjson()
end

local function start()
  box = sandbox.new {
    json = json,
    uuid = assert(uuid.random()),
    now = ngx.now,
    log = say,
    on_webhook = deliver,
    keep = KEPT,
    project = settings.project,
    token = settings.token,
    signing_key = settings.signing_key,
    strict = settings.strict,
    sip_call_id = settings.sip_call_id,
    phone_call_id = settings.phone_call_id,
  }
  assert(ngx.timer.every(PULL, function(premature)
    if not premature then leash.check() end
  end))
end

--- Runs once, when nginx listens.
function nginx.start()
  leash.take_up()
  local fine, message = pcall(start)
  if fine then return leash.ready() end
  ngx.log(ngx.ERR, message)
  leash.let_go()
end

--- Runs once, when nginx ends: the folder that the configuration lies in goes.
function nginx.stop() os.execute("rm -rf '" .. settings.folder .. "'") end

return nginx
