-- Every piece of Lua in the documents runs as it stands, against a box; and every page that they name is there.
local signalwire = require("signalwire")

local loadstring = loadstring or load -- luacheck: ignore 113

local function lines_of(command)
  local pipe = assert(io.popen(command))
  local lines = {}
  for line in pipe:lines() do
    lines[#lines + 1] = line
  end
  pipe:close()
  return lines
end

local function read(name)
  local file = assert(io.open(name))
  local text = file:read("*a")
  file:close()
  return text
end

local box

-- The library, but that each client speaks with the box.
local function library()
  local face = setmetatable({}, { __index = signalwire })
  function face.client(options)
    local own = { sandbox = box }
    for name, value in pairs(options or {}) do
      if name ~= "space" then own[name] = value end
    end
    return signalwire.client(own)
  end
  return face
end

-- Time passes for the box while a session is open.
local function pass_time(session)
  while session:state() ~= "closed" do
    box:advance(1)
    signalwire.sleep(0.001)
  end
end

-- A session with the box. One that would run for ever is closed when it is idle.
local function session_with_box(failures)
  local session = signalwire.assert(signalwire.relay({
    sandbox = box,
    contexts = { "default" },
    log = function(line) failures[#failures + 1] = line:find("failed", 1, true) and line or nil end,
  }))
  local own = {}
  function own.run(_, fn)
    own.has_run = true
    return session:run(function()
      signalwire.spawn(pass_time, session)
      box:add_call({ context = "default", type = "sip" })
      if fn then return fn(session) end
      signalwire.sleep(0.2)
    end)
  end
  return setmetatable(own, {
    __index = function(_, name)
      return function(_, ...) return session[name](session, ...) end
    end,
  })
end

local function environment(failures)
  local face = library()
  face.relay = function() return session_with_box(failures) end
  local client = assert(face.client())
  local known = {
    require = function(name) return name == "signalwire" and face or require(name) end,
    signalwire = face,
    client = client,
    call_id = box.sip_call_id,
    call = client:call(box.sip_call_id),
    params = {},
    relay = session_with_box(failures),
    router = signalwire.webhook.router({ signing_key = "spec", on_error = function() end }),
    ngx = { shared = {}, log = function() end },
    print = function() end,
    log = function() end,
    queue_again = function() end,
  }
  return setmetatable(known, { __index = _G })
end

local function run(text, name)
  local failures = {}
  local env = environment(failures)
  local chunk = "local _ENV = ...; " .. text
  local piece = assert(loadstring(setfenv and text or chunk, "=" .. name)) -- luacheck: ignore 113
  -- luv can't be loaded again into a process, as busted would have it; examples/luv.lua runs in one of its own.
  if text:find('require("luv")', 1, true) then return end
  if setfenv then setfenv(piece, env) end -- luacheck: ignore 113
  piece(env)
  if text:find("relay:on_", 1, true) and not text:find("relay:run", 1, true) then env.relay:run() end
  assert.same({}, failures)
end

local pages = {
  "README.md",
  "CONTRIBUTING.md",
  "docs/errors.md",
  "docs/concurrency.md",
  "docs/openresty.md",
  "docs/performance.md",
  "docs/webhooks.md",
  "docs/kamailio.md",
  "docs/hosts.md",
  "docs/relay.md",
  "docs/architecture.md",
  "SECURITY.md",
  "CHANGELOG.md",
}

describe("the documents", function()
  before_each(function() box = signalwire.sandbox() end)

  for _, page in ipairs(pages) do
    local number = 0
    for piece in read(page):gmatch("\n```lua\n(.-)\n```") do
      number = number + 1
      local name = ("%s, piece %d"):format(page, number)
      it(name .. " runs", function() run(piece, name) end)
    end
  end

  for _, page in ipairs(lines_of("ls *.md docs/*.md docs/*/*.md")) do
    it(page .. " names only what is there", function()
      local folder = page:match("^(.*/)") or ""
      for target in read(page):gmatch("%]%(([^)]+)%)") do
        local path = target:gsub("#.*", "")
        if path ~= "" and not path:find("^%a+:") then
          local path_here = folder .. path
          assert.is_true(os.rename(path_here, path_here) and true or false, target)
        end
      end
    end)
  end

  it("name every option", function()
    local text = read("README.md")
    for name in read("lua/signalwire/options.lua"):match("local known = (%b{})"):gmatch("\n  ([%w_]+) = {") do
      assert.truthy(text:find("`" .. name .. "`", 1, true), name)
    end
  end)
end)
