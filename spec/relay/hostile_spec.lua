-- Whatever a server says, a session lives on: frames that are nearly right, and those that are not.
local json = require("signalwire.json")
local signalwire = require("signalwire")

-- A service within this process that authenticates, and else says what a spec makes it say.
local function service()
  local fake, connection = { said = {} }, { queue = {} }

  function fake.say(text)
    table.insert(connection.queue, text)
    if connection.on_message then connection.on_message() end
  end

  local function answer(id, result) fake.say(json.encode({ jsonrpc = "2.0", id = id, result = result }, "")) end

  function connection:send(text)
    local frame = json.decode(text)
    fake.said[#fake.said + 1] = frame
    if frame.method == "signalwire.connect" then answer(frame.id, { protocol = "p" }) end
    if frame.method == "calling.test" then answer(frame.id, { code = "200" }) end
    return not self.closed
  end

  function connection:receive()
    if self.closed then return nil, "closed", 1000, "" end
    return table.remove(self.queue, 1)
  end

  function connection:close()
    self.closed = true
    if self.on_message then self.on_message() end
  end

  function fake.relay() return connection end

  function fake.exchange() end

  return fake
end

-- Numbers that come the same each time.
local seed = 20061
local function dice(most)
  seed = (seed * 16807) % 2147483647
  return seed % most + 1
end

local function pick(list) return list[dice(#list)] end

local event_types = require("signalwire.catalog.events").types()
local ids = { "call-1", "call-2", "", 5, -1.5, true }
local states = { "created", "answered", "ended", "finished", "playing", "inProgress", "delivered", "failed", "" }

local some_value

local function some_table(depth)
  local value = {}
  for _ = 1, dice(4) do
    local names =
      { "call_id", "control_id", "state", "tag", "call", "detect", "result", "fax", "params", "type", "x" }
    value[pick(names)] = some_value(depth - 1)
  end
  return value
end

function some_value(depth)
  local kind = dice(8)
  if kind == 1 then return pick(ids) end
  if kind == 2 then return pick(states) end
  if kind == 3 then return signalwire.null end
  if kind == 4 then return dice(100000) - 50000 end
  if kind == 5 then return signalwire.array({ some_value(0) }) end
  return depth > 0 and some_table(depth) or "text"
end

local function some_event()
  local params = some_table(3)
  params.call_id, params.tag, params.message_id = pick(ids), pick({ "t", "u" }), pick({ "m1", "m2" })
  params.control_id = pick({ "c1", "c2" })
  local state = pick(states)
  params.state, params.call_state, params.dial_state, params.message_state = state, state, state, state
  if dice(4) == 1 then params[pick({ "state", "call_state", "device", "context" })] = some_value(2) end
  return { event_type = dice(20) == 1 and some_value(1) or pick(event_types), params = params }
end

local function some_frame()
  local kind = dice(10)
  if kind <= 7 then
    return {
      jsonrpc = "2.0",
      id = dice(50) == 1 and some_value(1) or "e" .. dice(1e6),
      method = "signalwire.event",
      params = dice(30) == 1 and some_value(2) or some_event(),
    }
  end
  if kind == 8 then
    return { id = some_value(1), result = some_value(2), error = dice(2) == 1 and some_value(2) or nil }
  end
  if kind == 9 then return { id = some_value(0), method = some_value(1), params = some_value(2) } end
  return { jsonrpc = some_value(0), id = "p", method = "signalwire.ping", params = some_value(1) }
end

local function some_text()
  local text = json.encode(some_frame(), "")
  if not text then return "null" end
  if dice(20) > 1 then return text end
  local at = dice(#text)
  return text:sub(1, at - 1) .. pick({ "", "}", "\0", "\255", '"', "[[[[" }) .. text:sub(at + dice(3))
end

describe("a session with a hostile server", function()
  it("lives through 20,000 frames, and works on", function()
    local box = service()
    local lines = 0
    local relay = signalwire.assert(signalwire.relay({
      sandbox = box,
      max_active_calls = 5,
      log = function(line)
        assert(not line:find("%.lua:%d"), line)
        lines = lines + 1
      end,
    }))
    relay:run(function()
      relay:on_call(function(call)
        call:on("*", function(event) return tostring(event.state) .. tostring(event.time) end)
        call:wait_for_ended(0.01)
      end)
      relay:on_message(function(message) return tostring(message.body) end)
      relay:on_event(function(event) return event.type end)
      for i = 1, 20000 do
        box.say(some_text())
        if i % 50 == 0 then
          signalwire.sleep(0)
          box.said = {}
        end
      end
      assert.equal("200", assert(relay:execute("calling.test")).code)
      assert.equal("ready", relay:state())
    end)
    assert.is_true(lines > 0)
  end)
end)
