-- The service in small, without a network: a box takes commands, answers as the API does, and lets time pass.

local catalog = require("signalwire.catalog.calling")
local controls = require("signalwire.sandbox.controls")
local failures = require("signalwire.sandbox.failures")
local http = require("signalwire.sandbox.http")
local listening = require("signalwire.sandbox.listening")
local log = require("signalwire.sandbox.log")
local machine = require("signalwire.sandbox.machine")
local messages = require("signalwire.sandbox.relay.messages")
local relay = require("signalwire.sandbox.relay")
local uuid = require("signalwire.sandbox.uuid")
local webhooks = require("signalwire.sandbox.webhook")

local sandbox = {}

local methods = {}
local mt = { __name = "signalwire.sandbox", __index = methods }

local known_options = {
  strict = true,
  project = true,
  token = true,
  json = true,
  log = true,
  uuid = true,
  now = true,
  on_webhook = true,
  signing_key = true,
  keep = true,
  sip_call_id = true,
  phone_call_id = true,
}

local PROJECT = "5a9db0c5-0000-4000-8000-00000005a9db"
local SPACE_ID = "5a9db0c5-0000-4000-8000-0000000005ce"

local SIGNING_KEY = "PSKsandbox" -- trusts nothing but a sandbox

sandbox.PROJECT = PROJECT
sandbox.SIGNING_KEY = SIGNING_KEY

--- What else than the C core can read and write JSON is given as an option.
local function json_of(options)
  local json = options.json or require("signalwire.json")
  return { encode = json.encode, decode = json.decode, null = json.null }
end

local rows = {}
for _, row in ipairs(catalog.rows()) do
  rows[row.command] = row
end

