-- What RELAY takes and the Calling API does not: starting AI agents; and events of one's own, with any field.

local node = require("signalwire.catalog.node")
local shared = require("signalwire.catalog.shared")

local text, uri, list, map, union, command = node.text, node.uri, node.list, node.map, node.union, node.command

local ai = command { "calling.ai", "Start an AI agent, which speaks with the caller.",
  webhook = "calling.call.ai",

  shared.control_id,
  text { "agent", "The id of an agent that was set up before." },
  map { "prompt", "What the agent is to do." },
  map { "post_prompt", "What it is asked at the end." },
  uri { "post_prompt_url", "Where its answer to that is sent." },
  text { "post_prompt_auth_user", "The user there." },
  text { "post_prompt_auth_password", "The password there.", secret = true },
  map { "global_data", "What the agent knows." },
  list { "pronounce", "How words are spoken.", items = map {} },
  list { "hints", "Words that are expected.", items = text {} },
  list { "languages", "The languages it speaks.", items = map {} },
  map { "SWAIG", "The functions it may call." },
  map { "params", "How it behaves." },
}

local amazon_bedrock = command { "calling.amazon_bedrock", "Start an agent of Amazon Bedrock.",
  union { "prompt", "What the agent is to do.", text {}, map {} },
  map { "SWAIG", "The functions it may call." },
  map { "params", "How it behaves." },
  map { "global_data", "What the agent knows." },
  map { "post_prompt", "What it is asked at the end." },
  uri { "post_prompt_url", "Where its answer to that is sent." },
}

local user_event = command { "calling.user_event", "Send an event of your own. Any other field goes along.",
  union { "event", "What happened: a name, or an object.", text {}, map {} },
}

return {
  ai,
  amazon_bedrock,
  user_event,
}
