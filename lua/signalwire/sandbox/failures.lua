-- What box:fail_next takes: how the next command fails.

local check = require("signalwire.check")
local refusal = require("signalwire.sandbox.refusal")

local failures = {}

--- A kind's message; `sent`: may the command have arrived; `taken`: did the box carry it out; `answer`: what came back.
local kinds = {
  connect = { message = "the connection was refused", sent = false },
  tls = { message = "the certificate is not trusted", sent = false },
  unavailable = { message = "this host can't send now", sent = false },
  cancelled = { message = "the call was cancelled", sent = false },
  closed = { message = "the client is closed", sent = false },
  internal = { message = "something went wrong inside the library", sent = false },
  timeout = { message = "no answer came in time", sent = true },
  network = { message = "the connection broke before the answer came", sent = true },
  too_large = { message = "the answer is too large", sent = true, taken = true },
  decode = { sent = true, taken = true, answer = "<html>This is not JSON.</html>" },
}

local known = { kind = true, status = true, headers = true, body = true, message = true, sent = true, taken = true }

local function names_of(set)
  local names = {}
  for name in pairs(set) do
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

local function unknown(noun, name, set)
  local names = names_of(set)
  local near = check.nearest(tostring(name), names)
  local hint = near and (" (did you mean '%s'?)"):format(near) or ": it is one of " .. table.concat(names, ", ")
  return ("fail_next knows no %s '%s'%s"):format(noun, tostring(name), hint)
end

--- A failure's table from what a user wrote: a kind, a status, or a table with either. Or nil and a message.
function failures.read(what)
  if type(what) == "number" then what = { status = what } end
  if type(what) == "string" then what = { kind = what } end
  if type(what) ~= "table" then return nil, "fail_next takes a kind, a status or a table" end
  for name in pairs(what) do
    if not known[name] then return nil, unknown("option", name, known) end
  end
  if what.status then
    local no = refusal.status(what.status)
    if what.status == 422 then
      no = refusal.unprocessable("invalid_parameter", "The sandbox was told to refuse this command.")
    end
    return { status = what.status, headers = what.headers, body = what.body or no.body, taken = what.taken }
  end
  local kind = kinds[what.kind]
  if not kind then return nil, unknown("kind", what.kind, kinds) end
  local failure = { kind = what.kind, message = what.message or kind.message, answer = kind.answer }
  failure.sent, failure.taken = kind.sent, kind.taken
  if what.sent ~= nil then failure.sent = what.sent end
  if what.taken ~= nil then failure.taken = what.taken end
  return failure
end

return failures
