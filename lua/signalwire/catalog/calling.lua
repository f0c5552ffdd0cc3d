-- What POST /api/calling/calls takes: every command, every parameter, every limit, as data.
-- `must` names the parameters that the client itself insists on; the rest serves strict mode, check, hints,
-- the reference pages and the editor types.

local node = require("signalwire.catalog.node")

local text, uri, boolean = node.text, node.uri, node.boolean
local integer, int32, number, double = node.integer, node.int32, node.number, node.double
local list, map, object, union, swml = node.list, node.map, node.object, node.union, node.swml
local constant, recursive, command = node.constant, node.recursive, node.command

local unpack = table.unpack or unpack

-- What several commands share ------------------------------------------------------------------------------

local control_id = text { "control_id", "The name of this operation, which you choose.", required = true }
local status_url = uri { "status_url", "Where the status webhooks of this command are sent." }
local status_url_is_http = { rule = "http_url", fields = { "status_url" } }

local key_presses = "^[0-9A-Da-d*#]*$"
local directions = { "listen", "speak", "both" }
local genders = { "male", "female" }
local legs = { "remote-caller", "local-caller" }
local http_methods = { "GET", "POST" }
local speech_engines = { "deepgram", "google" }
local tap_codecs = { "PCMA", "PCMU", "pcma", "pcmu", "OPUS", "opus" }

local no_control_id = "The SDKs' pages also send it without control_id."

--- A command that acts on what an earlier command started, and takes its control_id only.
local function control(name, doc, group)
  return command { name, doc, group = group, must = { "control_id" }, control_id }
end

-- Calls ----------------------------------------------------------------------------------------------------

local codec_names = {
  "OPUS", "OPUS@48000H@20I", "OPUS@24000H@20I", "OPUS@16000H@20I", "OPUS@8000H@20I",
  "G722", "PCMU", "PCMA", "G729", "VP8", "H264",
}

local dial = command { "dial", "Place a call. The answer brings its id.",
  group = "calls",
  id = "none",
  must = { "from" },
  webhook = "calling.call.state",
  exactly_one_of = { { "url", "swml" } },

  text { "from", "The number or SIP address that the call comes from.", required = true },
  text { "to", "What to call: a number, or a sip:, sips:, verto:, client: or fabric address." },
  text { "username", "The user name at a SIP `to`." },
  text { "password", "The password at a SIP `to`.", secret = true },
  union { "to_script", "SWML to run at the other end, as a document, text or URL.", text {}, swml {} },
  text { "caller_id", "The caller id to show to the called party." },
  text { "fallback_url", "Asked for instructions when `url` fails." },
  status_url,
  list { "status_events", "The call states that are sent to `status_url`.",
    items = text { enum = { "created", "ringing", "answered", "ended" } }, default = { "ended" } },
  text { "url_method", "The HTTP method for `url`.", enum = http_methods, default = "POST" },
  union { "codecs", "The codecs to offer: a list, or their names with commas between.",
    list { items = text { enum = codec_names } },
    text {},
  },
  int32 { "timeout", "How long to let it ring, in seconds.", min = 1, max = 600 },
  double { "max_price_per_minute", "Refuse the call if a minute costs more, in dollars.", min = 0 },
  text { "send_digits", "Keys to press once the call is answered: `w` waits, `,` pauses." },
  union { "region", "The region to place the call from, or several, best first.",
    text {}, list { items = text {} } },
  map { "custom_variables", "Your own variables; SWML reads them as `envs`.",
    values = text {}, max_properties = 20 },
  text { "url", "Where the instructions for the call (SWML) are fetched from." },
  swml { "swml", "The instructions for the call, as a SWML document." },

  rules = {
    { rule = "required_unless", field = "to", other = "to_script" },
    status_url_is_http,
    { rule = "charset", field = "send_digits", pattern = "^[0-9A-D*#w,]*$" },
    { rule = "comma_list_of_enum", field = "codecs", when = "string" },
    {
      rule = "map_keys",
      field = "custom_variables",
      pattern = "^[A-Za-z_][A-Za-z0-9_]*$",
      reserved_prefixes_any_case = { "signalwire_", "sw_", "rtc_", "internal_" },
      max_entries = 20,
    },
    { rule = "map_values", field = "custom_variables", min_bytes = 1, max_bytes = 1024 },
  },
  deviations = {
    "`swml` as JSON text, or beside `params` and not inside it (a guide shows both).",
    "`status_events` with queued, initiated, ending (the SDKs).",
  },
}

