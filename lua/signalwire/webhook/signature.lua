-- Does a request come from somebody who knows the signing key? No scheme says when it was made, or whether it was
-- seen before.

local base64 = require("signalwire.base").base64
local digest = require("signalwire.digest")
local errors = require("signalwire.error")
local form = require("signalwire.webhook.form")
local headers = require("signalwire.webhook.headers")

local signature = {}

local SHA1, SHA256, TWILIO = "x-signalwire-signature", "x-signalwire-sha256-signature", "x-twilio-signature"

-- Urls -----------------------------------------------------------------------------------------------------

local function without_user(url) return (url:gsub("^(%a[%w+.-]*://)[^/?#@]*@", "%1")) end

-- For calls the service signs without the user and password of a url, for messages with them.
local function forms_of(url)
  local bare = without_user(url)
  return bare == url and { url } or { url, bare }
end

local default_ports = { https = "443", http = "80" }

-- The url with its default port where it has none, and without where it has that; nil where it has another.
local function other_port(url)
  local scheme, authority, rest = url:match("^(%a+)://([^/?#]*)(.*)$")
  local default = scheme and default_ports[scheme:lower()]
  if not default then return nil end
  local host, port = authority:match("^(.*):(%d+)$")
  if not host then return ("%s://%s:%s%s"):format(scheme, authority, default, rest) end
  return port == default and ("%s://%s%s"):format(scheme, host, rest) or nil
end

local function with_both_ports(urls)
  local all = {}
  for _, url in ipairs(urls) do
    all[#all + 1] = url
    all[#all + 1] = other_port(url)
  end
  return all
end

-- Comparing ------------------------------------------------------------------------------------------------

local function refuse(code, message) return nil, errors.new({ kind = "signature", code = code, message = message }) end

-- No early end: the time does not tell which of the urls it was.
local function matches(given, urls, data, sign)
  local found = false
  for _, url in ipairs(urls) do
    found = digest.equal(given, sign(url .. data)) or found
  end
  return found
end

local function judged(fine, message)
  if fine then return true end
  return refuse("no_match", message)
end

-- The schemes ------------------------------------------------------------------------------------------------

local function check_json(given, request, hash)
  local function sign(text) return digest.hex(hash(request.key, text)) end
  return judged(
    matches(given, forms_of(request.url), request.body, sign),
    "the signature is not the one of this key, url and body"
  )
end

-- Bytewise whatever the locale, which Lua's own order of strings follows; fields of one name as they came.
local function by_name(a, b)
  if a.key ~= b.key then return a.key < b.key end
  return a.place < b.place
end

local function signed_text(body)
  local fields = form.fields(body)
  for place, field in ipairs(fields) do
    field.key, field.place = digest.hex(field[1]), place
  end
  table.sort(fields, by_name)
  local parts = {}
  for i, field in ipairs(fields) do
    parts[i] = field[1] .. field[2]
  end
  return table.concat(parts)
end

-- That the url alone is signed says nothing of a body, unless the url holds the body's hash.
local function form_text(request)
  local hash = form.value(request.url:match("%?([^#]*)") or "", "bodySHA256")
  if hash then
    if digest.equal(hash, digest.hex(digest.sha256(request.body))) then return "" end
    return nil, "no_match", "bodySHA256 in the url is not the body's"
  end
  if request.body == "" then return "" end
  if not form.is_type(headers.value(request.headers, "content-type")) then
    return nil, "wrong_scheme", "the signature is one for forms, and the body is none"
  end
  local text = signed_text(request.body)
  if text ~= "" then return text end
  return nil, "wrong_scheme", "the form has no fields that a signature could hold"
end

local function check_form(given, request)
  local text, code, message = form_text(request)
  if not text then return refuse(code, message) end
  local function sign(data) return base64(digest.hmac_sha1(request.key, data)) end
  return judged(
    matches(given, with_both_ports(forms_of(request.url)), text, sign),
    "the signature is not the one of this key, url and form"
  )
end

local function is_hex(text) return #text == 40 and not text:find("[^0-9a-f]") end

local function is_base64(text) return #text == 28 and text:find("^[%w+/]+=$") ~= nil end

-- The header's one value; nil and a refusal where it stands there twice, nil alone where it is missing.
local function one_value(all, name)
  local value, count = headers.value(all, name)
  if count > 1 then return refuse("no_match", "the request has more than one " .. name) end
  return value
end

--- Is the request signed with the key? The strongest scheme that it has a signature of decides.
---@param request { key: string, url: string, body: string, headers: table }
---@return true?
---@return signalwire.Error? err kind "signature"; code "no_header", "wrong_scheme" or "no_match"
function signature.check(request)
  local strong, twice = one_value(request.headers, SHA256)
  if twice then return nil, twice end
  if strong then return check_json(strong, request, digest.hmac_sha256) end
  local given
  given, twice = one_value(request.headers, SHA1)
  if given and is_hex(given) then return check_json(given, request, digest.hmac_sha1) end
  if not given and not twice then
    given, twice = one_value(request.headers, TWILIO)
  end
  if twice then return nil, twice end
  if not given then return refuse("no_header", "the request has no signature") end
  if is_base64(given) then return check_form(given, request) end
  return refuse("wrong_scheme", "the signature is of no known scheme")
end

return signature
