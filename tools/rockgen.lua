-- Writes the rockspec of the build on GnuTLS from the other one; with --check, says whether it is current.

local function read(path)
  local file = io.open(path, "rb")
  local text = file and file:read("*a")
  if file then file:close() end
  return text
end

local function only_line_of(command)
  local pipe = assert(io.popen(command))
  local line = assert(pipe:read("*l"), "nothing from: " .. command)
  pipe:close()
  return line
end

local function replace(text, old, new)
  local first, last = text:find(old, 1, true)
  assert(first, "the rockspec has no " .. old)
  return text:sub(1, first - 1) .. new .. text:sub(last + 1)
end

local path = only_line_of("ls signalwire-[0-9]*.rockspec")
local path_here = path:gsub("^signalwire%-", "signalwire-gnutls-")

local text = read(path)
text = replace(text, 'package = "signalwire"', 'package = "signalwire-gnutls"')
text = replace(text, "with the SignalWire REST API", "with the SignalWire REST API, over GnuTLS")
text = replace(text, 'CURL = { library = "curl" }', 'CURL = { library = "libcurl-gnutls.so.4" }')
text = replace(text, 'CRYPTO = { library = "crypto" }', 'NETTLE = { library = "nettle" }')
text = replace(text, "      -- In this order libcurl's libraries are loaded faster: CMakeLists.txt says why.\n", "")
text = replace(text, 'libraries = { "crypto", "curl" }', 'libraries = { ":libcurl-gnutls.so.4" }')
text = replace(text, '"$(CRYPTO_LIBDIR)", "$(CURL_LIBDIR)"', '"$(CURL_LIBDIR)"')
text =
  replace(text, 'libraries = { "crypto" }', 'defines = { "SIGNALWIRE_GNUTLS" },\n      libraries = { "nettle" }')
text = text:gsub("%$%(CRYPTO_", "$(NETTLE_")
text = "-- Made by tools/rockgen.lua, for hosts whose OpenSSL must be left alone. Do not edit.\n" .. text

if arg[1] == "--check" then
  if read(path_here) ~= text then
    io.stderr:write(path_here, " is not current: ./run generate\n")
    os.exit(1)
  end
else
  local file = assert(io.open(path_here, "wb"))
  file:write(text)
  file:close()
end
