-- Who is at the other end of a call: the user part of the address chooses how they behave.

local far_end = {}

local outcomes = { busy = "busy", noanswer = "noAnswer", decline = "decline", error = "error" }

--- `sip:busy@example.com` -> `busy`; nil for a phone number.
local function user_part(address)
  local rest = tostring(address):match("^[sS][iI][pP][sS]?:(.*)$")
  if not rest then return nil end
  local user = rest:match("^([^@]*)@") or rest
  return (user:match("^[^:;?]*"):lower())
end

--- How the person or machine at `address` behaves.
---@return table @`outcome` of ringing them ("answer" where they answer), `presses`, `says`, `is`, `silent`
function far_end.of(address)
  local user = user_part(address) or ""
  local keys = user:match("^press%-([%da-d*#]+)$")
  local words = user:match("^say%-(.+)$")
  return {
    outcome = outcomes[user] or "answer",
    presses = keys and keys:upper(),
    says = words and words:gsub("%-", " "),
    is = (user == "machine" or user == "fax") and user or "human",
    silent = user == "silent",
  }
end

return far_end
