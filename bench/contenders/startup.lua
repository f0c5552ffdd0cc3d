-- One command from the process's start to the answer. Where to, the environment says.

local signalwire = require("signalwire")

local client = signalwire.assert(signalwire.client {})
signalwire.assert(client.calling:dial {
  from = "+15551230001",
  to = "+15551230002",
  url = "https://example.com/swml",
})
io.write("done\n")
io.flush()
io.read()