local update = command { "update", "Change a call that is under way: new instructions, or its end.",
  group = "calls",
  id = "params",
  must = { "id" },
  exactly_one_of = { { "url", "swml" } },

  text { "id", "The id of the call.", required = true, format = "uuid" },
  text { "fallback_url", "Asked for instructions when `url` fails." },
  text { "status", "Ends the call: `canceled` before it is answered, `completed` after.",
    enum = { "canceled", "completed" } },
  status_url,
  text { "url", "Where the new instructions (SWML) are fetched from." },
  swml { "swml", "The new instructions, as a SWML document." },

  rules = {
    { rule = "state", field = "status", value = "canceled", call_states = { "queued", "ringing" } },
    { rule = "state", field = "status", value = "completed", call_states = { "answered" } },
    { rule = "state", fields = { "url", "swml" }, call_states = { "answered" } },
    {
      rule = "conflict",
      note = "schema needs url or swml even when only status is set; SDK tests send status alone",
    },
  },
  deviations = { "`id` and `status` alone, without url or swml (the SDKs' examples)." },
}

local end_ = command { "calling.end", "Hang up.",
  method = "end_",
  group = "calls",

  text { "reason", "Why the call ends.",
    enum = { "hangup", "cancel", "busy", "noAnswer", "decline", "error" } },
}

local disconnect = command { "calling.disconnect", "Disconnect a call leg.", group = "calls" }

-- AI agents ------------------------------------------------------------------------------------------------

local ai_hold = command { "calling.ai_hold", "Put the caller of an AI agent on hold.",
  group = "ai",

  text { "timeout", "How long to hold at most: seconds, as text." },
  text { "prompt", "What the agent is told when the hold begins." },

  rules = { { rule = "numeric_string", field = "timeout", unit = "s" } },
  deviations = { "`timeout` as a number, such as 300 (the Python SDK)." },
}

local ai_unhold = command { "calling.ai_unhold", "Take the caller of an AI agent off hold.",
  group = "ai",
  deviations = { "`prompt`, a text (the SDKs)." },
}

local ai_message = command { "calling.ai_message", "Put a message into the conversation of an AI agent.",
  group = "ai",

  text { "role", "Who the message comes from.", enum = { "system", "user", "assistant" } },
  text { "message_text", "The message." },
  object { "reset", "Start the conversation anew.",
    boolean { "full_reset", "Forget the whole conversation." },
    text { "user_prompt", "The user prompt to go on with." },
    text { "system_prompt", "The system prompt to go on with." },
  },
  map { "global_data", "Values to put into the agent's global data." },
}

local ai_stop = command { "calling.ai.stop", "Stop the AI agent of the call.",
  group = "ai",

  text { "control_id", "Taken, and ignored." },

  rules = { { rule = "ignored", field = "control_id" } },
}

-- AI sidecar -----------------------------------------------------------------------------------------------

local models = { "gpt-4o-mini", "gpt-4.1-mini", "gpt-4.1-nano" }

local function section(sections, required)
  return object {
    text { "title", "The heading of the section.", min_length = 1 },
    list { "subsections", "Sections below this one.", items = sections, min_items = 1 },
    boolean { "numbered", "Number the section." },
    boolean { "numberedBullets", "Number the bullets." },
    text { "body", "The text of the section.", required = required.body },
    list { "bullets", "The points of the section.",
      items = text {}, min_items = 1, required = required.bullets },
  }
end

-- A section of a prompt holds further sections.
local prompt_section = recursive(function(sections)
  return { section(sections, { body = true }), section(sections, { bullets = true }) }
end)

local function argument_type(name, ...)
  return object { text { "description", "What it is, in words for the model." }, constant("type", name), ... }
end

-- The argument of a function may be an array or an object of further arguments.
local argument = recursive(function(arguments)
  return {
    argument_type("string",
      list { "enum", "The values it may have.", items = text {} },
      text { "default", "Its value when none is given." }
    ),
    argument_type("integer",
      list { "enum", "The values it may have.", items = integer {} },
      integer { "default", "Its value when none is given." }
    ),
    argument_type("number",
      list { "enum", "The values it may have.", items = number {} },
      number { "default", "Its value when none is given." }
    ),
    argument_type("boolean",
      boolean { "default", "Its value when none is given." }
    ),
    argument_type("array",
      union { "items", "What the array holds.", alternatives = arguments.alternatives, required = true }
    ),
    argument_type("object",
      map { "properties", "The arguments inside, by name.", values = arguments },
      list { "required", "The names of those that must be given.", items = text {} }
    ),
  }
end)

