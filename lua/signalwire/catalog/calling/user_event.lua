-- What POST /api/calling/calls takes: events of your own.

local node = require("signalwire.catalog.node")

local map, command = node.map, node.command

local user_event = command { "calling.user_event", "Send an event of your own.",
  map { "event", "The event: any object.", required = true },
}

return {
  user_event,
}
