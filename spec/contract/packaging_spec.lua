-- What is said in several places says the same: the rockspec, CMake, the files on disk, one version number.

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

local function lines_of(command)
  local pipe = assert(io.popen(command))
  local lines = {}
  for line in pipe:lines() do
    lines[#lines + 1] = line
  end
  pipe:close()
  table.sort(lines)
  return lines
end

local function sorted(list)
  table.sort(list)
  return list
end

local function names_of(set)
  local names = {}
  for name in pairs(set) do
    names[#names + 1] = name
  end
  return sorted(names)
end

--- A rockspec is Lua that sets globals.
local function load_rockspec(path)
  local fields = {}
  if setfenv then
    setfenv(assert(loadfile(path)), fields)()
  else
    assert(loadfile(path, "t", fields))()
  end
  return fields
end

local function cmake_sources(text)
  local list = {}
  for body in text:gmatch("add_library%((.-)%)") do
    for name in body:gmatch("src/[%w_]+%.c") do
      list[#list + 1] = name
    end
  end
  return sorted(list)
end

describe("the package", function()
  local rockspecs = lines_of("ls signalwire-[0-9]*.rockspec")
  local version = dofile("lua/signalwire/version.lua")
  local rockspec = load_rockspec(rockspecs[1])
  local cmake = read("CMakeLists.txt")

  it("has one rockspec, named for its version", function()
    assert.same({ "signalwire-" .. version .. "-1.rockspec" }, rockspecs)
    assert.equal(version .. "-1", rockspec.version)
    assert.equal("v" .. version, rockspec.source.tag)
  end)

  it("has its version in one Lua file, from which CMake reads it", function()
    assert.truthy(version:match("^%d+%.%d+%.%d+$"))
    assert.truthy(cmake:find("file(STRINGS lua/signalwire/version.lua", 1, true))
    assert.falsy(cmake:find(version, 1, true))
    local mentions = lines_of("grep -rlF '\"" .. version .. "\"' lua src")
    assert.same({ "lua/signalwire/version.lua" }, mentions)
  end)

  it(
    "has a changelog whose newest release is this version",
    function() assert.equal(version, read("CHANGELOG.md"):match("\n## %[?(%d+%.%d+%.%d+)")) end
  )

  it("compiles every C file, by the rockspec and by CMake", function()
    local on_disk = lines_of("ls src/*.c")
    local in_rockspec = {}
    for _, module in pairs(rockspec.build.modules) do
      for _, source in ipairs(module.sources) do
        in_rockspec[source] = true
      end
    end
    assert.same(on_disk, names_of(in_rockspec))
    assert.same(on_disk, cmake_sources(cmake))
  end)

  it("links libcurl to the core alone", function()
    assert.is_nil(rockspec.build.modules["signalwire.base"].libraries)
    assert.same({ "crypto", "curl" }, rockspec.build.modules["signalwire.core"].libraries)
    assert.same({ "crypto" }, rockspec.build.modules["signalwire.digest"].libraries)
    assert.is_nil(read("src/digest.c"):find("curl/", 1, true))
  end)

  it("makes three C modules, inside its own name", function()
    assert.same({ "signalwire.base", "signalwire.core", "signalwire.digest" }, names_of(rockspec.build.modules))
    assert.truthy(
      cmake:find("install(TARGETS base core digest DESTINATION lib/lua/${LUA_ABI}/signalwire)", 1, true)
    )
  end)

  it("ships all of lua/, where nothing lies but modules under one name", function()
    assert.same({ "lua/signalwire" }, lines_of("ls -d lua/*"))
    assert.same({}, lines_of("find lua -type f ! -name '*.lua'"))
    assert.truthy(cmake:find("install(DIRECTORY lua/ DESTINATION share/lua/${LUA_ABI})", 1, true))
  end)

  it("installs every program in bin/", function()
    local programs = {}
    for name, path in pairs(rockspec.build.install.bin) do
      assert.equal("bin/" .. name, path)
      assert.truthy(cmake:find(name, 1, true))
      programs[#programs + 1] = path
    end
    assert.same(lines_of("ls bin/*"), sorted(programs))
  end)

  it("names the same lowest libcurl in CMake and in the code", function()
    local major, minor = cmake:match("find_package%(CURL (%d+)%.(%d+)%)")
    local number = ("0x%02x%02x00"):format(tonumber(major), tonumber(minor))
    assert.truthy(read("src/libcurl.h"):find("LIBCURL_VERSION_NUM < " .. number, 1, true), number)
  end)

  it("requires only modules that it ships or depends on", function()
    -- All but the first are there in the hosts that bring them.
    local allowed = {}
    for name in ("signalwire cjson bit ffi cqueues luv ngx resty"):gmatch("%S+") do
      allowed[name] = true
    end
    for _, path in ipairs(lines_of("find lua -name '*.lua'")) do
      for name in read(path):gmatch("require%s*%(?%s*[\"']([%w_.-]+)[\"']") do
        assert.truthy(allowed[name:match("^[^.]+")], path .. " requires " .. name)
      end
    end
  end)
end)
