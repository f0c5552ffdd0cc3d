-- Where in nginx this Lua runs, and whether a call can wait there.

local phase = {}

local can_wait = { rewrite = true, server_rewrite = true, access = true, content = true, timer = true }

local remedy = "do it in a timer: ngx.timer.at(0, function() ... end)"
local remedies = { init = "set a timer in init_worker_by_lua: ngx.timer.at(0, function() ... end)" }

-- A thread can't wait below a function of C, but for these two.
local transparent = { [pcall] = true, [xpcall] = true }

-- LuaJIT's coroutine.isyieldable is hidden by the functions that nginx has in place of Lua's.
local function function_of_c()
  local level = 3
  local info = debug.getinfo(level, "Sf")
  while info do
    if info.what == "C" and not transparent[info.func] then
      return debug.getinfo(level, "n").name or "a function of C"
    end
    level = level + 1
    info = debug.getinfo(level, "Sf")
  end
end

--- Why nothing can wait here, in words; nil where it can.
---@return string?
function phase.refusal()
  local name = ngx.get_phase()
  if not can_wait[name] then
    return ("nginx can't wait in the phase '%s'; %s"):format(name, remedies[name] or remedy)
  end
  local below = function_of_c()
  if below then return ("nginx can't wait within %s, a function of C"):format(below) end
end

return phase
