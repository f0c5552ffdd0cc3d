-- One command from process start to its end. Where to, the environment says.

local signalwire = require("signalwire")

local client = signalwire.assert(signalwire.client {})
signalwire.assert(client.calling:dial {
  from = "+15551230001",
  to = "+15551230002",
  url = "https://example.com/swml",
})
