-- The events that tell what became of a command, as data; judged by signalwire.outcome.
--
-- A row says where its state stands, which states are final and whether they mean success, and which fields of params
-- an event shows under a name of its own. Paths have dots; of several, the first that leads to something counts.

local events = {}

local ordinary = { finished = true, error = false }

local ended_well = { hangup = true, max_duration = true }

local rows = {
  ["calling.call.state"] = {
    state = { "call_state" },
    rule = "call_state",
    reasons = ended_well,
    fields = { reason = { "end_reason" }, direction = { "direction" } },
  },
  ["calling.call.receive"] = { state = { "call_state" }, fields = { direction = { "direction" } } },
  ["calling.call.dial"] = { state = { "dial_state" }, ends = { answered = true, failed = false } },
  ["calling.call.connect"] = {
    state = { "connect_state" },
    ends = { connected = true, disconnected = true, failed = false },
    fields = { reason = { "failed_reason" } },
  },
  ["calling.call.refer"] = {
    rule = "refer",
    succeeds = { success = true, completed = true, finished = true },
    codes = { sip_refer_response_code = true, sip_notify_response_code = true },
    fields = { to = { "sip_refer_to" } },
  },
  ["calling.call.play"] = { ends = ordinary },
  ["calling.call.record"] = {
    ends = { finished = true, no_input = false, error = false },
    fields = {
      url = { "record.url", "url" },
      duration = { "record.duration", "duration" },
      size = { "record.size", "size" },
      recording_id = { "record.recording_id", "recording_id" },
    },
  },
  ["calling.call.collect"] = {
    state = { "result.type", "state" },
    rule = "collect",
    fails = { no_input = true, no_match = true, error = true },
    fields = { digits = { "result.params.digits" }, text = { "result.params.text" } },
  },
  ["calling.call.detect"] = { state = { "detect.params.event" }, ends = ordinary },
  ["calling.call.fax"] = {
    state = { "fax.type" },
    rule = "fax",
    ends = ordinary,
    fields = { url = { "fax.params.document" } },
  },
  ["calling.call.tap"] = { ends = ordinary },
  ["calling.call.stream"] = { ends = ordinary },
  ["calling.call.transcribe"] = { ends = ordinary, fields = { url = { "url" } } },
  ["calling.transcript.completed"] = {
    always = "completed",
    ends = { completed = true },
    fields = { text = { "text" } },
  },
  ["calling.transcript.failed"] = { always = "failed", ends = { failed = false } },
  ["calling.call.send_digits"] = { ends = ordinary },
  ["calling.call.pay"] = {
    state = { "state", "for" },
    ends = {
      finished = true,
      error = false,
      ["payment-completed"] = true,
      ["payment-failed"] = false,
      ["payment-cancelled"] = false,
    },
  },
  ["calling.call.queue"] = { state = { "status" }, ends = { leave = true, dequeue = true } },
  ["calling.error"] = { always = "error", ends = { error = false }, fields = { reason = { "message" } } },
  ["calling.conference"] = { state = { "status" } },
  ["messaging.receive"] = { state = { "message_state" } },
  ["messaging.state"] = {
    state = { "message_state" },
    ends = { delivered = true, undelivered = false, failed = false },
    fields = { reason = { "reason" } },
  },
  -- Its bodies have no event_type: this name is ours.
  ["ai_sidecar"] = { state = { "sidecar_event.type" }, ends = { final = true } },
}

--- Older bodies are flat, and name no event_type; some show by a field or a state what they
-- are about.
events.by_field = {
  { "sidecar_event", "ai_sidecar" },
  { "sip_refer_to", "calling.call.refer" },
  { "result", "calling.call.collect" },
  { "detect", "calling.call.detect" },
  { "fax", "calling.call.fax" },
  { "tap", "calling.call.tap" },
  { "record", "calling.call.record" },
  { "recording_id", "calling.call.record" },
  { "call_state", "calling.call.state" },
}

events.by_state = {
  playing = "calling.call.play",
  recording = "calling.call.record",
  collecting = "calling.call.collect",
  tapping = "calling.call.tap",
  streaming = "calling.call.stream",
  transcribing = "calling.call.transcribe",
}

--- What a body that does not even show that can still say: how it ended.
events.untyped = { ends = ordinary }

local unknown = {}

--- The row of an event type; one without ends for a type that nobody knew.
---@param event_type string?
---@return table
function events.row(event_type)
  if event_type == nil then return events.untyped end
  return rows[event_type] or unknown
end

--- The names of the types that have a row.
---@return string[]
function events.types()
  local names = {}
  for name in pairs(rows) do
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

return events
