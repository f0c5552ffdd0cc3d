-- RELAY's commands that join a call with another one, part them, or hand a call on.

local hunt = require("signalwire.sandbox.relay.hunt")
local peers = require("signalwire.sandbox.peers")
local queues = require("signalwire.sandbox.relay.queues")

local bridge = {}

local PATCHES = 0.1 -- seconds in which a call is joined with one that is up already

local joins_at_once = { call = true, queue = true, stream = true }

local function no(code, message) return nil, { code = code, message = message } end

-- Devices that are there already: another call, who waits in a queue, a stream ---------------------------------

local find = {}

function find.call(hub, params)
  local other = hub.machine.calls[params.call_id]
  return other and other.state == "answered" and not other.peer and other or nil
end

function find.queue(hub, params)
  local entry = queues.next(hub, params.queue_name)
  if not entry then return nil end
  return entry.call, { queue_id = entry.id, queue_name = params.queue_name }
end

local function patch(hub, call, device)
  local machine = hub.machine
  machine:later(PATCHES, function()
    if call.state ~= "answered" then return end
    if device.type == "stream" then
      return peers.tell(machine, call, "connected", { peer = { device = device } })
    end
    local other, shown = find[device.type](hub, device.params or {})
    if not other or other == call then
      return peers.tell(machine, call, "failed", { failed_reason = "noAnswer" })
    end
    shown = shown or {}
    shown.device = device
    peers.join(machine, call, other, shown, false)
  end)
end

-- Commands -----------------------------------------------------------------------------------------------------

--- Gives up the connecting that runs on a call.
local function give_up(machine, call)
  if not call.connecting then return end
  hunt.stop(machine, call.connecting)
  call.connecting = nil
  peers.tell(machine, call, "failed", { failed_reason = "cancel" })
end

function bridge.connect(hub, call, params, entry)
  local machine = hub.machine
  if call.peer or call.connecting then return no("409", "Call is connected already") end
  local fault = hunt.fault(params.devices, joins_at_once)
  if fault then return no("400", fault) end
  call.connect_url = params.status_url
  entry.what = "connects"
  peers.tell(machine, call, "connecting")
  local first = params.devices[1][1]
  if joins_at_once[first.type] then
    patch(hub, call, first)
    return {}
  end
  call.connecting = hunt.start(machine, {
    devices = params.devices,
    fields = { tag = params.tag or machine.uuid(), session = call.session, from = call.from },
    answered = function(leg)
      call.connecting = nil
      peers.join(machine, call, leg, { device = leg.device }, true)
    end,
    failed = function()
      call.connecting = nil
      peers.tell(machine, call, "failed", { failed_reason = "noAnswer" })
    end,
  })
  machine:watch(call, function(state)
    if state == "ended" then give_up(machine, call) end
  end)
  return {}
end

function bridge.disconnect(hub, call, _, entry)
  give_up(hub.machine, call)
  entry.what = call.peer and "parts from " .. call.peer.id or "has nobody bridged to it: nothing to part"
  peers.part(hub.machine, call)
  return {}
end

--- `context:<name>` offers the call to the clients of that context.
function bridge.transfer(hub, call, params, entry)
  local dest = params.dest
  if type(dest) ~= "string" and type(dest) ~= "table" then
    return no("400", "params.dest is neither a text nor an object")
  end
  local context = type(dest) == "string" and dest:match("^context:(.+)$")
  entry.what = context and "goes to context " .. context or "goes on with other instructions"
  if not context then
    if type(dest) == "string" then call.url = dest end
    return {}
  end
  call.context, call.passed_by, call.session = context, nil, nil
  hub:offer(call)
  return {}
end

return bridge
