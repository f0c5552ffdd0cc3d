-- What POST /api/calling/calls takes: faxes.

local shared = require("signalwire.catalog.shared")

local control = shared.control

return {
  control("calling.send_fax.stop", "Stop sending a fax."),
  control("calling.receive_fax.stop", "Stop receiving a fax."),
}
