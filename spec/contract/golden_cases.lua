-- What a user writes in Lua for each golden file: one row a file, of the same name. Data only.
-- A row calls calling:<method>(id, params), dial and update (params); or its own `call(calling)`.
local signalwire = require("signalwire")

local array, null = signalwire.array, signalwire.null

local id = "c0ffee00-1111-4222-8333-444455556666"
local alice, bob = "+15551230001", "+15551230002"
local answer = "https://example.com/answer"
local both_sides = { "remote-caller", "local-caller" }

local function dial(more)
  local params = { from = alice, to = bob, url = answer }
  for name, value in pairs(more) do
    params[name] = value
  end
  return params
end

local function sidecar(more)
  local params = { lang = "en-US" }
  for name, value in pairs(more) do
    params[name] = value
  end
  return params
end

local rows = {
  { name = "dial_url", method = "dial", params = { from = alice, to = bob, url = answer } },
  {
    name = "dial_swml",
    method = "dial",
    params = {
      from = alice,
      to = "sip:sales@example.com",
      swml = {
        version = "1.0.0",
        sections = {
          main = { { answer = {} }, { play = { url = "say:Hello" } }, "hangup" },
        },
      },
    },
  },
  {
    name = "dial_everything",
    method = "dial",
    params = {
      from = "sip:alice@example.com",
      to = "sip:bob@example.com",
      username = "alice",
      password = "s3cret",
      caller_id = "+15551230009",
      fallback_url = "https://example.com/fallback",
      status_url = "https://example.com/status",
      status_events = { "created", "ringing", "answered", "ended" },
      url_method = "GET",
      codecs = { "OPUS@48000H@20I", "G722", "PCMU", "VP8" },
      timeout = 600,
      max_price_per_minute = 0.0125,
      send_digits = "1w2W#*,A",
      region = "us",
      custom_variables = { account = "7", _note = "a b" },
      url = answer,
    },
  },
  { name = "dial_codecs_string", method = "dial", params = dial { codecs = "PCMU,PCMA" } },
  { name = "dial_codecs_list", method = "dial", params = dial { codecs = { "PCMU", "PCMA" } } },
  { name = "dial_codecs_empty", method = "dial", params = dial { codecs = {} } },
  { name = "dial_region_string", method = "dial", params = dial { region = "eu" } },
  { name = "dial_region_list", method = "dial", params = dial { region = { "eu", "us" } } },
  {
    name = "dial_to_script_string",
    method = "dial",
    params = { from = alice, to_script = "https://example.com/to.swml", url = answer },
  },
  {
    name = "dial_to_script_object",
    method = "dial",
    params = {
      from = alice,
      url = answer,
      to_script = {
        version = "1.0.0",
        sections = { main = { { connect = { to = "sip:bob@example.com" } } } },
      },
    },
  },
  {
    name = "dial_swml_string",
    method = "dial",
    params = { from = alice, to = bob, swml = '{"version":"1.0.0","sections":{"main":["hangup"]}}' },
  },
  {
    name = "dial_swml_empty_main",
    method = "dial",
    params = { from = alice, to = bob, swml = { sections = { main = array {} } } },
  },
  { name = "dial_status_events_empty", method = "dial", params = dial { status_events = {} } },
  {
    name = "dial_status_events_older",
    method = "dial",
    params = dial { status_events = { "answered", "queued", "initiated", "ringing", "ending", "ended" } },
  },
  { name = "dial_custom_variables_empty", method = "dial", params = dial { custom_variables = {} } },
  { name = "dial_from_alone", method = "dial", params = { from = alice } },

  {
    name = "update_url",
    method = "update",
    params = {
      id = id,
      url = "https://example.com/next",
      fallback_url = "https://example.com/fallback",
      status_url = "https://example.com/status",
    },
  },
  {
    name = "update_swml",
    method = "update",
    params = {
      id = id,
      swml = { version = "1.0.0", sections = { main = { { hangup = {} } }, other = array {} } },
    },
  },
  { name = "update_canceled", method = "update", params = { id = id, status = "canceled" } },
  {
    name = "update_completed_with_url",
    method = "update",
    params = { id = id, status = "completed", url = "https://example.com/next" },
  },
  {
    name = "update_status_older",
    method = "update",
    params = { id = id, status = "no-answer", metadata = { a = 1 } },
  },

  { name = "end_bare", method = "end_" },
  { name = "end_reason_hangup", method = "end_", params = { reason = "hangup" } },
  { name = "end_reason_cancel", method = "end_", params = { reason = "cancel" } },
  { name = "end_reason_busy", method = "end_", params = { reason = "busy" } },
  { name = "end_reason_no_answer", method = "end_", params = { reason = "noAnswer" } },
  { name = "end_reason_decline", method = "end_", params = { reason = "decline" } },
  {
    name = "end_reason_error",
    call = function(calling) return calling["end"](calling, id, { reason = "error" }) end,
  },
  { name = "disconnect", method = "disconnect" },

  { name = "ai_hold_bare", method = "ai_hold" },
  { name = "ai_hold_string", method = "ai_hold", params = { timeout = "300", prompt = "One moment, please." } },
  { name = "ai_hold_number", method = "ai_hold", params = { timeout = 300 } },
  { name = "ai_unhold_bare", method = "ai_unhold", params = {} },
  { name = "ai_unhold_prompt", method = "ai_unhold", params = { prompt = "I am back." } },
  {
    name = "ai_message_text",
    method = "ai_message",
    params = { role = "system", message_text = "The caller's name is Zoë." },
  },
  {
    name = "ai_message_reset",
    method = "ai_message",
    params = {
      role = "user",
      reset = { full_reset = true, user_prompt = "Start over.", system_prompt = "You sell tea." },
    },
  },
  { name = "ai_message_reset_empty", method = "ai_message", params = { reset = {} } },
  {
    name = "ai_message_global_data",
    method = "ai_message",
    params = {
      role = "assistant",
      global_data = {
        cart = { items = { { sku = "a-1", count = 2 } }, total = 12.5 },
        vip = false,
        coupon = null,
      },
    },
  },
  { name = "ai_message_global_data_empty", method = "ai_message", params = { global_data = {} } },
  { name = "ai_stop_bare", method = "ai_stop" },
  { name = "ai_stop_control_id", method = "ai_stop", params = { control_id = "ai-1" } },

  { name = "ai_sidecar_lang", method = "ai_sidecar", params = { lang = "en-US" } },
  {
    name = "ai_sidecar_prompt_string",
    method = "ai_sidecar",
    params = sidecar { prompt = "Listen and help." },
  },
  { name = "ai_sidecar_prompt_star", method = "ai_sidecar", params = sidecar { prompt = "*" } },
  {
    name = "ai_sidecar_prompt_text",
    method = "ai_sidecar",
    params = sidecar { prompt = { text = "Listen and help." } },
  },
  {
    name = "ai_sidecar_prompt_file",
    method = "ai_sidecar",
    params = sidecar { prompt = { file = "https://example.com/prompt.md" } },
  },
  {
    name = "ai_sidecar_prompt_pom_body",
    method = "ai_sidecar",
    params = sidecar {
      prompt = {
        pom = {
          { title = "Role", body = "You help an agent.", numbered = true, bullets = { "Be brief." } },
        },
      },
    },
  },
  {
    name = "ai_sidecar_prompt_pom_bullets",
    method = "ai_sidecar",
    params = sidecar {
      prompt = {
        pom = {
          {
            title = "Rules",
            bullets = { "One", "Two" },
            numberedBullets = false,
            subsections = {
              { title = "More", body = "", subsections = { { bullets = { "Deep" } } } },
            },
          },
        },
      },
    },
  },
  {
    name = "ai_sidecar_everything",
    method = "ai_sidecar",
    params = {
      prompt = "Help.",
      lang = "de-DE",
      model = "gpt-4.1-mini",
      direction = both_sides,
      customer_role = "local-caller",
      url = "https://example.com/sidecar",
      permissions = { swaig_allow_swml = false, swaig_allow_settings = true, swaig_set_global_data = false },
      global_data = { agent = "Ann" },
      hints = { "SignalWire", "naïve café" },
      params = {
        idle_timeout_ms = 50,
        min_interval_ms = 0,
        max_iters_per_tick = 20,
        max_history_tokens = 200000,
        act_on_channel = false,
        final_summary = true,
        ai_summary = true,
        ai_summary_prompt = "Short.",
        summary_model = "gpt-4.1-nano",
        live_events = true,
        verbose_utterances = true,
        speech_engine = "google",
        speech_timeout = 600000,
        vad_silence_ms = 300,
        vad_thresh = 10000,
        debug_level = 100,
        debug = true,
        transcribe_prompt = "Names.",
      },
      action = { summarize = { webhook = "https://example.com/summary", prompt = "Sum up." } },
    },
  },
  {
    name = "ai_sidecar_swaig",
    method = "ai_sidecar",
    params = sidecar {
      SWAIG = {
        defaults = {
          web_hook_url = "https://example.com/tools",
          web_hook_auth_user = "u",
          web_hook_auth_password = "p",
        },
        functions = {
          {
            ["function"] = "look_up",
            description = "Look an order up",
            purpose = "orders",
            parameters = {
              type = "object",
              required = { "name" },
              properties = {
                name = { type = "string", description = "who", enum = { "a", "b" }, default = "a" },
                count = { type = "integer", enum = { 1, 2, 3 }, default = 1 },
                price = { type = "number", enum = { 0.5, 1.25 }, default = 0.5 },
                gift = { type = "boolean", default = false },
                tags = { type = "array", items = { type = "array", items = { type = "string" } } },
                address = {
                  type = "object",
                  properties = { city = { type = "string" } },
                  required = { "city" },
                },
              },
            },
            web_hook_url = "https://example.com/look_up",
            web_hook_auth_user = "u2",
            web_hook_auth_password = "p2",
          },
        },
        mcp_servers = {
          {
            url = "https://example.com/mcp",
            headers = { ["X-Key"] = "k" },
            resources = true,
            resource_vars = { a = "b" },
          },
        },
      },
    },
  },
  {
    name = "ai_sidecar_swaig_empty",
    method = "ai_sidecar",
    params = sidecar {
      SWAIG = { defaults = {}, functions = {}, mcp_servers = {} },
      direction = {},
      hints = {},
      params = {},
      permissions = {},
      action = { summarize = {} },
    },
  },
  {
    name = "ai_sidecar_swaig_empty_parameters",
    method = "ai_sidecar",
    params = sidecar {
      SWAIG = {
        functions = {
          { ["function"] = "f", parameters = { type = "object", properties = {}, required = {} } },
          {
            ["function"] = "g",
            parameters = {
              type = "object",
              properties = {
                a = { type = "string", enum = {} },
                b = { type = "object", properties = {}, required = {} },
              },
            },
          },
        },
      },
    },
  },
  { name = "ai_sidecar_prompt_pom_empty", method = "ai_sidecar", params = sidecar { prompt = { pom = {} } } },
  { name = "ai_sidecar_poke", method = "ai_sidecar_poke", params = { text = "The customer is angry." } },
  { name = "ai_sidecar_ask", method = "ai_sidecar_ask", params = { text = "What did they order?" } },
  { name = "ai_sidecar_stop", method = "ai_sidecar_stop" },
  { name = "ai_sidecar_status", method = "ai_sidecar_status", params = {} },

  {
    name = "play_audio",
    method = "play",
    params = {
      control_id = "p1",
      play = { { type = "audio", params = { url = "https://example.com/a.mp3" } } },
    },
  },
  {
    name = "play_tts",
    method = "play",
    params = {
      control_id = "p1",
      play = {
        {
          type = "tts",
          params = {
            text = "Grüße, 世界 👋",
            language = "de-DE",
            gender = "male",
            voice = "gcloud.de-DE-Neural2-B",
          },
        },
      },
    },
  },
  {
    name = "play_silence",
    method = "play",
    params = { control_id = "p1", play = { { type = "silence", params = { duration = 1.5 } } } },
  },
  {
    name = "play_ringtone",
    method = "play",
    params = { control_id = "p1", play = { { type = "ringtone", params = { name = "us", duration = 2.25 } } } },
  },
  {
    name = "play_everything",
    method = "play",
    params = {
      control_id = "p1",
      play = {
        { type = "ringtone", params = { name = "bong" } },
        { type = "silence", params = { duration = 1 } },
        { type = "audio", params = { url = "https://example.com/a.mp3" } },
        { type = "tts", params = { text = "Done" } },
      },
      volume = -3.5,
      direction = "both",
      loop = 0,
      language = "en-GB",
      voice = "gcloud.en-GB",
      gender = "female",
      status_url = "https://example.com/play",
    },
  },
  { name = "play_empty", method = "play", params = { control_id = "p1", play = {} } },
  { name = "play_flat_tts", method = "play", params = { play = { { type = "tts", text = "Hello" } } } },
  {
    name = "play_flat_audio",
    method = "play",
    params = { control_id = "p1", play = { { type = "audio", url = "https://example.com/a.mp3" } } },
  },
  {
    name = "play_flat_silence",
    method = "play",
    params = { control_id = "p1", play = { { type = "silence", duration = 3 } } },
  },
  {
    name = "play_no_control_id",
    method = "play",
    params = { play = { { type = "audio", params = { url = "https://example.com/a.mp3" } } } },
  },
  { name = "play_pause", method = "play_pause", params = { control_id = "p1" } },
  { name = "play_resume", method = "play_resume", params = { control_id = "p1" } },
  { name = "play_stop", method = "play_stop", params = { control_id = "p1" } },
  { name = "play_volume_float", method = "play_volume", params = { control_id = "p1", volume = 1.5 } },
  { name = "play_volume_integer", method = "play_volume", params = { control_id = "p1", volume = -40 } },
  { name = "play_volume_small", method = "play_volume", params = { control_id = "p1", volume = 0.1 } },

  {
    name = "record_everything",
    method = "record",
    params = {
      control_id = "r1",
      record = {
        audio = {
          beep = true,
          format = "wav",
          stereo = true,
          direction = "both",
          initial_timeout = 4.5,
          end_silence_timeout = 0.25,
          max_length = 3600,
          terminators = "#*",
          input_sensitivity = 44.5,
        },
      },
      status_url = "https://example.com/record",
    },
  },
  { name = "record_audio_empty", method = "record", params = { control_id = "r1", record = { audio = {} } } },
  {
    name = "record_terminators_empty",
    method = "record",
    params = {
      control_id = "r1",
      record = { audio = { format = "mp4", terminators = "", initial_timeout = 0 } },
    },
  },
  {
    name = "record_bare_audio",
    method = "record",
    params = { control_id = "r1", audio = { beep = true, format = "mp3" } },
  },
  { name = "record_no_control_id", method = "record", params = { audio = { direction = "speak" } } },
  { name = "record_pause_bare", method = "record_pause", params = { control_id = "r1" } },
  {
    name = "record_pause_silence",
    method = "record_pause",
    params = { control_id = "r1", behavior = "silence" },
  },
  { name = "record_pause_skip", method = "record_pause", params = { control_id = "r1", behavior = "skip" } },
  { name = "record_resume", method = "record_resume", params = { control_id = "r1" } },
  { name = "record_stop", method = "record_stop", params = { control_id = "r1" } },

  {
    name = "collect_digits",
    method = "collect",
    params = { control_id = "c1", digits = { max = 4, terminators = "#", digit_timeout = 2.5 } },
  },
  {
    name = "collect_speech",
    method = "collect",
    params = {
      control_id = "c1",
      speech = {
        end_silence_timeout = 0.75,
        speech_timeout = 60.5,
        language = "en-US",
        hints = { "yes", "no" },
        model = "phone_call",
        engine = "Google.V2",
      },
    },
  },
  {
    name = "collect_speech_google",
    method = "collect",
    params = { control_id = "c1", speech = { engine = "Google" } },
  },
  {
    name = "collect_speech_deepgram",
    method = "collect",
    params = { control_id = "c1", speech = { engine = "Deepgram" } },
  },
  {
    name = "collect_everything",
    method = "collect",
    params = {
      control_id = "c1",
      initial_timeout = 5.5,
      digits = { max = 1 },
      speech = {},
      continuous = true,
      partial_results = true,
      send_start_of_input = true,
      start_input_timers = true,
      status_url = "https://example.com/collect",
    },
  },
  { name = "collect_hints_empty", method = "collect", params = { control_id = "c1", speech = { hints = {} } } },
  {
    name = "collect_terminators_empty",
    method = "collect",
    params = { control_id = "c1", digits = { max = 10, terminators = "" } },
  },
  { name = "collect_digits_empty", method = "collect", params = { control_id = "c1", digits = {} } },
  {
    name = "collect_no_control_id",
    method = "collect",
    params = { digits = { max = 1 }, partial_results = false },
  },
  { name = "collect_nothing", method = "collect", params = {} },
  { name = "collect_stop", method = "collect_stop", params = { control_id = "c1" } },
  {
    name = "collect_start_input_timers",
    method = "collect_start_input_timers",
    params = { control_id = "c1" },
  },

  {
    name = "detect_machine",
    method = "detect",
    params = {
      control_id = "d1",
      detect = {
        type = "machine",
        params = {
          initial_timeout = 4.5,
          end_silence_timeout = 1.25,
          machine_ready_timeout = 0.5,
          machine_voice_threshold = 1.25,
          machine_words_threshold = 6,
          detect_interruptions = true,
          detect_message_end = false,
        },
      },
      timeout = 30.5,
      status_url = "https://example.com/detect",
    },
  },
  {
    name = "detect_machine_bare",
    method = "detect",
    params = { control_id = "d1", detect = { type = "machine" } },
  },
  {
    name = "detect_machine_params_empty",
    method = "detect",
    params = { control_id = "d1", detect = { type = "machine", params = {} } },
  },
  {
    name = "detect_fax",
    method = "detect",
    params = { control_id = "d1", detect = { type = "fax", params = { tone = "CED" } }, timeout = 0 },
  },
  { name = "detect_fax_bare", method = "detect", params = { control_id = "d1", detect = { type = "fax" } } },
  {
    name = "detect_digit",
    method = "detect",
    params = { control_id = "d1", detect = { type = "digit", params = { digits = "0123456789*#" } } },
  },
  {
    name = "detect_digit_any",
    method = "detect",
    params = { control_id = "d1", detect = { type = "digit", params = { digits = "" } } },
  },
  {
    name = "detect_no_control_id",
    method = "detect",
    params = { detect = { type = "machine", params = {} }, timeout = 10 },
  },
  { name = "detect_stop", method = "detect_stop", params = { control_id = "d1" } },

  {
    name = "tap_rtp",
    method = "tap",
    params = {
      control_id = "t1",
      tap = { type = "audio", params = { direction = "both" } },
      device = { type = "rtp", params = { addr = "203.0.113.7", port = 65535, codec = "PCMU", ptime = 20 } },
      status_url = "https://example.com/tap",
    },
  },
  {
    name = "tap_rtp_short",
    method = "tap",
    params = {
      control_id = "t1",
      tap = { type = "audio", params = { direction = "listen" } },
      device = { type = "rtp", params = { addr = "203.0.113.7", port = 1 } },
    },
  },
  {
    name = "tap_ws",
    method = "tap",
    params = {
      control_id = "t1",
      tap = { type = "audio", params = { direction = "speak" } },
      device = { type = "ws", params = { uri = "wss://example.com/tap", codec = "opus" } },
    },
  },
  {
    name = "tap_flat",
    method = "tap",
    params = {
      tap = { type = "audio", direction = "both" },
      device = { type = "rtp", addr = "192.168.1.100", port = 9000 },
    },
  },
  {
    name = "tap_no_control_id",
    method = "tap",
    params = {
      tap = { type = "audio", params = { direction = "both" } },
      device = { type = "ws", params = { uri = "wss://example.com/tap" } },
    },
  },
  { name = "tap_stop", method = "tap_stop", params = { control_id = "t1" } },

  {
    name = "transcribe",
    method = "transcribe",
    params = { control_id = "tr1", status_url = "https://example.com/transcribe" },
  },
  { name = "transcribe_bare", method = "transcribe" },
  { name = "transcribe_stop", method = "transcribe_stop", params = { control_id = "tr1" } },

  {
    name = "stream_everything",
    method = "stream",
    params = {
      control_id = "s1",
      url = "wss://example.com/media",
      name = "media",
      codec = "PCMU@40i",
      track = "both_tracks",
      authorization_bearer_token = "bearer-1",
      custom_parameters = { tenant = "7", flags = { a = { 1, 2.5, true, null } } },
      status_url = "https://example.com/stream",
      status_url_method = "GET",
    },
  },
  { name = "stream_url", method = "stream", params = { url = "wss://example.com/media" } },
  {
    name = "stream_custom_parameters_empty",
    method = "stream",
    params = { control_id = "s1", url = "wss://example.com/media", custom_parameters = {} },
  },
  { name = "stream_stop", method = "stream_stop", params = { control_id = "s1" } },
  { name = "denoise", method = "denoise" },
  { name = "denoise_stop", method = "denoise_stop" },

  {
    name = "live_transcribe_start",
    method = "live_transcribe",
    params = {
      action = {
        start = {
          lang = "en-US",
          direction = both_sides,
          webhook = "https://example.com/lt",
          live_events = true,
          ai_summary = true,
          ai_summary_prompt = "Short.",
          speech_engine = "google",
          speech_timeout = 60000,
          vad_silence_ms = 500,
          vad_thresh = 400,
          debug_level = 2,
        },
      },
    },
  },
  {
    name = "live_transcribe_start_short",
    method = "live_transcribe",
    params = { action = { start = { lang = "en-US", direction = { "remote-caller" } } } },
  },
  {
    name = "live_transcribe_direction_empty",
    method = "live_transcribe",
    params = { action = { start = { lang = "en-US", direction = {} } } },
  },
  {
    name = "live_transcribe_summarize",
    method = "live_transcribe",
    params = { action = { summarize = { webhook = "https://example.com/summary", prompt = "Sum up." } } },
  },
  {
    name = "live_transcribe_summarize_empty",
    method = "live_transcribe",
    params = { action = { summarize = {} } },
  },
  { name = "live_transcribe_stop", method = "live_transcribe", params = { action = "stop" } },
  {
    name = "live_transcribe_older",
    method = "live_transcribe",
    params = { action = { start = { language = "en-US" } } },
  },
  {
    name = "live_translate_start",
    method = "live_translate",
    params = {
      action = {
        start = {
          from_lang = "en-US",
          to_lang = "es-ES",
          direction = both_sides,
          from_voice = "en-US-A",
          to_voice = "es-ES-A",
          filter_from = "gen-z",
          filter_to = "prompt:Sound like a pirate.",
          webhook = "https://example.com/lt",
          live_events = false,
          ai_summary = true,
          ai_summary_prompt = "Short.",
          speech_engine = "deepgram",
          speech_timeout = 60000,
          vad_silence_ms = 300,
          vad_thresh = 1800,
          debug_level = 0,
        },
      },
      status_url = "https://example.com/translate",
    },
  },
  {
    name = "live_translate_start_short",
    method = "live_translate",
    params = {
      action = {
        start = {
          from_lang = "en-US",
          to_lang = "fr-FR",
          direction = { "local-caller" },
        },
      },
    },
  },
  {
    name = "live_translate_direction_empty",
    method = "live_translate",
    params = { action = { start = { from_lang = "en-US", to_lang = "fr-FR", direction = {} } } },
  },
  {
    name = "live_translate_no_direction",
    method = "live_translate",
    params = { action = { start = { from_lang = "en-US", to_lang = "es-ES" } } },
  },
  {
    name = "live_translate_summarize",
    method = "live_translate",
    params = { action = { summarize = { webhook = "https://example.com/summary", prompt = "Sum up." } } },
  },
  {
    name = "live_translate_summarize_empty",
    method = "live_translate",
    params = { action = { summarize = {} } },
  },
  {
    name = "live_translate_inject",
    method = "live_translate",
    params = { action = { inject = { message = "Un momento, ¿sí?", direction = "remote-caller" } } },
  },
  { name = "live_translate_stop", method = "live_translate", params = { action = "stop" } },

  { name = "transfer_string", method = "transfer", params = { dest = "https://example.com/next.swml" } },
  {
    name = "transfer_swml",
    method = "transfer",
    params = {
      dest = {
        version = "1.0.0",
        sections = { main = { { connect = { to = "sip:bob@example.com", timeout = 30 } } } },
      },
    },
  },
  {
    name = "transfer_phone",
    method = "transfer",
    params = { dest = { type = "phone", params = { to_number = bob } } },
  },
  { name = "send_fax_stop", method = "send_fax_stop", params = { control_id = "f1" } },
  { name = "receive_fax_stop", method = "receive_fax_stop", params = { control_id = "f2" } },

  {
    name = "refer_sip",
    method = "refer",
    params = {
      device = { type = "sip", params = { to = "sip:sales@example.com" } },
      status_url = "https://example.com/refer",
    },
  },
  {
    name = "refer_sip_everything",
    method = "refer",
    params = {
      device = {
        type = "sip",
        params = {
          to = "sip:sales@example.com;transport=tls?X-A=b%20c",
          from = "sip:desk@example.com",
          username = "desk",
          password = 'p"w\\d/é',
        },
      },
      status_url = "https://example.com/refer",
    },
  },
  { name = "refer_string", method = "refer", params = { device = "sip:sales@example.com" } },
  { name = "refer_to", method = "refer", params = { device = { to = "sip:sales@example.com" } } },
  {
    name = "refer_type_to",
    method = "refer",
    params = {
      device = { type = "sip", to = "sip:sales@example.com" },
      status_url = "https://example.com/refer",
    },
  },
  { name = "refer_sip_uri", method = "refer", params = { device = { sip_uri = "sip:sales@example.com" } } },
  {
    name = "refer_uri",
    method = "refer",
    params = { device = { type = "sip", params = { uri = "sip:sales@example.com" } } },
  },
  {
    name = "refer_headers",
    method = "refer",
    params = {
      device = {
        type = "sip",
        params = {
          to = "sip:sales@example.com",
          headers = { { name = "X-Reason", value = "maintenance" } },
        },
      },
    },
  },
  {
    name = "refer_to_uri",
    method = "refer",
    params = { device = { type = "sip", params = { to_uri = "sip:sales@example.com" } } },
  },
  { name = "refer_device_empty", method = "refer", params = { device = {} } },

  { name = "user_event_flat", method = "user_event", params = { event = { name = "checkout", step = 3 } } },
  { name = "user_event_empty", method = "user_event", params = { event = {} } },
  {
    name = "user_event_nested",
    method = "user_event",
    params = {
      event = {
        list = { 1, "two", { 3 }, { four = 4 } },
        yes = true,
        no = false,
        nothing = null,
        empty_list = array {},
        empty_object = {},
        [""] = "an empty key",
        ["1"] = "a key of digits",
        ["a.b/c"] = "a key of signs",
      },
    },
  },
  {
    name = "user_event_numbers",
    method = "user_event",
    params = {
      event = {
        small = 1.5,
        third = 0.1,
        tiny = 5e-324,
        huge = 1.7976931348623157e308,
        precise = 0.30000000000000004,
        negative = -2.5,
        time = 1700000000.123456,
        two_53 = 9007199254740992,
        below = -9007199254740991,
        fourteen = 100000000000000,
        fifteen = 123456789012345,
        zero = 0,
      },
    },
  },
  {
    name = "user_event_integers",
    method = "user_event",
    needs_integers = true,
    params = {
      event = {
        most = math.maxinteger,
        least = math.mininteger,
        id = 123456789012345678,
        odd = 9007199254740993,
      },
    },
  },
  {
    name = "user_event_text",
    method = "user_event",
    params = {
      event = {
        plain = "a/b",
        quotes = "\"'\\",
        controls = "\0\1\8\9\10\11\12\13\31\127",
        latin = "Zoë",
        cjk = "世界",
        emoji = "👩‍🚀",
        separators = "\226\128\168\226\128\169",
        last = "\239\191\191",
        astral = "\244\143\191\191",
        html = "</script>&<!--",
      },
    },
  },
}

local function execute(name, command, call_id, params)
  rows[#rows + 1] = { name = name, call = function(calling) return calling:execute(command, call_id, params) end }
end

execute("execute_refer", "calling.refer", id, {
  device = { type = "sip", params = { to = "sip:sales@example.com" } },
})
execute("execute_adds_nothing", "calling.refer", id, { device = "sip:sales@example.com", anything = {} })
execute("execute_empty_is_object", "calling.collect", id, { control_id = "c1", speech = { hints = {} } })
execute("execute_empty_array", "calling.collect", id, { control_id = "c1", speech = { hints = array {} } })
execute("execute_new_command", "calling.teleport", id, { where = "Mars" })
execute("execute_bare", "calling.teleport", id)
execute("execute_dial", "dial", nil, { from = alice, to = bob, url = answer })

return rows
