-- A process that forks shares neither socket nor TLS session with its child, as the server sees it; both go on.
-- (LuaJIT can fork without a further library. test/engine.c shows the same of the engine by itself.)
local child = require("spec.support.child")
local rawserver = require("spec.support.rawserver")

local program = [[
local ffi = require("ffi")
ffi.cdef("int fork(void); int waitpid(int, int *, int); void _exit(int);")
local signalwire = require("signalwire")
local client = signalwire.assert(signalwire.client({
  project = "p", token = "a-token", base_url = "%s", ca_file = "%s", retries = 0, timeout = 10,
}))
local function send(who) return client.calling:play_stop("a-call", { control_id = who }) end
local function must(who) signalwire.assert(send(who)) end

must("parent before")
%s
local pid = ffi.C.fork()
if pid == 0 then
  local fine = pcall(function()
    must("child first")
    must("child second")
  end)
  collectgarbage()
  ffi.C._exit(fine and 0 or 1)
end
must("parent beside")
local status = ffi.new("int[1]")
ffi.C.waitpid(pid, status, 0)
must("parent behind")
print("child", status[0])
]]

if not rawget(_G, "jit") then return end

describe("A fork", function()
  local server

  setup(function() server = rawserver.start({ tls = 2 }) end)
  teardown(function() server:stop() end)

  local function connections_by_name(key)
    local found = {}
    for _, request in ipairs(server:requests(key)) do
      local name = request.body:match('"control_id":"([%w ]+)"')
      assert.is_nil(found[name], "sent twice: " .. name)
      found[name] = request.connection
    end
    return found
  end

  local function resumed_connections()
    local resumed = {}
    for _, row in ipairs(server:log(function(row) return row.event == "secured" end)) do
      resumed[row.connection] = row.resumed
    end
    return resumed
  end

  it("gives the child a connection of its own, and leaves the parent's alone", function()
    local url, key = server:url(server:port("tls"), { rawserver.ok })
    assert.equal("child\t0\n", child.run(server.folder, program:format(url, server.ca_file, ""), {}))
    local on, resumed = connections_by_name(key), resumed_connections()
    assert.equal(on["parent before"], on["parent beside"])
    assert.equal(on["parent before"], on["parent behind"])
    assert.equal(on["child first"], on["child second"])
    assert.are_not.equal(on["parent before"], on["child first"])
    assert.is_false(resumed[on["child first"]], "the child took the parent's TLS session")
  end)

  it("shares no TLS session, although the parent itself resumes one", function()
    local closing = { send = rawserver.ok.send, after = "close" }
    local url, key = server:url(server:port("tls"), { closing, closing, rawserver.ok })
    local again = 'signalwire.sleep(0.2) must("parent again") signalwire.sleep(0.2)'
    assert.equal("child\t0\n", child.run(server.folder, program:format(url, server.ca_file, again), {}))
    local on, resumed = connections_by_name(key), resumed_connections()
    assert.is_true(resumed[on["parent again"]], "nothing was resumed: this shows nothing")
    assert.is_false(resumed[on["child first"]], "the child took the parent's TLS session")
  end)
end)
