-- Rings several devices: groups one after the other, those of a group at once. Who answers first wins; the others end.

local controls = require("signalwire.sandbox.controls")
local ringing = require("signalwire.sandbox.ringing")

local hunt = {}

local kinds = { phone = "phone", sip = "sip", webrtc = "webrtc", agora = "webrtc" }

--- The address that a device rings, and the one it shows; nil where it has none.
local function addresses(device)
  local params = device.params
  if type(params) ~= "table" then return nil end
  local to = params.to_number or params.to or params.channel
  local from = params.from_number or params.from
  if type(to) ~= "string" then return nil end
  return to, type(from) == "string" and from or nil
end

--- What is wrong with a device, in words; `more` are types that are known besides.
local function device_fault(device, more)
  if type(device) ~= "table" then return "is not an object" end
  if more and more[device.type] then return nil end
  if not kinds[device.type] then return "has no known type" end
  if not addresses(device) then return "has no address" end
  return nil
end

--- What is wrong with devices, in words.
function hunt.fault(devices, more)
  if #devices == 0 then return "params.devices is empty" end
  for i, group in ipairs(devices) do
    if type(group) ~= "table" or #group == 0 then
      return ("params.devices[%d] is not a list of devices"):format(i)
    end
    for j, device in ipairs(group) do
      local fault = device_fault(device, more)
      if fault then return ("params.devices[%d][%d] %s"):format(i, j, fault) end
    end
  end
  return nil
end

--- Rings one device: a new call.
function hunt.leg(machine, device, fields)
  local to, from = addresses(device)
  local call = machine:add_call {
    type = kinds[device.type],
    state = "queued",
    to = to,
    from = from or fields.from,
    direction = "outbound",
    tag = fields.tag,
    session = fields.session,
  }
  call.device = device
  ringing.start(machine, call, device.params.timeout)
  return call
end

local function win(machine, plan, leg)
  plan.over = true
  plan.answered(leg)
  for _, other in ipairs(plan.ringing) do
    if other ~= leg then controls.end_call(machine, other, "cancel") end
  end
end

local next_group

local function watch(machine, plan, leg)
  machine:watch(leg, function(state)
    if plan.over then return end
    if state == "answered" then return win(machine, plan, leg) end
    if state == "ringing" and plan.progress then plan.progress(leg) end
    if state ~= "ended" then return end
    plan.left = plan.left - 1
    if plan.left == 0 then next_group(machine, plan) end
  end)
end

function next_group(machine, plan)
  plan.at = plan.at + 1
  local group = plan.devices[plan.at]
  plan.ringing = {}
  if not group then return plan.failed() end
  plan.left = #group
  for i, device in ipairs(group) do
    plan.ringing[i] = hunt.leg(machine, device, plan.fields)
    watch(machine, plan, plan.ringing[i])
  end
end

--- Rings until somebody answers or nobody is left.
---@param plan table @`devices`; `fields` of the calls that it makes: `tag`, `session`, `from`; the functions
--- `answered(leg)`, `failed()` and, where there is one, `progress(leg)`
function hunt.start(machine, plan)
  plan.at = 0
  next_group(machine, plan)
  return plan
end

--- Gives up, where neither has come.
function hunt.stop(machine, plan)
  plan.over = true
  for _, leg in ipairs(plan.ringing) do
    controls.end_call(machine, leg, "cancel")
  end
end

return hunt
