-- What an event says became of a command. Webhooks and RELAY carry the same events, and both are read here.

local events = require("signalwire.catalog.events")

local outcome = {}

-- Values ---------------------------------------------------------------------------------------------------

local function text_of(value)
  if type(value) == "number" and value % 1 == 0 and value > -1e15 and value < 1e15 then
    return ("%.0f"):format(value)
  end
  return type(value) == "string" and value or nil
end

local function at(value, path)
  for name in path:gmatch("[^.]+") do
    if type(value) ~= "table" then return nil end
    value = value[name]
  end
  return value
end

local function is_plain(value)
  local kind = type(value)
  return kind == "string" or kind == "number" or kind == "boolean"
end

-- The first of the paths that leads to a plain value.
local function first(params, paths)
  for _, path in ipairs(paths) do
    local value = at(params, path)
    if is_plain(value) then return value end
  end
  return nil
end

-- The rules: each returns whether the event is final, and whether that is a success ---------------------------

local rules = {}

local function by_state(row, state)
  local ok = row.ends and state and row.ends[state]
  if ok == nil then return false end
  return true, ok
end

function rules.call_state(row, state, params)
  if state ~= "ended" then return false end
  if type(params.end_reason) ~= "string" then return true end
  return true, row.reasons[params.end_reason] or false
end

--- The NOTIFY tells how the referred call went; 202 to the REFER says only that somebody will try.
function rules.refer(row, state, params)
  if state == nil or state == "inProgress" then return false end
  local notified = text_of(params.sip_notify_response_code)
  if notified and notified ~= "" then return true, notified:find("^2%d%d$") ~= nil end
  return true, row.succeeds[state] or false
end

--- A continuous collect goes on until its own state says otherwise; any other ends with its first whole result.
function rules.collect(row, state, params)
  local own = params.state
  if own ~= "finished" and own ~= "error" then
    if state == nil or own ~= nil or params.final == false or state == "start_of_input" then return false end
  end
  return true, own ~= "error" and not row.fails[state]
end

function rules.fax(row, state, params)
  local final, ok = by_state(row, state)
  return final, ok and at(params, "fax.params.success") ~= false
end

-- Reading --------------------------------------------------------------------------------------------------

local function guessed_type(params)
  for _, mark in ipairs(events.by_field) do
    if params[mark[1]] ~= nil then return mark[2] end
  end
  return events.by_state[params.state]
end

local function type_of(envelope, params)
  local name = envelope.event_type
  if type(name) == "string" and name ~= "" then return name end
  return guessed_type(params)
end

-- Seconds in words of a form. tonumber reads a point only where the locale has one.
local function seconds_of(text)
  local whole, fraction = text:match("^(%d+)%.?(%d*)$")
  if not whole or #whole > 15 then return nil end
  fraction = fraction:sub(1, 9)
  return tonumber(whole) + (fraction == "" and 0 or tonumber(fraction) / 10 ^ #fraction)
end

local function time_of(envelope)
  local seconds = envelope.timestamp
  if type(seconds) == "number" then return seconds end
  if type(seconds) == "string" then return seconds_of(seconds) end
  local microseconds = at(envelope, "sidecar_event.ts")
  return type(microseconds) == "number" and microseconds / 1e6 or nil
end

local call_ids = { "call_id", "call.call_id", "call_info.call_id", "sidecar_event.channel_data.call_id", "CallSid" }

local function add_fields(event, row, params)
  for name, paths in pairs(row.fields or {}) do
    event[name] = first(params, paths)
  end
  for name in pairs(row.codes or {}) do
    event[name] = text_of(params[name])
  end
end

--- The event in an envelope, or nil and a message where it is none.
---
--- `final` says that nothing more is to come of what the event tells of; then `ok` says whether it went well. A type
--- that is not known is carried whole, and is never final.
---@param envelope any `{ event_type, timestamp, params }`, or the older flat form
---@return signalwire.Event?
---@return string? message
function outcome.read(envelope)
  if type(envelope) ~= "table" then return nil, "an event is an object, not a " .. type(envelope) end
  local params = type(envelope.params) == "table" and envelope.params or envelope
  local event = {
    type = type_of(envelope, params),
    call_id = text_of(first(params, call_ids)),
    control_id = text_of(params.control_id),
    params = params,
    envelope = envelope,
    time = time_of(envelope),
  }
  if not event.type and not event.call_id then return nil, "no event: neither event_type nor call_id is there" end
  local row = events.row(event.type)
  event.state = row.always or text_of(first(params, row.state or { "state" }))
  event.final, event.ok = (rules[row.rule] or by_state)(row, event.state, params)
  add_fields(event, row, params)
  return event
end

return outcome