local web_hook = {
  text { "web_hook_url", "Where a function call is sent." },
  text { "web_hook_auth_user", "The user name for that URL." },
  text { "web_hook_auth_password", "The password for that URL.", secret = true },
}

local swaig_function = object {
  text { "function", "The name of the function.", required = true },
  text { "description", "What it does, in words for the model." },
  text { "purpose", "An older name of `description`." },
  object { "parameters", "The arguments that it takes.",
    constant("type", "object"),
    map { "properties", "The arguments, by name.", values = argument, required = true },
    list { "required", "The names of those that must be given.", items = text {} },
  },
  unpack(web_hook)
}

local mcp_server = object {
  text { "url", "The address of the server.", required = true },
  map { "headers", "Headers to send to it.", values = text { secret = true }, secret = true },
  boolean { "resources", "Use the server's resources too.", default = false },
  map { "resource_vars", "Values for the variables in resource addresses.", values = text {} },
}

local sidecar_params = object { "params", "How the sidecar works.",
  integer { "idle_timeout_ms", "How long the customer is silent before the sidecar thinks.",
    min = 50, max = 5000, default = 200 },
  integer { "min_interval_ms", "The least time from one thought to the next.",
    min = 0, max = 60000, default = 0 },
  integer { "max_iters_per_tick", "The most functions called for one advice.",
    min = 1, max = 20, default = 5 },
  integer { "max_history_tokens", "How much of the conversation is kept.",
    min = 1000, max = 200000, default = 8000 },
  boolean { "act_on_channel", "Let the answers of functions act on the call.", default = true },
  boolean { "final_summary", "Summarize the sidecar's work at the end.", default = false },
  boolean { "ai_summary", "Summarize the conversation at the end.", default = false },
  text { "ai_summary_prompt", "The prompt for the summary of the conversation." },
  text { "summary_model", "The model for the summary of the conversation.",
    suggested = models, default = "gpt-4o-mini" },
  boolean { "live_events", "Send an event for each utterance.", default = false },
  boolean { "verbose_utterances", "Send each word's timing with it too.", default = false },
  text { "speech_engine", "What turns speech into text.", enum = speech_engines, default = "deepgram" },
  integer { "speech_timeout", "Milliseconds until speech is final; 0 leaves it to the engine.",
    min = 0, max = 600000 },
  integer { "vad_silence_ms", "Milliseconds of silence that end speech; 0 leaves it to the engine.",
    min = 0, max = 60000 },
  integer { "vad_thresh", "How readily speech is noticed; 0 leaves it to the engine.",
    min = 0, max = 10000 },
  integer { "debug_level", "How much the speech engine logs.", min = 0, max = 100, default = 0 },
  boolean { "debug", "Log what the sidecar does.", default = false },
  text { "transcribe_prompt", "Words that help the speech engine: names of products and the like." },
}

local summarize = object { "summarize", "Write a summary of the conversation so far.", required = true,
  text { "webhook", "Where the summary is sent." },
  text { "prompt", "The prompt for the summary." },
}

local ai_sidecar = command { "calling.ai_sidecar",
  "Start an AI that listens to the call and sends advice. It never speaks.",
  group = "ai_sidecar",

  union { "prompt", "What the sidecar is told: text, or one of these forms.",
    text {},
    object { text { "text", "The prompt as text.", required = true } },
    object {
      list { "pom", "The prompt in sections.", items = prompt_section, min_items = 1, required = true },
    },
    object { text { "file", "The path of a file on the server.", required = true } },
  },
  text { "lang", "The language of the conversation, such as en-US.", required = true, min_length = 1 },
  text { "model", "The language model.", suggested = models, default = "gpt-4o-mini" },
  list { "direction", "Which legs are listened to: always both.",
    items = text { enum = legs }, default = { "remote-caller", "local-caller" } },
  text { "customer_role", "Which leg is the customer.", enum = legs, default = "remote-caller" },
  uri { "url", "Where the sidecar's events are sent." },
  object { "SWAIG", "The functions and servers that the sidecar may use.",
    object { "defaults", "What holds for each function that does not say otherwise.", unpack(web_hook) },
    list { "functions", "The functions.", items = swaig_function },
    list { "mcp_servers", "MCP servers whose tools may be called.", items = mcp_server },
  },
  object { "permissions", "What an answer of a function may do.",
    boolean { "swaig_allow_swml", "Run SWML on the call.", default = true },
    boolean { "swaig_allow_settings", "Change the sidecar's settings.", default = true },
    boolean { "swaig_set_global_data", "Set the sidecar's global data.", default = true },
  },
  map { "global_data", "Data for the prompt and the functions." },
  list { "hints", "Words that the transcription should expect.", items = text {}, min_items = 1 },
  sidecar_params,
  object { "action", "Write one summary now; no sidecar is started.", summarize },

  rules = {
    { rule = "both_values", field = "direction" },
    { rule = "conflict", note = "lang is required by the schema even when action.summarize is sent" },
  },
}

