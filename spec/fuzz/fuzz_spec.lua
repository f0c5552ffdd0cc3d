-- What the fuzzer started from and what it found, held against its targets again, on each Lua.
local rawserver = require("spec.support.rawserver")

local folder = "spec/fuzz/cases/"

local function names_in(path)
  local names = {}
  local pipe = assert(io.popen("ls " .. path))
  for name in pipe:lines() do
    names[#names + 1] = name
  end
  pipe:close()
  return names
end

local function read(path)
  local file = assert(io.open(path, "rb"))
  local bytes = file:read("*a")
  file:close()
  return bytes
end

describe("What was fuzzed once", function()
  local server

  setup(function() server = rawserver.start({ plain = 1 }) end)
  teardown(function() server:stop() end)

  local port
  local function serve(bytes)
    port = port or server:port("plain")
    return (server:url(port, { { send = bytes, after = "close" } }, "http://127.0.0.1"))
  end

  for _, target in ipairs(names_in(folder)) do
    local try = require("spec.fuzz.targets." .. target)
    for _, name in ipairs(names_in(folder .. target)) do
      it(("holds: %s %s"):format(target, name), function() try(read(folder .. target .. "/" .. name), serve) end)
    end
  end
end)
