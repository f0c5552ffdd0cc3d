-- What RELAY takes and the Calling API does not: answering, bridging, keys.

local node = require("signalwire.catalog.node")
local shared = require("signalwire.catalog.shared")

local text, integer, number, list, map = node.text, node.integer, node.number, node.list, node.map
local command, control_id, status_url = node.command, shared.control_id, shared.status_url

local answer = command { "calling.answer", "Answer the call.",
  webhook = "calling.call.state",

  list { "codecs", "The codecs to offer.", items = text {} },
  integer { "max_duration", "The longest that the call may last." },
}

local connect = command { "calling.connect", "Bridge the call with another, which is dialled.",
  must = { "devices" },
  webhook = "calling.call.connect",

  list { "devices", "Whom to dial: each list inside is rung at once, one list after the other.",
    items = list { items = map {} }, required = true },
  list { "ringback", "What the caller hears meanwhile.", items = map {} },
  text { "tag", "A name for the new call, which you choose." },
  integer { "max_duration", "The longest that the bridge may last." },
  number { "max_price_per_minute", "Refuse if a minute costs more, in dollars." },
  status_url,
}

local send_digits = command { "calling.send_digits", "Press keys.",
  must = { "digits" },
  webhook = "calling.call.send_digits",

  control_id,
  text { "digits", "The keys, `0-9 * # A-D`; `w` and `W` wait.", required = true },
}

local echo = command { "calling.echo", "Send the caller's own voice back.",
  webhook = "calling.call.echo",

  number { "timeout", "Seconds until it ends; 0 is until the call does." },
  status_url,
}

local bind_digit = command { "calling.bind_digit", "Have a command carried out when keys are pressed.",
  must = { "digits", "bind_method" },

  text { "digits", "The keys.", required = true },
  text { "bind_method", "The command, such as `calling.play`.", required = true },
  map { "params", "The command's params." },
  text { "realm", "A name for a set of bindings, which you choose." },
  integer { "max_triggers", "How often at most; 0 is no limit.", default = 0 },
}

local clear_digit_bindings = command { "calling.clear_digit_bindings", "Forget what `bind_digit` bound.",
  text { "realm", "The set of bindings; all of them, if left out." },
}

return {
  answer,
  command { "calling.pass", "Leave the call to another consumer.", webhook = "calling.call.state" },
  connect,
  command { "calling.hold", "Put the call on hold.", webhook = "calling.call.hold" },
  command { "calling.unhold", "Take the call off hold.", webhook = "calling.call.hold" },
  send_digits,
  echo,
  bind_digit,
  clear_digit_bindings,
}
