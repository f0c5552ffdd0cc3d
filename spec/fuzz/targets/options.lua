-- Options of signalwire.client: a client that speaks https, or plainly to loopback; or an error that says why not.
local expect = require("spec.fuzz.targets.expect")
local signalwire = require("signalwire")

local that = expect.that

local pieces = {
  "https://",
  "http://",
  "HTTPS://",
  "ftp://",
  "127.0.0.1",
  "localhost",
  "[::1]",
  "[::]",
  "example",
  ".signalwire.com",
  ":",
  "443",
  "65536",
  "@",
  "/",
  "?",
  "#",
  " ",
  "\r\n",
  "\0",
  "%00",
  "..",
  "\195\164",
  "127.1",
  "127.0.0.256",
  "a b",
  "X-Injected: yes",
}

local names = {
  "project",
  "token",
  "space",
  "host",
  "base_url",
  "timeout",
  "connect_timeout",
  "retries",
  "ca_file",
  "proxy",
  "http_version",
  "max_connections",
  "max_response",
  "strict",
  "sandbox",
  "on_request",
  "beside",
}

local numbers = { 0, 1, -1, 0.5, 1e300, 0 / 0, 1 / 0, 2 ^ 53, 2 ^ 53 + 2, 1e-300, 2147483648, 4294967296 }

local function joined(reader)
  local parts = {}
  for i = 1, reader:byte() % 7 do
    parts[i] = reader:byte() % 8 == 0 and reader:text() or reader:one_of(pieces)
  end
  return table.concat(parts)
end

local makers = {
  joined,
  joined,
  joined,
  function(reader) return reader:text() end,
  function(reader) return reader:one_of(numbers) end,
  function(reader) return reader:byte() % 2 == 0 end,
  function() return {} end,
  function() return print end,
}

local function is_loopback(host)
  if host == "localhost" or host == "[::1]" then return true end
  local octets = { host:match("^127%.(%d+)%.(%d+)%.(%d+)$") }
  for _, octet in ipairs(octets) do
    if tonumber(octet) > 255 then return false end
  end
  return #octets == 3
end

local function check_client(client)
  local scheme, host, rest = tostring(client):match("^signalwire%.client %((https?)://([%w%-_.]+)(.*)%)$")
  if not scheme then
    scheme, host, rest = tostring(client):match("^signalwire%.client %((https?)://(%[[%x:.]+%])(.*)%)$")
  end
  that(scheme, "it speaks with", tostring(client))
  that(scheme == "https" or is_loopback(host), "it speaks plainly with", host)
  that(not rest:find("[%c%s@?#]"), "behind the host stands", rest)
end

return function(bytes)
  local reader = expect.reader(bytes)
  local options = { project = "p", token = "PTsecrettoken", space = "example" }
  for _ = 1, reader:byte() % 6 do
    local name = reader:byte() % 16 == 0 and reader:text() or reader:one_of(names)
    options[name] = reader:one_of(makers)(reader)
  end
  local client, err = signalwire.client(options)
  if client then return check_client(client) end
  that(err.kind == "invalid", "the kind", err.kind)
  local text = tostring(err)
  that(#text > 5 and not text:find("%c"), "not a line:", text)
  that(not text:find("PTsecrettoken", 1, true), "the token in", text)
  that(err.retryable == false, "to be repeated:", text)
end
