-- What POST /api/calling/calls takes: the AI sidecar.

local node = require("signalwire.catalog.node")
local shared = require("signalwire.catalog.shared")

local text, uri, boolean, integer, number = node.text, node.uri, node.boolean, node.integer, node.number
local list, map, object, union, constant = node.list, node.map, node.object, node.union, node.constant
local recursive, command = node.recursive, node.command
local legs, speech_engines, summarize = shared.legs, shared.speech_engines, shared.summarize
local unpack = table.unpack or unpack

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

local ai_sidecar = command { "calling.ai_sidecar",
  "Start an AI that listens to the call and sends advice. It never speaks.",

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

  text { "text", "What to tell it.", required = true },
}

local ai_sidecar_ask = command { "calling.ai_sidecar.ask",
  "Ask the sidecar a question. The answer comes as an event.",

  text { "text", "The question.", required = true },
}

local ai_sidecar_stop = command { "calling.ai_sidecar.stop", "Stop the sidecar." }

local ai_sidecar_status = command { "calling.ai_sidecar.status", "Read the sidecar's counters." }

return {
  ai_sidecar,
  ai_sidecar_poke,
  ai_sidecar_ask,
  ai_sidecar_stop,
  ai_sidecar_status,
}
