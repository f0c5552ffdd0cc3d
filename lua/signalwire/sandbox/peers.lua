-- Two calls that are joined: who hears of it, and what becomes of one when the other ends.

local controls = require("signalwire.sandbox.controls")
local events = require("signalwire.sandbox.events")

local peers = {}

--- Tells how far the connecting of a call is.
function peers.tell(machine, call, state, fields)
  local event = events.of_call(call, "calling.call.connect", fields or {})
  event.params.connect_state = state
  machine:tell(call.connect_url, call, event)
end

local function tell_parted(machine, call, peer)
  if call.state == "ended" then return end
  peers.tell(machine, call, "disconnected", { peer = { call_id = peer.id, node_id = peer.node_id } })
end

--- Parts a call from its peer, where it has one; both live on.
function peers.part(machine, call)
  local peer = call.peer
  if not peer then return end
  call.peer, peer.peer = nil, nil
  tell_parted(machine, call, peer)
  tell_parted(machine, peer, call)
end

--- Joins two calls.
---@param shown table @what the event says of the leg, beside its ids
---@param made_for_it boolean @the leg was dialled for the call, and ends with it
function peers.join(machine, call, leg, shown, made_for_it)
  call.peer, leg.peer = leg, call
  shown.call_id, shown.node_id, shown.tag = leg.id, leg.node_id, leg.tag
  peers.tell(machine, call, "connected", { peer = shown })
  machine:watch(call, function(state)
    if state ~= "ended" or call.peer ~= leg then return end
    peers.part(machine, call)
    if made_for_it then controls.end_call(machine, leg, "hangup") end
  end)
  machine:watch(leg, function(state)
    if state == "ended" and leg.peer == call then peers.part(machine, call) end
  end)
end

return peers
