-- Moves all calls off a node before it goes down: a thousand REFERs, so many at a time, none of them twice.
--
--   lua drain_node.lua sip:other-node@example.com <call_ids.txt
--
-- One call id a line. Without input, the one call of CALL_ID. Ends with status 1 if a call could not be moved.

local signalwire = require("signalwire")

local address = arg[1] or "sip:other-node@example.com"

local function read_ids()
  local ids = {}
  for line in io.lines() do
    if line ~= "" then ids[#ids + 1] = line end
  end
  if not ids[1] then ids[1] = os.getenv("CALL_ID") end
  return ids
end

local client = signalwire.assert(signalwire.client({ timeout = 20 }))
local ids = read_ids()

local results = signalwire.map(
  ids,
  function(id) return client.calling:refer(id, { device = address, status_url = os.getenv("STATUS_URL") }) end,
  { concurrency = 100, progress = true }
)

-- A call that is gone needs no moving. Of one that is unknown, its webhooks will tell: to repeat might move it twice.
local count = { moved = 0, gone = 0, refused = 0, unknown = 0 }
for i, result in ipairs(results) do
  local err = result.err
  local outcome = not err and "moved"
    or err.status == 404 and "gone"
    or (err.retryable or err.kind == "http" and err.status < 500) and "refused"
    or "unknown"
  count[outcome] = count[outcome] + 1
  if outcome == "refused" or outcome == "unknown" then
    print(("%s: %s: %s"):format(ids[i], outcome, tostring(err)))
  end
end

print(
  ("%d calls: %d moved, %d gone, %d refused, %d unknown"):format(
    #ids,
    count.moved,
    count.gone,
    count.refused,
    count.unknown
  )
)
if count.refused + count.unknown > 0 then os.exit(1) end
