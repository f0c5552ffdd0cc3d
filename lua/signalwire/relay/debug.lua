-- What goes over a session's WebSocket, in lines for a person: SIGNALWIRE_LOG_LEVEL=debug shows them on stderr. Each
-- frame with its body, but for secrets, and no longer than a person reads.

local catalog = require("signalwire.catalog.relay")
local json = require("signalwire.json")
local secrets = require("signalwire.secrets")
local tasks = require("signalwire.relay.tasks")

local debug = {}

local LONGEST = 2000 -- bytes of a line
local REMEMBERED = 200 -- secrets that frames have brought
local HIDDEN = "[hidden]"

local Talk = {}
Talk.__index = Talk

-- Secrets: not shown, and hidden from then on wherever their values stand.
local secret_names = { "^authorization_", "token$", "password$", "secret$", "credential$", "^payment_card_number$" }

-- What may hold some, and is not shown.
local private_names = {
  "^authorization$",
  "^expiration_date$",
  "^headers$",
  "^parameters$",
  "^payment_card",
  "postal_code$",
  "^project",
  "^security_code$",
  "_user$",
  "^username$",
}

local function fits(name, patterns)
  for _, pattern in ipairs(patterns) do
    if name:find(pattern) then return true end
  end
  return false
end

local function is_secret(name) return type(name) == "string" and fits(name, secret_names) end

--- Is the value of a member with this name kept out of what is shown?
---@param name any
---@return boolean
function debug.hides(name) return is_secret(name) or (type(name) == "string" and fits(name, private_names)) end

-- What is known to be secret ---------------------------------------------------------------------------------------

local function learn(self, value)
  if type(value) ~= "string" or value == "" or self.known[value] then return end
  self.known[value] = true
  table.insert(self.learned, value)
  if #self.learned > REMEMBERED then self.known[table.remove(self.learned, 1)] = nil end
end

local function learn_by_name(self, value)
  for name, part in next, value do
    if type(part) == "table" then
      learn_by_name(self, part)
    elseif is_secret(name) then
      learn(self, part)
    end
  end
end

local function learn_from(self, frame)
  learn_by_name(self, frame)
  local row = type(frame.method) == "string" and catalog.row_of_command(frame.method)
  for _, secret in ipairs(row and secrets.of_params(row.params, frame.params) or {}) do
    learn(self, secret)
  end
end

-- The longest first: one may be a part of another.
local function secrets_of(self)
  local list = {}
  for secret in pairs(self.known) do
    list[#list + 1] = secret
  end
  table.sort(list, function(a, b) return #a > #b end)
  return list
end

-- A URL may hold a name and a password.
local function without(list, text)
  return (secrets.hide(text, list):gsub('(%w://)[^/%s@?#"]*@', "%1" .. HIDDEN .. "@"))
end

local function clean(list, value)
  if type(value) == "string" then return without(list, value) end
  if type(value) ~= "table" then return value end
  local copy = json.is_array(value) and json.array({}) or {}
  for name, part in next, value do
    local shown = type(name) == "string" and without(list, name) or name
    copy[shown] = debug.hides(name) and HIDDEN or clean(list, part)
  end
  return copy
end

-- Lines ------------------------------------------------------------------------------------------------------------

-- Not in the midst of a character.
local function cut(text)
  if #text <= LONGEST then return text end
  local last = LONGEST
  while last > 0 and text:find("^[\128-\191]", last + 1) do
    last = last - 1
  end
  return ("%s ... (%d bytes more)"):format(text:sub(1, last), #text - last)
end

local function say(list, format, ...)
  local text = without(list, format:format(...))
  tasks.log("relay: " .. cut((text:gsub("[%c]+", " "))))
end

local function text_of(list, value)
  if value == nil then return "" end
  return type(value) == "string" and value or json.encode(clean(list, value), "") or type(value)
end

local function say_frame(self, way, text)
  local frame = json.decode(text)
  if type(frame) ~= "table" then return say(secrets_of(self), "%s %d bytes that are no frame", way, #text) end
  learn_from(self, frame)
  local list = secrets_of(self)
  local body = frame.params or frame.result or frame.error
  local what = frame.method ~= nil and text_of(list, frame.method) or frame.error ~= nil and "error" or "answer"
  local id = frame.id ~= nil and " " .. text_of(list, frame.id) or ""
  say(list, "%s %s%s, %d bytes: %s", way, what, id, #text, text_of(list, body))
end

--- Has a WebSocket say what it sends and what comes.
---@param ws table has what signalwire.websocket has
function Talk:over(ws)
  local send, receive, say_goodbye = ws.send, ws.receive, ws.say_goodbye

  function ws.send(own, text)
    say_frame(self, "->", text)
    local sent, failure = send(own, text)
    if not sent then say(secrets_of(self), "-> not sent: %s", failure and failure.message or "no connection") end
    return sent, failure
  end

  function ws.receive(own, deadline)
    local text, failure = receive(own, deadline)
    if text then
      say_frame(self, "<-", text)
    elseif failure.kind ~= "timeout" then
      say(secrets_of(self), "<- %s: %s", failure.kind, failure.message)
    end
    return text, failure
  end

  function ws.say_goodbye(own, code, reason)
    say(secrets_of(self), "-> close %d", code)
    return say_goodbye(own, code, reason)
  end
end

--- What the sockets of one session say.
---@param settings table
---@return table
function debug.new(settings)
  local self = setmetatable({ known = {}, learned = {} }, Talk)
  for _, name in ipairs({ "token", "jwt_token", "project" }) do
    if settings[name] then self.known[settings[name]] = true end
  end
  return self
end

return debug
