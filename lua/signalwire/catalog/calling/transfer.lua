-- What POST /api/calling/calls takes: sending a call elsewhere.

local node = require("signalwire.catalog.node")
local shared = require("signalwire.catalog.shared")

local text, object, union, swml, constant = node.text, node.object, node.union, node.swml, node.constant
local command = node.command
local status_url, status_url_is_http = shared.status_url, shared.status_url_is_http

local transfer = command { "calling.transfer", "Transfer the call to another destination.",
  union { "dest", "A SIP address, a phone number, a URL of SWML, or a SWML document.",
    required = true, text {}, swml {} },

  deviations = { "`{ type = \"phone\", params = { to_number = ... } }` as dest (an SDK page)." },
}

local refer = command { "calling.refer", "Send a SIP call elsewhere, by SIP REFER.",
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

return {
  transfer,
  refer,
}
