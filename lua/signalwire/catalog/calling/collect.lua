-- What POST /api/calling/calls takes: collecting key presses and speech.

local node = require("signalwire.catalog.node")
local shared = require("signalwire.catalog.shared")

local text, boolean, int32, double, list = node.text, node.boolean, node.int32, node.double, node.list
local object, command = node.object, node.command
local control_id, key_presses = shared.control_id, shared.key_presses
local status_url, status_url_is_http = shared.status_url, shared.status_url_is_http
local no_control_id, control = shared.no_control_id, shared.control

local collect = command { "calling.collect", "Collect key presses, speech, or both.",
  webhook = "calling.call.collect",

  control_id,
  double { "initial_timeout", "Seconds to wait for input. See `start_input_timers`." },
  object { "digits", "Collect key presses.",
    int32 { "max", "How many keys at most.", required = true },
    text { "terminators", "The keys that end the input; empty for none." },
    double { "digit_timeout", "Seconds to wait for the next key." },
  },
  object { "speech", "Collect speech.",
    double { "end_silence_timeout", "Seconds of silence that end the input." },
    double { "speech_timeout", "Seconds to wait for speech." },
    text { "language", "Such as en-US, or with an engine: Deepgram:en-US." },
    list { "hints", "Words that are expected.", items = text {} },
    text { "model", "A model of that engine, such as nova-3." },
    text { "engine", "What turns speech into text.", enum = { "Google", "Google.V2", "Deepgram" } },
  },
  boolean { "continuous", "Begin again after each result, until collect_stop.", default = false },
  boolean { "partial_results", "Send results that are not final yet.", default = false },
  boolean { "send_start_of_input", "Send a webhook when input begins.", default = false },
  boolean { "start_input_timers", "Start `initial_timeout` now, not with collect_start_input_timers.",
    default = false },
  status_url,

  rules = {
    { rule = "at_least_one", fields = { "digits", "speech" }, status = 400 },
    {
      rule = "positive",
      fields = {
        "initial_timeout",
        "digits.max",
        "digits.digit_timeout",
        "speech.end_silence_timeout",
        "speech.speech_timeout",
      },
    },
    { rule = "charset", field = "digits.terminators", pattern = key_presses, empty = "no terminators" },
    status_url_is_http,
  },
  deviations = { no_control_id },
}

local collect_start_input_timers = command { "calling.collect.start_input_timers", "Start `initial_timeout`.",
  control_id,
}

return {
  collect,
  control("calling.collect.stop", "Stop collecting."),
  collect_start_input_timers,
}
