-- WebSocket frames from the server's side (RFC 6455), for LuaJIT within nginx: out as text, in from a socket.

local frames = {}

frames.TEXT, frames.CLOSE, frames.PING, frames.PONG = 1, 8, 9, 10

local BINARY = 2
local LONGEST_CONTROL = 125
local PROTOCOL_ERROR, NOT_TEXT, NOT_UTF8, TOO_LARGE = 1002, 1003, 1007, 1009

--- The bytes of an unmasked, whole frame.
function frames.encode(opcode, payload)
  local length = #payload
  local first = string.char(128 + opcode)
  if length < 126 then return first .. string.char(length) .. payload end
  if length < 65536 then return first .. string.char(126, math.floor(length / 256), length % 256) .. payload end
  local bytes = {}
  for i = 8, 1, -1 do
    bytes[i] = length % 256
    length = math.floor(length / 256)
  end
  return first .. string.char(127, unpack(bytes)) .. payload
end

--- The payload of a close frame.
function frames.close_payload(code, reason)
  return string.char(math.floor(code / 256), code % 256) .. (reason or ""):sub(1, LONGEST_CONTROL - 2)
end

local function unmasked(payload, key)
  local bit, ffi = require("bit"), require("ffi")
  local length = #payload
  local bytes = ffi.new("uint8_t[?]", length)
  ffi.copy(bytes, payload, length)
  local mask = ffi.new("uint8_t[4]", { key:byte(1, 4) })
  for i = 0, length - 1 do
    bytes[i] = bit.bxor(bytes[i], mask[i % 4])
  end
  return ffi.string(bytes, length)
end

--- How long a character may be by its first byte, and the range of its second byte; nil where none begins so.
local function character(byte)
  if byte < 0xC2 then return nil end
  if byte < 0xE0 then return 2, 0x80, 0xBF end
  if byte < 0xF0 then return 3, byte == 0xE0 and 0xA0 or 0x80, byte == 0xED and 0x9F or 0xBF end
  if byte < 0xF5 then return 4, byte == 0xF0 and 0x90 or 0x80, byte == 0xF4 and 0x8F or 0xBF end
  return nil
end

--- True for well-formed UTF-8.
function frames.is_utf8(text)
  local place = 1
  while true do
    place = text:find("[\128-\255]", place)
    if not place then return true end
    local length, low, high = character(text:byte(place))
    local second = text:byte(place + 1)
    if not length or not second or second < low or second > high then return false end
    for i = place + 2, place + length - 1 do
      local byte = text:byte(i)
      if not byte or byte < 0x80 or byte > 0xBF then return false end
    end
    place = place + length
  end
end

--- The length that the second byte of a frame begins; nil where the socket ends.
local function length_of(socket, short)
  if short < 126 then return short end
  local bytes = socket:receive(short == 126 and 2 or 8)
  if not bytes then return nil end
  local length = 0
  for i = 1, #bytes do
    length = length * 256 + bytes:byte(i)
  end
  return length
end

local function is_control(opcode) return opcode >= frames.CLOSE end

local function head_fault(first, second, opcode)
  if first % 128 >= 16 then return "a reserved bit is set" end
  if opcode > frames.PONG or (opcode > BINARY and not is_control(opcode)) then return "unknown opcode" end
  if second < 128 then return "the frame is not masked" end
  if not is_control(opcode) then return nil end
  if first < 128 or second % 128 > LONGEST_CONTROL then return "a control frame is too long" end
  return nil
end

--- One frame: opcode, payload, whether it is the last of its message. Or nil, a code to close with and a reason; nil
--- alone where the socket ends.
local function read(socket, room)
  local head = socket:receive(2)
  if not head then return nil end
  local first, second = head:byte(1, 2)
  local opcode = first % 16
  local fault = head_fault(first, second, opcode)
  if fault then return nil, PROTOCOL_ERROR, fault end
  local length = length_of(socket, second % 128)
  if not length then return nil end
  if length > room then return nil, TOO_LARGE, "the message is too large" end
  local key = socket:receive(4)
  local payload = key and (length == 0 and "" or socket:receive(length))
  if not payload then return nil end
  return opcode, unmasked(payload, key), first >= 128
end

--- A function that returns the next message or control frame: opcode and payload; or nil, code, reason; or nil.
function frames.reader(socket, limit)
  local parts, size

  return function()
    while true do
      local opcode, payload, is_last = read(socket, limit - (size or 0))
      if not opcode then return nil, payload, is_last end
      if is_control(opcode) then return opcode, payload end
      if opcode == BINARY then return nil, NOT_TEXT, "RELAY speaks text" end
      if (opcode == 0) ~= (parts ~= nil) then return nil, PROTOCOL_ERROR, "a fragment out of order" end
      parts, size = parts or {}, (size or 0) + #payload
      parts[#parts + 1] = payload
      if is_last then
        local text = table.concat(parts)
        parts, size = nil, nil
        if not frames.is_utf8(text) then return nil, NOT_UTF8, "the text is not UTF-8" end
        return frames.TEXT, text
      end
    end
  end
end

return frames
