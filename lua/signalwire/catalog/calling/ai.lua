-- What POST /api/calling/calls takes: the AI agent of a call.

local node = require("signalwire.catalog.node")

local text, boolean, map, object, command = node.text, node.boolean, node.map, node.object, node.command

local ai_hold = command { "calling.ai_hold", "Put the caller of an AI agent on hold.",
  text { "timeout", "How long to hold at most: seconds, as text." },
  text { "prompt", "What the agent is told when the hold begins." },

  rules = { { rule = "numeric_string", field = "timeout", unit = "s" } },
  deviations = { "`timeout` as a number, such as 300 (the Python SDK)." },
}

local ai_unhold = command { "calling.ai_unhold", "Take the caller of an AI agent off hold.",
  deviations = { "`prompt`, a text (the SDKs)." },
}

local ai_message = command { "calling.ai_message", "Put a message into the conversation of an AI agent.",
  text { "role", "Who the message comes from.", enum = { "system", "user", "assistant" } },
  text { "message_text", "The message." },
  object { "reset", "Start the conversation anew.",
    boolean { "full_reset", "Forget the whole conversation." },
    text { "user_prompt", "The user prompt to go on with." },
    text { "system_prompt", "The system prompt to go on with." },
  },
  map { "global_data", "Values to put into the agent's global data." },
}

local ai_stop = command { "calling.ai.stop", "Stop the AI agent of the call.",
  text { "control_id", "Taken, and ignored." },

  rules = { { rule = "ignored", field = "control_id" } },
}

return {
  ai_hold,
  ai_unhold,
  ai_message,
  ai_stop,
}
