-- What the specs of spec/wire share: a client whose secrets are easy to find, and the search for them.
local rawserver = require("spec.support.rawserver")
local signalwire = require("signalwire")

local wire = {
  project = "wire-project",
  token = "PTtheTokenThatMustNotBeSeenAnywhere0123456789",
  -- base64 of project:token
  basic = "d2lyZS1wcm9qZWN0OlBUdGhlVG9rZW5UaGF0TXVzdE5vdEJlU2VlbkFueXdoZXJlMDEyMzQ1Njc4OQ==",
  call_id = "c0ffee00-1111-4222-8333-444455556666",
}

--- A client of that base_url; `options` override. The environment may choose the transport of a whole run.
function wire.client(base_url, options)
  local all = { project = wire.project, token = wire.token, base_url = base_url, timeout = 10, retries = 0 }
  all.transport = os.getenv("SIGNALWIRE_TEST_TRANSPORT")
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return assert(signalwire.client(all))
end

--- One harmless command.
function wire.send(client, options) return client.calling:denoise(wire.call_id, nil, options) end

--- A client, the key of its steps and its port: a new one, so that its first connection is a fresh one.
function wire.case(server, group, steps, options)
  local port = server:port(group)
  local scheme_and_host = group == "plain" and "http://127.0.0.1" or "https://127.0.0.1"
  local url, key = server:url(port, steps, scheme_and_host)
  local all = { ca_file = group ~= "plain" and server.ca_file or nil }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return wire.client(url, all), key, port
end

local function dump(value, seen, lines)
  if type(value) ~= "table" then
    lines[#lines + 1] = tostring(value)
    return
  end
  if seen[value] then return end
  seen[value] = true
  for name, field in pairs(value) do
    dump(name, seen, lines)
    dump(field, seen, lines)
  end
  dump(getmetatable(value), seen, lines)
end

--- Everything that can be read in a value, as one text.
function wire.dump(value)
  local lines = {}
  dump(value, {}, lines)
  lines[#lines + 1] = tostring(value)
  return table.concat(lines, "\n")
end

--- True where the text holds the token, alone or as the Authorization header has it.
function wire.shows_secret(text)
  local shown = text:find(wire.token, 1, true)
    or text:find(wire.basic, 1, true)
    or text:find(wire.basic:sub(17, 56), 1, true)
  return shown ~= nil
end

--- The executable that runs this spec. (Under valgrind, that would be valgrind.)
function wire.interpreter()
  local named = os.getenv("SIGNALWIRE_TEST_LUA")
  if named then return named end
  local pipe = assert(io.popen("readlink /proc/$PPID/exe"))
  local path = pipe:read("*l")
  pipe:close()
  return path
end

--- Seconds that only grow, from the system.
function wire.now()
  local file = assert(io.open("/proc/uptime"))
  local seconds = file:read("*n")
  file:close()
  return seconds
end

wire.rawserver = rawserver

return wire