local ai_sidecar_poke = command { "calling.ai_sidecar.poke",
  "Tell the sidecar something, and have it answer at once.",
  group = "ai_sidecar",

  text { "text", "What to tell it.", required = true },
}

local ai_sidecar_ask = command { "calling.ai_sidecar.ask",
  "Ask the sidecar a question. The answer comes as an event.",
  group = "ai_sidecar",

  text { "text", "The question.", required = true },
}

local ai_sidecar_stop = command { "calling.ai_sidecar.stop", "Stop the sidecar.", group = "ai_sidecar" }

local ai_sidecar_status = command { "calling.ai_sidecar.status", "Read the sidecar's counters.",
  group = "ai_sidecar" }

-- Play -----------------------------------------------------------------------------------------------------

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
  group = "play",
  must = { "play" },
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
  group = "play",
  must = { "volume" },

  control_id,
  double { "volume", "The gain, in dB.", min = volume_limits.min, max = volume_limits.max, required = true },
}

-- Record ---------------------------------------------------------------------------------------------------

local record = command { "calling.record", "Record the call.",
  group = "record",
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
  group = "record",
  must = { "control_id" },

  control_id,
  text { "behavior", "Leave the pause out, or record it as silence.",
    enum = { "skip", "silence" }, default = "skip" },
}

-- Collect --------------------------------------------------------------------------------------------------

local collect = command { "calling.collect", "Collect key presses, speech, or both.",
  group = "collect",
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
  group = "collect",

  control_id,
}

-- Detect ---------------------------------------------------------------------------------------------------

