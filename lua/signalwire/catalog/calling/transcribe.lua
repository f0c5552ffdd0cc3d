-- What POST /api/calling/calls takes: transcriptions.

local node = require("signalwire.catalog.node")
local shared = require("signalwire.catalog.shared")

local command = node.command
local control_id, status_url = shared.control_id, shared.status_url
local status_url_is_http, no_control_id = shared.status_url_is_http, shared.no_control_id
local control = shared.control

local transcribe = command { "calling.transcribe",
  "Transcribe the whole call. One transcription runs at a time.",
  webhook = "calling.transcript.completed",

  control_id,
  status_url,

  rules = { { rule = "one_active_per_call", status = 409 }, status_url_is_http },
  deviations = { no_control_id },
}

return {
  transcribe,
  control("calling.transcribe.stop", "End a transcription."),
}
