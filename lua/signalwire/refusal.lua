-- What an answer that is not 2xx says, whichever of the API's shapes it has.

local json = require("signalwire.json")

local refusal = {}

local reasons = {
  [301] = "Moved Permanently",
  [302] = "Found",
  [303] = "See Other",
  [307] = "Temporary Redirect",
  [308] = "Permanent Redirect",
  [400] = "Bad Request",
  [401] = "Unauthorized",
  [403] = "Forbidden",
  [404] = "Not Found",
  [409] = "Conflict",
  [413] = "Payload Too Large",
  [422] = "Unprocessable Entity",
  [429] = "Too Many Requests",
  [500] = "Internal Server Error",
  [502] = "Bad Gateway",
  [503] = "Service Unavailable",
  [504] = "Gateway Timeout",
}

local advice = {
  [401] = "are project and token right, and is the space theirs?",
  [403] = "may this token do that? (its scope must include Voice)",
  [404] = "is the call id right, and the call still up?",
}

local function text(value)
  if type(value) == "string" or type(value) == "number" then return tostring(value) end
end

local function item_of(entry)
  if type(entry) ~= "table" then return { message = text(entry) } end
  return {
    code = text(entry.code),
    message = text(entry.message) or text(entry.detail) or text(entry.title),
    attribute = text(entry.attribute),
  }
end

local function items_of(decoded)
  if type(decoded) ~= "table" then return {} end
  if type(decoded.errors) == "table" then
    local items = {}
    for i, entry in ipairs(decoded.errors) do
      items[i] = item_of(entry)
    end
    return items
  end
  if type(decoded.error) == "table" then return { item_of(decoded.error) } end
  local message = text(decoded.error) or text(decoded.message)
  if message or decoded.code then return { { code = text(decoded.code), message = message } } end
  return {}
end

local function describe(item)
  local parts = {}
  for _, part in ipairs({ item.code or false, item.attribute or false, item.message or false }) do
    if part then parts[#parts + 1] = part end
  end
  return table.concat(parts, ": ")
end

local function message_of(status, items, location)
  local parts = { ("HTTP %d"):format(status) }
  if reasons[status] then parts[1] = parts[1] .. " " .. reasons[status] end
  for _, item in ipairs(items) do
    local said = describe(item)
    if said ~= "" and said ~= reasons[status] then parts[#parts + 1] = said end
  end
  if location then parts[#parts + 1] = "a redirect to " .. location .. ", which is not followed" end
  if advice[status] then parts[#parts + 1] = advice[status] end
  return table.concat(parts, ": ")
end

-- Without what may carry credentials: the user in front of the host, the query behind the path.
local function plain_location(location)
  return location and location:gsub("[?#].*", ""):gsub("^(%a[%w+.-]*://)[^/@]*@", "%1")
end

--- The fields of an error of kind `http`.
---@param answer { status: integer, headers: table<string, string> }
---@param body string
---@return table
function refusal.read(answer, body)
  local items = items_of((json.decode(body)))
  local redirected = answer.status >= 300 and answer.status < 400
  return {
    kind = "http",
    message = message_of(answer.status, items, redirected and plain_location(answer.headers.location)),
    code = items[1] and items[1].code,
    errors = items,
  }
end

return refusal
