-- Runs spec files with busted within nginx, in a content handler. The specs and what they call stay as they are; this
-- stands in for nginx.conf where a spec's client has an option that only nginx.conf can honour.

local host = require("signalwire.host")

local busted_in_nginx = {}

-- Trust. A spec names a ca_file; here each file has a location that trusts it, and a client with another file than the
-- first one sends from there.

local crossing = {}

--- The content handler of a location for another trust: does what the handler of the specs left for it.
function busted_in_nginx.cross()
  local job = crossing[tonumber(ngx.var.arg_id)]
  job.results = { job.perform() }
  ngx.say("done")
end

local function perform_in(location, perform)
  local id = #crossing + 1
  crossing[id] = { perform = perform }
  ngx.location.capture(location .. "?id=" .. id)
  return unpack(crossing[id].results, 1, 3)
end

-- What a spec's client asks for by options, and the name in the certificate for an address.
local function adapt(locations)
  local refusal, open = host.refusal, host.open
  function host.refusal(settings)
    local server = settings.server
    settings.trust, settings.ca_file = settings.ca_file, nil
    if server == "127.0.0.1" then settings.server = "localhost" end
    local fault = refusal(settings)
    settings.server = server
    return fault
  end
  function host.open(settings)
    local transport = open(settings)
    if settings.server == "127.0.0.1" then transport.target.server_name = "localhost" end
    -- A spec may look at what is logged where plain Lua logs.
    function transport:log(line) io.stderr:write("signalwire: ", line, "\n") end
    local location, exchange = locations[settings.trust], transport.exchange
    function transport:exchange(...)
      -- Specs read files and pipes, which holds nginx up: only now does it see which connections have closed meanwhile.
      ngx.sleep(0.001)
      if not location then return exchange(self, ...) end
      local arguments = { ... }
      return perform_in(location, function() return exchange(self, unpack(arguments, 1, 4)) end)
    end
    return transport
  end
end

-- A spec that sleeps by os.execute would stop nginx, which then would not see what happens meanwhile.
local function adapt_sleep()
  local execute = os.execute
  function os.execute(command) -- luacheck: ignore 122
    local seconds = command and command:match("^sleep ([%d.]+)$")
    if seconds then return ngx.sleep(tonumber(seconds)) end
    return execute(command)
  end
end

--- The content handler. `locations` says which ca_file has which location.
function busted_in_nginx.run(locations, words)
  adapt(locations)
  adapt_sleep()
  arg = words -- luacheck: ignore 121
  local ended = {}
  function os.exit(code) -- luacheck: ignore 122
    error(setmetatable({ code = code }, { __index = ended }), 0)
  end
  local fine, message = pcall(require("busted.runner"), { standalone = false })
  io.stdout:flush()
  if not fine and not (type(message) == "table" and message.code) then io.stdout:write(tostring(message), "\n") end
  io.stdout:flush()
  ngx.say("ended")
end

return busted_in_nginx
