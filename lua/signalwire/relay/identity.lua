-- Who a session is: its credentials, what it resumes, and what of this must not be shown.

local errors = require("signalwire.error")
local secrets = require("signalwire.secrets")

local identity = {}

local Identity = {}
Identity.__index = Identity

local VERSION = { major = 2, minor = 0, revision = 0 }

---@param settings table
function identity.new(settings) return setmetatable({ settings = settings }, Identity) end

-- To the service ------------------------------------------------------------------------------------------------

local function credentials(settings)
  if settings.jwt_token then return { jwt_token = settings.jwt_token } end
  return { project = settings.project, token = settings.token }
end

--- Is there a session to resume?
function Identity:may_resume() return self.protocol ~= nil and self.authorization_state ~= nil end

--- The params of signalwire.connect.
---@param contexts string[]
function Identity:connect_params(contexts)
  self.asked_to_resume = self:may_resume()
  return {
    version = VERSION,
    agent = self.settings.agent,
    event_acks = true,
    authentication = credentials(self.settings),
    contexts = contexts[1] and contexts or nil,
    protocol = self.asked_to_resume and self.protocol or nil,
    authorization_state = self.asked_to_resume and self.authorization_state or nil,
  }
end

-- From the service ----------------------------------------------------------------------------------------------

--- Takes what signalwire.connect was answered. True where the session is the one that was asked for.
function Identity:take(result)
  local is_the_same = result.protocol == nil or result.protocol == self.protocol
  if type(result.protocol) == "string" then self.protocol = result.protocol end
  return self.asked_to_resume and result.session_restored ~= false and is_the_same
end

--- Takes the state by which this session is resumed.
function Identity:remember(state)
  if type(state) == "string" and state ~= "" then self.authorization_state = state end
end

--- There is nothing to resume any more.
function Identity:forget()
  self.protocol, self.authorization_state = nil, nil
end

local auth_codes = { ["-32002"] = true, ["-32003"] = true, ["-32602"] = true }

--- The server no longer knows what it was asked to resume: once afresh, before that counts as a rejection.
---@param rejection? table
function Identity:may_try_afresh(rejection)
  if not rejection or not self.asked_to_resume then return false end
  local data = type(rejection.data) == "table" and rejection.data or {}
  return auth_codes[rejection.code] or data.signalwire_error_code == "AUTH_REQUIRED"
end

-- Secrets -------------------------------------------------------------------------------------------------------

local function secrets_of(self, of_command)
  local settings = self.settings
  local list = of_command and secrets.of_params(of_command[1], of_command[2]) or {}
  local own =
    { settings.token or "", settings.jwt_token or "", settings.project or "", self.authorization_state or "" }
  for _, secret in ipairs(own) do
    list[#list + 1] = secret
  end
  return list
end

local function without(list, value)
  if type(value) == "string" then return secrets.hide(value, list) end
  if type(value) ~= "table" then return value end
  local clean = {}
  for key, part in pairs(value) do
    clean[key] = without(list, part)
  end
  return clean
end

local kept_as_is = { kind = true, command = true, retryable = true, action = true }

--- An error that shows no secret: neither the session's nor the command's.
---@param failure table
---@param of_command? table the catalog's node of its params, and the params
function Identity:told(failure, of_command)
  local list = secrets_of(self, of_command)
  local fields = {}
  for name, value in pairs(failure) do
    fields[name] = kept_as_is[name] and value or without(list, value)
  end
  return errors.new(fields)
end

return identity
