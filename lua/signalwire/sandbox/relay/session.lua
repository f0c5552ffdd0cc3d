-- A RELAY session: what the service remembers of a client, while it is connected and for a while after.

local session = {}

local methods = {}
local mt = { __name = "signalwire.sandbox.relay.session", __index = methods }

local MOST_KEPT = 20000 -- events that wait for their acknowledgement

--- A session that nobody is connected to yet.
function session.new(hub)
  local uuid = hub.box.uuid
  return setmetatable({
    hub = hub,
    id = uuid(),
    protocol = "signalwire_sandbox_" .. uuid(),
    states = {},
    contexts = {},
    kept = {},
    place = {},
    first = 1,
    last = 0,
  }, mt)
end

local function forget_acknowledged(self)
  while self.first <= self.last and not self.kept[self.first] do
    self.first = self.first + 1
  end
end

local function drop(self, place)
  local entry = self.kept[place]
  if not entry then return end
  self.kept[place] = nil
  self.place[entry.id] = nil
  forget_acknowledged(self)
end

local function keep(self, id, text)
  self.last = self.last + 1
  self.kept[self.last] = { id = id, text = text }
  self.place[id] = self.last
  if self.last - self.first >= MOST_KEPT then drop(self, self.first) end
end

--- A request to the client: its id, and its text.
local function request(self, method, params)
  local id = self.hub.box.uuid()
  return id, self.hub.box.json.encode { jsonrpc = "2.0", id = id, method = method, params = params }
end

--- Sends a request, now or never.
function methods:send(method, params)
  local _, text = request(self, method, params)
  if self.connection then self.connection:push(text) end
end

--- Sends an event. One that was not acknowledged when the connection broke is sent again after a resume.
function methods:hear(event)
  if self.forgotten then return end
  self.hub.note_event(event)
  local id, text = request(self, "signalwire.event", event)
  if self.acks or not self.connection then keep(self, id, text) end
  if self.connection then self.connection:push(text) end
end

--- The client has answered a request.
function methods:acknowledged(id)
  local place = self.place[id]
  if place then drop(self, place) end
end

--- A new connection serves the session from here on.
function methods:attach(connection, acks)
  if self.connection then self.connection:shut(1000, "another connection took over") end
  self.connection, self.acks = connection, acks
end

--- Gives the client the state that it resumes the session with, and what it has not acknowledged.
function methods:resume()
  local hub = self.hub
  local state = ("%s:%s"):format(hub.box.uuid(), hub.box.uuid())
  self.states[state] = true
  local event = { event_type = "signalwire.authorization.state", params = { authorization_state = state } }
  self:send("signalwire.event", event)
  for place = self.first, self.last do
    local entry = self.kept[place]
    if entry then
      self.connection:push(entry.text)
      if not self.acks then drop(self, place) end
    end
  end
end

--- The connection is gone; the session stays for a while.
function methods:detach(connection)
  if self.connection ~= connection then return end
  self.connection = nil
  self.hub:lost(self)
end

function methods:wants(context) return self.connection ~= nil and self.contexts[context] == true end

return session
