-- The sandbox's log: a line for each command and each webhook, for people. No secrets come in: only what is put here.

local outcome = require("signalwire.outcome")

local log = {}

local LONGEST = 200

--- One line's worth of a text that came from outside.
local function printable(text)
  text = tostring(text):gsub("%c", "?")
  if #text > LONGEST then text = text:sub(1, LONGEST) .. "..." end
  return text
end

local function clock(seconds) return os.date("%H:%M:%S", math.floor(seconds)) end

local function short(id) return type(id) == "string" and printable(id) or "-" end

--- A url without what may be secret in it: user, password, query.
local function bare(url) return (printable(url):gsub("^(%a+://)[^/@]*@", "%1"):gsub("[?#].*$", "")) end

--- The lines of a command: what it was and what it did; below it, where it differs from the
--- schema or from what the documents say beside it.
function log.command(time, entry)
  local status = entry.status or entry.failure
  local lines = {
    ("%s  %-4s %-26s %-36s  %s"):format(
      clock(time),
      tostring(status),
      printable(entry.command or "-"),
      short(entry.id),
      printable(entry.what or "")
    ),
  }
  for _, text in ipairs(entry.differs or {}) do
    lines[#lines + 1] = "               differs from the documents: " .. printable(text)
  end
  return lines
end

--- The line of an event that a RELAY session hears.
function log.event(time, envelope)
  local event = outcome.read(envelope)
  local id = envelope.params.call_id or envelope.params.tag or envelope.params.message_id
  return ("%s  hear %-26s %-36s  %s"):format(clock(time), event.type, short(id), printable(event.state or ""))
end

--- The line of a webhook; `answer` is the status of the answer, or why there was none.
function log.webhook(time, webhook, answer)
  local event = webhook.event
  return ("%s  hook %-26s %-36s  %s -> %s: %s"):format(
    clock(time),
    event.type,
    short(event.call_id),
    printable(event.state or ""),
    bare(webhook.url),
    printable(answer)
  )
end

return log
