-- What goes over the wire, in lines for a person: SIGNALWIRE_LOG_LEVEL=debug shows them on stderr. No body, no header
-- of a request, and no secret in what came back.

local secrets = require("signalwire.secrets")

local debug = {}

local function size(text) return ("%d bytes"):format(text and #text or 0) end

local function secrets_of(settings, request)
  local list = settings.secrets()
  if request.row then
    for _, secret in ipairs(secrets.of_params(request.row.params, request.params)) do
      list[#list + 1] = secret
    end
  end
  return list
end

-- One line, whatever a server sent.
local function line(settings, request, format, ...)
  local text = secrets.hide(format:format(...), secrets_of(settings, request))
  settings.transport:log((text:gsub("[%c]+", " ")))
end

local function say_answer(settings, request, answer, failure, seconds)
  if not answer then
    local sent = failure.sent and "sent" or "not sent"
    return line(settings, request, "<- %s after %.3f s, %s: %s", failure.kind, seconds, sent, failure.message)
  end
  local id = require("signalwire.request").id(answer.headers)
  local shown_id = id and ", request id " .. id or ""
  line(settings, request, "<- HTTP %d after %.3f s, %s%s", answer.status, seconds, size(answer.body), shown_id)
end

--- A transport that does what another does, and says so.
---@param settings table a client's; its `secrets` must be set before the first exchange
---@param transport table
---@return table
function debug.over(settings, transport)
  local talking = {}

  function talking:now() return transport:now() end
  function talking:log(text) return transport:log(text) end

  function talking:exchange(request)
    local what = ("%s %s%s"):format(request.method, settings.origin, request.path)
    local command = request.command and ", " .. request.command or ""
    line(settings, request, "-> %s%s, %s, %.3g s left", what, command, size(request.body), request.timeout)
    local started = self:now()
    local answer, failure = transport:exchange(request)
    say_answer(settings, request, answer, failure, self:now() - started)
    return answer, failure
  end

  function talking:sleep(seconds)
    transport:log(("waits %.3f s before it tries again"):format(seconds))
    return transport:sleep(seconds)
  end

  return talking
end

return debug
