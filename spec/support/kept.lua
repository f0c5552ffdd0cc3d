-- What is still held when all of it should be gone.

local kept = {}

local function count()
  if jit then jit.flush() end -- what LuaJIT compiled counts too
  collectgarbage()
  collectgarbage()
  return collectgarbage("count") * 1024
end

--- How many bytes each round leaves behind, once the first ones have warmed up what is kept for good.
---@param rounds integer
---@param round fun()
function kept.bytes(rounds, round)
  for _ = 1, rounds do
    round()
  end
  local before = count()
  for _ = 1, rounds do
    round()
  end
  return (count() - before) / rounds
end

--- `each` is how many things a round makes; one, if not given.
function kept.assert_none(rounds, round, each)
  local bytes = kept.bytes(rounds, round) / (each or 1)
  assert(bytes < 800, ("each round leaves %.0f bytes behind"):format(bytes))
end

return kept
