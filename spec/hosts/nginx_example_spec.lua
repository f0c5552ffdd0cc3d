-- examples/openresty, started as its README says, against the sandbox.
local curl = require("signalwire.host.curl")
local sandbox_server = require("spec.support.sandbox_server")
local shell = require("signalwire.sandbox.shell")
local system = require("signalwire.sandbox.system")

describe("examples/openresty #hosts", function()
  local sandbox, port, pipe, pid, transport

  local function post(path, body)
    local route = { method = "POST", path = path, connect_timeout = 5 }
    local _, result, text = transport:exchange(route, body or "", 20)
    result.body = text
    return result.status and result, result.message
  end

  setup(function()
    sandbox = sandbox_server.start()
    port = system.random_port()
    local words = { "echo $$; unset LUA_PATH LUA_CPATH; exec env", "PORT=" .. port }
    for name, value in pairs(sandbox.env) do
      words[#words + 1] = shell.quote(name .. "=" .. value)
    end
    words[#words + 1] = "sh examples/openresty/start.sh 2>&1"
    pipe = assert(io.popen(table.concat(words, " ")))
    pid = pipe:read("*l")
    transport = curl.open {
      origin = "http://127.0.0.1:" .. port,
      loopback = true,
      user_agent = "spec",
      max_connections = 10,
      max_response = 1000000,
    }
    for _ = 1, 200 do
      if system.port_is_taken(port) then return end
      curl.sleep(0.02)
    end
    error("it did not start: " .. pipe:read("*a"))
  end)

  teardown(function()
    os.execute("kill " .. pid)
    pipe:close()
    sandbox.stop()
    assert.is_false(system.port_is_taken(port))
  end)

  it("hands a call over", function()
    local answer = assert(post("/refer?call_id=" .. sandbox.env.CALL_ID .. "&to=sip:sales@example.com"))
    assert.equal(200, answer.status, answer.body)
    assert.equal(("call %s: REFER to sip:sales@example.com accepted\n"):format(sandbox.env.CALL_ID), answer.body)
    assert.truthy(sandbox.log():find("calling.refer", 1, true))
  end)

  it("rings somebody over RELAY, from each worker", function()
    for _ = 1, 6 do
      local answer = assert(post("/call?to=sip:sales@example.com"))
      assert.equal("sip:sales@example.com answered, and heard it\n", answer.body)
      assert.equal(200, answer.status)
    end
  end)

  it("says what went wrong", function()
    local answer = assert(post("/refer?call_id=no-such-call&to=sip:sales@example.com"))
    assert.equal(404, answer.status)
    assert.truthy(answer.body:find("HTTP 404 Not Found", 1, true), answer.body)
    answer = assert(post("/refer?to=sip:sales@example.com"))
    assert.equal(400, answer.status)
    assert.truthy(answer.body:find("id must be the call's id", 1, true), answer.body)
  end)

  it("moves many, and tells how far it is as it goes", function()
    local ids = {}
    for i = 1, 200 do
      ids[i] = i % 100 == 0 and "no-such-call" or sandbox.env.CALL_ID
    end
    local answer = assert(post("/bulk?to=sip:sales@example.com", table.concat(ids, "\n")))
    assert.equal("chunked", answer.headers["transfer-encoding"])
    local steps = select(2, answer.body:gsub("%d+ of 200, %d failed\n", ""))
    assert.equal(10, steps)
    assert.truthy(answer.body:find("200 of 200, 2 failed\n$"), answer.body)
    assert.equal(2, select(2, answer.body:gsub("no%-such%-call: calling.refer: HTTP 404", "")))
  end)
end)
