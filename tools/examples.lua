-- The params of an example call of each command, as Lua source for the reference pages.

local by_control_id = [[{ control_id = "CONTROL" }]]

local function control(name) return (by_control_id:gsub("CONTROL", name)) end

return {
  dial = [[
{
  from = "+15551230001",
  to = "+15551230002",
  url = "https://example.com/swml",
  status_url = "https://example.com/calls",
  status_events = { "answered", "ended" },
}]],

  update = [[
{
  id = call_id,
  url = "https://example.com/other-swml",
}]],

  end_ = [[{ reason = "busy" }]],
  disconnect = "{}",

  ai_hold = [[{ timeout = "300", prompt = "Tell the caller that you look it up." }]],
  ai_unhold = "{}",
  ai_message = [[{ role = "system", message_text = "The caller's order has been shipped." }]],
  ai_stop = "{}",

  ai_sidecar = [[
{
  lang = "en-US",
  prompt = "Help the agent to answer questions about invoices.",
  url = "https://example.com/sidecar",
  SWAIG = {
    functions = {
      {
        ["function"] = "find_invoice",
        description = "Find an invoice by its number.",
        web_hook_url = "https://example.com/find-invoice",
        parameters = {
          type = "object",
          properties = { number = { type = "string", description = "The number of the invoice." } },
          required = { "number" },
        },
      },
    },
  },
}]],
  ai_sidecar_poke = [[{ text = "The caller is a new customer." }]],
  ai_sidecar_ask = [[{ text = "What did the caller ask for so far?" }]],
  ai_sidecar_stop = "{}",
  ai_sidecar_status = "{}",

  play = [[
{
  control_id = "greeting",
  play = {
    { type = "audio", params = { url = "https://example.com/jingle.mp3" } },
    { type = "tts", params = { text = "Welcome.", language = "en-US" } },
  },
  volume = 3,
}]],
  play_pause = control("greeting"),
  play_resume = control("greeting"),
  play_stop = control("greeting"),
  play_volume = [[{ control_id = "greeting", volume = -6 }]],

  record = [[
{
  control_id = "recording",
  record = { audio = { format = "wav", direction = "both", stereo = true } },
  status_url = "https://example.com/recordings",
}]],
  record_pause = [[{ control_id = "recording", behavior = "silence" }]],
  record_resume = control("recording"),
  record_stop = control("recording"),

  collect = [[
{
  control_id = "menu",
  digits = { max = 1, digit_timeout = 3 },
  speech = { language = "en-US", hints = { "sales", "support" } },
  initial_timeout = 5,
  start_input_timers = true,
  status_url = "https://example.com/input",
}]],
  collect_stop = control("menu"),
  collect_start_input_timers = control("menu"),

  detect = [[
{
  control_id = "who",
  detect = { type = "machine", params = { initial_timeout = 5 } },
  timeout = 20,
  status_url = "https://example.com/detected",
}]],
  detect_stop = control("who"),

  tap = [[
{
  control_id = "tap",
  tap = { type = "audio", params = { direction = "both" } },
  device = { type = "rtp", params = { addr = "203.0.113.7", port = 4000, codec = "PCMU" } },
}]],
  tap_stop = control("tap"),

  transcribe = [[
{
  control_id = "minutes",
  status_url = "https://example.com/transcripts",
}]],
  transcribe_stop = control("minutes"),

  stream = [[
{
  control_id = "audio",
  url = "wss://example.com/audio",
  track = "both_tracks",
  custom_parameters = { order = "4711" },
}]],
  stream_stop = control("audio"),

  denoise = "{}",
  denoise_stop = "{}",

  live_transcribe = [[
{
  action = {
    start = {
      lang = "en-US",
      direction = { "remote-caller", "local-caller" },
      webhook = "https://example.com/words",
      live_events = true,
    },
  },
}]],
  live_translate = [[
{
  action = {
    start = {
      from_lang = "en-US",
      to_lang = "de-DE",
      direction = { "remote-caller", "local-caller" },
      filter_to = "prompt: Speak simply.",
    },
  },
}]],

  transfer = [[{ dest = "https://example.com/swml/support" }]],

  send_fax_stop = control("fax"),
  receive_fax_stop = control("fax"),

  refer = [[
{
  device = { type = "sip", params = { to = "sip:sales@example.com" } },
  status_url = "https://example.com/refer",
}]],

  user_event = [[{ event = { kind = "order_shipped", order = "4711" } }]],
}
