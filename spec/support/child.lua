-- Runs a piece of Lua in a process and an environment of its own, on the Lua that runs the specs.
local wire = require("spec.support.wire")

local child = {}

local function quoted(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

--- Runs `code` and returns all that it printed, errors too. `env` holds variables; false takes one away. `before` is
--- what the shell does first.
function child.run(folder, code, env, before)
  local name = folder .. "/child.lua"
  local file = assert(io.open(name, "w"))
  file:write(code)
  file:close()
  local words = { "env" }
  for variable, value in pairs(env) do
    if value == false then
      table.insert(words, 2, "-u " .. variable)
    else
      words[#words + 1] = variable .. "=" .. quoted(value)
    end
  end
  words[#words + 1] = "LUA_PATH=" .. quoted(package.path)
  words[#words + 1] = "LUA_CPATH=" .. quoted(package.cpath)
  words[#words + 1] = quoted(wire.interpreter())
  words[#words + 1] = quoted(name)
  local pipe = assert(io.popen((before or "") .. table.concat(words, " ") .. " 2>&1"))
  local output = pipe:read("*a")
  pipe:close()
  return output
end

return child
