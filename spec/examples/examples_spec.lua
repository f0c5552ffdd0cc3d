-- Each example, run as its first lines say, against the sandbox by the environment alone.
local sandbox_server = require("spec.support.sandbox_server")
local wire = require("spec.support.wire")

local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

describe("the example", function()
  local server

  setup(function() server = sandbox_server.start() end)
  teardown(function() server.stop() end)

  -- What it prints, on both outputs, and whether it ended well.
  local function begin(example, environment, input)
    local words = { "env", "LUA_PATH=" .. quote(package.path), "LUA_CPATH=" .. quote(package.cpath) }
    for _, variables in ipairs({ server.env, environment or {} }) do
      for name, value in pairs(variables) do
        words[#words + 1] = name .. "=" .. quote(value)
      end
    end
    words[#words + 1] = quote(wire.interpreter())
    words[#words + 1] = example
    words[#words + 1] = ("2>&1 <%s; echo status $?"):format(input or "/dev/null")
    return assert(io.popen(table.concat(words, " ")))
  end

  local function run(example, environment, input)
    local pipe = begin(example, environment, input)
    local text = pipe:read("*a")
    pipe:close()
    return text, text:match("status (%d+)%s*$") == "0"
  end

  local expected = {
    ["examples/refer.lua"] = { "REFER to sip:sales@example.com accepted" },
    ["examples/refer_and_wait.lua"] = {
      "sip:sales@example.com: inProgress",
      "sip:sales@example.com: success",
      "is handed over to sip:sales@example.com %(REFER 202, NOTIFY 200%)",
    },
    ["examples/dial_and_play.lua"] = { "queued", "not answered yet", "playing, control_id %x+", "hung up" },
    ["examples/ivr_collect.lua"] = { "asking", "collecting", "ten seconds" },
    ["examples/record_and_stop.lua"] = { "recording", "pause: done", "resume: done", "stop: done" },
    ["examples/errors.lua"] = {
      "id must be the call's id",
      "params.play%[1%].volume is not a number",
      "404 Not Found",
      "invalid_state",
      "hint: params needs digits or speech",
      "did you mean 'status_url'",
      "Failed to connect",
      "did you mean 'refer'",
    },
    ["examples/drain_node.lua"] = { "1/1", "1 calls: 1 moved, 0 gone, 0 refused, 0 unknown" },
    ["examples/fan_out.lua"] = { "%+15551230003: rings", ": answered", ": let go" },
    ["examples/demo.lua"] = { "accepted", "webhook: inProgress", "webhook: success", "handed over" },
    ["examples/relay_dial.lua sip:busy@example.com sip:alice@example.com"] = {
      "sip:alice@example.com answered: call",
      "said it",
      "the call has ended: hangup",
    },
    ["examples/cqueues.lua"] = { "alice: call", "3 calls; the program goes on", "carol: hung up" },
    ["examples/luv.lua"] = { "alice: call", "3 calls; the program goes on", "carol: hung up" },
    ["tools/busted.lua examples/offline_test.lua"] = { "4 successes / 0 failures / 0 errors / 0 pending" },
  }

  for example, patterns in pairs(expected) do
    it(example .. " does what it says", function()
      local text, fine = run(example)
      assert.is_true(fine, text)
      for _, pattern in ipairs(patterns) do
        assert.truthy(text:find(pattern), ("no '%s' in:\n%s"):format(pattern, text))
      end
    end)
  end

  it("examples/drain_node.lua moves a thousand calls, and names those that it can't", function()
    local name = os.tmpname()
    local file = assert(io.open(name, "w"))
    for i = 1, 1000 do
      file:write(i % 500 == 0 and "no-such-call" or server.env.CALL_ID, "\n")
    end
    file:write(server.env.PHONE_CALL_ID, "\n")
    file:close()
    local text, fine = run("examples/drain_node.lua", nil, name)
    os.remove(name)
    assert.is_false(fine)
    assert.truthy(text:find("1001 calls: 998 moved, 2 gone, 1 refused, 0 unknown", 1, true), text)
    assert.truthy(text:find(server.env.PHONE_CALL_ID .. ": refused: calling.refer: HTTP 422", 1, true), text)
  end)

  local function post(path, fields) return sandbox_server.ask(server, "POST", path, fields) end

  it("examples/relay_answer_and_refer.lua hands over the call that comes", function()
    post("/sandbox/calls", { context = "sales", type = "sip" })
    local text, fine = run("examples/relay_answer_and_refer.lua sales sip:alice@example.com 1")
    assert.is_true(fine, text)
    assert.truthy(text:find("handed over to sip:alice@example.com", 1, true), text)
    post("/sandbox/calls", { context = "help", type = "sip" })
    text = run("examples/relay_answer_and_refer.lua help sip:busy@example.com 1")
    assert.truthy(text:find("not handed over: busy", 1, true), text)
  end)

  it("examples/relay_ivr.lua asks the caller, and connects", function()
    local _, call = post("/sandbox/calls", { context = "ivr", type = "phone" })
    local begun = begin("examples/relay_ivr.lua ivr 1")
    for _ = 1, 100 do
      if post("/sandbox/press", { call_id = call.id, keys = "1" }) == 200 then break end
      require("signalwire").sleep(0.1)
    end
    require("signalwire").sleep(2)
    post("/sandbox/hang_up", { call_id = call.id })
    local output = begun:read("*a")
    begun:close()
    assert.truthy(output:find("wants sip:sales@example.com", 1, true), output)
    assert.truthy(output:find("connected", 1, true), output)
    assert.truthy(output:find("status 0\n$"), output)
  end)

  for _, example in ipairs({ "relay_answer_and_refer.lua", "relay_ivr.lua", "relay_dial.lua" }) do
    it(example .. " says what is missing where nothing is set", function()
      local text, fine = run("examples/" .. example, { SIGNALWIRE_PROJECT_ID = "" })
      assert.is_false(fine, text)
      assert.truthy(text:find("SIGNALWIRE_PROJECT_ID", 1, true), text)
    end)
  end

  local failing = {
    "drain_node.lua",
    "refer.lua",
    "refer_and_wait.lua",
    "dial_and_play.lua",
    "ivr_collect.lua",
    "record_and_stop.lua",
    "cqueues.lua",
    "luv.lua",
  }
  for _, example in ipairs(failing) do
    it(example .. " says so and ends badly where the token is wrong", function()
      local text, fine = run("examples/" .. example, { SIGNALWIRE_API_TOKEN = "wrong" })
      assert.is_false(fine, text)
      assert.truthy(text:find("401 Unauthorized", 1, true), text)
    end)

    it(example .. " says what is missing where nothing is set", function()
      local text, fine = run("examples/" .. example, { SIGNALWIRE_PROJECT_ID = "" })
      assert.is_false(fine, text)
      assert.truthy(text:find("SIGNALWIRE_PROJECT_ID", 1, true), text)
    end)
  end

  it("examples/refer_and_wait.lua says by its status that the call was not handed over", function()
    local text = run("examples/refer_and_wait.lua sip:busy@example.com")
    assert.truthy(text:find("not handed over: busy (REFER 202, NOTIFY 486)", 1, true), text)
    assert.truthy(text:find("status 1\n$"), text)
    text = run("examples/refer_and_wait.lua", { SIGNALWIRE_SIGNING_KEY = "wrong", PATIENCE = "3" })
    assert.truthy(text:find("what became of it is not known", 1, true), text)
    assert.truthy(text:find("status 2\n$"), text)
  end)

  it("is one of those that this spec knows", function()
    local known = { ["examples/relay_answer_and_refer.lua"] = true, ["examples/relay_ivr.lua"] = true }
    for words in pairs(expected) do
      known[words:match("examples/%S+")] = true
    end
    local pipe = assert(io.popen("ls examples/*.lua"))
    for name in pipe:lines() do
      assert.truthy(known[name], name)
    end
    pipe:close()
  end)
end)
