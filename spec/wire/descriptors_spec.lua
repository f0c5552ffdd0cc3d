-- A process that has no file descriptor left gets errors, not a crash, and goes on when there are some again.
local child = require("spec.support.child")
local rawserver = require("spec.support.rawserver")

local program = [[
local signalwire = require("signalwire")
local function client_of(url)
  local options = { project = "p", token = "a-token", base_url = url, timeout = 5, retries = 0 }
  return signalwire.assert(signalwire.client(options))
end

local client = client_of("%s")
local warm = %s
if warm then signalwire.assert(client.calling:denoise("a-call")) end
local _ = client.calling.denoise -- what a command is made of is loaded when it is first asked for

local files = {}
repeat
  local file = io.open("/dev/null")
  files[#files + 1] = file
until not file
for spare = 0, 6 do
  local other = warm and "%s" or nil
  local sender = other and client_of(other) or client
  local fine, body, err = pcall(function() return sender.calling:denoise("a-call") end)
  assert(fine, body)
  if not body then
    assert(err.kind == "internal" or err.kind == "connect", tostring(err))
    assert(err.retryable, err.kind .. tostring(err))
    if spare == 0 then print("refused") end
  end
  files[#files]:close()
  files[#files] = nil
end
for _, file in ipairs(files) do file:close() end
print(signalwire.assert(client.calling:denoise("a-call")).id)
]]

describe("Without a file descriptor left", function()
  local server

  setup(function() server = rawserver.start({ plain = 4 }) end)
  teardown(function() server:stop() end)

  local function outcome(warm)
    local url = server:url(server:port("plain"), { rawserver.ok }, "http://127.0.0.1")
    local other = server:url(server:port("plain"), { rawserver.ok }, "http://127.0.0.1")
    return child.run(server.folder, program:format(url, tostring(warm), other), {}, "ulimit -n 40;")
  end

  it(
    "the first command fails in words, and a later one works",
    function() assert.equal("refused\na-leg\n", outcome(false)) end
  )

  it("a command over a new connection does too", function() assert.equal("refused\na-leg\n", outcome(true)) end)
end)
