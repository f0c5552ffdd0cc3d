-- What the catalog says of a command's params, in words: for strict mode, check, and behind a refusal.

local check = require("signalwire.check")

local explain = {}

local function append_texts(texts, faults)
  for _, fault in ipairs(faults) do
    texts[#texts + 1] = tostring(fault)
  end
end

--- What may be the reason of a refusal.
---@return string[]
function explain.hints(row, params)
  local texts = {}
  if type(params) ~= "table" then return texts end
  append_texts(texts, check.faults(row, params))
  append_texts(texts, check.advice(row, params))
  return texts
end

--- All that the schema refuses, in one message; nil where it refuses nothing.
---@return string? message
---@return table[]? faults
function explain.refusal(row, params)
  local faults = check.faults(row, params)
  if not faults[1] then return nil end
  local texts = {}
  append_texts(texts, faults)
  return table.concat(texts, "; "), faults
end

return explain
