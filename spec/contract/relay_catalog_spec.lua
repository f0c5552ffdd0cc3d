-- RELAY's catalog agrees with itself, and with what is made from it. What the service takes was written here by hand,
-- from the protocol's own list.
local catalog = require("signalwire.catalog.relay")

local commands = [[
  answer pass end connect disconnect refer transfer hold unhold denoise denoise.stop send_digits echo bind_digit
  clear_digit_bindings live_transcribe live_translate join_room leave_room join_conference leave_conference queue.enter
  queue.leave user_event amazon_bedrock ai_message ai_hold ai_unhold play play.pause play.resume play.stop play.volume
  record record.pause record.resume record.stop collect collect.stop collect.start_input_timers play_and_collect
  play_and_collect.stop play_and_collect.volume play_and_collect.pause play_and_collect.resume detect detect.stop tap
  tap.stop stream stream.stop transcribe transcribe.stop send_fax receive_fax send_fax.stop receive_fax.stop pay
  pay.stop ai ai.stop
]]

local actions = {
  play = "pause resume stop volume",
  record = "pause resume stop",
  play_and_collect = "pause resume start_input_timers stop volume",
  collect = "start_input_timers stop",
  detect = "stop",
  tap = "stop",
  stream = "stop",
  transcribe = "stop",
  send_fax = "stop",
  receive_fax = "stop",
  pay = "stop",
  ai = "stop",
}

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

local function sorted(set)
  local list = {}
  for name in pairs(set) do
    list[#list + 1] = name
  end
  table.sort(list)
  return list
end

describe("RELAY's catalog", function()
  it("has the protocol's commands and no other", function()
    local expected, found = {}, {}
    for name in commands:gmatch("%S+") do
      expected["calling." .. name] = true
    end
    for _, method in ipairs(catalog.methods) do
      found[catalog.row_of_method(method).command] = true
    end
    assert.same(sorted(expected), sorted(found))
  end)

  it("knows what starts an action, and how it is acted upon", function()
    for _, method in ipairs(catalog.methods) do
      local row = catalog.row_of_method(method)
      assert.equal(actions[method] ~= nil, catalog.starts_action(row), method)
      if actions[method] then assert.equal(actions[method], table.concat(sorted(catalog.controls_of(row)), " ")) end
    end
  end)

  it("knows what makes a control_id, and what needs another's", function()
    for _, method in ipairs(catalog.methods) do
      local row = catalog.row_of_method(method)
      local last = row.command:match("%.([^.]+)$")
      local started = row.command:match("^calling%.(.*)%.[^.]+$")
      assert.equal(started ~= nil and actions[started] ~= nil, catalog.is_control(row), method)
      local makes = actions[method] ~= nil or method:find("^queue_") ~= nil or last == "send_digits"
      assert.equal(makes, catalog.makes_control_id(row), method)
    end
  end)

  it("has an event that is known for each action", function()
    local events = require("signalwire.catalog.events")
    for method in pairs(actions) do
      local event = catalog.event_of(catalog.row_of_method(method))
      assert.truthy(event, method)
      if method ~= "ai" then assert.truthy(next(events.row(event)), event) end
    end
  end)

  it("describes every command and parameter, on a page and for editors", function()
    local page, types = read("docs/reference/relay.md"), read("types/signalwire.lua")
    for _, method in ipairs(catalog.methods) do
      local row = catalog.row_of_method(method)
      assert.truthy(page:find("| `" .. row.command .. "` | " .. row.doc .. " |", 1, true), method)
      assert.truthy(types:find(("function relay_call:%s(params, options) end"):format(method), 1, true), method)
      for _, field in ipairs(row.params.fields) do
        assert.truthy(field.doc and #field.doc > 0, method .. " " .. field.name)
      end
    end
  end)
end)
