-- What a failure is: a table with fields for programs, and one line for people.

local errors = {}

---@class signalwire.Error
---@field kind string
---@field message string
---@field retryable boolean
local Error = {}

local function one_line(text) return (text:gsub("%s*[%c]+%s*", " ")) end

function Error:__tostring()
  local parts = { self.command and (self.command .. ": ") or "", self.message }
  if self.hints and self.hints[1] then parts[#parts + 1] = "; perhaps: " .. table.concat(self.hints, "; ") end
  if self.request_id then parts[#parts + 1] = " (request id " .. self.request_id .. ")" end
  return one_line(table.concat(parts))
end

function Error.__concat(left, right) return tostring(left) .. tostring(right) end

Error.__name = "signalwire.error"

---@param fields table
---@return signalwire.Error
function errors.new(fields)
  fields.retryable = fields.retryable or false
  return setmetatable(fields, Error)
end

--- What is wrong with the caller's own input; nothing was sent.
---@param message string
---@param fields? table
---@return signalwire.Error
function errors.invalid(message, fields)
  fields = fields or {}
  fields.kind, fields.message = "invalid", message
  return errors.new(fields)
end

---@return boolean
function errors.is(value) return getmetatable(value) == Error end

return errors
