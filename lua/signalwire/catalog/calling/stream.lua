-- What POST /api/calling/calls takes: streaming.

local node = require("signalwire.catalog.node")
local shared = require("signalwire.catalog.shared")

local text, uri, map, command = node.text, node.uri, node.map, node.command
local control_id, status_url = shared.control_id, shared.status_url
local status_url_is_http, http_methods = shared.status_url_is_http, shared.http_methods
local no_control_id, control = shared.no_control_id, shared.control

local stream = command { "calling.stream", "Stream the call's audio to a WebSocket.",
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

return {
  stream,
  control("calling.stream.stop", "End a stream."),
}
