-- What plain Lua can't do itself and the shell can: run programs, look for files, make folders.

local shell = {}

--- A word for the shell, whatever is in it.
function shell.quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

--- What a command prints, without its last line end. nil where it prints nothing.
function shell.output(command)
  local pipe = assert(io.popen(command, "r"))
  local text = pipe:read("*a"):gsub("%s+$", "")
  pipe:close()
  return text ~= "" and text or nil
end

--- Runs a command, and returns its exit status as a shell would.
function shell.run(command)
  local fine, how, code = os.execute(command)
  if type(fine) == "number" then -- Lua 5.1: what wait() gave
    if fine < 0 then return 127 end
    return fine % 256 == 0 and fine / 256 or 128 + fine % 128
  end
  return how == "exit" and code or 128 + code
end

--- The text of a file, or nil and a message.
function shell.read(path)
  local file, message = io.open(path, "rb")
  if not file then return nil, message end
  local text = file:read("*a")
  file:close()
  return text
end

--- Writes a file. Returns true, or nil and a message.
function shell.write(path, text)
  local file, message = io.open(path, "wb")
  if not file then return nil, message end
  file:write(text)
  return file:close()
end

return shell
