-- What POST /api/calling/calls takes: transcribing and translating while it is spoken.

local node = require("signalwire.catalog.node")
local shared = require("signalwire.catalog.shared")

local text, boolean, int32, list, object = node.text, node.boolean, node.int32, node.list, node.object
local union, command = node.union, node.command
local status_url, status_url_is_http = shared.status_url, shared.status_url_is_http
local legs, speech_engines, summarize = shared.legs, shared.speech_engines, shared.summarize
local unpack = table.unpack or unpack

local heard_legs = list { "direction", "Which legs are listened to.",
  items = text { enum = legs }, required = true }

local live_settings = {
  text { "webhook", "Where the results are sent." },
  boolean { "live_events", "Send each event as it happens." },
  boolean { "ai_summary", "Summarize the conversation at the end." },
  text { "ai_summary_prompt", "The prompt for that summary." },
  text { "speech_engine", "What turns speech into text.", enum = speech_engines, default = "deepgram" },
  int32 { "speech_timeout", "Milliseconds until speech is final.", default = 60000 },
  int32 { "vad_silence_ms", "Milliseconds of silence that end speech." },
  int32 { "vad_thresh", "The threshold for speech, 0 to 1800.", default = 400 },
  int32 { "debug_level", "How much is logged, 0 to 2.", default = 0 },
}

local vad_thresh_range = { rule = "range", field = "action.start.vad_thresh", min = 0, max = 1800 }
local debug_level_range = { rule = "range", field = "action.start.debug_level", min = 0, max = 2 }
local vad_silence_default = {
  rule = "default_by",
  field = "action.start.vad_silence_ms",
  other = "speech_engine",
  values = { deepgram = 300, google = 500 },
}

local live_transcribe = command { "calling.live_transcribe", "Transcribe the call while it is spoken.",
  union { "action", "What to do.", required = true,
    object { object { "start", "Begin.", required = true,
      text { "lang", "The language spoken, such as en-US.", required = true },
      heard_legs,
      unpack(live_settings)
    } },
    object { summarize },
    text { enum = { "stop" } },
  },

  rules = { vad_thresh_range, debug_level_range, vad_silence_default },
  deviations = { "`start` without `direction`, or with `language` for `lang` (examples of the SDKs)." },
}

local function filter(name, doc)
  return union { name, doc,
    text { enum = { "polite", "rude", "professional", "shakespeare", "gen-z" } },
    text { pattern = "^prompt:.+$" },
  }
end

local live_translate = command { "calling.live_translate", "Translate the call while it is spoken.",
  union { "action", "What to do.", required = true,
    object { object { "start", "Begin.", required = true,
      text { "from_lang", "The language to translate from, such as en-US.", required = true },
      text { "to_lang", "The language to translate to.", required = true },
      heard_legs,
      text { "from_voice", "The voice for `from_lang`." },
      text { "to_voice", "The voice for `to_lang`." },
      filter("filter_from", "The tone in `from_lang`: a name, or `prompt:` and your own words."),
      filter("filter_to", "The tone in `to_lang`: a name, or `prompt:` and your own words."),
      unpack(live_settings)
    } },
    object { summarize },
    object { object { "inject", "Say something, translated.", required = true,
      text { "message", "What to say.", required = true },
      text { "direction", "Which leg hears it.", enum = legs, required = true },
    } },
    text { enum = { "stop" } },
  },
  status_url,

  rules = { vad_thresh_range, debug_level_range, vad_silence_default, status_url_is_http },
  deviations = { "`start` without `direction` (examples of the SDKs)." },
}

return {
  live_transcribe,
  live_translate,
}
