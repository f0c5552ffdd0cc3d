-- What POST /api/calling/calls takes: detecting machines, faxes and key presses.

local node = require("signalwire.catalog.node")
local shared = require("signalwire.catalog.shared")

local text, boolean, int32, double, object = node.text, node.boolean, node.int32, node.double, node.object
local union, constant, command = node.union, node.constant, node.command
local control_id, key_presses = shared.control_id, shared.key_presses
local status_url, status_url_is_http = shared.status_url, shared.status_url_is_http
local no_control_id, control = shared.no_control_id, shared.control

local detect = command { "calling.detect", "Find out whether a machine, a fax or a key press is on the line.",
  webhook = "calling.call.detect",

  control_id,
  union { "detect", "What to listen for.", required = true,
    object {
      constant("type", "machine"),
      object { "params", "How to tell a machine from a person.",
        double { "initial_timeout", "Seconds to wait for a voice.", default = 4.5 },
        double { "end_silence_timeout", "Seconds of silence that end the greeting.", default = 1 },
        double { "machine_ready_timeout", "Seconds to wait for the end of the greeting." },
        double { "machine_voice_threshold", "A greeting of so many seconds is a machine's.", default = 1.25 },
        int32 { "machine_words_threshold", "A greeting of so many words is a machine's.", default = 6 },
        boolean { "detect_interruptions", "Notice who speaks into the greeting.", default = false },
        boolean { "detect_message_end", "Notice when the greeting ends.", default = true },
      },
    },
    object {
      constant("type", "fax"),
      object { "params", "Which fax tone to listen for.",
        text { "tone", "The tone; either, if left out.", enum = { "CNG", "CED", "cng", "ced" } },
      },
    },
    object {
      constant("type", "digit"),
      object { "params", "Which keys to listen for.",
        text { "digits", "The keys; empty for any." },
      },
    },
  },
  double { "timeout", "Seconds to listen at most.", min = 0, default = 30 },
  status_url,

  rules = {
    { rule = "charset", field = "detect.params.digits", when = "type=digit", pattern = key_presses,
      empty = "any digit" },
    { rule = "default_from", field = "detect.params.machine_ready_timeout",
      other = "detect.params.end_silence_timeout" },
    status_url_is_http,
  },
  deviations = { no_control_id },
}

return {
  detect,
  control("calling.detect.stop", "Stop detecting."),
}
