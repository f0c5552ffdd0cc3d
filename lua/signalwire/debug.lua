-- What goes over the wire, in lines for a person: SIGNALWIRE_LOG_LEVEL=debug shows them on stderr. No body, no header
-- of a request, and no secret in what came back.

local secrets = require("signalwire.secrets")

local debug = {}

local function size(bytes) return bytes and (", %d bytes"):format(bytes) or "" end

local function secrets_of(settings, route, params)
  local list = settings.secrets()
  if route.row then
    for _, secret in ipairs(secrets.of_params(route.row.params, params)) do
      list[#list + 1] = secret
    end
  end
  return list
end

-- One line, whatever a server sent.
local function line(settings, route, params, format, ...)
  local text = secrets.hide(format:format(...), secrets_of(settings, route, params))
  settings.transport:log((text:gsub("[%c]+", " ")))
end

-- A body that was read already is as long as its header says, if that does.
local function words_of_answer(answer, text)
  local bytes = text and #text or tonumber(answer.headers["content-length"])
  local id = answer.request_id and ", request id " .. answer.request_id or ""
  return ("<- HTTP %d after %.3f s%s%s"):format(answer.status, answer.elapsed, size(bytes), id)
end

local function words_of_loss(lost)
  local sent = lost.sent and "sent" or "not sent"
  return ("<- %s after %.3f s, %s: %s"):format(lost.kind, lost.elapsed, sent, lost.message)
end

--- A transport that does what another does, and says so.
---@param settings table a client's; its `secrets` must be set before the first exchange
---@param transport table
---@return table
function debug.over(settings, transport)
  local talking = {}

  function talking:now() return transport:now() end
  function talking:log(text) return transport:log(text) end

  function talking:exchange(route, body, timeout, params)
    local what = ("%s %s%s"):format(route.method, settings.origin, route.path)
    local command = route.command and ", " .. route.command or ""
    line(settings, route, params, "-> %s%s%s, %.3g s left", what, command, size(body and #body or 0), timeout)
    local value, result, text = transport:exchange(route, body, timeout)
    local said = result.status and words_of_answer(result, text) or words_of_loss(result)
    line(settings, route, params, "%s", said)
    return value, result, text
  end

  function talking:sleep(seconds)
    transport:log(("waits %.3f s before it tries again"):format(seconds))
    return transport:sleep(seconds)
  end

  return talking
end

return debug
