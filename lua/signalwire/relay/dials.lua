-- Calls that are being placed: their tags, their legs, and what becomes of those that nobody waits for any more.

local call = require("signalwire.relay.call")
local base = require("signalwire.base")
local did_you_mean = require("signalwire.did_you_mean")
local errors = require("signalwire.error")
local promise = require("signalwire.relay.promise")
local tasks = require("signalwire.relay.tasks")

local dials = {}

local Dials = {}
Dials.__index = Dials

local TIMEOUT = 120 -- seconds
local REMEMBERED = 600 -- seconds for which a dial that was given up can still be answered

local COMMAND = "calling.dial"

---@param world { session: table, settings: table, calls: table }
function dials.new(world) return setmetatable({ world = world, by_tag = {} }, Dials) end

-- Input -----------------------------------------------------------------------------------------------------

local function is_list(value) return type(value) == "table" and value[1] ~= nil end

-- One device may stand for itself.
local function devices_of(given)
  if type(given) == "table" and given.type then return { { given } } end
  if not is_list(given) then return nil, "devices must be a list of lists of devices" end
  for _, together in ipairs(given) do
    if not is_list(together) then
      return nil, "devices must be a list of lists: those of one list ring at once, one list after the other"
    end
  end
  return given
end

local known_options = {
  tag = "string",
  timeout = "number",
  region = "string",
  max_duration = "number",
  max_price_per_minute = "number",
}

local function options_fault(options)
  if type(options) ~= "table" then return "options must be a table, got a " .. type(options) end
  for name, value in pairs(options) do
    local kind = known_options[name]
    if not kind then
      return ("no option is called '%s'%s"):format(tostring(name), did_you_mean(name, known_options))
    end
    if type(value) ~= kind then return ("%s must be a %s"):format(name, kind) end
  end
  local timeout = options.timeout
  if timeout and not (timeout > 0 and timeout < math.huge) then return "timeout must be more than 0 and finite" end
end

-- Hanging up what nobody waits for ----------------------------------------------------------------------------

-- Where the call stands in the table it has a handle, which knows when it ends.
local function hang_up(self, call_id, node_id, reason)
  local world = self.world
  tasks.spawn(function()
    local params = { node_id = node_id, call_id = call_id, reason = reason }
    local deadline = tasks.now() + world.settings.timeout
    local result, err = world.session:request("calling.end", params, { deadline = deadline })
    if not result and err.kind ~= "refused" and err.kind ~= "closed" then
      local message = "call %s of a dial that was given up could not be hung up: %s"
      world.settings.log(message:format(call_id, tostring(err)))
    end
  end)
end

local function hang_up_leg(self, dial, leg)
  if dial.hung_up[leg.id] or call.is_over(leg) then return end
  dial.hung_up[leg.id] = true
  hang_up(self, leg.id, leg.node_id, leg.state == "answered" and "hangup" or "cancel")
end

-- From now on its legs are hung up as they show.
local function give_up(self, dial)
  dial.is_given_up, dial.until_when = true, tasks.now() + REMEMBERED
  for _, leg in pairs(dial.legs) do
    hang_up_leg(self, dial, leg)
  end
end

local function forget_old(self)
  local now = tasks.now()
  for tag, dial in pairs(self.by_tag) do
    if dial.until_when and dial.until_when < now then self.by_tag[tag] = nil end
  end
end

-- Events, in the reader ---------------------------------------------------------------------------------------

--- The dial that a call's state event belongs to, where the call is new.
function Dials:of_tag(tag) return tag and self.by_tag[tag] end

--- A leg that shows for the first time.
function Dials:add_leg(dial, leg)
  dial.legs[leg.id] = leg
  if dial.is_given_up then hang_up_leg(self, dial, leg) end
end

local function winner_of(self, dial, event)
  local leg = type(event.params.call) == "table" and event.params.call or {}
  local id = leg.call_id
  if type(id) ~= "string" then return nil end
  local fields = { call_id = id, tag = dial.tag, direction = "outbound", device = leg.device }
  fields.node_id = leg.node_id or event.params.node_id
  local winner = self.world.calls:find(id) or self.world.calls:add(fields, "answered")
  dial.legs[id] = winner
  call.be_answered(winner, fields)
  return winner
