-- What RELAY's methods take, as data: a method, the words of its answer, and its params beside node_id and call_id.
-- `name!` is required. What the Calling API takes too is held against its catalog besides.

local rows = {}

local data = {
  { "calling.dial", "Dialing", "tag!string devices!array region:string max_price_per_minute:number "
    .. "max_duration:number" },
  { "calling.begin", "Call started", "device!object tag:string region:string max_duration:number" },
  { "messaging.send", "Message accepted", "context!string to_number!string from_number!string body:string "
    .. "media:array tags:array region:string" },

  { "calling.answer", "Answered", "codecs:array max_duration:number", early = true },
  { "calling.end", "Disconnecting call", "reason:string", early = true },
  { "calling.pass", "Passing call", "", early = true },
  { "calling.connect", "Connecting", "devices!array ringback:array tag:string max_duration:number "
    .. "max_price_per_minute:number status_url:string" },
  { "calling.disconnect", "Disconnecting", "" },
  { "calling.transfer", "Transferring", "dest!any" },
  { "calling.refer", "Starting SIP REFER", "device!object status_url:string" },
  { "calling.hold", "Call on hold", "" },
  { "calling.unhold", "Call off hold", "" },
  { "calling.denoise", "Denoiser on", "" },
  { "calling.denoise.stop", "Denoiser off", "" },

  { "calling.play", "Playing", "control_id!string play!array volume:number direction:string loop:number "
    .. "status_url:string" },
  { "calling.play.pause", "Paused", "control_id!string" },
  { "calling.play.resume", "Resumed", "control_id!string" },
  { "calling.play.stop", "Stopped", "control_id!string" },
  { "calling.play.volume", "Volume changed", "control_id!string volume!number" },
  { "calling.record", "Recording", "control_id!string record!object status_url:string" },
  { "calling.record.pause", "Paused", "control_id!string behavior:string" },
  { "calling.record.resume", "Resumed", "control_id!string" },
  { "calling.record.stop", "Stopped", "control_id!string" },
  { "calling.play_and_collect", "Playing and collecting", "control_id!string play!array collect!object volume:number "
    .. "status_url:string" },
  { "calling.play_and_collect.stop", "Stopped", "control_id!string" },
  { "calling.play_and_collect.volume", "Volume changed", "control_id!string volume!number" },
  { "calling.play_and_collect.pause", "Paused", "control_id!string" },
  { "calling.play_and_collect.resume", "Resumed", "control_id!string" },
  { "calling.collect", "Collecting", "control_id!string digits:object speech:object initial_timeout:number "
    .. "partial_results:boolean continuous:boolean send_start_of_input:boolean start_input_timers:boolean "
    .. "status_url:string" },
  { "calling.collect.stop", "Stopped", "control_id!string" },
  { "calling.collect.start_input_timers", "Input timers started", "control_id!string" },
  { "calling.detect", "Detecting", "control_id!string detect!object timeout:number status_url:string" },
  { "calling.detect.stop", "Stopped", "control_id!string" },
  { "calling.tap", "Tapping", "control_id!string tap!object device!object status_url:string" },
  { "calling.tap.stop", "Stopped", "control_id!string" },
  { "calling.stream", "Streaming", "control_id!string url!string name:string codec:string track:string "
    .. "status_url:string status_url_method:string authorization_bearer_token:string custom_parameters:object" },
  { "calling.stream.stop", "Stopped", "control_id!string" },
  { "calling.transcribe", "Transcribing", "control_id!string status_url:string" },
  { "calling.transcribe.stop", "Stopped", "control_id!string" },
  { "calling.live_transcribe", "Live transcription started", "action!any" },
  { "calling.live_translate", "Live translation started", "action!any status_url:string" },
  { "calling.send_fax", "Sending fax", "control_id!string document!string identity:string header_info:string "
    .. "status_url:string" },
  { "calling.send_fax.stop", "Stopped", "control_id!string" },
  { "calling.receive_fax", "Receiving fax", "control_id!string status_url:string" },
  { "calling.receive_fax.stop", "Stopped", "control_id!string" },
  { "calling.pay", "Payment started", "control_id!string payment_connector_url!string input:string "
    .. "payment_method:string status_url:string parameters:array prompts:array" },
  { "calling.pay.stop", "Stopped", "control_id!string" },
  { "calling.send_digits", "Sending Digits", "control_id!string digits!string" },
  { "calling.echo", "Echo started", "timeout:number status_url:string" },
  { "calling.bind_digit", "Digit binding created", "digits!string bind_method!string params:object realm:string "
    .. "max_triggers:number" },
  { "calling.clear_digit_bindings", "Digit bindings cleared", "realm:string" },

  { "calling.join_conference", "Joining conference", "name!string muted:boolean beep:string start_on_enter:boolean "
    .. "end_on_exit:boolean wait_url:string max_participants:number record:string region:string trim:string "
    .. "coach:string status_callback:string status_callback_event:string status_callback_event_type:string "
    .. "status_callback_method:string recording_status_callback:string recording_status_callback_event:string "
    .. "recording_status_callback_event_type:string recording_status_callback_method:string stream:object" },
  { "calling.leave_conference", "Leaving conference", "conference_id!string" },
  { "calling.join_room", "Joining room", "name!string status_url:string" },
  { "calling.leave_room", "Leaving room", "" },
  { "calling.queue.enter", "Entering Queue", "control_id!string queue_name!string status_url:string wait_url:string" },
  { "calling.queue.leave", "Leaving Queue", "control_id!string queue_name!string queue_id:string status_url:string" },

  { "calling.ai", "AI started", "control_id!string agent:string prompt:object post_prompt:object "
    .. "post_prompt_url:string post_prompt_auth_user:string post_prompt_auth_password:string global_data:object "
    .. "pronounce:array hints:array languages:array SWAIG:object params:object" },
  { "calling.ai.stop", "AI stopped", "control_id:string" },
  { "calling.ai_hold", "AI on hold", "timeout:string prompt:string" },
  { "calling.ai_unhold", "AI resumed", "prompt:string" },
  { "calling.ai_message", "Message sent", "message_text:string role:string reset:object global_data:object" },
  { "calling.amazon_bedrock", "AI started", "prompt:any SWAIG:object params:object global_data:object "
    .. "post_prompt:object post_prompt_url:string" },
  { "calling.user_event", "Event sent", "event:any" },
}

