-- What POST /api/calling/calls takes: recording.

local node = require("signalwire.catalog.node")
local shared = require("signalwire.catalog.shared")

local text, boolean, int32, double, object = node.text, node.boolean, node.int32, node.double, node.object
local command = node.command
local control_id, status_url = shared.control_id, shared.status_url
local status_url_is_http, key_presses = shared.status_url_is_http, shared.key_presses
local directions, no_control_id, control = shared.directions, shared.no_control_id, shared.control

local record = command { "calling.record", "Record the call.",
  webhook = "calling.call.record",

  control_id,
  object { "record", "What to record.", required = true,
    object { "audio", "How to record the audio.", required = true,
      boolean { "beep", "Beep before the recording begins.", default = false },
      text { "format", "The format of the file.", enum = { "mp3", "wav", "mp4" }, default = "mp3" },
      boolean { "stereo", "Record in stereo.", default = false },
      text { "direction", "Which side of the call is recorded.", enum = directions, default = "speak" },
      double { "initial_timeout", "Seconds to wait for sound.", min = 0, default = 4 },
      double { "end_silence_timeout", "Seconds of silence that end the recording.", min = 0, default = 0.5 },
      int32 { "max_length", "The longest recording, in seconds; 0 is no limit.", min = 0, default = 0 },
      text { "terminators", "The keys that end the recording.", default = "#" },
      double { "input_sensitivity", "How readily a voice is noticed.", min = 0, max = 100, default = 44 },
    },
  },
  status_url,

  rules = {
    status_url_is_http,
    { rule = "charset", field = "record.audio.terminators", pattern = key_presses },
    { rule = "zero_means_unlimited", field = "record.audio.max_length" },
  },
  deviations = { "`audio` without `record` around it (the Python SDK).", no_control_id },
}

local record_pause = command { "calling.record.pause", "Pause a recording.",
  control_id,
  text { "behavior", "Leave the pause out, or record it as silence.",
    enum = { "skip", "silence" }, default = "skip" },
}

return {
  record,
  record_pause,
  control("calling.record.resume", "Go on with a paused recording."),
  control("calling.record.stop", "End a recording."),
}
