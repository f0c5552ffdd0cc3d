-- Where the sandbox's ids come from: the system's random source, or a count, so that a test's ids repeat.

local uuid = {}

--- Ids that count up. Two boxes give the same ones in the same order.
function uuid.counting()
  local count = 0
  return function()
    count = count + 1
    return ("00000000-0000-4000-8000-%012d"):format(count)
  end
end

local function from_bytes(bytes)
  local b = { bytes:byte(1, 16) }
  b[7] = b[7] % 16 + 0x40
  b[9] = b[9] % 64 + 0x80
  local hex = {}
  for i = 1, 16 do
    hex[i] = ("%02x"):format(b[i])
  end
  return (table.concat(hex):gsub("^(%x%x%x%x%x%x%x%x)(%x%x%x%x)(%x%x%x%x)(%x%x%x%x)", "%1-%2-%3-%4-"))
end

--- Random ids, or nil and a message where the system has no random source.
function uuid.random()
  local source, message = io.open("/dev/urandom", "rb")
  if not source then return nil, message end
  return function() return from_bytes(source:read(16)) end
end

return uuid
