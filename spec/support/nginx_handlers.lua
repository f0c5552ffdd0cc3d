-- What the nginx of spec/hosts/nginx_spec.lua runs: commands in each phase, and what came of them.
local cjson = require("cjson")
local signalwire = require("signalwire")

local handlers = {}

local call_id = "c0ffee00-1111-4222-8333-444455556666"

local function client_of(base_url, more)
  local options = { project = "p", token = "secret-token", base_url = base_url, retries = 0, timeout = 10 }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return signalwire.client(options)
end

local function outcome(body, known)
  if body then return { ok = true, id = body.id, status = known.status } end
  return { kind = known.kind, message = tostring(known), retryable = known.retryable, attempts = known.attempts }
end

local function send(base_url, more, id)
  local client, err = client_of(base_url, more)
  if not client then return outcome(nil, err) end
  return outcome(client.calling:denoise(id or call_id))
end

local function numbers(args, names)
  local found = {}
  for _, name in ipairs(names) do
    found[name] = tonumber(args[name])
  end
  return found
end

local function options_of(args)
  return numbers(args, { "timeout", "connect_timeout", "retries", "max_connections", "max_response" })
end

--- One command: ?url=...&timeout=...
function handlers.send(args) return send(args.url, options_of(args), args.id) end

--- A client with one option more: ?name=...&value=...
function handlers.option(args)
  local client, err = client_of(nil, { space = "example", [args.name] = args.value })
  return client and { ok = true } or outcome(nil, err)
end

--- A client without any.
function handlers.bare()
  local client, err = signalwire.client()
  return client and { ok = true, text = tostring(client) } or outcome(nil, err)
end

function handlers.connect(args)
  local fine, err = client_of(args.url):connect()
  return fine and { ok = true } or outcome(nil, err)
end

function handlers.sandbox()
  local box = signalwire.sandbox()
  local client = assert(signalwire.client({ sandbox = box }))
  local leg, err = client.calling:denoise(box.sip_call_id)
  return leg and { ok = true, commands = #box.requests } or outcome(nil, err)
end

--- Many commands, one after the other: how often each outcome came.
function handlers.many(args)
  local counts = {}
  for _ = 1, tonumber(args.count) do
    local result = send(args.url, options_of(args))
    local word = result.ok and "ok" or result.kind .. (result.retryable and " retryable" or "")
    counts[word] = (counts[word] or 0) + 1
  end
  return counts
end

--- A command in a task, which is cancelled once the server has had time for it.
function handlers.cancelled(args)
  local result
  signalwire.run(function()
    local task = signalwire.spawn(function() result = send(args.url, { timeout = 30 }) end)
    signalwire.sleep(0.2)
    task:cancel()
  end)
  return result
end

--- A command within a function of C, where nothing can wait.
function handlers.below_c(args)
  local result
  table.sort({ 2, 1 }, function(a, b)
    result = result or send(args.url)
    return a < b
  end)
  return result
end

--- In a light thread that is killed while it has one of few places.
function handlers.killed(args)
  local options = options_of(args)
  for _ = 1, 3 do
    local thread = ngx.thread.spawn(function() send(args.url, options) end)
    ngx.sleep(0.05)
    ngx.thread.kill(thread)
  end
  collectgarbage()
  collectgarbage()
  return send(args.next_url, options)
end

local function resident_kilobytes()
  for line in io.lines("/proc/self/status") do
    local kilobytes = line:match("^VmRSS:%s*(%d+)")
    if kilobytes then return tonumber(kilobytes) end
  end
end

--- How many bytes a run, its tasks, a client that its own hook refers to, its calls and their actions leave behind.
function handlers.kept(args)
  local kept = require("spec.support.kept")
  local function round()
    signalwire.run(function()
      local client
      client = client_of(args.url, { on_response = function() return client end })
      local task = signalwire.spawn(signalwire.sleep, 0.001)
      signalwire.spawn(function() task:wait() end)
      signalwire.spawn(signalwire.sleep, 10):cancel()
      client:call(call_id):play({ play = { { type = "silence", params = { duration = 1 } } } })
    end)
  end
  return { bytes = kept.bytes(30, round) }
end

--- By how many KB the worker grows with so many commands of one task.
function handlers.growth(args)
  local client = assert(client_of(args.url))
  local before
  signalwire.run(function()
    for i = 1, args.count * 1.2 do
      assert(client.calling:denoise(call_id))
      if i == math.floor(args.count * 0.2) then
        collectgarbage()
        collectgarbage()
        before = resident_kilobytes()
      end
    end
  end)
  collectgarbage()
  collectgarbage()
  return { kilobytes = resident_kilobytes() - before }
end

function handlers.pid() return { pid = ngx.worker.pid() } end

--- The content handler.
function handlers.answer(name) ngx.say(cjson.encode(handlers[name](ngx.req.get_uri_args()))) end

-- Phases -----------------------------------------------------------------------------------------------------

--- Sends one command, and notes what came of it.
function handlers.note(name, base_url)
  local fine, result = pcall(send, base_url, { timeout = 5 })
  ngx.shared.notes:set(name, fine and cjson.encode(result) or "raised: " .. tostring(result))
end

function handlers.note_in_timer(name, base_url)
  local fine, message = ngx.timer.at(0, function() handlers.note(name, base_url) end)
  if not fine then ngx.shared.notes:set(name, "no timer: " .. tostring(message)) end
end

--- Tasks in a timer.
function handlers.map_in_timer(name, base_url)
  ngx.timer.at(0, function()
    local results = signalwire.map({ 1, 2, 3 }, function() return send(base_url).ok end)
    ngx.shared.notes:set(name, results[1].value and results[2].value and results[3].value and "ok" or "failed")
  end)
end

--- What run and sleep raise where nothing can wait.
function handlers.note_misuse(name)
  local _, ran = pcall(signalwire.run, function() end)
  local _, slept = pcall(signalwire.sleep, 0.01)
  ngx.shared.notes:set(name, tostring(ran) .. "\n" .. tostring(slept))
end

function handlers.notes()
  local notes = {}
  for _, name in ipairs(ngx.shared.notes:get_keys(0)) do
    notes[name] = ngx.shared.notes:get(name)
  end
  return notes
end

return handlers
