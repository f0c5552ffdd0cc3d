-- The receivers in examples/webhooks, as they stand: what the sandbox sends reaches them, and what is forged does not.

local digest = require("signalwire.digest")
local plain_http = require("spec.support.plain_http")
local sandbox_server = require("spec.support.sandbox_server")
local signalwire = require("signalwire")
local system = require("signalwire.sandbox.system")
local wire = require("spec.support.wire")

local function output(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read("*a")
  pipe:close()
  return (text:gsub("%s+$", ""))
end

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

local function eventually(condition)
  for _ = 1, 200 do
    local value = condition()
    if value then return value end
    signalwire.sleep(0.05)
  end
  return nil
end

local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

describe("the receiver", function()
  local sandbox, folder, pid, port

  setup(function() sandbox = sandbox_server.start() end)
  teardown(function() sandbox.stop() end)

  before_each(function()
    folder = assert(system.new_folder())
    port = system.random_port()
  end)

  after_each(function()
    if pid then os.execute(("kill %s; while kill -0 %s 2>/dev/null; do sleep 0.05; done"):format(pid, pid)) end
    pid = nil
    os.execute("rm -rf " .. quote(folder))
  end)

  local function log() return read(folder .. "/log.txt") end

  --- Starts a command in the background, with what it needs in its environment, until it listens.
  local function start(command, lua_cpath)
    local environment = ("LUA_PATH=%s LUA_CPATH=%s SIGNALWIRE_SIGNING_KEY=%s PUBLIC_URL=%s"):format(
      quote(output("pwd") .. "/lua/?.lua;" .. output("pwd") .. "/lua/?/init.lua;;"),
      quote(lua_cpath),
      quote(sandbox.env.SIGNALWIRE_SIGNING_KEY),
      "http://public.example"
    )
    pid = output(("env %s %s >%s/log.txt 2>&1 & echo $!"):format(environment, command, folder))
    assert.truthy(eventually(function() return system.port_is_taken(port) end), log())
  end

  --- The sandbox signs the address that it was given; a proxy would send it on here.
  local function refer(to)
    local client = assert(signalwire.client(sandbox_server.client_options(sandbox)))
    local url = ("http://127.0.0.1:%d/hook?job=7"):format(port)
    assert(client.calling:refer(sandbox.env.CALL_ID, { device = to, status_url = url }))
  end

  local function post(call_id, key)
    local body = '{"event_type":"calling.call.refer","timestamp":1,"params":{"call_id":"'
      .. call_id
      .. '","state":"success","sip_refer_to":"sip:b@example.com"}}'
    local text = plain_http.text("POST", "/hook?job=7", {
      host = "127.0.0.1:" .. port,
      ["content-type"] = "application/json",
      ["x-signalwire-signature"] = digest.hex(digest.hmac_sha1(key, "http://public.example/hook?job=7" .. body)),
    }, body)
    return (plain_http.answer(plain_http.send(port, text)))
  end

  local function check()
    local key = sandbox.env.SIGNALWIRE_SIGNING_KEY
    assert.equal(403, post("forged", "a guess"))
    assert.equal(200, post("real", key))
    assert.equal(200, post("real", key))
    assert.truthy(eventually(function() return log():find("real", 1, true) end), log())
    assert.is_nil(log():find("forged", 1, true))
    local _, count = log():gsub("real", "")
    assert.equal(1, count, log())
  end

  it("by LuaSocket takes what is signed, once", function()
    start(wire.interpreter() .. " examples/webhooks/server.lua " .. port, package.cpath)
    check()
  end)

  it("by LuaSocket takes what the sandbox sends", function()
    local program = wire.interpreter() .. " examples/webhooks/server.lua " .. port
    start("env -u PUBLIC_URL " .. program, package.cpath)
    refer("sip:busy@example.com")
    assert.truthy(eventually(function() return log():find("in vain: busy", 1, true) end), log())
  end)

  local function start_kamailio(prefix)
    local text = read("examples/webhooks/kamailio.cfg")
    text = text:gsub("FOLDER", output("pwd") .. "/examples/webhooks"):gsub("debug=1", "debug=2")
    text = text:gsub("SIP_PORT", tostring(system.random_port())):gsub("HTTP_PORT", tostring(port))
    local file = assert(io.open(folder .. "/kamailio.cfg", "w"))
    file:write(text)
    file:close()
    local command = ("%s kamailio -DD -E -f %s/kamailio.cfg -P %s/pid -Y %s -m 64 -M 8"):format(
      prefix,
      folder,
      folder,
      folder
    )
    start(command, output("pwd") .. "/build/5.1/?.so;;")
  end

  local function with_kamailio(name, run)
    it(name, function()
      if output("command -v kamailio") == "" then return pending("kamailio is not installed") end
      if output("ls build/5.1/signalwire/digest.so 2>/dev/null") == "" then
        return pending("Kamailio's Lua needs ./run build 5.1")
      end
      run()
    end)
  end

  with_kamailio("in Kamailio takes what is signed, once for all its processes", function()
    start_kamailio("")
    check()
  end)

  with_kamailio("in Kamailio takes what the sandbox sends", function()
    start_kamailio("env -u PUBLIC_URL")
    refer("sip:busy@example.com")
    assert.truthy(eventually(function() return log():find("to sip:busy@example.com: busy", 1, true) end), log())
  end)
end)
