-- Bytes that a server sends, from the status line on, through the real transfer: a whole answer or an error.
local expect = require("spec.fuzz.targets.expect")
local signalwire = require("signalwire")

local that = expect.that

local token = "PTsecrettoken"

local kinds = {}
for word in ("network http decode too_large"):gmatch("%S+") do
  kinds[word] = true
end

local clients = {}

local function client_of(base_url)
  clients[base_url] = clients[base_url]
    or signalwire.assert(signalwire.client({
      project = "project",
      token = token,
      base_url = base_url,
      timeout = 10,
      retries = 0,
      max_response = 8192,
    }))
  return clients[base_url]
end

local function check_response(body, response)
  that(type(body) == "table", "a body that is a", type(body))
  that(response.status >= 200 and response.status <= 299, "success with", response.status)
  that(response.attempts == 1, response.attempts, "attempts")
  for name, value in pairs(response.headers) do
    that(type(name) == "string" and type(value) == "string", "a header that is no text")
    that(name == name:lower(), "a name in capitals:", name)
    that(not value:find("[\r\n]"), "a line break in", name)
  end
end

local function check_error(err)
  that(kinds[err.kind], "the kind", err.kind, tostring(err))
  local text = tostring(err)
  that(#text > 10 and not text:find("%c"), "not a line:", text)
  that(not text:find(token, 1, true), "the token in", text)
  local status = err.status
  that((err.kind == "http") == (status ~= nil and (status < 200 or status > 299)), err.kind, "with", status)
  if err.retryable then that(status == 429 or status == 503, "to be repeated with", status) end
  for i, item in ipairs(err.errors or {}) do
    that(type(item) == "table", "error", i, "is no table")
  end
end

return function(bytes, serve)
  local client = client_of(serve(bytes))
  local body, response = client.calling:play_stop("a-call", { control_id = "c" })
  if body then
    check_response(body, response)
  else
    check_error(response)
  end
end
