-- Messages that a RELAY service sends, a line each: the session lives on, and answers the ping behind them.
local json = require("signalwire.json")
local signalwire = require("signalwire")

local function service(lines)
  local connection = { queue = {} }
  local fake = {}

  function connection:send(text)
    local frame = json.decode(text)
    if frame.method == "signalwire.connect" then
      self.queue[#self.queue + 1] = json.encode({ id = frame.id, result = { protocol = "p" } }, "")
      for line in lines:gmatch("[^\n]+") do
        self.queue[#self.queue + 1] = line
      end
      self.queue[#self.queue + 1] = '{"id":"the last","method":"signalwire.ping","params":{}}'
    end
    return not self.is_closed
  end

  function connection:receive()
    local text = table.remove(self.queue, 1)
    if text then return text end
    if self.is_closed then return nil, "closed", 1000, "" end
  end

  function connection:close()
    self.is_closed = true
    if self.on_message then self.on_message() end
  end

  function fake.relay() return connection end

  function fake.exchange() end

  return fake
end

return function(bytes)
  local failure
  local function log(line)
    if line:find("%.lua:%d+:") then failure = line end
  end
  local relay = assert(signalwire.relay({ sandbox = service(bytes), log = log, reconnect = false, timeout = 5 }))
  relay:on_call(function(call)
    call:on("*", function(event) return tostring(event.state) end)
    call:wait_for_ended(0)
  end)
  relay:on_message(function(message) return tostring(message.body) end)
  relay:run(function()
    signalwire.sleep(0)
    signalwire.sleep(0)
  end)
  assert(relay:state() == "closed")
  assert(not failure, failure)
end
