-- How far a map has come: a bar on a terminal, plain lines elsewhere.

local base = require("signalwire.base")

local progress = {}

local WIDTH = 30

local function clock(seconds)
  local minutes, hours = math.floor(seconds / 60), math.floor(seconds / 3600)
  if hours > 0 then return ("%d:%02d:%02d"):format(hours, minutes % 60, seconds % 60) end
  return ("%d:%02d"):format(minutes, seconds % 60)
end

local function line_of(done, total, failed, elapsed)
  local rate = elapsed > 0 and done / elapsed or 0
  local parts = { total and ("%d/%d"):format(done, total) or ("%d"):format(done), ("%.0f/s"):format(rate) }
  if failed > 0 then parts[#parts + 1] = ("%d failed"):format(failed) end
  if total and rate > 0 then parts[#parts + 1] = clock(math.ceil((total - done) / rate)) .. " left" end
  return table.concat(parts, "  ")
end

local function bar_of(done, total)
  local filled = total and total > 0 and math.floor(WIDTH * done / total) or 0
  return "[" .. ("#"):rep(filled) .. ("-"):rep(WIDTH - filled) .. "] "
end

--- A function to be called with (done, total, failed) after each item. `out` is stderr where it is not given.
---@param total? integer
function progress.new(total, out, is_terminal)
  out = out or io.stderr
  if is_terminal == nil then is_terminal = base.is_terminal(2) end
  local interval = is_terminal and 0.1 or 5
  local started = base.now()
  local shown = started
  return function(done, _, failed)
    local now = base.now()
    if done ~= total and now - shown < interval then return end
    shown = now
    local line = line_of(done, total, failed, now - started)
    if not is_terminal then
      out:write(line, "\n")
      return
    end
    out:write("\r", total and bar_of(done, total) or "", line, "\27[K", done == total and "\n" or "")
    out:flush()
  end
end

return progress
