-- Ctrl-C ends a call that waits, and the client works on.
local rawserver = require("spec.support.rawserver")
local wire = require("spec.support.wire")

local program = [[
local signalwire = require("signalwire")
local function client(url)
  return signalwire.assert(signalwire.client({ project = "p", token = "t", base_url = url, timeout = 60, retries = 0 }))
end
print("ready")
io.stdout:flush()
local fine, message = pcall(function() return client("%s").calling:denoise("a-call") end)
print(fine, tostring(message):match("interrupted!"))
print(client("%s").calling:denoise("a-call").id)
]]

local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

describe("Ctrl-C", function()
  local server

  setup(function() server = rawserver.start { plain = 2 } end)
  teardown(function() server:stop() end)

  it("ends a call that waits for its answer, and no more", function()
    local silent = server:url(server:port("plain"), { { after = "stall" } }, "http://127.0.0.1")
    local answering = server:url(server:port("plain"), { rawserver.ok }, "http://127.0.0.1")
    local command = ("LUA_PATH=%s LUA_CPATH=%s python3 -B spec/support/interrupt.py %s -e %s"):format(
      quote(package.path),
      quote(package.cpath),
      quote(wire.interpreter()),
      quote(program:format(silent, answering))
    )
    local pipe = assert(io.popen(command))
    local text = pipe:read("*a")
    pipe:close()
    assert.truthy(text:find("false\tinterrupted!\na-leg\n", 1, true), text)
    assert.is_true(tonumber(text:match("seconds (%S+)")) < 10)
  end)
end)
