-- One function over many items, so many at a time: a list of results, in the order of the items.

local base = require("signalwire.base")
local host = require("signalwire.host")

local known = { concurrency = true, rate = true, progress = true, each = true }

local function check(options)
  for name in pairs(options) do
    if not known[name] then
      error(("map has no option '%s'%s"):format(tostring(name), require("signalwire.did_you_mean")(name, known)), 4)
    end
  end
  local concurrency, rate = options.concurrency or 100, options.rate
  if type(concurrency) ~= "number" or concurrency % 1 ~= 0 or concurrency < 1 then
    error("map's concurrency must be a whole number, 1 or more", 4)
  end
  if rate ~= nil and (type(rate) ~= "number" or rate ~= rate or rate <= 0) then
    error("map's rate must be more than 0", 4)
  end
  return concurrency
end

-- An iterator that has ended is not asked again: that of io.lines would raise.
local function once_through(iterator)
  local ended = false
  return function()
    if ended then return nil end
    local item = iterator()
    ended = item == nil
    return item
  end
end

-- A function that gives item after item, and how many there are if that is known.
local function supply(items)
  if type(items) == "function" then return once_through(items) end
  if type(items) ~= "table" then error("map takes a list or an iterator, got a " .. type(items), 4) end
  local i = 0
  return function()
    i = i + 1
    return items[i]
  end, #items
end

-- Each call waits until its turn, `rate` turns a second, evenly.
local function pacer(rate)
  if not rate then
    return function() end
  end
  local next_turn = base.now()
  return function()
    local now = base.now()
    local turn = math.max(next_turn, now)
    next_turn = turn + 1 / rate
    if turn > now then host.sleep(turn - now) end
  end
end

local function result_of(value, response)
  if value == nil and response ~= nil then return { err = response } end
  return { value = value, response = response }
end

local function reporter(progress, total)
  if not progress then
    return function() end
  end
  local notify = progress
  if progress == true then notify = require("signalwire.progress").new(total) end
  local done, failed = 0, 0
  return function(result)
    done = done + 1
    if result.err ~= nil then failed = failed + 1 end
    notify(done, total, failed)
  end
end

local function work_off(items, fn, options, concurrency)
  local next_item, total = supply(items)
  local wait_turn, report = pacer(options.rate), reporter(options.progress, total)
  local results = not options.each and {} or nil
  local taken = 0

  -- Which item is whose is settled before anything is waited for.
  local function worker()
    local item = next_item()
    while item ~= nil do
      taken = taken + 1
      local place = taken
      wait_turn()
      local result = result_of(fn(item))
      if results then results[place] = result end
      if options.each then options.each(item, result) end
      report(result)
      item = next_item()
    end
  end

  local tasks = host.tasks()
  tasks.run(function()
    for _ = 1, total and math.min(concurrency, total) or concurrency do
      tasks.spawn(worker)
    end
  end)
  return results
end

--- Calls `fn(item)` for each item, `concurrency` of them at a time (100 where it is not given), and returns a list of
--- `{ value, response }` or `{ err }` in the order of the items. A `nil, err` is a result; an error that is raised
--- ends the map.
---@param items any[]|fun(): any a list, or an iterator
---@param fn fun(item: any): any, any
---@param options? { concurrency?: integer, rate?: number, progress?: boolean|function, each?: function }
---@return { value: any, response: any, err: any }[]? results nil where `each` takes them
return function(items, fn, options)
  options = options or {}
  return work_off(items, fn, options, check(options))
end
