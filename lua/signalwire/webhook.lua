-- Webhooks received: who sent them, what they say, and who is to hear of it.

local webhook = {}

-- The key that was given, or the environment's. That there is none is a slip in the program: it must not pass for a
-- request that was not signed.
local function key_of(options, level)
  local key = options.signing_key or options.key or os.getenv("SIGNALWIRE_SIGNING_KEY")
  if type(key) ~= "string" or key == "" then
    local nginx = package.loaded.ngx and "; nginx shows its workers only variables that its `env` names" or ""
    error("no signing key: give signing_key, or set SIGNALWIRE_SIGNING_KEY" .. nginx, level + 1)
  end
  return key
end

local function check_type(value, kind, name, level)
  if type(value) ~= kind then error(("%s must be a %s, not %s"):format(name, kind, type(value)), level + 1) end
end

--- Is this request signed with the project's signing key?
---@param request { signing_key?: string, key?: string, url: string, body?: string, headers: table }
---@return true? verified
---@return signalwire.Error? err kind "signature"; code "no_header", "wrong_scheme" or "no_match"
function webhook.verify(request)
  check_type(request, "table", "the request", 2)
  check_type(request.url, "string", "url", 2)
  check_type(request.headers, "table", "headers", 2)
  if request.body ~= nil then check_type(request.body, "string", "body", 2) end
  return require("signalwire.webhook.signature").check({
    key = key_of(request, 2),
    url = request.url,
    body = request.body or "",
    headers = request.headers,
  })
end

--- The event that a body holds.
---@param body string
---@param content_type? string JSON, unless it says that this is a form
---@return signalwire.Event?
---@return signalwire.Error? err kind "decode"
function webhook.parse(body, content_type) return require("signalwire.webhook.event").parse(body, content_type) end

--- Hands events on to those who wait for them, each once.
---@param options? signalwire.RouterOptions
---@return signalwire.Router
function webhook.router(options)
  local router = require("signalwire.webhook.router").new(options, key_of)
  return router -- no tail call: the levels of its errors count this function
end

return webhook
