-- What the fuzz targets share: a demand, and a reader that makes values of bytes.
local expect = {}

function expect.that(condition, ...)
  if condition then return end
  local words = {}
  for i = 1, select("#", ...) do
    words[i] = tostring((select(i, ...)))
  end
  error(table.concat(words, " "), 2)
end

local Reader = {}
Reader.__index = Reader

--- Reads numbers and texts out of bytes; behind their end there are zeros.
function expect.reader(bytes) return setmetatable({ bytes = bytes, at = 1 }, Reader) end

function Reader:byte()
  local value = self.bytes:byte(self.at) or 0
  self.at = self.at + 1
  return value
end

function Reader:is_at_end() return self.at > #self.bytes end

--- One of a list.
function Reader:one_of(list) return list[self:byte() % #list + 1] end

function Reader:text()
  local length = self:byte() % 40
  local text = self.bytes:sub(self.at, self.at + length - 1)
  self.at = self.at + length
  return text
end

--- Two values that JSON would show alike.
function expect.same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  for key, value in next, a do
    if not expect.same(value, rawget(b, key)) then return false end
  end
  for key in next, b do
    if rawget(a, key) == nil then return false end
  end
  return true
end

return expect
