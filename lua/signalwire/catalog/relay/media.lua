-- What RELAY takes and the Calling API does not: playing and collecting at once, faxes, payments.

local node = require("signalwire.catalog.node")
local shared = require("signalwire.catalog.shared")

local text, uri, boolean, number, list, map = node.text, node.uri, node.boolean, node.number, node.list, node.map
local object, command, control = node.object, node.command, shared.control
local control_id, status_url = shared.control_id, shared.status_url

local volume = number { "volume", "The gain, in dB.", min = -40, max = 40 }

local play_and_collect = command { "calling.play_and_collect", "Play something, and collect key presses or speech.",
  must = { "play", "collect" },
  webhook = "calling.call.collect",
  controls = { start_input_timers = "collect_start_input_timers" },

  control_id,
  list { "play", "What to play, as in `play`.", items = map {}, required = true },
  object { "collect", "What to collect, as in `collect`.", required = true,
    map { "digits", "Collect key presses." },
    map { "speech", "Collect speech." },
    number { "initial_timeout", "Seconds to wait for input." },
    boolean { "partial_results", "Send results that are not final yet." },
    boolean { "continuous", "Begin again after each result." },
    boolean { "send_start_of_input", "Say when input begins." },
    boolean { "start_input_timers", "Start `initial_timeout` at once." },
  },
  volume,
  status_url,
}

local play_and_collect_volume = command { "calling.play_and_collect.volume", "Change the volume of what plays.",
  must = { "volume" },

  control_id,
  number { "volume", "The gain, in dB.", min = -40, max = 40, required = true },
}

local send_fax = command { "calling.send_fax", "Send a fax.",
  must = { "document" },
  webhook = "calling.call.fax",

  control_id,
  uri { "document", "Where the document (a PDF) is fetched from.", required = true },
  text { "identity", "How this side calls itself to the other machine." },
  text { "header_info", "What stands at the top of each page." },
  status_url,
}

local receive_fax = command { "calling.receive_fax", "Receive a fax.",
  webhook = "calling.call.fax",

  control_id,
  status_url,
}

local pay = command { "calling.pay", "Take a payment by key presses.",
  must = { "payment_connector_url" },
  webhook = "calling.call.pay",

  control_id,
  uri { "payment_connector_url", "Where the payment is sent.", required = true },
  text { "input", "How the caller answers.", default = "dtmf" },
  text { "payment_method", "How the caller pays.", default = "credit-card" },
  text { "timeout", "Seconds to wait for a key.", default = "5" },
  text { "max_attempts", "How often a question is asked.", default = "1" },
  text { "security_code", "Ask for the security code.", default = "true" },
  text { "postal_code", "Ask for the postal code, or the code itself." },
  text { "min_postal_code_length", "The shortest postal code.", default = "0" },
  text { "token_type", "What the connector makes.", enum = { "one-time", "reusable" }, default = "reusable" },
  text { "charge_amount", "How much." },
  text { "currency", "Of what.", default = "usd" },
  text { "language", "The language of the questions.", default = "en-US" },
  text { "voice", "The voice of the questions.", default = "woman" },
  text { "description", "What the payment is for." },
  text { "valid_card_types", "The cards that are taken." },
  text { "bank_account_type", "What bank accounts are taken." },
  list { "parameters", "What the connector gets besides: names and values.", items = map {} },
  list { "prompts", "Other words for the questions.", items = map {} },
  status_url,
}

return {
  play_and_collect,
  control("calling.play_and_collect.pause", "Pause what plays."),
  control("calling.play_and_collect.resume", "Go on with what was paused."),
  control("calling.play_and_collect.stop", "Stop playing and collecting."),
  play_and_collect_volume,
  send_fax,
  receive_fax,
  pay,
  control("calling.pay.stop", "Stop taking a payment."),
}
