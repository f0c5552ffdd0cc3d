-- The plain host: the C core over libcurl. A call blocks.

local base = require("signalwire.base")

-- Found here, it need not be looked for in all of package.path.
local NAME = "signalwire.core"
local path = package.searchpath and package.searchpath(NAME, package.cpath)
if path and not package.preload[NAME] then
  base.load_lazily(path)
  package.preload[NAME] = package.loadlib(path, "luaopen_signalwire_core")
end

local core = require(NAME)

local curl = {}

local engine = core.engine
local perform, start = engine.perform, engine.start

curl.now = base.now

-- Schedulers in whose coroutines a call waits instead of blocking. Each has current() -> an owner, or nil where this
-- coroutine is none of its own; await(owner, deadline or nil, begin, ...) -> what begin(ticket, ...) gave, ended unless
-- the deadline came first; sleep(owner, seconds).
local waiters = {}

-- The newest is asked first: another's loop may run this one.
function curl.add_waiter(waiter) table.insert(waiters, 1, waiter) end

--- The scheduler that this coroutine belongs to, and its owner there.
local function waiter_here()
  for i = 1, #waiters do
    local owner = waiters[i].current()
    if owner then return waiters[i], owner end
  end
end

curl.waiter_here = waiter_here

function curl.sleep(seconds)
  if type(seconds) ~= "number" or seconds ~= seconds or seconds == math.huge then
    error("sleep takes a number of seconds", 3)
  end
  local waiter, owner = waiter_here()
  if waiter then return waiter.sleep(owner, seconds) end
  local now = base.now()
  local ending = now + seconds
  while now < ending do
    engine:work(ending - now)
    now = base.now()
  end
end

function curl.log(line) io.stderr:write("signalwire: ", line, "\n") end

local runtime = rawget(_G, "jit") and rawget(_G, "jit").version or _VERSION

--- Tasks are coroutines of a loop of our own.
function curl.tasks() return require("signalwire.loop") end

--- Is this a coroutine of another's loop, which one of ours would hold up?
function curl.is_within_another_loop()
  local waiter = waiter_here()
  return waiter ~= nil and waiter ~= curl.tasks()
end

--- All options can be honoured here.
function curl.refusal() return nil end

--- What the User-Agent says of this host.
curl.agent = runtime .. "; libcurl/" .. core.curl_version

-- An answer's headers are read when they are first asked for. Lua 5.1 and LuaJIT do not ask for __pairs.
function core.answer_type.__index(answer, name) return require("signalwire.host.curl.head").read(answer, name) end
function core.answer_type.__pairs(answer) return require("signalwire.host.curl.head").pairs(answer) end

local function begin(ticket, self, route, body, timeout)
  return start(engine, self.target, route.method, route.path, body, timeout, route.connect_timeout, ticket)
end

--- One HTTP request and its answer.
---@param route { method: string, path: string, connect_timeout: number }
---@param body string?
---@param timeout number
---@return table? body that the answer holds, where it is a success
---@return { status: integer, headers: table, request_id?: string, elapsed: number } answer; or of a loss
--- { kind: string, message: string, sent: boolean, elapsed: number }
---@return string? text of an answer whose body was not read here
local function exchange(self, route, body, timeout)
  if waiters[1] then
    local waiter, owner = waiter_here()
    if waiter then return waiter.await(owner, nil, begin, self, route, body, timeout):answer() end
  end
  local value, result, rest =
    perform(engine, self.target, route.method, route.path, body, timeout, route.connect_timeout)
  if result then return value, result, rest end
  -- A signal ended the work early, so that a handler such as Ctrl-C's runs here.
  while not rest:wait(timeout) do
  end
  return rest:answer()
end

local function sleep(_, seconds) curl.sleep(seconds) end

local function log(_, line) curl.log(line) end

local function headers_of(settings)
  local headers = {
    "Accept: application/json",
    "Content-Type: application/json",
    "User-Agent: " .. settings.user_agent,
  }
  if settings.token then
    -- Made here once: libcurl would make it anew for each request, at a third of the request's cost.
    headers[4] = "Authorization: Basic " .. base.base64(settings.project .. ":" .. settings.token)
  end
  return headers
end

--- A connection that carries bytes both ways: signalwire.host.curl.stream has the words.
function curl.stream(settings, deadline, opening)
  return require("signalwire.host.curl.stream").open(settings, deadline, opening)
end

--- Says once in a process that libcurl must not be used in this host's own threads, where that is so.
function curl.warn()
  if core.must_warn() then curl.log(require("signalwire.host.curl.danger")) end
end

--- A way to one server.
---@param settings table
---@return table transport
function curl.open(settings)
  if settings.transport ~= "thread" then curl.warn() end
  local target = core.target({
    origin = settings.origin,
    ca_file = settings.ca_file,
    proxy = settings.loopback and "" or settings.proxy,
    http2 = settings.http_version == "2",
    by_helper = settings.transport == "thread",
    max_connections = settings.max_connections,
    max_response = settings.max_response,
    headers = headers_of(settings),
  })
  return { target = target, exchange = exchange, now = base.now, sleep = sleep, log = log }
end

return curl
