-- One HTTP request and its answer over nginx's cosockets.
--
-- The exchange runs in a light thread of its own, and the caller's waits beside it: so one deadline holds for all of
-- it, name and handshake included, and it can be cancelled: nginx lets only its parent kill a light thread.

local answer = require("signalwire.host.nginx.answer")
local base = require("signalwire.base")
local bells = require("signalwire.host.nginx.bell")
local connection = require("signalwire.host.nginx.connection")
local helpers = require("signalwire.host.nginx.helper")
local phase = require("signalwire.host.nginx.phase")
local reader = require("signalwire.host.nginx.reader")
local request_id = require("signalwire.request").id
local slots = require("signalwire.host.nginx.slots")
local tasks = require("signalwire.host.nginx.tasks")

local exchange = {}

local LAST_MOMENT = 0.005 -- seconds

-- What became of an exchange that began at that time.
local function lost(began, kind, message, sent)
  return nil, { kind = kind, message = message, sent = sent or false, elapsed = base.now() - began }
end

-- The light thread of the exchange ---------------------------------------------------------------------------

local function source_of(socket)
  return reader.new(function(most) return socket:receiveany(most) end)
end

local function speak(job, socket, pool)
  local route, target = job.route, job.target
  job.sent = true
  local fine, why = socket:send(target.text_of(route, job.body))
  if not fine then
    return nil, { kind = "network", message = "the connection closed before the request was written: " .. why }
  end
  local result, kept = answer.read(source_of(socket), route.method, target.max_response)
  if not result then return nil, kept end
  if kept and pool then
    socket:setkeepalive()
    job.is_left = true
  end
  return result
end

local function connect_and_speak(job)
  local socket, pool = connection.open(job.target, job.timeout)
  if not socket then return nil, pool end
  job.is_connected = true
  local result, failure = speak(job, socket, pool)
  if not job.is_left then socket:close() end
  return result, failure
end

local function work(job)
  local fine, result, failure = pcall(connect_and_speak, job)
  if not fine then
    result, failure = nil, { kind = "internal", message = tostring(result) }
  end
  job.result, job.failure, job.is_done = result, failure, true
  job.bell:ring()
end

-- The caller's -----------------------------------------------------------------------------------------------

-- Waits until the job is done; else nil and the kind of its end.
local function wait(job, task, deadline, connected_by)
  while not job.is_done do
    local limit = job.is_connected and deadline or connected_by
    job.bell:wait(limit)
    if job.is_done then break end
    if task and task.is_cancelled then return nil, "cancelled" end
    if base.now() >= (job.is_connected and deadline or connected_by) then return nil, "timeout" end
  end
  return true
end

local function why_ended(job, target, kind)
  if kind == "cancelled" then return "the request was cancelled" end
  if job.is_connected then return "no answer in time" end
  return ("no connection to %s:%d in time"):format(target.server, target.port)
end

local function helper_for(task)
  local helper = task and task.helper or helpers.new(work)
  if task then
    task.helper = helper
  else
    helper:dismiss()
  end
  return helper
end

local function run(job, task, deadline)
  local connected_by = math.min(base.now() + job.route.connect_timeout, deadline)
  local helper = helper_for(task)
  helper:give(job)
  local fine, kind = wait(job, task, deadline, connected_by)
  if not fine then
    helper:kill()
    if task then task.helper = nil end
    return lost(job.began, kind, why_ended(job, job.target, kind), job.sent)
  end
  if not task then helper:bury() end
  local result = job.result
  if not result then return lost(job.began, job.failure.kind, job.failure.message, job.sent) end
  local headers = result.headers
  local elapsed = base.now() - job.began
  local head = { status = result.status, headers = headers, request_id = request_id(headers), elapsed = elapsed }
  return nil, head, result.body
end

-- A place in the queue that comes at the last moment is none: nginx's clock is coarse, and the request would go out
-- only to be given up.
local function take_slot(target, bell, deadline)
  local slot = slots.take(target.origin, target.max_connections, bell, deadline)
  if slot and deadline - base.now() < LAST_MOMENT then
    slots.leave(slot)
    return nil
  end
  return slot
end

--- One HTTP request and its answer.
---@param target table signalwire.host.nginx makes it
---@param route { method: string, path: string, connect_timeout: number }
---@param body string?
---@param timeout number
---@return nil
---@return { status: integer, headers: table, request_id?: string, elapsed: number } answer; or of a loss
--- { kind: string, message: string, sent: boolean, elapsed: number }
---@return string? text of the answer
function exchange.perform(target, route, body, timeout)
  local began = base.now()
  local refusal = phase.refusal()
  if refusal then return lost(began, "unavailable", refusal) end
  local task = tasks.current()
  if task then tasks.check_wait(task) end
  local bell = task and task.bell or bells.new()
  local deadline = began + timeout
  local slot = take_slot(target, bell, deadline)
  if not slot then
    if task and task.is_cancelled then return lost(began, "cancelled", "the request was cancelled") end
    return lost(began, "timeout", "no place among max_connections in time")
  end
  local job = {
    target = target,
    route = route,
    body = body,
    timeout = timeout,
    began = began,
    bell = bell,
    sent = false,
  }
  local _, result, text = run(job, task, deadline)
  slots.leave(slot)
  return nil, result, text
end

return exchange
