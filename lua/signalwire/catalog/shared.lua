-- What the commands of several groups share.

local node = require("signalwire.catalog.node")

local control_id = node.text { "control_id", "The name of this operation, which you choose.", required = true }

local shared = {
  control_id = control_id,
  status_url = node.uri { "status_url", "Where the status webhooks of this command are sent." },
  status_url_is_http = { rule = "http_url", fields = { "status_url" } },
  no_control_id = "The SDKs' pages also send it without control_id.",
  key_presses = "^[0-9A-Da-d*#]*$",
  directions = { "listen", "speak", "both" },
  genders = { "male", "female" },
  legs = { "remote-caller", "local-caller" },
  http_methods = { "GET", "POST" },
  speech_engines = { "deepgram", "google" },
  summarize = node.object { "summarize", "Write a summary of the conversation so far.", required = true,
    node.text { "webhook", "Where the summary is sent." },
    node.text { "prompt", "The prompt for the summary." },
  },
}

--- A command that acts on what an earlier command started, and takes its control_id only.
function shared.control(name, doc) return node.command { name, doc, control_id } end

return shared
