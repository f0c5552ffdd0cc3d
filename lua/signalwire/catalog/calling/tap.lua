-- What POST /api/calling/calls takes: tapping.

local node = require("signalwire.catalog.node")
local shared = require("signalwire.catalog.shared")

local text, int32, number, object, union = node.text, node.int32, node.number, node.object, node.union
local constant, command = node.constant, node.command
local control_id, status_url = shared.control_id, shared.status_url
local status_url_is_http, directions = shared.status_url_is_http, shared.directions
local no_control_id, control = shared.no_control_id, shared.control

local tap_codecs = { "PCMA", "PCMU", "pcma", "pcmu", "OPUS", "opus" }

local tap = command { "calling.tap", "Send a copy of the call's audio by RTP or WebSocket.",
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

return {
  tap,
  control("calling.tap.stop", "End a tap."),
}
