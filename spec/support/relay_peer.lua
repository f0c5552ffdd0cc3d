-- A bare client of a box's RELAY, without a network: it sends what it is told to, and keeps what it hears.
local cjson = require("cjson")

local relay_peer = {}

local Peer = {}
Peer.__index = Peer

--- Connects to a box. `options.mute`: requests of the service are not answered by themselves.
function relay_peer.open(box, options)
  return setmetatable({
    connection = box:relay(),
    mute = options and options.mute,
    ids = 0,
    answers = {},
    heard = {},
  }, Peer)
end

--- Connects, and authenticates. `params` go over the usual ones.
function relay_peer.connect(box, params, options)
  local peer = relay_peer.open(box, options)
  local all = {
    version = { major = 2, minor = 0, revision = 0 },
    event_acks = true,
    authentication = { project = box.project, token = "PT" },
  }
  for name, value in pairs(params or {}) do
    all[name] = value
  end
  peer.session, peer.error = peer:request("signalwire.connect", all)
  local told = peer:events("signalwire.authorization.state")[1]
  peer.state = told and told.authorization_state
  return peer
end

--- Takes in what can be received now.
function Peer:read()
  while true do
    local text, closed, code, reason = self.connection:receive()
    if closed then
      self.ended = { code = code, reason = reason }
      return
    end
    if not text then return end
    local frame = cjson.decode(text)
    if frame.method then
      self.heard[#self.heard + 1] = frame
      if not self.mute then self:say { jsonrpc = "2.0", id = frame.id, result = { was = 1 } } end
    else
      self.answers[frame.id] = frame
    end
  end
end

--- Receives until the connection's end; what receive says of that.
function Peer:receive_end()
  for _ = 1, 1000 do
    local text, closed, code, reason = self.connection:receive()
    if not text then return text, closed, code, reason end
  end
end

--- Sends any value.
function Peer:say(frame) return self.connection:send(cjson.encode(frame)) end

--- Sends a request; its result, or nil and its error.
function Peer:request(method, params)
  self.ids = self.ids + 1
  self:say { jsonrpc = "2.0", id = self.ids, method = method, params = params }
  self:read()
  local answer = self.answers[self.ids]
  if not answer then return nil, "no answer" end
  return answer.result, answer.error
end

--- Sends a command for a call; its result.
function Peer:command(method, call, params)
  local all = { call_id = call.id or call.call_id, node_id = call.node_id }
  for name, value in pairs(params or {}) do
    all[name] = value
  end
  return self:request("calling." .. method, all)
end

--- The params of the events of a type that were heard, in order.
function Peer:events(event_type)
  self:read()
  local list = {}
  for _, frame in ipairs(self.heard) do
    local event = frame.method == "signalwire.event" and frame.params
    if event and (not event_type or event.event_type == event_type) then list[#list + 1] = event.params end
  end
  return list
end

--- What the events of a type say in one field, as one text. `field` may be a function of the params.
function Peer:words(event_type, field)
  local list = {}
  for i, params in ipairs(self:events(event_type)) do
    list[i] = tostring(type(field) == "function" and field(params) or params[field])
  end
  return table.concat(list, " ")
end

--- A SIP device at that user's, with further params.
function relay_peer.sip(user, more)
  local params = { to = "sip:" .. user .. "@example.com", from = "sip:me@example.com" }
  for name, value in pairs(more or {}) do
    params[name] = value
  end
  return { type = "sip", params = params }
end

--- A call of the box's that this peer has dialled and that is up; what was heard is forgotten.
function Peer:dialled(box, user)
  user = user or "alice"
  self:request("calling.dial", { tag = "tag-" .. user, devices = { { relay_peer.sip(user) } } })
  box:advance(1)
  local call = self:events("calling.call.dial")[2].call
  self:forget()
  return box.calls[call.call_id]
end

--- Forgets what was heard.
function Peer:forget()
  self:read()
  self.heard = {}
end

return relay_peer
