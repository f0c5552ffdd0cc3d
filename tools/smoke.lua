-- smoke.lua TREE: is the library installed in TREE whole? One command goes to the sandbox that comes with it: to the
-- one whose address stands in the environment, else to a box in this process.

local tree = arg[1]
local signalwire = require("signalwire")
local core = package.loaded["signalwire.core"] or require("signalwire.core")
assert(type(core) == "table", "the C core gives no table")

for name in pairs(package.loaded) do
  if name:find("^signalwire") and package.searchpath then
    local file = package.searchpath(name, package.path) or package.searchpath(name, package.cpath)
    assert(file and file:find(tree, 1, true), name .. " comes from " .. tostring(file))
  end
end

local in_process = { project = "p", token = "t", sandbox = true }
local client = signalwire.assert(signalwire.client(os.getenv("SIGNALWIRE_PROJECT_ID") and {} or in_process))
signalwire.assert(client.calling:dial {
  from = "+15551230001",
  to = "+15551230002",
  url = "https://example.com/swml",
})
print("signalwire " .. signalwire.version .. " works on " .. (jit and jit.version or _VERSION))
