-- objects.lua SMALL LARGE COMMANDS - the instructions of one command, from two runs of callgrind of which the second
-- sent COMMANDS commands more: a line for each room of the program, "name instructions".

-- Where code lies, by the name of the object file. The first that fits counts.
local rooms = {
  { name = "core", pattern = "/signalwire/core%.so$" },
  { name = "core", pattern = "/signalwire/base%.so$" },
  { name = "lua", pattern = "/lua5%.%d$" },
  { name = "lua", pattern = "/liblua[^/]*$" },
  { name = "libcurl", pattern = "/libcurl[^/]*$" },
  { name = "libc", pattern = "/libc[.-][^/]*$" },
  { name = "libc", pattern = "/ld%-linux[^/]*$" },
}

local order = { "core", "lua", "libcurl", "libc", "other" }

local function room_of(object)
  for _, room in ipairs(rooms) do
    if object:find(room.pattern) then return room.name end
  end
  return "other"
end

-- A file of callgrind's: "ob=" opens an object, and a line "position cost" below it is its own cost; but the line after
-- "calls=" is what a called function cost, which stands again where that one is.
local function count(path)
  local names, sums, room, of_callee = {}, {}, "other", false
  for line in assert(io.lines(path)) do
    local id, name = line:match("^ob=(%(%d+%))%s*(.*)$")
    local cost = line:match("^[%d+*-]%S* (%d+)$")
    if id then
      if name ~= "" then names[id] = name end
      room = room_of(names[id])
    elseif line:find("^cob=") then
      id, name = line:match("^cob=(%(%d+%))%s*(.*)$")
      if name ~= "" then names[id] = name end
    elseif line:find("^calls=") then
      of_callee = true
    elseif cost then
      if not of_callee then sums[room] = (sums[room] or 0) + tonumber(cost) end
      of_callee = false
    end
  end
  return sums
end

local small, large, commands = count(arg[1]), count(arg[2]), tonumber(arg[3])
for _, name in ipairs(order) do
  print(("%s %.0f"):format(name, ((large[name] or 0) - (small[name] or 0)) / commands))
end
