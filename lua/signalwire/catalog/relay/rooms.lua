-- What RELAY takes and the Calling API does not: conferences, rooms, queues.

local node = require("signalwire.catalog.node")
local shared = require("signalwire.catalog.shared")

local text, uri, boolean, integer, map = node.text, node.uri, node.boolean, node.integer, node.map
local command, control_id, status_url = node.command, shared.control_id, shared.status_url

local join_conference = command { "calling.join_conference", "Join a conference.",
  must = { "name" },
  webhook = "calling.conference",

  text { "name", "The conference's name.", required = true },
  boolean { "muted", "Join without being heard.", default = false },
  text { "beep", "Beep when somebody joins or leaves.", enum = { "true", "false", "onEnter", "onExit" },
    default = "true" },
  boolean { "start_on_enter", "The conference begins with this one.", default = true },
  boolean { "end_on_exit", "The conference ends with this one.", default = false },
  uri { "wait_url", "What is heard until it begins." },
  integer { "max_participants", "How many at most.", default = 250 },
  text { "record", "Whether it is recorded.", enum = { "do-not-record", "record-from-start" } },
  text { "region", "Where it is held.", enum = { "global", "us", "eu" } },
  text { "trim", "Whether silence is cut out of the recording.", enum = { "trim-silence", "do-not-trim" } },
  text { "coach", "The call that this one coaches." },
  uri { "status_callback", "Where news of the conference are sent." },
  text { "status_callback_event", "Which news." },
  text { "status_callback_event_type", "In which form.", enum = { "relay", "cxml" }, default = "relay" },
  text { "status_callback_method", "By which HTTP method.", enum = shared.http_methods },
  uri { "recording_status_callback", "Where news of the recording are sent." },
  text { "recording_status_callback_event", "Which news." },
  text { "recording_status_callback_event_type", "In which form.", enum = { "relay", "cxml" } },
  text { "recording_status_callback_method", "By which HTTP method.", enum = shared.http_methods },
  map { "stream", "A stream of the conference's audio." },
}

local leave_conference = command { "calling.leave_conference", "Leave a conference.",
  must = { "conference_id" },
  webhook = "calling.conference",

  text { "conference_id", "The conference's id.", required = true },
}

local join_room = command { "calling.join_room", "Join a room.",
  must = { "name" },

  text { "name", "The room's name.", required = true },
  status_url,
}

local queue_enter = command { "calling.queue.enter", "Put the call into a queue.",
  must = { "queue_name" },
  webhook = "calling.call.queue",

  control_id,
  text { "queue_name", "The queue's name.", required = true },
  uri { "wait_url", "What is heard meanwhile." },
  status_url,
}

local queue_leave = command { "calling.queue.leave", "Take the call out of a queue.",
  must = { "queue_name" },
  webhook = "calling.call.queue",

  control_id,
  text { "queue_name", "The queue's name.", required = true },
  text { "queue_id", "The call's id in the queue." },
  status_url,
}

return {
  join_conference,
  leave_conference,
  join_room,
  command { "calling.leave_room", "Leave the room." },
  queue_enter,
  queue_leave,
}
