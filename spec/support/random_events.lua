-- Random bodies of webhooks, from nearly right to nonsense; the same ones for the same seed, on every Lua.

local events = require("signalwire.catalog.events")

local random_events = {}

local types = events.types()

local names = {
  "call_id", "node_id", "control_id", "segment_id", "tag", "state", "call_state", "dial_state", "connect_state",
  "result", "final", "detect", "fax", "tap", "record", "device", "sip_refer_to", "sip_refer_response_code",
  "sip_notify_response_code", "end_reason", "params", "type", "event", "event_type", "timestamp", "sidecar_event",
  "call_info", "channel_data", "ts", "call", "success", "url", "duration", "status", "for", "", "\\u0000", "1",
}

local texts = {
  "finished", "error", "inProgress", "success", "playing", "recording", "collecting", "no_input", "digit", "ended",
  "hangup", "busy", "200", "202", "486", "", "c1", "sip:a@example.com", "\\u0000", "\\ud83d\\ude00", "\195\188",
  "1700000000.5", "start_of_input", "final", "%d%s%%", "completed", "nan", "0x10", "true",
}

local numbers = { "0", "-0", "1", "200", "1.5", "1e308", "-1e308", "1e-320", "9007199254740993", "1700000000.25" }

-- A function(n): a whole number from 1 to n. Schrage's form of the minimal generator: exact in doubles.
local function generator(seed)
  local state = seed % 2147483646 + 1
  return function(n)
    state = 16807 * (state % 127773) - 2836 * math.floor(state / 127773)
    if state <= 0 then state = state + 2147483647 end
    return state % n + 1
  end
end

local function pick(random, list) return list[random(#list)] end

local value

local function object(random, depth)
  local parts = {}
  for i = 1, random(9) - 1 do
    parts[i] = ('"%s":%s'):format(pick(random, names), value(random, depth))
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

local function array(random, depth)
  local parts = {}
  for i = 1, random(4) - 1 do
    parts[i] = value(random, depth)
  end
  return "[" .. table.concat(parts, ",") .. "]"
end

function value(random, depth)
  local kind = random(depth > 0 and 10 or 7)
  if kind <= 3 then return '"' .. pick(random, texts) .. '"' end
  if kind <= 5 then return pick(random, numbers) end
  if kind == 6 then return pick(random, { "true", "false" }) end
  if kind == 7 then return "null" end
  if kind == 8 then return array(random, depth - 1) end
  return object(random, depth - 1)
end

local function event(random)
  local name = random(10) == 1 and value(random, 1) or '"' .. pick(random, types) .. '"'
  return ('{"event_type":%s,"timestamp":%s,"params":%s}'):format(name, value(random, 0), object(random, 3))
end

-- Cuts a piece out, doubles it, or puts a byte in its place.
local function damaged(random, text)
  local from = random(#text)
  local to = math.min(#text, from + random(8))
  local how = random(3)
  local middle = how == 1 and "" or how == 2 and text:sub(from, to):rep(2) or string.char(random(256) - 1)
  return text:sub(1, from - 1) .. middle .. text:sub(to + 1)
end

local makers = {
  event,
  event,
  event,
  function(random) return object(random, 3) end,
  function(random) return value(random, 3) end,
  function(random) return damaged(random, event(random)) end,
  function(random) return damaged(random, damaged(random, event(random))) end,
  function(random)
    local bytes = {}
    for i = 1, random(60) do
      bytes[i] = string.char(random(256) - 1)
    end
    return table.concat(bytes)
  end,
}

--- A function that gives a body at each call.
---@param seed integer
function random_events.new(seed)
  local random = generator(seed)
  return function() return pick(random, makers)(random) end
end

return random_events
