-- What a connection gives, line by line and in pieces, within limits.

local reader = {}

local PIECE = 65536

local Reader = {}
Reader.__index = Reader

--- `receive()` gives what has come, or nil and why nothing will.
function reader.new(receive) return setmetatable({ receive = receive, text = "", at = 1 }, Reader) end

-- False and why where nothing more comes.
local function more(self)
  local text, message = self.receive(PIECE)
  if not text then return false, message end
  self.text, self.at = self.text:sub(self.at) .. text, 1
  return true
end

--- The next line, without its end. `room` is how many bytes it may have.
---@return string? line
---@return string? why "too long", or what the connection said
function Reader:line(room)
  while true do
    local ending = self.text:find("\n", self.at, true)
    if (ending or #self.text + 1) - self.at > room then return nil, "too long" end
    if ending then
      local line = self.text:sub(self.at, ending - 1):gsub("\r$", "")
      self.at = ending + 1
      return line
    end
    local fine, message = more(self)
    if not fine then return nil, message end
  end
end

--- The first bytes of what is to come, at least one.
function Reader:peek(count)
  if self.at > #self.text then
    local fine, message = more(self)
    if not fine then return nil, message end
  end
  return self.text:sub(self.at, self.at + count - 1)
end

--- What there is, `most` bytes at the most and at least one.
function Reader:piece(most)
  if self.at <= #self.text then
    local piece = self.text:sub(self.at, self.at + most - 1)
    self.at = self.at + #piece
    return piece
  end
  return self.receive(math.min(most, PIECE))
end

--- True where nothing has come that was not taken.
function Reader:is_empty() return self.at > #self.text end

return reader
