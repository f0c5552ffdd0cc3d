-- The sandbox behind https: over the wire with the library's own client, its webhooks, its command, and its end.

local sandbox_server = require("spec.support.sandbox_server")
local signalwire = require("signalwire")

local function run(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read("*a")
  pipe:close()
  return text
end

local function exists(path)
  local file = io.open(path)
  if file then file:close() end
  return file ~= nil
end

--- Waits until a condition holds, for five seconds at most.
local function eventually(condition)
  for _ = 1, 100 do
    local value = condition()
    if value then return value end
    signalwire.sleep(0.05)
  end
  return nil
end

local function client_of(server, more) return assert(signalwire.client(sandbox_server.client_options(server, more))) end

local function get(server, path) return sandbox_server.ask(server, "GET", path) end

describe("the sandbox over https", function()
  local server, client, call_id

  setup(function() server = sandbox_server.start() end)
  teardown(function() server.stop() end)

  before_each(function()
    client = client_of(server)
    call_id = server.env.CALL_ID
  end)

  it("answers over HTTP/1.1 and HTTP/2", function()
    for _, version in ipairs { "1.1", "2" } do
      local leg = assert(client_of(server, { http_version = version }).calling:denoise(call_id))
      assert.equal("answered", leg.status)
      assert.equal("relay_sip_call", leg.type)
    end
  end)

  it("has a certificate for every name of this machine", function()
    local port = server.address:match("%d+$")
    for _, host in ipairs { "localhost", "127.0.0.1", exists("/proc/net/if_inet6") and "[::1]" or "localhost" } do
      assert(client_of(server, { base_url = ("https://%s:%s"):format(host, port) }).calling:denoise(call_id))
    end
  end)

  it("refuses other credentials, and other paths", function()
    local _, err = client_of(server, { token = "wrong" }).calling:denoise(call_id)
    assert.equal(401, err.status)
    _, err = client_of(server, { base_url = server.address .. "/elsewhere" }).calling:denoise(call_id)
    assert.equal(404, err.status)
  end)

  it("keeps one connection for more than a thousand commands", function()
    for _, version in ipairs { "1.1", "2" } do
      local kept = client_of(server, { http_version = version })
      assert(kept.calling:denoise(call_id))
      local _, before = get(server, "/sandbox")
      for _ = 1, 1500 do
        assert(kept.calling:denoise(call_id))
      end
      local _, after = get(server, "/sandbox")
      assert.equal(before.connections, after.connections)
      assert.equal(before.commands + 1500, after.commands)
    end
  end)

  it("takes a body larger than a buffer", function()
    local leg, err = client.calling:user_event(call_id, { event = { name = "large", data = ("x"):rep(300000) } })
    assert.is_nil(err.kind)
    assert.equal(call_id, leg.id)
  end)

  it("lets real time pass: a call is dialled, referred, and its outcome comes to the inbox", function()
    local leg = assert(client.calling:dial {
      from = "+15551230000",
      to = "sip:alice@example.com",
      url = "https://example.com/swml",
      status_url = server.env.INBOX_URL,
      status_events = { "answered" },
    })
    local status, event = get(server, "/inbox?wait=5&call_id=" .. leg.id)
    assert.equal(200, status)
    assert.equal("answered", event.params.call_state)
    assert.equal(server.env.SIGNALWIRE_PROJECT_ID, event.project_id)
    assert(client.calling:refer(leg.id, { device = "sip:busy@example.com", status_url = server.env.INBOX_URL }))
    local states = {}
    for i = 1, 2 do
      status, event = get(server, "/inbox?wait=5&event_type=calling.call.refer&call_id=" .. leg.id)
      assert.equal(200, status)
      states[i] = event.params.state
    end
    assert.same({ "inProgress", "busy" }, states)
  end)

  it("has an inbox that may stay empty", function()
    local began = os.time()
    assert.equal(204, (get(server, "/inbox?wait=1&call_id=nobody")))
    assert.is_true(os.time() - began <= 3)
    assert.equal(204, (get(server, "/inbox?call_id=nobody")))
  end)

  it("sends webhooks to a server, in their order, while it answers others", function()
    local receiver = sandbox_server.start { "--quiet" }
    local silence = { { type = "silence", params = { duration = 0.1 } } }
    for i = 1, 20 do
      local params = { control_id = "c" .. i, play = silence, status_url = receiver.env.INBOX_URL }
      assert(client.calling:play(call_id, params))
    end
    local seen = {}
    for _ = 1, 40 do
      local status, event = get(receiver, "/inbox?wait=5")
      assert.equal(200, status)
      local id, state = event.params.control_id, event.params.state
      assert.equal(seen[id] == nil and "playing" or "finished", state)
      seen[id] = state
    end
    receiver.stop()
  end)

  it("logs webhooks that nobody takes, and goes on", function()
    for _, url in ipairs { "http://127.0.0.1:9/gone?k=hidden", "http://no.such.name.invalid/" } do
      assert(client.calling:refer(call_id, { device = "sip:a@example.com", status_url = url }))
    end
    assert.truthy(
      eventually(
        function() return server.log():find("success -> http://127.0.0.1:9/gone: connection refused", 1, true) end
      )
    )
    assert.is_nil(server.log():find("hidden", 1, true))
    assert.is_nil(server.log():find(server.env.SIGNALWIRE_API_TOKEN, 1, true))
    assert(client.calling:denoise(call_id))
  end)

  it("rests when nothing is due", function()
    signalwire.sleep(2.5)
    local _, first = get(server, "/sandbox")
    local pid = run("cat " .. server.folder .. "/nginx.pid"):match("%d+")
    local function ticks()
      local line = run(("cat /proc/%s/stat"):format(pid))
      local user, system = line:match("^%d+ %b() " .. ("%S+ "):rep(11) .. "(%d+) (%d+)")
      return tonumber(user) + tonumber(system)
    end
    local before = ticks()
    signalwire.sleep(1)
    assert.is_true(ticks() - before < 20)
    assert.equal("number", type(first.commands))
  end)

  it("refuses older forms where it is strict", function()
    local strict = sandbox_server.start { "--strict", "--quiet" }
    local params = { play = { { type = "tts", text = "Hello" } } }
    local _, err = client_of(strict).calling:play(strict.env.CALL_ID, params)
    assert.equal(422, err.status)
    assert.is_true(#err.errors >= 3)
    strict.stop()
    local body = assert(client.calling:play(call_id, params))
    assert.equal(call_id, body.id)
  end)
end)

describe("signalwire-sandbox", function()
  local root = run("pwd"):gsub("%s+$", "")
  local environment = ("LUA_PATH='%s/lua/?.lua;%s/lua/?/init.lua'"):format(root, root)
  local program = root .. "/bin/signalwire-sandbox"
  local interpreter = require("spec.support.wire").interpreter()

  local function command(arguments)
    return ("cd / && %s '%s' %s %s 2>&1; echo \"status $?\""):format(environment, interpreter, program, arguments)
  end

  for _, signal in ipairs { "INT", "TERM", "HUP", "KILL" } do
    it("leaves nothing behind after SIG" .. signal, function()
      local server = sandbox_server.start { "--quiet" }
      local pid = run("cat " .. server.folder .. "/nginx.pid"):match("%d+")
      assert.truthy(run("ps -o stat= -p " .. pid):find("%S"))
      server.stop(signal)
      assert.truthy(eventually(function() return not exists(server.folder .. "/nginx.conf") end))
      assert.truthy(eventually(function()
        local state = run("ps -o stat= -p " .. pid)
        return not state:find("%S") or state:find("^Z")
      end))
    end)
  end

  it("runs a command with its exports, and passes its exit status on", function()
    local script = 'printf \'%s\\n\' "$SIGNALWIRE_REST_BASE_URL" "$SIGNALWIRE_REST_CA_FILE" "$1"; exit 7'
    local text = run(command(("--quiet --exec sh -c '%s' sh \"two words\""):format(script:gsub("'", "'\\''"))))
    local address, ca_file, word = text:match("^(%S+)\n(%S+)\n([^\n]*)\nstatus 7\n$")
    assert.truthy(address and address:find("^https://127%.0%.0%.1:%d+$"), text)
    assert.equal("two words", word)
    assert.is_false(exists(ca_file))
  end)

  it("says what is wrong with its arguments", function()
    assert.equal(
      "signalwire-sandbox: there is no option '--prot': see --help\nstatus 2\n",
      run(command("--prot 1"))
    )
    assert.equal("signalwire-sandbox: --exec needs a command\nstatus 2\n", run(command("--exec")))
    assert.truthy(run(command("--port many")):find("--port takes a number", 1, true))
    assert.truthy(run(command("--help")):find("--exec COMMAND", 1, true))
  end)

  it("says that a port is taken", function()
    local server = sandbox_server.start { "--quiet" }
    local port = server.address:match("%d+$")
    local text = run(command("--quiet --exec true"):gsub("%-%-quiet", "--port " .. port))
    server.stop()
    assert.equal(
      ("signalwire-sandbox: port %s is taken: choose another with --port, or leave --port out\nstatus 1\n"):format(
        port
      ),
      text
    )
  end)

  it("says that it can't write", function()
    local text = run("TMPDIR=/proc/none; export TMPDIR; " .. command("--exec true"))
    assert.truthy(text:find("no folder can be made in /proc/none", 1, true))
    assert.truthy(text:find("status 1", 1, true))
  end)

  it("says which package is missing", function()
    local folder = run("mktemp -d"):gsub("%s+$", "")
    local function said_with_nginx(script)
      local file = assert(io.open(folder .. "/nginx", "w"))
      file:write("#!/bin/sh\n", script, "\n")
      file:close()
      os.execute("chmod +x " .. folder .. "/nginx")
      return run(("PATH=%s:$PATH; export PATH; %s"):format(folder, command("--exec true")))
    end
    local text = said_with_nginx("echo nginx version: nginx/1.22.1 --modules-path=/nowhere >&2")
    assert.truthy(text:find("apt-get install libnginx-mod-http-lua", 1, true), text)
    text = said_with_nginx("echo broken")
    assert.truthy(text:find("does not say its version", 1, true), text)
    os.execute("rm -rf " .. folder)
  end)

  it("says that nginx or openssl is missing", function()
    local shell = require("signalwire.sandbox.shell")
    local output = shell.output
    finally(function() shell.output = output end)
    local missing
    shell.output = function(text)
      if text:find("command -v " .. missing, 1, true) then return nil end
      return output(text)
    end
    local system = require("signalwire.sandbox.system")
    missing = "nginx"
    assert.truthy(select(2, system.nginx()):find("apt-get install nginx-light libnginx-mod-http-lua", 1, true))
    missing = "openssl"
    assert.truthy(select(2, system.nginx()):find("apt-get install openssl", 1, true))
  end)
end)
