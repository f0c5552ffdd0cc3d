-- What POST /api/calling/calls takes: noise.

local node = require("signalwire.catalog.node")

local command = node.command

return {
  command { "calling.denoise", "Filter noise out of the call." },
  command { "calling.denoise.stop", "Stop filtering noise." },
}
