-- Starts and ends dns.py, a name server that knows only localhost.

local dns = {}

--- `port`; `stop()`
function dns.start()
  local pipe = assert(io.popen("exec python3 -B spec/support/dns.py"))
  local pid, port = assert(pipe:read("*l")):match("^(%d+) (%d+)$")
  return {
    port = port,
    stop = function()
      os.execute("kill " .. pid)
      pipe:close()
    end,
  }
end

return dns
