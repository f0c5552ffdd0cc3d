-- Params held against the catalog, and the nearest known name for one that is not known.

return {
  faults = require("signalwire.check.schema").faults,
  advice = require("signalwire.check.advice").advice,
  nearest = require("signalwire.check.nearest"),
}
