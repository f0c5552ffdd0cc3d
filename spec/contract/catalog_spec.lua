-- The catalog against what is made from it (methods, reference pages, editor types), and against itself.

local catalog = require("signalwire.catalog.calling")
local check = require("signalwire.check")

-- Spelled out, so that a row that is lost or renamed is noticed here.
local names = {
  { "dial", "dial" },
  { "update", "update" },
  { "calling.end", "end_" },
  { "calling.disconnect", "disconnect" },
  { "calling.ai_hold", "ai_hold" },
  { "calling.ai_unhold", "ai_unhold" },
  { "calling.ai_message", "ai_message" },
  { "calling.ai.stop", "ai_stop" },
  { "calling.ai_sidecar", "ai_sidecar" },
  { "calling.ai_sidecar.poke", "ai_sidecar_poke" },
  { "calling.ai_sidecar.ask", "ai_sidecar_ask" },
  { "calling.ai_sidecar.stop", "ai_sidecar_stop" },
  { "calling.ai_sidecar.status", "ai_sidecar_status" },
  { "calling.play", "play" },
  { "calling.play.pause", "play_pause" },
  { "calling.play.resume", "play_resume" },
  { "calling.play.stop", "play_stop" },
  { "calling.play.volume", "play_volume" },
  { "calling.record", "record" },
  { "calling.record.pause", "record_pause" },
  { "calling.record.resume", "record_resume" },
  { "calling.record.stop", "record_stop" },
  { "calling.collect", "collect" },
  { "calling.collect.stop", "collect_stop" },
  { "calling.collect.start_input_timers", "collect_start_input_timers" },
  { "calling.detect", "detect" },
  { "calling.detect.stop", "detect_stop" },
  { "calling.tap", "tap" },
  { "calling.tap.stop", "tap_stop" },
  { "calling.stream", "stream" },
  { "calling.stream.stop", "stream_stop" },
  { "calling.transcribe", "transcribe" },
  { "calling.transcribe.stop", "transcribe_stop" },
  { "calling.live_transcribe", "live_transcribe" },
  { "calling.live_translate", "live_translate" },
  { "calling.denoise", "denoise" },
  { "calling.denoise.stop", "denoise_stop" },
  { "calling.transfer", "transfer" },
  { "calling.refer", "refer" },
  { "calling.send_fax.stop", "send_fax_stop" },
  { "calling.receive_fax.stop", "receive_fax_stop" },
  { "calling.user_event", "user_event" },
}

-- What the client refuses to send without.
local must = {
  dial = { "from" },
  update = { "id" },
  refer = { "device" },
  play = { "play" },
  play_volume = { "volume" },
  tap = { "tap", "device" },
  detect = { "detect" },
  stream = { "url" },
  transfer = { "dest" },
  user_event = { "event" },
  live_transcribe = { "action" },
  live_translate = { "action" },
}
for _, method in ipairs({
  "play_pause",
  "play_resume",
  "play_stop",
  "record_pause",
  "record_resume",
  "record_stop",
  "collect_stop",
  "detect_stop",
  "tap_stop",
  "transcribe_stop",
  "stream_stop",
  "send_fax_stop",
  "receive_fax_stop",
}) do
  must[method] = { "control_id" }
end

local secrets = {
  ["dial.password"] = true,
  ["refer.device.params.password"] = true,
  ["stream.authorization_bearer_token"] = true,
  ["ai_sidecar.SWAIG.defaults.web_hook_auth_password"] = true,
  ["ai_sidecar.SWAIG.functions.web_hook_auth_password"] = true,
  ["ai_sidecar.SWAIG.mcp_servers.headers"] = true,
}

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

local function has(text, part) return text:find(part, 1, true) ~= nil end

local function each_row(visit)
  for _, row in ipairs(catalog.rows()) do
    visit(row)
  end
end

--- Visits each node at each of its places: visit(node, path), the path by the names of fields. `around` holds
--- the nodes that it is inside, so that a node inside itself ends there.
local function walk(node, path, visit, around)
  local identity = node.alternatives or node
  if around[identity] then return end
  around[identity] = true
  visit(node, path)
  for _, field in ipairs(node.fields or {}) do
    walk(field, path .. "." .. field.name, visit, around)
  end
  for _, alternative in ipairs(node.alternatives or {}) do
    walk(alternative, path, visit, around)
  end
  if node.items then walk(node.items, path, visit, around) end
  if node.values then walk(node.values, path, visit, around) end
  around[identity] = nil
end

local function each_node(visit)
  each_row(function(row) walk(row.params, row.method, visit, {}) end)
end

local function field_named(row, name)
  for _, field in ipairs(row.params.fields) do
    if field.name == name then return field end
  end
end