--- Adds to a list of which only the newest `keep` or so stay.
local function remember(list, item, keep)
  list[#list + 1] = item
  if not keep or #list < 2 * keep then return end
  for i = 1, #list do
    list[i] = list[i + keep]
  end
end

local function check_options(options)
  for name in pairs(options) do
    if not known_options[name] then error(("sandbox has no option '%s'"):format(tostring(name)), 3) end
  end
end

--- Makes a box. It starts with an answered SIP call and an answered phone call.
---@param options table|nil @`strict`: refuse what the schema refuses. `project`, `token`: refuse other credentials.
--- `log`: a function that gets each line. `on_webhook`: a function that gets each webhook. `signing_key`: what webhooks
--- are signed with. `keep`: how many requests and webhooks to remember; all, if it is missing. `now`: a function that
--- gives the box the time of its birth. `uuid`: a function that makes ids. `json`: a table with `encode` and `decode`,
--- where the C core is not at hand.
function sandbox.new(options)
  options = options or {}
  check_options(options)
  local box = {
    strict = options.strict,
    basic = options.token and http.basic(options.project or PROJECT, options.token),
    project = options.project or PROJECT,
    token = options.token,
    json = json_of(options),
    uuid = options.uuid or uuid.counting(),
    write = options.log,
    keep = options.keep,
    signing_key = options.signing_key or SIGNING_KEY,
    rows = rows,
    failures = {},
    requests = {},
    webhooks = {},
  }
  box.json.uuid = box.uuid
  local signing = { key = box.signing_key, hashes = webhooks.hashes(), encode = box.json.encode }
  box.machine = machine.new {
    born = (options.now or os.time)(),
    uuid = box.uuid,
    null = box.json.null,
    project = options.project or PROJECT,
    space_id = SPACE_ID,
    on_webhook = function(sent)
      local webhook = webhooks.new(sent, signing)
      remember(box.webhooks, webhook, box.keep)
      if options.on_webhook then options.on_webhook(webhook) end
      if box.write and not options.on_webhook then box.write(log.webhook(box.machine:time(), webhook, "kept")) end
    end,
  }
  box.calls = box.machine.calls
  setmetatable(box, mt)
  box.sip_call_id = box:add_call { type = "sip", id = options.sip_call_id }
  box.phone_call_id = box:add_call { type = "phone", id = options.phone_call_id }
  return box
end

local function note(box, entry)
  remember(box.requests, entry, box.keep)
  if not box.write then return end
  for _, line in ipairs(log.command(box.machine:time(), entry)) do
    box.write(line)
  end
end

--- The box's RELAY service, made when it is first needed.
local function hub_of(box)
  if not box.hub then
    box.hub = relay.new(box, function(entry) note(box, entry) end, function(event)
      if box.write then box.write(log.event(box.machine:time(), event)) end
    end)
  end
  return box.hub
end

-- What users do with a box -----------------------------------------------------------------------------------

local addresses = {
  sip = { "sip:alice@example.com", "sip:sandbox@example.sip.signalwire.com" },
  phone = { "+15551230001", "+15551230002" },
  webrtc = { "visitor", "sandbox" },
}

--- Adds a call, as if somebody had called in.
---@param fields table|nil @`type` "sip" (the default), "phone" or "webrtc"; `state` "answered" (the default),
--- "created", "ringing" or "queued"; `from`, `to`, `id`; `context`: it rings, and RELAY's clients of that context hear
---@return string id
function methods:add_call(fields)
  fields = fields or {}
  local kind = fields.type or "sip"
  local address = addresses[kind]
  if not address then error(("add_call knows no type '%s'"):format(tostring(kind)), 2) end
  local call = self.machine:add_call {
    id = fields.id,
    type = kind,
    state = fields.state or (fields.context and "created") or "answered",
    context = fields.context,
    from = fields.from or address[1],
    to = fields.to or address[2],
    direction = fields.direction or "inbound",
  }
  if fields.context then hub_of(self):call_in(call) end
  return call.id
end

--- A text message comes in, for RELAY's clients of its context.
---@param fields table @`context`, `body`; `from`, `to`, `media`, `tags`, `id`
---@return string id
---@return boolean heard @a connected client wanted it
function methods:add_message(fields)
  return messages.come_in(hub_of(self), {
    id = fields.id,
    context = fields.context or "default",
    body = fields.body,
    media = fields.media,
    tags = fields.tags,
    from = fields.from or addresses.phone[1],
    to = fields.to or addresses.phone[2],
  })
end

local drops = {
  cut = function(hub) hub:cut() end,
  disconnect = function(hub) hub:disconnect(false) end,
  restart = function(hub) hub:disconnect(true) end,
}

--- RELAY's connections end. `how`: "cut" breaks them; "disconnect" tells the clients first, and "restart" lets no
--- session be resumed besides.
---@param how string|nil @"cut", where it is not given
function methods:drop_relay(how)
  local drop = drops[how or "cut"]
  if not drop then error(("drop_relay knows no way '%s'"):format(tostring(how)), 2) end
  drop(hub_of(self))
end

--- Lets time pass: calls are answered, playbacks end, webhooks are sent.
---@param seconds number
function methods:advance(seconds)
  if type(seconds) ~= "number" or not (seconds >= 0 and seconds < math.huge) then
    error("advance takes a number of seconds", 2)
  end
  self.machine:advance(seconds)
end

--- Makes the next command fail, and the one after it if it is said twice.
---@param what string|number|table @a kind such as "timeout", a status such as 503, or a table with `kind` or `status`
---@param times integer|nil @how many commands; 1 if it is missing
function methods:fail_next(what, times)
  local failure, message = failures.read(what)
  if not failure then error(message, 2) end
  for _ = 1, times or 1 do
    table.insert(self.failures, failure)
  end
end

local function call_named(box, id)
  return box.calls[id] or error(("the box has no call '%s'"):format(tostring(id)), 3)
end

--- Presses keys at the far end of a call, for the collect that runs on it, or what RELAY bound to them.
---@return true|nil, string|nil
function methods:press(call_id, keys)
  local call = call_named(self, call_id)
  local bound = call.bindings and hub_of(self):press(call, keys)
  local heard, message = listening.press(self.machine, call, keys)
  if bound then return true end
  return heard, message
end

--- Says words at the far end of a call, for the collect that runs on it.
---@return true|nil, string|nil
function methods:say(call_id, words) return listening.say(self.machine, call_named(self, call_id), words) end

--- The far end hangs up.
function methods:hang_up(call_id, reason)
  controls.end_call(self.machine, call_named(self, call_id), reason or "hangup")
end

-- What the client does with a box ----------------------------------------------------------------------------

--- What is known of a command that failed on its way.
local function entry_of_failure(box, request, failure)
  local body = box.json.decode(request.body or "")
  local entry = type(body) == "table" and { command = body.command, id = body.id, params = body.params } or {}
  entry.at = box.machine.clock
  entry.status = failure.status
  entry.failure = failure.kind
  entry.what = "fails, as fail_next said"
  return entry
end

local function fail(box, request, failure)
  local entry
  if failure.taken then
    local _
    _, entry = http.answer(box, request)
    entry.status, entry.failure = failure.status, failure.kind
  else
    entry = entry_of_failure(box, request, failure)
  end
  if failure.status or failure.sent then note(box, entry) end
  if failure.status then return http.reply(box, failure.status, failure.body, failure.headers) end
  if failure.answer then return http.reply(box, 200, failure.answer) end
  if failure.kind == "timeout" then box.machine:advance(request.timeout or 0) end
  return nil, { kind = failure.kind, message = failure.message, sent = failure.sent }
end

--- Writes a line of the client's, to the box's log or where that is missing to the standard error output.
function methods:log(line)
  if self.write then return self.write(line) end
  io.stderr:write("signalwire: ", line, "\n")
end

--- Answers one request.
---@param request table @`method`, `path`, `body`, `timeout`; `headers`, where credentials are to be checked
---@return table|nil answer
---@return table|nil failure
function methods:serve(request)
  if request.method == "HEAD" then return http.reply(self, 200, "") end
  local failure = table.remove(self.failures, 1)
  if failure then return fail(self, request, failure) end
  local answer, entry = http.answer(self, request)
  note(self, entry)
  return answer
end

--- One request and its answer, as a client's transport does it.
---@param route table @`method`, `path`
---@param body string|nil
---@param timeout number
---@return nil
---@return table answer @or what became of the request
---@return string|nil text @of the answer
function methods:exchange(route, body, timeout)
  local began = self:now()
  local reply, lost = self:serve { method = route.method, path = route.path, body = body, timeout = timeout }
  local elapsed = self:now() - began
  if not reply then
    lost.elapsed = elapsed
    return nil, lost
  end
  local headers = reply.headers
  local id = headers["x-request-id"]
  return nil, { status = reply.status, headers = headers, request_id = id, elapsed = elapsed }, reply.body
end

--- A connection to the box's RELAY service. What it offers: signalwire.sandbox.relay.connection.
---@return table connection @`send(text)`, `receive()`, `close(code)`; `on_message`
function methods:relay() return hub_of(self):open() end

--- Waits by the box's clock: it returns at once, and the time has passed.
function methods:sleep(seconds) self:advance(seconds) end

--- The box's clock, in seconds since it was made.
function methods:now() return self.machine.clock end

return sandbox
