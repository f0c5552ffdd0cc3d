-- RELAY in a box: its sessions, and which of them gets what comes in.

local connection = require("signalwire.sandbox.relay.connection")
local controls = require("signalwire.sandbox.controls")
local events = require("signalwire.sandbox.events")
local rpc_methods = require("signalwire.sandbox.relay.methods")
local session = require("signalwire.sandbox.relay.session")

local relay = {}

local methods = {}
local mt = { __name = "signalwire.sandbox.relay", __index = methods }

-- Seconds.
local SESSION_KEPT = 30 -- after its connection is gone
local PING = 10
local RINGS_AFTER = 0.15 -- an offered call that nobody took yet
local CALLER_WAITS = 60
local GOODBYE = 0.5 -- from a disconnect notice to the end of the connection

local function copy(list)
  local new = {}
  for i, item in ipairs(list) do
    new[i] = item
  end
  return new
end

--- RELAY for a box. `note` remembers a request, `note_event` what a session hears.
function relay.new(box, note, note_event)
  return setmetatable({
    box = box,
    machine = box.machine,
    note = note,
    note_event = note_event,
    node_id = box.uuid(),
    sessions = {},
    waiting = {},
    conferences = {},
    queues = {},
    turn = 0,
  }, mt)
end

-- Connections and sessions -------------------------------------------------------------------------------------

--- A new connection, as a client opens it.
function methods:open() return connection.new(self) end

function methods:new_session()
  local new = session.new(self)
  table.insert(self.sessions, new)
  return new
end

function methods:session_of(protocol)
  for _, one in ipairs(self.sessions) do
    if one.protocol == protocol then return one end
  end
  return nil
end

local function ping(self, connected)
  self.machine:later(PING, function()
    if not connected.open then return end
    connected.session:send("signalwire.ping", { timestamp = self.machine:time() })
    ping(self, connected)
  end)
end

--- A connection serves its session.
function methods:connected(connected)
  ping(self, connected)
  self:offer_waiting()
end

--- Nothing is left of a session: its calls stay, and belong to nobody.
local function forget(self, one)
  one.forgotten = true
  for i, other in ipairs(self.sessions) do
    if other == one then table.remove(self.sessions, i) end
  end
  for _, call in pairs(self.machine.calls) do
    if call.session == one then
      call.session = nil
      if call.offered then self:offer(call) end
    end
  end
end

--- A session's connection is gone. Who does not come back in time has lost the session.
function methods:lost(one)
  local lost_at = {}
  one.lost_at = lost_at
  self.machine:later(SESSION_KEPT, function()
    if one.lost_at == lost_at and not one.connection then forget(self, one) end
  end)
end

--- Tells all sessions to go, as the service does before it restarts a node. `restart`: they can't be resumed.
function methods:disconnect(restart)
  for _, one in ipairs(copy(self.sessions)) do
    local connected = one.connection
    one:send("signalwire.disconnect", { restart = restart or nil })
    if restart then forget(self, one) end
    self.machine:later(GOODBYE, function()
      if connected then connected:shut(1001, "going away") end
    end)
  end
end

--- Breaks all connections.
function methods:cut()
  for _, one in ipairs(copy(self.sessions)) do
    if one.connection then one.connection:shut() end
  end
end

--- The far end of a call presses keys: those that are bound to a method have it run. True where there are any.
function methods:press(call, keys)
  local found = false
  for _, binding in ipairs(copy(call.bindings or {})) do
    if binding.digits == keys and call.session then
      found = true
      local params = { call_id = call.id, node_id = call.node_id }
      for name, value in pairs(binding.params) do
        params[name] = value
      end
      local handler = rpc_methods.find(binding.method)
      if handler then handler({ hub = self, session = call.session }, params, {}) end
      binding.left = binding.left - 1
      if binding.left == 0 then binding.digits = nil end
    end
  end
  return found
end

-- What comes in ------------------------------------------------------------------------------------------------

--- A connected session that wants the context, each in its turn; not one of `but`.
function methods:listener(context, but)
  local count = #self.sessions
  for i = 1, count do
    local one = self.sessions[(self.turn + i - 1) % count + 1]
    if one:wants(context) and not (but and but[one]) then
      self.turn = (self.turn + i) % count
      return one
    end
  end
  return nil
end

local function receive_event(self, call)
  return events.of_call(call, "calling.call.receive", {
    context = call.context,
    project_id = self.machine.project,
    call_state = call.state,
    direction = "inbound",
    device = events.device(call),
  })
end

--- Offers a call to a session that wants its context. Where there is none, it waits for one.
function methods:offer(call)
  call.offered = true
  call.passed_by = call.passed_by or {}
  local one = self:listener(call.context, call.passed_by)
  if not one then
    table.insert(self.waiting, call)
    return
  end
  call.session = one
  self.machine:hear(one, receive_event(self, call))
end

--- Offers what waits again: somebody came, or wants more.
function methods:offer_waiting()
  local waiting = self.waiting
  self.waiting = {}
  for _, call in ipairs(waiting) do
    if call.offered and not call.session and call.state ~= "ended" then self:offer(call) end
  end
end

--- A call comes in.
function methods:call_in(call)
  self:offer(call)
  self.machine:later(RINGS_AFTER, function()
    if call.state == "created" then self.machine:move(call, "ringing") end
  end)
  self.machine:later(CALLER_WAITS, function()
    local waits = call.state == "created" or call.state == "ringing"
    if waits then controls.end_call(self.machine, call, "cancel") end
  end)
end

--- The session that it was offered to does not want it.
function methods:pass(call)
  call.passed_by[call.session] = true
  call.session = nil
  self:offer(call)
end

return relay
