-- Hostile values to JSON text: a text that reads back, or a fault with its path; never an error that is raised.
local expect = require("spec.fuzz.targets.expect")
local json = require("signalwire.json")

local that = expect.that

local function raise() error("a metamethod was called") end

local metatables = {
  {},
  { __index = raise, __newindex = raise, __len = raise, __call = raise, __tostring = raise, __eq = raise },
  { __pairs = raise },
  { __index = { deep = 1 }, __mode = "k" },
  { __metatable = "locked", __index = raise },
  getmetatable(json.array({})),
}

local numbers = { 0, -0.0, 1, -1, 0.1, 1e300, -1e-300, 2 ^ 53, 2 ^ 53 + 2, -2 ^ 63, 2 ^ 63, 0 / 0, 1 / 0, -1 / 0 }
local texts = { "", "a", "\255", "\195", "\237\160\128", "\240\159\152\128", "\0", '"\\\n', ("x"):rep(300) }

local make

local function key_of(reader, open)
  local choice = reader:byte() % 12
  if choice < 5 then return reader:text() end
  if choice < 8 then return reader:byte() % 5 + 1 end
  if choice == 8 then return reader:one_of(texts) end
  if choice == 9 then return true end
  if choice == 10 then return reader:byte() / 2 + 0.5 end
  return open[1] or 1
end

local function fill(reader, t, open)
  open[#open + 1] = t
  local as_list = reader:byte() % 2 == 0
  for i = 1, reader:byte() % 8 do
    if reader:is_at_end() then break end
    local key = as_list and i or key_of(reader, open)
    t[key] = make(reader, open)
  end
  open[#open] = nil
end

local function table_of(reader, open)
  local t = {}
  fill(reader, t, open)
  local choice = reader:byte() % 16
  if metatables[choice] then setmetatable(t, metatables[choice]) end
  return t
end

local function deep(reader)
  local t = {}
  for _ = 1, reader:byte() do
    t = reader:byte() % 2 == 0 and { t } or { a = t }
  end
  return t
end

local makers = {
  function(reader) return reader:text() end,
  function(reader) return reader:one_of(texts) end,
  function(reader) return reader:one_of(numbers) end,
  function(reader) return reader:byte() * 256 + reader:byte() end,
  function(reader) return reader:byte() % 2 == 0 end,
  function() return json.null end,
  function() return raise end,
  function() return io.stdout end,
  function(_, open) return open[#open] end,
  deep,
  table_of,
  table_of,
  table_of,
  table_of,
  function(reader) return reader:text():rep(reader:byte()) end,
  function() return json.array({}) end,
}

function make(reader, open) return makers[reader:byte() % #makers + 1](reader, open) end

local function shape_of(reader, depth)
  local choice = reader:byte() % 4
  if choice == 0 or depth > 3 then return nil end
  if choice == 1 then return { [0] = shape_of(reader, depth + 1) or true } end
  if choice == 2 then return { shape_of(reader, depth + 1) } end
  return { a = shape_of(reader, depth + 1), b = { [0] = true } }
end

return function(bytes)
  local reader = expect.reader(bytes)
  local shape = shape_of(reader, 0)
  local value = make(reader, {})
  local text, message = json.encode(value, "params", shape)
  if not text then
    that(type(message) == "string" and message:find("^params"), "the fault", message)
    that(message:find(" is ") or message:find(" has "), "the fault", message)
    return
  end
  local again, problem = json.decode(text)
  that(problem == nil, "wrote what is no JSON:", text, problem)
  that(json.encode(again, "params", shape), "wrote what it would not write:", text)
end