local detect = command { "calling.detect", "Find out whether a machine, a fax or a key press is on the line.",
  group = "detect",
  must = { "detect" },
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

-- Tap and stream -------------------------------------------------------------------------------------------

local tap = command { "calling.tap", "Send a copy of the call's audio by RTP or WebSocket.",
  group = "tap",
  must = { "tap", "device" },
  webhook = "calling.call.tap",

  control_id,
  object { "tap", "What to send.", required = true,
    constant("type", "audio"),
    object { "params", "Which audio to send.", required = true,
      text { "direction", "Which side of the call is sent.", enum = directions, required = true },
    },
  },
  union { "device", "Where to send it.", required = true,
    object {
      constant("type", "rtp"),
      object { "params", "The RTP receiver.", required = true,
        text { "addr", "Its IPv4 address, a public one.", required = true },
        int32 { "port", "Its port.", min = 1, max = 65535, required = true },
        text { "codec", "The codec.", enum = tap_codecs },
        number { "ptime", "Milliseconds of audio in a packet.",
          enum = { 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120 } },
      },
    },
    object {
      constant("type", "ws"),
      object { "params", "The WebSocket receiver.", required = true,
        text { "uri", "Its ws:// or wss:// address.", required = true },
        text { "codec", "The codec.", enum = tap_codecs },
      },
    },
  },
  status_url,

  rules = {
    { rule = "public_ipv4", field = "device.params.addr" },
    { rule = "prefix", field = "device.params.uri", prefixes = { "ws://", "wss://" } },
    status_url_is_http,
  },
  deviations = { "`direction`, `addr` and `port` outside `params` (a Python example).", no_control_id },
}

local stream = command { "calling.stream", "Stream the call's audio to a WebSocket.",
  group = "stream",
  must = { "url" },
  webhook = "calling.call.stream",

  control_id,
  uri { "url", "The wss:// address of the receiver.", required = true },
  text { "name", "A name for the stream." },
  text { "codec", "The codec." },
  text { "track", "Which side of the call is streamed.",
    enum = { "inbound_track", "outbound_track", "both_tracks" }, default = "inbound_track" },
  text { "authorization_bearer_token", "A bearer token for the receiver.", secret = true },
  map { "custom_parameters", "Your own parameters, passed on to the receiver." },
  status_url,
  text { "status_url_method", "The HTTP method for `status_url`.", enum = http_methods, default = "POST" },

  rules = { { rule = "prefix", field = "url", prefixes = { "wss://" } }, status_url_is_http },
  deviations = { no_control_id },
}

-- Transcribe and translate ---------------------------------------------------------------------------------

local transcribe = command { "calling.transcribe",
  "Transcribe the whole call. One transcription runs at a time.",
  group = "transcribe",
  webhook = "calling.transcript.completed",

  control_id,
  status_url,

  rules = { { rule = "one_active_per_call", status = 409 }, status_url_is_http },
  deviations = { no_control_id },
}

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
  group = "live",
  must = { "action" },

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
  group = "live",
  must = { "action" },

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

-- Elsewhere ------------------------------------------------------------------------------------------------

local transfer = command { "calling.transfer", "Transfer the call to another destination.",
  group = "transfer",
  must = { "dest" },

  union { "dest", "A SIP address, a phone number, a URL of SWML, or a SWML document.",
    required = true, text {}, swml {} },

  deviations = { "`{ type = \"phone\", params = { to_number = ... } }` as dest (an SDK page)." },
}

local refer = command { "calling.refer", "Send a SIP call elsewhere, by SIP REFER.",
  group = "transfer",
  must = { "device" },
  written_out = "device",
  webhook = "calling.call.refer",

  object { "device", "Where to send the call.", required = true,
    constant("type", "sip"),
    object { "params", "The SIP address, and how to reach it.", required = true,
      text { "to", "The sip: address that the call shall go to.", required = true },
      text { "from", "The sip: address to show as the sender." },
      text { "username", "The user name for SIP authentication." },
      text { "password", "The password for SIP authentication.", secret = true },
    },
  },
  status_url,

  rules = {
    { rule = "prefix", field = "device.params.to", prefixes = { "sip:" } },
    { rule = "prefix", field = "device.params.from", prefixes = { "sip:" } },
    { rule = "call_type", values = { "sip" } },
    status_url_is_http,
  },
  deviations = {
    "`device = { to = ... }`, also with `type` (the SDKs' pages and tests).",
    "`device = { sip_uri = ... }` (Go, Perl and TypeScript examples).",
    "`device = { type = \"sip\", params = { uri = ... } }` (the RELAY documents).",
    "`headers` beside `params.to` (the legacy SDK for Node).",
  },
}

local user_event = command { "calling.user_event", "Send an event of your own.",
  group = "user_event",
  must = { "event" },

  map { "event", "The event: any object.", required = true },
}

return {
  name = "calling",
  method = "POST",
  path = "/api/calling/calls",
  commands = {
    dial,
    update,
    end_,
    disconnect,
    ai_hold,
    ai_unhold,
    ai_message,
    ai_stop,
    ai_sidecar,
    ai_sidecar_poke,
    ai_sidecar_ask,
    ai_sidecar_stop,
    ai_sidecar_status,
    play,
    control("calling.play.pause", "Pause what plays.", "play"),
    control("calling.play.resume", "Go on with what was paused.", "play"),
    control("calling.play.stop", "Stop what plays.", "play"),
    play_volume,
    record,
    record_pause,
    control("calling.record.resume", "Go on with a paused recording.", "record"),
    control("calling.record.stop", "End a recording.", "record"),
    collect,
    control("calling.collect.stop", "Stop collecting.", "collect"),
    collect_start_input_timers,
    detect,
    control("calling.detect.stop", "Stop detecting.", "detect"),
    tap,
    control("calling.tap.stop", "End a tap.", "tap"),
    transcribe,
    control("calling.transcribe.stop", "End a transcription.", "transcribe"),
    stream,
    control("calling.stream.stop", "End a stream.", "stream"),
    command { "calling.denoise", "Filter noise out of the call.", group = "denoise" },
    command { "calling.denoise.stop", "Stop filtering noise.", group = "denoise" },
    live_transcribe,
    live_translate,
    transfer,
    control("calling.send_fax.stop", "Stop sending a fax.", "fax"),
    control("calling.receive_fax.stop", "Stop receiving a fax.", "fax"),
    refer,
    user_event,
  },
}
