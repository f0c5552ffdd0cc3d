-- Takes requests as any server has them, refuses those that are not signed, and hands each event on once.

local did_you_mean = require("signalwire.did_you_mean")
local digest = require("signalwire.digest")
local headers = require("signalwire.webhook.headers")
local hidden = require("signalwire.hidden")
local recent = require("signalwire.webhook.recent")
local signature = require("signalwire.webhook.signature")
local webhook_event = require("signalwire.webhook.event")

local router = {}

local REMEMBERED = 10000 -- events

local known = {
  signing_key = "string",
  verify = "boolean",
  base_url = "string",
  seen_before = "function",
  on_error = "function",
}

local methods = {}
local Router = { __name = "signalwire.router", __index = methods }

local function check_options(options)
  for name, value in pairs(options) do
    local kind = known[name]
    if not kind then
      error(("a router has no option '%s'%s"):format(tostring(name), did_you_mean(name, known)), 4)
    end
    if type(value) ~= kind then error(("%s must be a %s"):format(name, kind), 4) end
  end
end

local function base_url_of(options)
  local base = options.base_url or os.getenv("SWML_PROXY_URL_BASE")
  if base == nil or base == "" then return nil end
  if base:find("^https?://[^/?#]") then return (base:gsub("/+$", "")) end
  local name = options.base_url and "base_url" or "SWML_PROXY_URL_BASE"
  error(name .. " must begin with http:// or https:// and a host", 4)
end

local function log(err) io.stderr:write("signalwire: webhook: ", tostring(err), "\n") end

---@param options? signalwire.RouterOptions
---@param key_of function
---@return signalwire.Router
function router.new(options, key_of)
  options = options or {}
  check_options(options)
  return hidden.object(Router, {}, {
    key = options.verify ~= false and key_of(options, 3) or nil,
    base_url = base_url_of(options),
    seen_before = options.seen_before or recent.new(REMEMBERED),
    on_error = options.on_error or log,
    by_type = {},
    by_call = {},
  })
end

local function parts_of(self, method)
  return hidden.parts(self, Router.__name) or error(("use a colon: router:%s(...)"):format(method), 3)
end

-- Handlers -------------------------------------------------------------------------------------------------

local function check_handler(handler)
  if type(handler) ~= "function" then error("a handler must be a function, not " .. type(handler), 3) end
end

-- Adds to the list under `name`; returns a function that takes the handler out again.
local function add(lists, name, handler)
  local entry = { handler }
  local list = lists[name] or {}
  lists[name] = list
  list[#list + 1] = entry
  return function()
    for i, other in ipairs(list) do
      if other == entry then table.remove(list, i) end
    end
    if #list == 0 and lists[name] == list then lists[name] = nil end
  end
end

--- Has `handler(event)` called with each event of a type, such as "calling.call.refer"; of all types with "*".
---@param event_type string
---@param handler fun(event: signalwire.Event)
---@return fun() off takes it back
function methods:on(event_type, handler)
  local parts = parts_of(self, "on")
  if type(event_type) ~= "string" then error("an event type must be a string, not " .. type(event_type), 2) end
  check_handler(handler)
  return add(parts.by_type, event_type, handler)
end

--- Has `handler(event)` called with each event of one call.
---@param call string|signalwire.Call its id, or its handle
---@param handler fun(event: signalwire.Event)
---@return fun() off takes it back; where the call has ended, nobody else does
function methods:on_call(call, handler)
  local parts = parts_of(self, "on_call")
  local id = type(call) == "table" and call.id or call
  if type(id) ~= "string" then error("a call must be an id or a call's handle, not " .. type(id), 2) end
  check_handler(handler)
  return add(parts.by_call, id, handler)
end

-- A handler may take itself, or others, out while they run.
local function copy_into(all, list)
  for _, entry in ipairs(list or {}) do
    all[#all + 1] = entry[1]
  end
end

local function handlers_for(parts, event)
  local all = {}
  if event.type then copy_into(all, parts.by_type[event.type]) end
  if event.call_id then copy_into(all, parts.by_call[event.call_id]) end
  copy_into(all, parts.by_type["*"])
  return all
end

-- In Lua 5.1 a task can't wait within Lua's own pcall; where no loop was loaded there are no tasks.
local function protected(fn, ...)
  local loop = package.loaded["signalwire.loop"]
  return (loop and loop.pcall or pcall)(fn, ...)
end

local function hand_on(parts, event)
  for _, handler in ipairs(handlers_for(parts, event)) do
    local fine, err = protected(handler, event)
    if not fine then
      local name = event.type or "an event without a type"
      parts.on_error(("the handler of %s failed: %s"):format(name, tostring(err)), event)
    end
  end
end

-- Requests -------------------------------------------------------------------------------------------------

local answers = { [200] = "OK", [403] = "Forbidden" }

local function answer(status)
  return { status = status, reason = answers[status], headers = { ["content-type"] = "text/plain" }, body = "" }
end

-- What the service signed: the url that it was given.
local function public_url(parts, request)
  if not parts.base_url then return request.url end
  local path = request.url:match("^%a[%w+.-]*://[^/?#]*(.*)$") or request.url
  return parts.base_url .. path
end

local function verified(parts, request)
  if not parts.key then return true end
  return signature.check({
    key = parts.key,
    url = public_url(parts, request),
    body = request.body or "",
    headers = request.headers,
  })
end

-- With GET the event stands in the query.
local function parse(request)
  if request.method == "GET" then
    local query = request.url:match("%?([^#]*)") or ""
    return webhook_event.parse(query, "application/x-www-form-urlencoded")
  end
  return webhook_event.parse(request.body or "", (headers.value(request.headers, "content-type")))
end

-- A repeated delivery has the time of the first. Where a body has no time, only what ends can be told from what
-- happens again: a playback can pause twice.
local function is_repeated(parts, event)
  if not event.time and not event.final then return false end
  local text = require("signalwire.json").encode(event.envelope)
  return text ~= nil and parts.seen_before(digest.hex(digest.sha256(text)))
end

local function check_request(request)
  if type(request) ~= "table" then error("a request must be a table, not " .. type(request), 3) end
  if type(request.url) ~= "string" then error("request.url must be a string: the whole url, with its query", 3) end
  if type(request.headers) ~= "table" then error("request.headers must be a table", 3) end
end

--- Takes a request, and hands its event on before it returns. The answer is 200, or 403 for what is not signed; why,
--- `on_error` hears.
---@param request signalwire.WebhookRequest
---@return signalwire.WebhookAnswer answer
---@return signalwire.Event? event where it was one, and not a repeated one
function methods:handle(request)
  local parts = parts_of(self, "handle")
  check_request(request)
  local fine, err = verified(parts, request)
  if not fine then
    parts.on_error(err, request)
    return answer(403)
  end
  local event
  event, err = parse(request)
  if not event then
    parts.on_error(err, request)
    return answer(200)
  end
  if is_repeated(parts, event) then return answer(200) end
  hand_on(parts, event)
  return answer(200), event
end

-- Doors ----------------------------------------------------------------------------------------------------

--- nginx's door: the whole of a content_by_lua_block.
function methods:content()
  parts_of(self, "content")
  return require("signalwire.webhook.nginx").content(self)
end

--- LuaSocket's door: reads a request from a connection that was accepted, hands it on, and answers. It closes nothing.
---@param connection table a client of LuaSocket's, or what has its `receive`, `send` and `settimeout`
---@return signalwire.Event?
---@return string? message what the connection broke at, or what was wrong with the request
function methods:serve(connection)
  parts_of(self, "serve")
  return require("signalwire.webhook.socket").serve(self, connection)
end

return router
