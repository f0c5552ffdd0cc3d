-- JSON text to values: a value that reads back the same, or a fault with its place.
local expect = require("spec.fuzz.targets.expect")
local json = require("signalwire.json")

local that = expect.that

local function is_plain(value)
  local kind = type(value)
  if kind == "table" then
    for key, part in next, value do
      that(type(key) == "string" or type(key) == "number", "a key that is a", type(key))
      is_plain(part)
    end
    return
  end
  that(kind == "string" or kind == "number" or kind == "boolean" or value == json.null, "a", kind)
  if kind == "number" then
    that(value == value and value ~= math.huge and value ~= -math.huge, "the number", value)
  end
end

return function(bytes)
  local value, message = json.decode(bytes)
  if message then
    local place = tonumber(message:match(" at byte (%d+)$"))
    that(value == nil and place and place >= 1 and place <= #bytes + 1, "the fault", message)
    return
  end
  that(bytes:find("%S"), "something out of nothing")
  if value == nil then return end
  is_plain(value)
  local text, fault = json.encode(value)
  if not text then
    that(
      fault:find("is not UTF-8 text", 1, true) or fault:find("nested too deep", 1, true),
      "can't be written:",
      fault
    )
    return
  end
  local again, problem = json.decode(text)
  that(problem == nil, "wrote what it can't read:", text, problem)
  that(expect.same(value, again), "read back otherwise:", text)
end