end

local function failed(dial)
  return errors.new({ kind = "dial_failed", message = "nobody answered", command = COMMAND, tag = dial.tag })
end

--- calling.call.dial
function Dials:take(event)
  forget_old(self)
  local dial = self.by_tag[event.params.tag]
  if not dial then return end
  if event.state == "answered" then
    local winner = winner_of(self, dial, event)
    if not winner then return end
    if dial.is_given_up then return hang_up_leg(self, dial, winner) end
    self.by_tag[dial.tag] = nil
    dial.outcome:keep(winner)
  elseif event.state == "failed" then
    self.by_tag[dial.tag] = nil
    dial.outcome:keep(nil, failed(dial))
  end
end

--- The connection was lost: whoever waits for a dial is told, and a call that is answered after all is hung up.
function Dials:on_disconnected()
  for _, dial in pairs(self.by_tag) do
    if not dial.is_given_up and dial.was_sent() then
      local message = "the connection was lost during the dial"
      dial.outcome:keep(nil, errors.new({ kind = "network", message = message, command = COMMAND, tag = dial.tag }))
      give_up(self, dial)
    end
  end
end

--- The session is over, or lost.
function Dials:on_lost(kind, message)
  for tag, dial in pairs(self.by_tag) do
    dial.outcome:keep(nil, errors.new({ kind = kind, message = message, command = COMMAND, tag = tag }))
    self.by_tag[tag] = nil
  end
end

-- Dialling ----------------------------------------------------------------------------------------------------

local function params_of(devices, options, tag)
  return {
    tag = tag,
    devices = devices,
    region = options.region,
    max_duration = options.max_duration,
    max_price_per_minute = options.max_price_per_minute,
  }
end

local function register(self, tag)
  local dial =
    { tag = tag, legs = {}, hung_up = {}, outcome = promise.new(), was_sent = function() return false end }
  self.by_tag[tag] = dial
  return dial
end

local function may_run_still(err) return err.kind ~= "dial_failed" and err.kind ~= "refused" and not err.retryable end

local function wait(self, dial, request, deadline)
  local leg, err = dial.outcome:wait(deadline, "nobody answered")
  if leg then return leg end
  err.command, err.tag = COMMAND, dial.tag
  if err.kind == "timeout" or err.kind == "cancelled" then
    if not request.sent then
      self.world.session:withdraw(request)
      err.retryable = true
    end
  end
  if self.by_tag[dial.tag] == dial and not dial.is_given_up then
    if may_run_still(err) then
      give_up(self, dial)
    else
      self.by_tag[dial.tag] = nil
    end
  end
  return nil, err
end

--- Places a call, and waits until somebody answers.
---@return table? call
---@return signalwire.Error?
function Dials:dial(given, options)
  options = options or {}
  local fault = options_fault(options)
  local devices
  if not fault then
    devices, fault = devices_of(given)
  end
  if fault then return nil, errors.invalid(fault, { command = COMMAND }) end
  local tag = options.tag or base.uuid()
  forget_old(self)
  if self.by_tag[tag] then
    return nil, errors.invalid("a dial with this tag is under way", { command = COMMAND })
  end
  if self.world.calls:is_full() then
    local message = ("max_active_calls: %d calls are up"):format(self.world.settings.max_active_calls)
    return nil, errors.new({ kind = "unavailable", message = message, command = COMMAND, retryable = true })
  end
  local deadline = tasks.now() + (options.timeout or TIMEOUT)
  local dial = register(self, tag)
  local request, err = self.world.session:start(COMMAND, params_of(devices, options, tag), {
    deadline = deadline,
    on_reply = function(result, refusal)
      if not result then dial.outcome:keep(nil, refusal) end
    end,
  })
  if not request then
    self.by_tag[tag] = nil
    return nil, err
  end
  dial.was_sent = function() return request.sent end
  return wait(self, dial, request, deadline)
end

return dials
