-- How long to wait before the next attempt.

local base = require("signalwire.base")

local backoff = {}

local FIRST, LONGEST = 0.5, 8

local months = {}
for month in ("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"):gmatch("%a+") do
  months[#months + 1] = month
  months[month] = #months
end

-- Days since 1970-01-01, in the Gregorian calendar.
local function days(year, month, day)
  if month <= 2 then
    year, month = year - 1, month + 12
  end
  local leaps = math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
  return 365 * year + leaps + math.floor((153 * (month - 3) + 2) / 5) + day - 719469
end

local function http_date(text)
  local form = "^%a+, (%d%d) (%a%a%a) (%d%d%d%d) (%d%d):(%d%d):(%d%d) GMT$"
  local day, month, year, hour, minute, second = text:match(form)
  if not (day and months[month]) then return nil end
  return days(tonumber(year), months[month], tonumber(day)) * 86400 + hour * 3600 + minute * 60 + second
end

--- The seconds that a Retry-After header asks for, in either of its forms; nil where it has none of them.
---@param header? string
---@param wall_clock? number
---@return number?
function backoff.retry_after(header, wall_clock)
  if not header then return nil end
  local seconds = header:match("^%s*(%d+)%s*$")
  if seconds then return tonumber(seconds) end
  local date = http_date(header)
  return date and math.max(0, date - (wall_clock or os.time()))
end

--- Grows with each attempt; the jitter keeps many clients from coming back at once.
---@param attempts integer how many there were
---@param asked? number what the server asked for
---@return number
function backoff.delay(attempts, asked)
  if asked and asked > 0 then return asked end
  local longest = math.min(LONGEST, FIRST * 2 ^ (attempts - 1))
  return longest * (0.5 + 0.5 * base.random())
end

return backoff