describe("the catalog", function()
  it("has the 42 commands, in order", function()
    assert.equal(42, #catalog.rows())
    for i, name in ipairs(names) do
      local row = catalog.rows()[i]
      assert.same(name, { row.command, row.method })
    end
  end)

  it("finds a row by its command or its method, whole", function()
    each_row(function(row)
      assert.equal(row, catalog.row_of_command(row.command))
      assert.equal(row, catalog.row_of_method(row.method))
    end)
    assert.equal(catalog.row_of_method("end_"), catalog.row_of_method("end"))
    local strange = { "", "_", "pla", "play_", "calling", "calling_play", "calling.pla", "play.pause", "dial from" }
    for _, name in ipairs(strange) do
      assert.is_nil(catalog.row_of_method(name), name)
      assert.is_nil(catalog.row_of_command(name), name)
    end
    assert.is_nil(catalog.row_of_method("calling.play"))
    assert.is_nil(catalog.row_of_command("calling.play play"))
    assert.is_nil(catalog.row_of_method(nil))
  end)

  it("knows where the call id goes", function()
    each_row(function(row)
      local expected = ({ dial = "none", update = "params" })[row.method] or "top"
      assert.equal(expected, row.id, row.command)
    end)
  end)

  it("says what the client insists on, and nothing else", function()
    each_row(function(row)
      assert.same(must[row.method], row.must, row.command)
      for _, name in ipairs(row.must or {}) do
        assert.truthy(field_named(row, name), row.command)
      end
    end)
  end)

  it("describes every command and every parameter", function()
    each_row(function(row) assert.truthy(row.doc and #row.doc > 0, row.command) end)
    each_node(function(node, path)
      local constant = node.enum and #node.enum == 1
      if node.name and not constant then assert.truthy(node.doc and #node.doc > 0, path) end
    end)
  end)

  it("is written with known words only", function()
    local types = { string = 1, integer = 1, number = 1, boolean = 1, object = 1, array = 1, union = 1 }
    local keys = {}
    local known = [[
      name doc type format required secret nullable default enum suggested pattern
      min max min_length min_items max_properties
      fields closed exactly_one_of map values opaque items alternatives
    ]]
    for key in known:gmatch("%S+") do
      keys[key] = true
    end
    each_node(function(node, path)
      assert.truthy(types[node.type], path)
      for key in pairs(node) do
        assert.truthy(keys[key], path .. " has the key " .. key)
      end
    end)
  end)

  it("has defaults that it would take itself", function()
    each_node(function(node, path)
      if node.default == nil then return end
      local row = { params = { type = "object", fields = { node } } }
      assert.same({}, check.faults(row, { [node.name] = node.default }), path)
    end)
  end)

  it("marks the secrets", function()
    local found = {}
    each_node(function(node, path)
      if node.secret then found[path] = true end
      local telling = path:find("password$") or path:find("token$")
      assert.equal(telling ~= nil, telling ~= nil and node.secret == true, path)
    end)
    assert.same(secrets, found)
  end)

  it("has a place in params for each rule", function()
    each_row(function(row)
      for _, rule in ipairs(row.rules or {}) do
        for _, field in ipairs(rule.fields or { rule.field }) do
          assert.truthy(field_named(row, field:match("^[%w_]+")), row.command .. " " .. field)
        end
      end
    end)
  end)
end)

describe("what is made from the catalog", function()
  it("is a method for each row, and no other", function()
    local client = assert(require("signalwire").client({ sandbox = true }))
    each_row(function(row) assert.equal("function", type(client.calling[row.method]), row.command) end)
    assert.equal(client.calling.end_, client.calling["end"])
    assert.has_error(function() return client.calling.reffer end)
  end)

  it("is a section of a page for each row, with each parameter", function()
    local index = read("docs/reference/README.md")
    each_row(function(row)
      local page = read(("docs/reference/%s.md"):format(row.group))
      local section = (page .. "\n## "):match("\n(## " .. row.method .. "\n.-)\n## ")
      assert.truthy(section, row.command .. " has no section")
      local link = ("(%s.md#%s)"):format(row.group, row.method)
      assert.truthy(has(index, link), row.command .. " is not in the index")
      assert.truthy(has(section, row.doc) and has(section, "`" .. row.command .. "`"), row.command)
      assert.truthy(has(section, "client.calling:" .. row.method .. "("), row.command)
      for _, field in ipairs(row.params.fields) do
        assert.truthy(has(section, "| `" .. field.name .. "` |"), row.command .. " " .. field.name)
      end
    end)
  end)

  it("leaves no page without a row", function()
    local groups = { README = true, relay = true }
    each_row(function(row) groups[row.group] = true end)
    local listing = io.popen("ls docs/reference")
    for page in listing:lines() do
      assert.truthy(groups[page:match("^(.*)%.md$")], page)
    end
    listing:close()
  end)

  it("is an example for each row that the schema takes", function()
    local examples = dofile("tools/examples.lua")
    each_row(function(row)
      local source = "local call_id = '3fa85f64-5717-4562-b3fc-2c963f66afa6' return " .. examples[row.method]
      local params = (loadstring or load)(source)()
      assert.same({}, check.faults(row, params), row.command)
      assert.same({}, check.advice(row, params), row.command)
    end)
  end)

  it("is a typed method and a class for each row", function()
    local types = read("types/signalwire.lua")
    each_row(function(row)
      local arguments = row.id == "top" and "id, params, options" or "params, options"
      local method = ("function calling:%s(%s) end"):format(row.method, arguments)
      assert.truthy(has(types, method), row.command)
      local on_handle = has(types, ("function call:%s("):format(row.method))
      assert.equal(row.id ~= "none", on_handle, row.command)
      local before = types:sub(1, (types:find(method, 1, true)))
      local class = before:match("^.*%-%-%-@param params%?? (%S+)\n")
      local _, last = types:find("---@class " .. class .. "\n", 1, true)
      assert.truthy(last, row.command)
      local block = types:sub(last):match("^(.-)\n\n")
      for _, field in ipairs(row.params.fields) do
        local start = "---@field " .. field.name
        assert.truthy(has(block, start .. " ") or has(block, start .. "? "), row.command .. " " .. field.name)
      end
    end)
  end)

  it("is Lua that can be loaded", function() assert.truthy(loadfile("types/signalwire.lua")) end)
end)
