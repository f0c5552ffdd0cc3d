-- The library within a real nginx: where a call may wait, what options mean there, which connection is whose, reloads.
local cjson = require("cjson")
local curl = require("signalwire.host.curl")
local dns = require("spec.support.dns")
local nginx = require("spec.support.nginx")
local rawserver = require("spec.support.rawserver")
local signalwire = require("signalwire")

local ok = rawserver.ok

local names, raw

-- Runs a handler of spec/support/nginx_handlers.lua.
local function ask(server, path, arguments, patience)
  local words = {}
  for name, value in pairs(arguments or {}) do
    local safe = tostring(value):gsub("[^%w.]", function(c) return ("%%%02X"):format(c:byte()) end)
    words[#words + 1] = name .. "=" .. safe
  end
  local body = server:body(path .. "?" .. table.concat(words, "&"), patience or 30)
  return type(body) == "string" and cjson.decode(body) or body
end

local handler = 'content_by_lua_block { require("spec.support.nginx_handlers").answer(ngx.var.handler) }'

local function start(options)
  local all = {
    main = "env PATH;",
    http = ([[
      resolver 127.0.0.1:%s ipv6=off;
      lua_ssl_trusted_certificate %s/ca.pem;
      lua_ssl_verify_depth 3;
      lua_shared_dict notes 1m;
      ]]):format(names.port, raw.certs),
    server = ([[
      set $handler "";
      location ~ ^/do/(?<name>\w+)$ { set $handler $name; %s }
      ]]):format(handler),
  }
  all.http, all.server = all.http .. (options.http or ""), all.server .. (options.server or "")
  all.main = all.main .. (options.main or "")
  all.workers, all.environment = options.workers, options.environment
  return nginx.start(all)
end

setup(function()
  names = dns.start()
  raw = rawserver.start { plain = 20, tls = 20 }
end)
teardown(function()
  names.stop()
  raw:stop()
end)

local function tls_url(steps, name)
  local port = raw:port("tls")
  local url, key = raw:url(port, steps, "https://" .. (name or "localhost"))
  return url, key, port
end

local function plain_url(steps)
  local port = raw:port("plain")
  local url, key = raw:url(port, steps, "http://127.0.0.1")
  return url, key, port
end

describe("nginx's phases: #hosts", function()
  local server, key
  local can = { "rewrite", "access", "content" }

  setup(function()
    local url
    url, key = plain_url({ ok })
    local function note(phase) return ('require("spec.support.nginx_handlers").note("%s", "%s")'):format(phase, url) end
    local timer = ('require("spec.support.nginx_handlers").note_in_timer("%s", "' .. url .. '")')
    server = start {
      http = ([[
        init_by_lua_block {
          client = require("signalwire").client { project = "p", token = "secret-token", base_url = "%s" }
          local _, err = client.calling:denoise("x")
          init_error = tostring(err) }
        init_worker_by_lua_block { %s; %s
          ngx.shared.notes:set("init", init_error)
          require("spec.support.nginx_handlers").note_misuse("misuse") }
      ]]):format(url, note("init_worker"), timer:format("timer_of_init_worker")),
      server = ([[
        location = /phases {
          set_by_lua_block $x { %s }
          rewrite_by_lua_block { %s }
          access_by_lua_block { %s }
          content_by_lua_block { %s; %s
            require("spec.support.nginx_handlers").map_in_timer("map", "%s"); ngx.say("done") }
          header_filter_by_lua_block { %s }
          body_filter_by_lua_block { %s }
          log_by_lua_block { %s; %s }
        }
        location = /old { content_by_lua_block {
          ngx.say(tostring((client.calling:denoise("c0ffee00-1111-4222-8333-444455556666")))) } }
      ]]):format(
        note("set"),
        note("rewrite"),
        note("access"),
        note("content"),
        timer:format("timer_of_content"),
        url,
        note("header_filter"),
        note("body_filter"),
        note("log"),
        timer:format("timer_of_log")
      ),
    }
  end)
  teardown(function() server:stop() end)

  local notes

  before_each(function()
    if notes then return end
    server:body("/phases")
    for _ = 1, 100 do
      notes = ask(server, "/do/notes")
      if notes.map and notes.timer_of_log and notes.timer_of_content then break end
      curl.sleep(0.02)
    end
  end)

  it("a call waits in rewrite, access, content and timers", function()
    for _, phase in ipairs(can) do
      assert.is_true(cjson.decode(notes[phase]).ok, phase .. notes[phase])
    end
    for _, phase in ipairs({ "init_worker", "content", "log" }) do
      local note = notes["timer_of_" .. phase]
      assert.is_true(cjson.decode(note).ok, phase .. note)
    end
    assert.equal("ok", notes.map)
    assert.equal(9, #raw:requests(key))
  end)

  for _, phase in ipairs({ "init_worker", "set", "header_filter", "body_filter", "log" }) do
    it("a call in " .. phase .. " gives an error that names it, and what to do", function()
      local result = cjson.decode(notes[phase])
      assert.equal("unavailable", result.kind)
      assert.truthy(result.message:find(("the phase '%s'"):format(phase), 1, true), result.message)
      assert.truthy(result.message:find("ngx.timer.at", 1, true), result.message)
    end)
  end

  it("a call in init names init_worker, and a client made there works later", function()
    assert.truthy(notes.init:find("the phase 'init'", 1, true), notes.init)
    assert.truthy(notes.init:find("init_worker_by_lua", 1, true), notes.init)
    assert.truthy(server:body("/old"):find("table:", 1, true))
  end)

  it("a call where none can wait is not tried again", function()
    assert.equal(1, cjson.decode(notes.log).attempts)
    assert.is_false(cjson.decode(notes.log).retryable)
  end)

  it("run and sleep raise where nothing can wait", function()
    local said = notes.misuse
    assert.truthy(said:find("signalwire.run: nginx can't wait in the phase 'init_worker'", 1, true), said)
    assert.truthy(said:find("signalwire.sleep: nginx can't wait", 1, true), said)
  end)
end)

describe("Within nginx #hosts", function()
  local server

  setup(
    function()
      server = start {
        server = ([[
        location = /other_trust/send { set $handler send; lua_ssl_trusted_certificate %s/other_ca.pem; %s }
        location = /same_trust/send { set $handler send; %s }
        location = /uncached { set $handler send; lua_code_cache off; %s }
        location = /ping { return 200 "pong"; }
        ]]):format(raw.certs, handler, handler, handler),
      }
    end
  )
  teardown(function()
    local log = server:log():gsub("[^\n]*lua_code_cache is off[^\n]*\n", "")
    server:stop()
    assert.is_nil(log:find("[alert]", 1, true), log)
    assert.is_nil(log:find("aborted", 1, true), log)
  end)

  it("a connection is kept, over TLS too", function()
    local url, key, port = tls_url({ ok })
    assert.same({ ok = 5 }, ask(server, "/do/many", { url = url, count = 5 }))
    assert.equal(5, #raw:requests(key))
    assert.equal(1, raw:connections(port))
  end)

  it("a kept connection is not given to a location with another trust", function()
    local url, key, port = tls_url({ ok })
    assert.is_true(ask(server, "/do/send", { url = url }).ok)
    local result = ask(server, "/other_trust/send", { url = url })
    assert.equal("tls", result.kind)
    assert.is_true(result.retryable)
    assert.truthy(result.message:find("certificate", 1, true))
    assert.equal(1, #raw:requests(key))
    assert.equal(2, raw:connections(port))
  end)

  it("a kept connection is not given to another name", function()
    local url, key, port = tls_url({ ok })
    assert.is_true(ask(server, "/do/send", { url = url }).ok)
    local result = ask(server, "/do/send", { url = (url:gsub("localhost", "elsewhere.localhost")) })
    assert.equal("tls", result.kind)
    assert.equal(1, #raw:requests(key))
    assert.equal(2, raw:connections(port))
  end)

  it("a name that is not in the certificate is refused, a hundred times over", function()
    local url, key = tls_url({ ok }, "elsewhere.localhost")
    assert.same({ ["tls retryable"] = 100 }, ask(server, "/do/many", { url = url, count = 100 }))
    assert.equal(0, #raw:requests(key))
  end)

  it("the deadline holds while a name hangs, and nothing was sent", function()
    for _, option in ipairs({ "timeout", "connect_timeout" }) do
      local started = curl.now()
      local result = ask(server, "/do/send", { url = "https://name.hangs.test", [option] = 0.3 })
      assert.is_true(curl.now() - started < 5)
      assert.equal("timeout", result.kind)
      assert.is_true(result.retryable)
    end
  end)

  it("a hundred calls that are given up, wherever they hang, harm nothing", function()
    local pid = ask(server, "/do/pid").pid
    local no_handshake = raw:url(raw:port("plain"), { ok }, "https://localhost")
    local no_answer, key = tls_url({ { after = "stall" } })
    local half_an_answer = tls_url({ { send = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", after = "stall" } })
    for url, word in pairs({
      ["https://name.hangs.test"] = "timeout retryable",
      [no_handshake] = "timeout retryable",
      [no_answer] = "timeout",
      [half_an_answer] = "timeout",
    }) do
      assert.same({ [word] = 25 }, ask(server, "/do/many", { url = url, count = 25, timeout = 0.05 }))
    end
    assert.equal(25, #raw:requests(key))
    assert.equal(pid, ask(server, "/do/pid").pid)
  end)

  it("a connection is opened ahead", function()
    local head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    local url, key, port = tls_url({ { send = head }, ok })
    assert.is_true(ask(server, "/do/connect", { url = url }).ok)
    assert.is_true(ask(server, "/do/send", { url = url }).ok)
    assert.equal("HEAD", raw:requests(key)[1].method)
    assert.equal(1, raw:connections(port))
  end)

  it(
    "a box takes commands within the worker",
    function() assert.same({ ok = true, commands = 1 }, ask(server, "/do/sandbox")) end
  )

  it("a name that does not exist says so", function()
    local result = ask(server, "/do/send", { url = "https://nosuchhost.invalid" })
    assert.equal("connect", result.kind)
    assert.is_true(result.retryable)
    assert.truthy(result.message:find("nosuchhost.invalid", 1, true))
  end)

  it("a request in flight is cancelled, and so is one whose name hangs", function()
    local url, key = plain_url({ { after = "stall" } })
    local result = ask(server, "/do/cancelled", { url = url })
    assert.equal("cancelled", result.kind)
    assert.is_false(result.retryable)
    assert.equal(1, #raw:requests(key))
    result = ask(server, "/do/cancelled", { url = "https://name.hangs.test" })
    assert.equal("cancelled", result.kind)
    assert.is_true(result.retryable)
  end)

  it("a place in the queue comes back from a light thread that was killed", function()
    local stalled = plain_url({ { after = "stall" } })
    local key = raw:script({ ok })
    local next_url = stalled:gsub("[^/]+$", key)
    local result =
      ask(server, "/do/killed", { url = stalled, next_url = next_url, max_connections = 1, timeout = 3 })
    assert.is_true(result.ok, result.message)
  end)

  it("a call below a function of C says that it can't wait there", function()
    local url, key = plain_url({ ok })
    local result = ask(server, "/do/below_c", { url = url })
    assert.equal("unavailable", result.kind)
    assert.truthy(result.message:find("a function of C", 1, true), result.message)
    assert.equal(0, #raw:requests(key))
  end)

  it("a body of several MB goes out whole", function()
    local url = plain_url({ { echo = true } })
    local result = ask(server, "/do/send", { url = url, id = ("x"):rep(3000), timeout = 20 })
    assert.is_true(result.ok, result.message)
    assert.equal(200, result.status)
  end)

  local function stays_flat(count)
    local url, _, port = tls_url({ { send = ok.send, quiet = true } })
    local result = ask(server, "/do/growth", { url = url, count = count }, 600)
    assert.is_true(result.kilobytes < 3072, ("it grew by %d KB"):format(result.kilobytes))
    assert.equal(1, raw:connections(port))
  end

  it("a task with many commands needs no more memory for it", function() stays_flat(20000) end)
  it("a task with 100,000 commands needs no more memory for it #long", function() stays_flat(100000) end)

  it("nothing is left behind by what is over", function()
    local url = plain_url({ { send = ok.send, quiet = true } })
    ask(server, "/do/kept", { url = url })
    local once = ask(server, "/do/kept", { url = url })
    assert.is_true(once.bytes < 1500, once.bytes)
  end)

  it("calls work with the code cache off", function()
    local url, key = tls_url({ ok })
    for _ = 1, 5 do
      assert.is_true(ask(server, "/uncached", { url = url }).ok)
    end
    assert.equal(5, #raw:requests(key))
  end)

  it("other requests of the worker go on while calls wait", function()
    local url = plain_url({ { send = ok.send, wait = 1 } })
    local pings = 0
    signalwire.run(function()
      local calls = {}
      for i = 1, 20 do
        calls[i] = signalwire.spawn(function() return ask(server, "/do/send", { url = url }).ok end)
      end
      signalwire.sleep(0.2)
      while not calls[1].is_done and pings < 50 do
        assert.equal("pong", server:body("/ping"))
        pings = pings + 1
      end
      for _, call in ipairs(calls) do
        assert.is_true(call:wait())
      end
    end)
    assert.equal(50, pings)
  end)
end)

describe("Options within nginx #hosts", function()
  local server

  setup(
    function()
      server =
        start { main = "env SIGNALWIRE_PROJECT_ID;", environment = "SIGNALWIRE_PROJECT_ID=p SIGNALWIRE_SPACE=s" }
    end
  )
  teardown(function() server:stop() end)

  local refused = {
    { "ca_file", "spec/support/certs.sh", "holds no PEM certificate" },
    { "transport", "thread", "" },
    { "proxy", "http://127.0.0.1:3128", "proxy_pass" },
    { "http_version", "2", 'must be "1.1" within nginx' },
    { "base_url", "https://192.0.2.1", "nginx verifies only names in certificates" },
    { "base_url", "https://[2001:db8::1]", "nginx verifies only names in certificates" },
    { "host", "192.0.2.1:8443", "nginx verifies only names in certificates" },
  }
  for _, row in ipairs(refused) do
    it(("%s = %s is refused, with what to do"):format(row[1], row[2]), function()
      local result = ask(server, "/do/option", { name = row[1], value = row[2] })
      assert.equal("invalid", result.kind)
      assert.truthy(result.message:find(row[3], 1, true), result.message)
    end)
  end

  it("ca_file is refused, and the directive named", function()
    local result = ask(server, "/do/option", { name = "ca_file", value = raw.ca_file })
    assert.equal("invalid", result.kind)
    assert.truthy(result.message:find("lua_ssl_trusted_certificate", 1, true))
  end)

  it("what nginx can honour is taken", function()
    for name, value in pairs({ http_version = "1.1", base_url = "http://127.0.0.1:9", space = "example" }) do
      assert.is_true(ask(server, "/do/option", { name = name, value = value }).ok)
    end
  end)

  it("the environment that nginx hides is named, and how to show it", function()
    local result = ask(server, "/do/bare")
    assert.equal("invalid", result.kind)
    assert.truthy(result.message:find("missing: token (SIGNALWIRE_API_TOKEN), space (SIGNALWIRE_SPACE)", 1, true))
    assert.truthy(result.message:find("env SIGNALWIRE_API_TOKEN;", 1, true))
  end)
end)

describe("An answer cut at every byte #hosts", function()
  local server
  local crlf = "\r\n"
  local answers = {
    ["of a known length"] = rawserver.json("200 OK", '{"id":"a-leg"}'),
    ["in chunks"] = table.concat({
      "HTTP/1.1 200 OK",
      "Transfer-Encoding: chunked",
      "",
      '5;x="y"',
      '{"id"',
      "9",
      ':"a-leg"}',
      "0",
      "X-Trailer: 1",
      "",
      "",
    }, crlf),
    ["behind 100 and 103"] = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
      .. rawserver.json("200 OK", "{}"),
  }

  setup(function() server = start {} end)
  teardown(function() server:stop() end)

  local function cut(make_url, text, after)
    local steps = {}
    for length = 0, #text - 1 do
      steps[length + 1] = { send = text:sub(1, length), after = after }
    end
    steps[#steps + 1] = { send = text }
    local url, key = make_url(steps)
    assert.same({ network = #text, ok = 1 }, ask(server, "/do/many", { url = url, count = #steps, timeout = 10 }))
    assert.equal(#steps, #raw:requests(key))
  end

  for name, text in pairs(answers) do
    it(name .. ", is a broken connection, once", function() cut(plain_url, text, "close") end)
    it(name .. ", by a reset, is one too #long", function() cut(plain_url, text, "reset") end)
    it(name .. ", over TLS, is one too #long", function() cut(tls_url, text, "close") end)
    it(name .. ", over TLS without a goodbye, is one too #long", function() cut(tls_url, text, "fin") end)
  end

  it("until its end, is no JSON but at its end", function()
    local text = 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"id":"a-leg"}'
    local head = #text - #'{"id":"a-leg"}'
    local steps = {}
    for length = 0, #text do
      steps[length + 1] = { send = text:sub(1, length), after = "close" }
    end
    local url, key = plain_url(steps)
    local counts = ask(server, "/do/many", { url = url, count = #steps })
    -- None of its body is an empty answer: HTTP can't tell the two apart.
    assert.same({ network = head, ok = 2, decode = #text - head - 1 }, counts)
    assert.equal(#steps, #raw:requests(key))
  end)
end)

describe("Several workers #hosts", function()
  local server

  setup(function() server = start { workers = 4, http = "keepalive_timeout 0;" } end)
  teardown(function() server:stop() end)

  -- Sends so many commands at once, does something meanwhile, and gives how many came back well.
  local function send_beside(amount, url, round, action)
    local fine = 0
    signalwire.run(function()
      for i = 1, amount do
        signalwire.spawn(function()
          local result = ask(server, "/do/send", { url = url, id = ("r%d-%d"):format(round, i) })
          if result.ok then fine = fine + 1 end
        end)
      end
      signalwire.sleep(0.015)
      action()
    end)
    return fine
  end

  local function count_ids(key)
    local total, different, seen = 0, 0, {}
    for _, request in ipairs(raw:requests(key)) do
      local id = cjson.decode(request.body).id
      total = total + 1
      if not seen[id] then different = different + 1 end
      seen[id] = true
    end
    return total, different
  end

  local function reloads(count, amount)
    local url, key = plain_url({ { send = ok.send, wait = 0.03 } })
    local fine = 0
    for round = 1, count do
      fine = fine + send_beside(amount, url, round, function() server:reload() end)
    end
    assert.equal(count * amount, fine)
    local total, different = count_ids(key)
    assert.equal(count * amount, total)
    assert.equal(count * amount, different)
  end

  it("serve commands side by side", function()
    local pids = {}
    for _ = 1, 100 do
      pids[ask(server, "/do/pid").pid] = true
      if next(pids, (next(pids))) then break end
    end
    assert.truthy(next(pids, (next(pids))), "one worker took all")
    local url, key = plain_url({ { send = ok.send, wait = 0.05 } })
    assert.equal(40, send_beside(40, url, 1, function() end))
    assert.equal(40, #raw:requests(key))
  end)

  it("finish what is in flight when they are told to reload, each command once", function() reloads(20, 4) end)
  it("finish what is in flight through 1,000 reloads, each command once #long", function() reloads(1000, 4) end)

  it("finish what timers have in flight when they are told to reload", function()
    local url, key = plain_url({ { send = ok.send, wait = 0.5 } })
    local other = start {
      server = ([[location = /later { content_by_lua_block {
        require("spec.support.nginx_handlers").note_in_timer("later", "%s"); ngx.say("soon") } }]]):format(
        url
      ),
    }
    other:body("/later")
    curl.sleep(0.1)
    other:reload()
    local note
    for _ = 1, 100 do
      note = ask(other, "/do/notes").later
      if note then break end
      curl.sleep(0.02)
    end
    other:stop()
    assert.truthy(note, "it was lost")
    assert.is_true(cjson.decode(note).ok, note)
    assert.equal(1, #raw:requests(key))
  end)
end)