local function read(row)
  local new = { method = row[1], message = row[2], early = row.early or false, params = {} }
  for name, mark, kind in row[3]:gmatch("(%S-)([!:])(%a+)") do
    table.insert(new.params, { name = name, required = mark == "!", kind = kind })
  end
  return new
end

for _, row in ipairs(data) do
  rows[row[1]] = read(row)
end

local function is_a(value, kind, decoded_empty)
  if kind == "any" then return true end
  if type(value) ~= "table" then return type(value) == kind end
  if next(value) == nil then return decoded_empty end
  if kind == "array" then return value[1] ~= nil end
  return kind == "object" and value[1] == nil
end

--- What is wrong with params, in words; nil where nothing is. Unknown params are none of the faults.
function rows.fault(row, params)
  for _, param in ipairs(row.params) do
    local value = params[param.name]
    if value == nil then
      if param.required then return ("params.%s is required"):format(param.name) end
    elseif not is_a(value, param.kind, param.kind == "array" or param.kind == "object") then
      return ("params.%s must be of type %s"):format(param.name, param.kind)
    end
  end
  return nil
end

--- The params that a row does not know, in order.
function rows.unknown(row, params)
  local known, list = { node_id = true, call_id = true }, {}
  for _, param in ipairs(row.params) do
    known[param.name] = true
  end
  for name in pairs(params) do
    if not known[name] then list[#list + 1] = tostring(name) end
  end
  table.sort(list)
  return list
end

return rows
