-- The calls of a session, and where each event goes.

local call = require("signalwire.relay.call")
local handlers = require("signalwire.relay.handlers")
local outcome = require("signalwire.outcome")
local tasks = require("signalwire.relay.tasks")

local calls = {}

local Calls = {}
Calls.__index = Calls

---@param world table
function calls.new(world) return setmetatable({ world = world, by_id = {}, count = 0 }, Calls) end

function Calls:find(id) return self.by_id[id] end

function Calls:is_full() return self.count >= self.world.settings.max_active_calls end

function Calls:add(fields, state)
  local new = call.new(self.world.session, self.world.settings, fields, state)
  self.by_id[new.id] = new
  self.count = self.count + 1
  return new
end

local function remove(self, id)
  if not self.by_id[id] then return end
  self.by_id[id] = nil
  self.count = self.count - 1
end

--- The session is over, or lost: so is every call.
function Calls:on_lost(kind, message)
  local all = self.by_id
  self.by_id, self.count = {}, 0
  for _, one in pairs(all) do
    call.finish(one, kind, message)
  end
end

-- Another consumer may take it.
local function pass_on(self, params)
  local world = self.world
  world.settings.log(("max_active_calls: call %s is passed on"):format(params.call_id))
  world.session:start("calling.pass", { node_id = params.node_id, call_id = params.call_id }, {
    deadline = tasks.now() + world.settings.timeout,
  })
end

local route = {}

route["calling.call.receive"] = function(self, event)
  local world, params = self.world, event.params
  if not event.call_id or self.by_id[event.call_id] then return end
  if self:is_full() then return pass_on(self, params) end
  local fields = { direction = "inbound", context = params.protocol }
  for name, value in pairs(params) do
    fields[name] = value
  end
  fields.call_id = event.call_id
  local new = self:add(fields, event.state or "created")
  if not world.on_call then return world.settings.log("a call came, and there is no on_call for it") end
  tasks.spawn(handlers.call, world.settings.log, "on_call", world.on_call, new)
end

route["calling.call.dial"] = function(self, event) self.world.dials:take(event) end

route["messaging.receive"] = function(self, event)
  local world = self.world
  if not world.on_message then return world.settings.log("a message came, and there is no on_message for it") end
  local message = {}
  for name, value in pairs(event.params) do
    message[name] = value
  end
  message.id, message.state = event.params.message_id, event.state
  tasks.spawn(handlers.call, world.settings.log, "on_message", world.on_message, message)
end

route["messaging.state"] = function(self, event) self.world.messages:take_state(event) end

-- A leg of a dial shows for the first time by its state.
local function new_leg(self, event)
  local dial = event.type == "calling.call.state" and self.world.dials:of_tag(event.params.tag)
  if not dial or not event.call_id or event.state == "ended" then return nil end
  local fields = { direction = "outbound" }
  for name, value in pairs(event.params) do
    fields[name] = value
  end
  fields.call_id = event.call_id
  local leg = self:add(fields, "created")
  return leg, dial
end

local function to_its_call(self, event)
  local one, dial = self.by_id[event.call_id], nil
  if not one then
    one, dial = new_leg(self, event)
  end
  if not one then return end
  if call.take(one, event) then remove(self, one.id) end
  if dial then self.world.dials:add_leg(dial, one) end
end

--- An event of the service; in the reader.
function Calls:take(params)
  local event = outcome.read(params)
  if not event or not event.type then
    return self.world.settings.log("an event of the server was left out: it does not say what it is")
  end
  local world = self.world
  if world.observers:hears("*") then world.mailbox:put(event) end
  local own = route[event.type]
  if own then return own(self, event) end
  if event.call_id then to_its_call(self, event) end
end

return calls
