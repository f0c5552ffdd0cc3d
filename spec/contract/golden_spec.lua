-- What leaves the real client, as a raw server sees it, against JSON files written from the API's documents.
local cjson = require("cjson")
local golden_cases = require("spec.contract.golden_cases")
local rawserver = require("spec.support.rawserver")
local wire = require("spec.support.wire")
local version = require("signalwire.version")

local folder = "spec/contract/golden/"
local amount_of_commands = 42
local not_of_the_api = { ["calling.teleport"] = true }

local function golden_names()
  local names = {}
  local list = assert(io.popen("ls " .. folder))
  for name in list:lines() do
    names[#names + 1] = assert(name:match("^(.*)%.json$"), name)
  end
  list:close()
  return names
end

local function command_of(name)
  local file = assert(io.open(folder .. name .. ".json"))
  local text = file:read("*a")
  file:close()
  return cjson.decode(text).command
end

local function header_of(request, name)
  local found
  for _, header in ipairs(request.headers) do
    if header[1] == name then
      assert.is_nil(found, name .. " is there twice")
      found = header[2]
    end
  end
  return found
end

local function play_case(case, calling)
  if case.call then return case.call(calling) end
  if case.method == "dial" then return calling:dial(case.params) end
  if case.method == "update" then return calling:update(case.params) end
  return calling[case.method](calling, wire.call_id, case.params)
end

describe("Golden body", function()
  local server, port

  setup(function()
    server = rawserver.start { tls = 1 }
    port = server:port("tls")
  end)
  teardown(function() server:stop() end)

  local function sent_by(play, step)
    local url, key = server:url(port, { step })
    local client = wire.client(url, { ca_file = server.ca_file })
    local body, response = play(client.calling)
    assert(body, tostring(response))
    local requests = server:requests(key)
    assert.equal(1, #requests)
    return requests[1], body, key
  end

  for _, case in ipairs(golden_cases) do
    it(case.name, function()
      if case.needs_integers and not math.type then return end
      local request, body = sent_by(function(calling) return play_case(case, calling) end, { golden = case.name })
      assert.equal("table", type(body.differences))
      assert.equal(0, #body.differences, table.concat(body.differences, "\n"))
      assert.equal("POST", request.method)
    end)
  end

  it("comes with the right path and headers", function()
    local request, _, key = sent_by(function(calling) return calling:disconnect(wire.call_id) end, rawserver.ok)
    assert.equal("/" .. key .. "/api/calling/calls", request.path)
    assert.equal("application/json", header_of(request, "content-type"))
    assert.equal("Basic " .. wire.basic, header_of(request, "authorization"))
    assert.equal("127.0.0.1:" .. port, header_of(request, "host"))
    assert.equal(tostring(#request.body), header_of(request, "content-length"))
    assert.truthy(header_of(request, "accept"))
    assert.is_nil(header_of(request, "expect"))
    assert.is_nil(header_of(request, "transfer-encoding"))
    local agent = header_of(request, "user-agent")
    local form = "^signalwire%-lua/(%S+) %(([^;]+); ([%w_]+/%d+%.%d+%.%d+)%)$"
    local told_version, lua, http = agent:match(form)
    assert.equal(version, told_version, agent)
    assert.equal(rawget(_G, "jit") and "LuaJIT" or _VERSION, lua:match("^LuaJIT") or lua, agent)
    assert.truthy(http)
  end)

  it("has params {} where nothing is given", function()
    for _, params in ipairs { false, {} } do
      local request = sent_by(
        function(calling) return calling:disconnect(wire.call_id, params or nil) end,
        rawserver.ok
      )
      assert.truthy(request.body:find('"params":{}', 1, true), request.body)
    end
  end)

  it("of 2 MB arrives whole, and without an Expect", function()
    local text = ("0123456789abcdef"):rep(131072)
    local request = sent_by(
      function(calling) return calling:ai_message(wire.call_id, { message_text = text }) end,
      rawserver.ok
    )
    assert.is_true(request.body:find(text, 1, true) ~= nil)
    assert.is_nil(header_of(request, "expect"))
  end)

  it("is the same whenever it is sent", function()
    local bodies = {}
    for index, letters in ipairs { "qwertyuiopasdfghjklzxcvbnm", "mnbvcxzlkjhgfdsapoiuytrewq" } do
      local event = {}
      for letter in letters:gmatch(".") do
        event[letter] = { one = 1, two = 2 }
      end
      bodies[index] =
        sent_by(function(calling) return calling:user_event(wire.call_id, { event = event }) end, rawserver.ok).body
    end
    assert.equal(bodies[1], bodies[2])
  end)
end)

describe("The golden files", function()
  it("each have a case, and each case has a file", function()
    local files, cases = {}, {}
    for _, name in ipairs(golden_names()) do
      files[name] = true
    end
    for _, case in ipairs(golden_cases) do
      assert.is_nil(cases[case.name], case.name .. " is there twice")
      assert.is_true(files[case.name], case.name .. " has no file")
      cases[case.name] = true
    end
    for name in pairs(files) do
      assert.is_true(cases[name], name .. " has no case")
    end
  end)

  it("cover every command", function()
    local seen, amount = {}, 0
    for _, name in ipairs(golden_names()) do
      local command = command_of(name)
      if not seen[command] and not not_of_the_api[command] then
        seen[command] = true
        amount = amount + 1
      end
    end
    assert.equal(amount_of_commands, amount)
    for _, row in ipairs(require("signalwire.catalog.calling").rows()) do
      assert.is_true(seen[row.command], row.command .. " has no golden file")
    end
  end)
end)
