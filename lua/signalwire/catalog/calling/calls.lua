-- What POST /api/calling/calls takes: placing, changing and ending calls.

local node = require("signalwire.catalog.node")
local shared = require("signalwire.catalog.shared")

local text, int32, double, list, map = node.text, node.int32, node.double, node.list, node.map
local union, swml, command = node.union, node.swml, node.command
local status_url, status_url_is_http = shared.status_url, shared.status_url_is_http
local http_methods = shared.http_methods

local codec_names = {
  "OPUS", "OPUS@48000H@20I", "OPUS@24000H@20I", "OPUS@16000H@20I", "OPUS@8000H@20I",
  "G722", "PCMU", "PCMA", "G729", "VP8", "H264",
}

local dial = command { "dial", "Place a call. The answer brings its id.",
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
  text { "reason", "Why the call ends.",
    enum = { "hangup", "cancel", "busy", "noAnswer", "decline", "error" } },
}

local disconnect = command { "calling.disconnect", "Disconnect a call leg." }

return {
  dial,
  update,
  end_,
  disconnect,
}
