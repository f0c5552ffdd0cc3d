-- Whether a session is to connect again, and when: waits that grow until it has succeeded, and an end where the service
-- refuses its credentials.

local base = require("signalwire.base")

local reconnect = {}

local Reconnect = {}
Reconnect.__index = Reconnect

---@param limits { first: number, longest: number, attempts?: integer, rejections: integer }|false
function reconnect.new(limits)
  return setmetatable({ limits = limits, attempts = 0, rejections = 0, has_succeeded = false }, Reconnect)
end

--- The session is authenticated.
function Reconnect:succeed()
  self.has_succeeded, self.attempts, self.rejections = true, 0, 0
end

local function is_refusal_of_credentials(failure, was_rejected)
  return was_rejected or failure.status == 401 or failure.status == 403
end

--- Is it of no use to try again? Called once for each connection that has ended.
---@param failure table
---@param was_rejected boolean the service refused signalwire.connect
function Reconnect:is_final(failure, was_rejected)
  local limits = self.limits
  self.attempts = self.attempts + 1
  if not limits then return true end
  if is_refusal_of_credentials(failure, was_rejected) and not self.has_succeeded then
    self.rejections = self.rejections + 1
    if self.rejections >= limits.rejections then return true end
  end
  return limits.attempts ~= nil and self.attempts > limits.attempts
end

--- Seconds until the next attempt.
function Reconnect:delay()
  local limits = self.limits
  local longest = math.min(limits.longest, limits.first * 2 ^ math.min(self.attempts - 1, 30))
  return longest * (0.5 + 0.5 * base.random())
end

return reconnect
