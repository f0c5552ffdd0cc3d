-- The command line of signalwire-sandbox.

local server = require("signalwire.sandbox.server")
local shell = require("signalwire.sandbox.shell")

local usage = [[
signalwire-sandbox: the Calling API and RELAY in small, over https and wss on this machine, without an account.

  signalwire-sandbox [OPTION]...                      until Ctrl-C
  signalwire-sandbox [OPTION]... --exec COMMAND...    while COMMAND runs, with the sandbox in its environment

  --port N    listen there; without it, on a port that is free
  --strict    refuse what the API's schema refuses, older documented forms too
  --quiet     no log
  --exec      all that follows is the command; its exit status is passed on
  --help      this text

The log, a line for each command, webhook and RELAY event, goes to the standard error output.
]]

local flags = { ["--strict"] = "strict", ["--quiet"] = "quiet", ["--help"] = "help", ["-h"] = "help" }

local function port_of(text)
  local port = tonumber(text)
  if not port or port % 1 ~= 0 or port < 0 or port > 65535 then
    return nil, ("--port takes a number up to 65535, not '%s'"):format(tostring(text))
  end
  return port
end

--- The options, or nil and a message.
local function read(words)
  local options = {}
  local i = 1
  while words[i] do
    local word = words[i]
    local message
    if word == "--port" or word:find("^%-%-port=") then
      local text = word:match("=(.*)$")
      if not text then
        i = i + 1
        text = words[i]
      end
      options.port, message = port_of(text)
      if message then return nil, message end
      if options.port == 0 then options.port = nil end
    elseif word == "--exec" then
      options.command = { select(i + 1, (table.unpack or unpack)(words)) }
      if not options.command[1] then return nil, "--exec needs a command" end
      return options
    elseif flags[word] then
      options[flags[word]] = true
    else
      return nil, ("there is no option '%s': see --help"):format(word)
    end
    i = i + 1
  end
  return options
end

--- Runs a command with the exports in its environment, and returns its exit status.
local function execute(command, exports)
  local words = { "exec env" }
  for _, export in ipairs(exports) do
    words[#words + 1] = shell.quote(export[1] .. "=" .. export[2])
  end
  for _, word in ipairs(command) do
    words[#words + 1] = shell.quote(word)
  end
  return shell.run(table.concat(words, " "))
end

local function announce(running)
  print(("SignalWire sandbox at %s (Ctrl-C stops it)"):format(running.address))
  print("\nFor the programs that use it:\n")
  for _, export in ipairs(running.exports) do
    print(("export %s=%s"):format(export[1], export[2]))
  end
  print("")
  io.stdout:flush()
end

--- Serves until Ctrl-C. Returns the exit status.
local function serve(running)
  announce(running)
  local ended = pcall(running.wait)
  if not ended then return 0 end
  io.stderr:write("signalwire-sandbox: nginx has ended, and the sandbox with it\n")
  return 1
end

--- The whole program. Returns the exit status.
return function(words)
  local options, message = read(words)
  if not options then
    io.stderr:write("signalwire-sandbox: ", message, "\n")
    return 2
  end
  if options.help then
    io.write(usage)
    return 0
  end
  local running
  running, message = server.start(options)
  if not running then
    io.stderr:write("signalwire-sandbox: ", message, "\n")
    return 1
  end
  local fine, status = pcall(
    function() return options.command and execute(options.command, running.exports) or serve(running) end
  )
  running.stop()
  return fine and status or 130
end
