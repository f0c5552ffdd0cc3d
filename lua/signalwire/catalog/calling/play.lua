-- What POST /api/calling/calls takes: playing.

local node = require("signalwire.catalog.node")
local shared = require("signalwire.catalog.shared")

local text, uri, int32, double, list = node.text, node.uri, node.int32, node.double, node.list
local object, union, constant, command = node.object, node.union, node.constant, node.command
local control_id, status_url = shared.control_id, shared.status_url
local directions, genders = shared.directions, shared.genders
local no_control_id, control = shared.no_control_id, shared.control

local ringtones = {
  "au", "be", "ca", "cn", "cy", "cz", "de", "dk", "dz", "eg", "es", "fi", "fr", "hu", "il", "in", "jp",
  "ko", "pk", "pl", "ro", "rs", "ru", "sa", "tr", "uk", "us", "at", "bg", "br", "ch", "cl", "ee", "gr",
  "it", "lt", "mx", "my", "nl", "no", "nz", "ph", "pt", "se", "sg", "th", "za", "tw", "ve", "bong",
}

local play_item = union {
  object {
    constant("type", "audio"),
    object { "params", "The audio to play.", required = true,
      uri { "url", "Where the audio file is fetched from.", required = true },
    },
  },
  object {
    constant("type", "tts"),
    object { "params", "The text to speak.", required = true,
      text { "text", "What to say.", required = true },
      text { "language", "The language, such as en-US." },
      text { "gender", "A male or a female voice.", enum = genders },
      text { "voice", "The name of the voice." },
    },
  },
  object {
    constant("type", "silence"),
    object { "params", "The silence to keep.", required = true,
      double { "duration", "How long, in seconds.", required = true },
    },
  },
  object {
    constant("type", "ringtone"),
    object { "params", "The ringtone to play.", required = true,
      text { "name", "A country's code, or `bong`.", enum = ringtones, required = true },
      double { "duration", "How long, in seconds; until stopped, if left out." },
    },
  },
}

local volume_limits = { min = -40, max = 40 }

local play = command { "calling.play", "Play audio, speech, silence or a ringtone.",
  webhook = "calling.call.play",

  control_id,
  list { "play", "What to play, one after the other.", items = play_item, required = true },
  double { "volume", "The gain, in dB.", min = volume_limits.min, max = volume_limits.max, default = 0 },
  text { "direction", "Which side of the call hears it.", enum = directions, default = "listen" },
  int32 { "loop", "How many times to play it; 0 is for ever.", min = 0, default = 1 },
  text { "language", "The language, where an item has none.", default = "en-US" },
  text { "voice", "The voice, where an item has none." },
  text { "gender", "A male or a female voice, where an item has none.", enum = genders, default = "female" },
  status_url,

  rules = {
    { rule = "positive", field = "play[].params.duration", when = "type=silence" },
    { rule = "http_url", fields = { "play[].params.url", "status_url" } },
    { rule = "zero_means_forever", field = "loop" },
  },
  deviations = {
    "Flat items such as `{ type = \"tts\", text = \"Hello\" }` (the SDKs' pages).",
    no_control_id,
  },
}

local play_volume = command { "calling.play.volume", "Change the volume of what plays.",
  control_id,
  double { "volume", "The gain, in dB.", min = volume_limits.min, max = volume_limits.max, required = true },
}

return {
  play,
  control("calling.play.pause", "Pause what plays."),
  control("calling.play.resume", "Go on with what was paused."),
  control("calling.play.stop", "Stop what plays."),
  play_volume,
}
