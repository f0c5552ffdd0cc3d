-- Calls within the coroutines of a cqueues controller wait there, instead of blocking.
--
-- Each controller with calls under way has a crew. Its pump, one more coroutine of that controller, watches the engine,
-- and wakes only those whose exchange has ended. The pump ends when nothing is under way, so that cq:loop() ends too.

local condition = require("cqueues.condition")
local core = require("signalwire.core")
local cqueues = require("cqueues")
local foreign = require("signalwire.loop.foreign")
local host = require("signalwire.host.curl")

local adapter = {}

local engine = core.engine
local is_installed = false

local crews = setmetatable({}, { __mode = "k" }) -- by controller

-- The engine is one: what a pump makes it do may end the exchange of another controller's crew.
local function wake_ended()
  for _, crew in pairs(crews) do
    for exchange, ended in pairs(crew.waiting) do
      if exchange:done() then
        crew.waiting[exchange] = nil
        ended:signal()
        crew.news:signal()
      end
    end
  end
end

local function pump(controller, crew)
  while next(crew.waiting) do
    cqueues.poll({ pollfd = engine:descriptor(), events = "r" }, crew.news, foreign.patience())
    engine:work(0)
    wake_ended()
  end
  crews[controller] = nil
end

local function join_crew(controller, exchange, ended)
  local crew = crews[controller]
  if crew then
    crew.waiting[exchange] = ended
    crew.news:signal()
    return
  end
  crew = { waiting = { [exchange] = ended }, news = condition.new() }
  crews[controller] = crew
  controller:wrap(pump, controller, crew)
end

-- A call that blocks works for all, and leaves no sign on the descriptor.
local function look_again()
  for _, crew in pairs(crews) do
    crew.news:signal()
  end
end

--- The controller whose coroutine this is; nil where a call must block.
function adapter.current()
  local controller, is_its_coroutine = cqueues.running()
  if controller and is_its_coroutine and foreign.can_yield() then return controller end
  look_again()
  return nil
end

function adapter.await(controller, _, begin, ...)
  local exchange = begin(nil, ...)
  if exchange:done() then return exchange end
  local ended = condition.new()
  join_crew(controller, exchange, ended)
  while not exchange:done() do
    ended:wait()
  end
  return exchange
end

function adapter.sleep(_, seconds) cqueues.sleep(seconds) end

--- From now on, a call in a coroutine of a cqueues controller yields to it until the answer is there.
function adapter.install()
  if not is_installed then host.add_waiter(adapter) end
  is_installed = true
  return adapter
end

return adapter
