-- Opens a connection ahead of the first command, and checks it.

local errors = require("signalwire.error")

---@param settings table a client's
---@return true?
---@return signalwire.Error?
return function(settings)
  if settings.closed then return nil, errors.new({ kind = "closed", message = "the client is closed" }) end
  local route = { method = "HEAD", path = settings.prefix .. "/", connect_timeout = settings.connect_timeout }
  local _, result = settings.transport:exchange(route, nil, settings.timeout)
  if result.status then return true end
  return nil,
    errors.new({
      kind = result.kind,
      message = require("signalwire.secrets").hide(result.message, settings.secrets()),
      method = "HEAD",
      url = settings.base_url .. "/",
      attempts = 1,
      retryable = true,
    })
end
