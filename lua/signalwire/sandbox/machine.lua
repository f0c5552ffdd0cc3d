-- The service's state: its clock, its calls, and what time does to them. It moves only when it is told to.

local due = require("signalwire.sandbox.due")
local events = require("signalwire.sandbox.events")

local machine = {}

local methods = {}
local mt = { __name = "signalwire.sandbox.machine", __index = methods }

local LATENCY = 0.02 -- seconds from what happens to its webhook
local SAME_TIME = 1e-6 -- what adding up fractions of a second may miss by
local ENDED_CALLS_KEPT = 10000

machine.LATENCY = LATENCY

--- A machine without calls.
---@param options table @`born` in Unix seconds, `uuid`, `null`, `project`, `space_id`, `on_webhook`
function machine.new(options)
  return setmetatable({
    born = options.born,
    clock = 0,
    due = due.new(),
    calls = {},
    ended = {},
    uuid = options.uuid,
    null = options.null,
    project = options.project,
    space_id = options.space_id,
    on_webhook = options.on_webhook,
  }, mt)
end

--- Unix seconds by the machine's clock.
function methods:time() return self.born + self.clock end

--- Has `action` called after so many seconds.
function methods:later(seconds, action) self.due:add(self.clock + seconds, action) end

--- Lets time pass, and all that is due in it happen, each at its time.
function methods:advance(seconds)
  local stop = self.clock + seconds
  while true do
    local at = self.due:next()
    if not at or at > stop + SAME_TIME then break end
    local action
    action, at = self.due:take()
    if at > self.clock then self.clock = at end
    action()
  end
  if stop > self.clock then self.clock = stop end
end

--- Seconds until something is due, or nil.
function methods:idle()
  local at = self.due:next()
  return at and math.max(0, at - self.clock)
end

--- Sends an event to a url a moment from now, where there is one.
function methods:post(url, event, method)
  if not url then return end
  self:later(
    LATENCY,
    function()
      self.on_webhook { url = url, method = method or "POST", event = events.stamp(self, event), at = self.clock }
    end
  )
end

--- Sends an event to a RELAY session a moment from now, where there is one.
function methods:hear(session, event)
  if not session then return end
  self:later(LATENCY, function() session:hear(events.stamp(self, event)) end)
end

--- Sends an event about a call to whoever wants it: the url, and the RELAY session that has the call.
function methods:tell(url, call, event, method)
  self:post(url, event, method)
  self:hear(call.session, event)
end

--- Puts a call into the machine.
---@param fields table @`type`, `state`, `from`, `to`, `direction` and what else a call has
function methods:add_call(fields)
  local call = {
    id = fields.id or self.uuid(),
    type = fields.type,
    state = fields.state,
    from = fields.from,
    to = fields.to,
    direction = fields.direction,
    tag = fields.tag,
    context = fields.context,
    session = fields.session,
    url = fields.url,
    status_url = fields.status_url,
    status_events = fields.status_events,
    node_id = self.uuid(),
    segment_id = self.uuid(),
    created_at = self.clock,
    answered_at = fields.state == "answered" and self.clock or nil,
    controls = {},
    watchers = {},
  }
  self.calls[call.id] = call
  return call
end

--- Old ended calls are forgotten, so that a machine that runs for days does not grow.
local function remember_ended(self, call)
  table.insert(self.ended, call.id)
  if #self.ended <= 2 * ENDED_CALLS_KEPT then return end
  local kept = {}
  for i, id in ipairs(self.ended) do
    if i <= ENDED_CALLS_KEPT then
      self.calls[id] = nil
    else
      table.insert(kept, id)
    end
  end
  self.ended = kept
end

--- Has `watcher` called with each state that the call comes to.
function methods:watch(call, watcher) table.insert(call.watchers, watcher) end

--- Moves a call to another state, and tells who wants to know.
function methods:move(call, state)
  call.state = state
  if state == "answered" then call.answered_at = self.clock end
  if state == "ended" then
    call.ended_at = self.clock
    remember_ended(self, call)
  end
  local wanted = call.status_events and call.status_events[state]
  self:tell(wanted and call.status_url, call, events.call_state(call))
  for _, watcher in ipairs(call.watchers) do
    watcher(state)
  end
end

return machine
