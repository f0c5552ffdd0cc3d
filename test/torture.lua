-- The scenarios of torture.c. `prepare(world)` gives a context, and nothing fails in it; in `act(context)` the n-th
-- allocation fails; `judge(context, fine, ...)` gets what came of it; `again(context)` shows that the state works.

package.path = "./lua/?.lua;./lua/?/init.lua;" .. package.path

local function is_memory(message)
  message = tostring(message)
  return message:find("not enough memory", 1, true) or message:find("out of memory", 1, true)
end

local function check(condition, ...)
  if not condition then error(table.concat({ ... }, " "), 0) end
end

local function new_client(url)
  local client, err = require("signalwire").client({
    project = "p",
    token = "the-token",
    base_url = url,
    timeout = 1,
    retries = 0,
  })
  check(client, tostring(err))
  return client
end

local params = { control_id = "c", play = { { type = "silence", params = { duration = 1.5 } } }, volume = -2 }

local function send(client) return client.calling:play("a-call", params) end

local function with_client(place, warm)
  return function(world)
    local client = new_client(world[place])
    if warm then send(client) end
    return { world = world, client = client, before = world.requests_seen() }
  end
end

-- What may come of a command: an answer, an error that is one, or Lua's own word that memory is short. Where the server
-- saw the command, nobody may be told to repeat it.
local function judge_command(context, fine, body, err)
  local seen = context.world.requests_seen() - context.before
  check(seen <= 1, "sent", seen, "times")
  if not fine then return check(is_memory(body), "raised:", tostring(body)) end
  if body then return check(seen == 1, "an answer without a request") end
  check(type(err) == "table" and type(err.kind) == "string", "no error:", tostring(err))
  -- (Before 8.6, libcurl has one code for short memory and for a header line that is too long.)
  check(not err.message:find("response is larger", 1, true), "nothing was too large")
  check(#tostring(err) > 5, "an error without words:", err.kind)
  check(not (err.retryable and seen > 0), "to be repeated although it was sent:", tostring(err))
end

local function command(name, place, expected, warm)
  return {
    name = name,
    prepare = with_client(place, warm),
    act = function(context) return send(context.client) end,
    judge = judge_command,
    again = function(context)
      local body, err = send(context.client)
      local got = body and "answered" or err.kind
      check(got == expected, "afterwards:", got, tostring(err))
    end,
  }
end

local function judge_memory(_, fine, message) check(fine or is_memory(message), "raised:", tostring(message)) end

local function works(context)
  local body, err = send(new_client(context.world.answering))
  check(body and body.id == "a-leg", "afterwards:", tostring(err))
end

local function only(world) return { world = world } end

local load_all = {
  name = "load the library",
  prepare = only,
  act = function()
    require("signalwire.client")
    require("signalwire.host.curl")
    require("signalwire.failure")
    require("signalwire.relay")
    return require("signalwire.catalog.calling")
  end,
  judge = judge_memory,
  again = works,
}

local make_client = {
  name = "make a client",
  prepare = function(world)
    require("signalwire").client({})
    return { world = world }
  end,
  act = function(context) return new_client(context.world.answering).calling end,
  judge = judge_memory,
  again = works,
}

local make_and_drop = {
  name = "connect, close, collect",
  prepare = with_client("answering", true),
  act = function(context)
    context.client:connect()
    context.client:close()
    context.client = nil
    collectgarbage()
  end,
  judge = judge_memory,
  again = works,
}

-- JSON -----------------------------------------------------------------------------------------------------

local function with_json(world)
  local signalwire = require("signalwire")
  local deep, wide, long = {}, {}, {}
  for _ = 1, 60 do
    deep = { inner = deep }
  end
  for i = 1, 60 do
    wide["key " .. i], long[i] = i / 3, { i }
  end
  return {
    world = world,
    json = require("signalwire.json"),
    values = {
      strings = { "", "plain", 'a "quote" \\ and \n \1', "\195\164\226\130\172\240\159\152\128", ("x"):rep(2000) },
      numbers = { 0, -1, 2 ^ 53, 0.1, 1e300, -2.5 },
      others = { true, false, signalwire.null },
      empty = signalwire.array({}),
      deep = deep,
      wide = wide,
      long = long,
    },
    bad = { function() end, 0 / 0, "\255", { [1] = 1, x = 2 }, { [{}] = 1 }, { [3] = 1 } },
    text = '{"a":[1,2.5,-3e2,true,false,null,"\\u00e4\\ud83d\\ude00"],"b":{"c":{"d":{}}},"e":null,"f":"'
      .. ("y"):rep(2000)
      .. '"}',
  }
end

local encode = {
  name = "JSON out, each kind of value",
  prepare = with_json,
  act = function(context)
    local text, message = context.json.encode(context.values)
    return text, message
  end,
  judge = function(_, fine, text, message)
    if not fine then return check(is_memory(text), "raised:", tostring(text)) end
    if text then return check(#text > 4000, "cut:", text) end
    check(message:find("^the value[%w%s._%[%]]* is ") or is_memory(message), "not a message:", message)
  end,
  again = function(context)
    local text = context.json.encode(context.values)
    check(text and context.json.decode(text).deep, "afterwards: no text")
  end,
}

-- The text fills its first 256 bytes to the last, where the second member begins.
local encode_at_edge = {
  name = "JSON out, at the end of a buffer",
  prepare = function(world)
    local ones = {}
    for i = 1, 125 do
      ones[i] = 1
    end
    return { world = world, encode = require("signalwire.json").encode, value = { a = ones, b = ones } }
  end,
  act = function(context) return context.encode(context.value) end,
  judge = function(_, fine, text, message)
    if not fine then return check(is_memory(text), "raised:", tostring(text)) end
    check(text or is_memory(message) or message:find("^the value[ .]"), "not a message:", tostring(message))
  end,
  again = works,
}

local encode_bad = {
  name = "JSON out, what can't be carried",
  prepare = with_json,
  act = function(context)
    for i = 1, #context.bad do
      local text, message = context.json.encode(context.bad[i], "params")
      local known = not text
        and (message:find("^params.* is ") or message:find("^params.* has ") or is_memory(message))
      if not known then return tostring(message) end
    end
  end,
  judge = function(_, fine, message)
    check(message == nil or not fine and is_memory(message), "not a message:", tostring(message))
  end,
  again = works,
}

local decode = {
  name = "JSON in",
  prepare = with_json,
  act = function(context) return context.json.decode(context.text) end,
  judge = function(_, fine, value, message)
    if not fine then return check(is_memory(value), "raised:", tostring(value)) end
    check(value and value.b.c or is_memory(message), "read wrong:", tostring(message))
  end,
  again = function(context) check(context.json.decode(context.text).a[7], "afterwards: no value") end,
}

-- Tasks ----------------------------------------------------------------------------------------------------

local function judge_tasks(context, fine, message)
  check(fine or is_memory(message), "raised:", tostring(message))
  local seen = context.world.requests_seen() - context.before
  check(seen <= 3, "sent", seen, "times")
end

local tasks = {
  name = "three tasks",
  prepare = function(world)
    local context = with_client("answering", true)(world)
    require("signalwire").map({ 1 }, function() return true end)
    return context
  end,
  act = function(context)
    return require("signalwire").map({ 1, 2, 3 }, function() return send(context.client) end, { concurrency = 1 })
  end,
  judge = judge_tasks,
  again = function(context)
    local results = require("signalwire").map(
      { 1, 2 },
      function() return send(context.client) end,
      { concurrency = 1 }
    )
    check(results[2].value or results[2][1], "afterwards: no result")
  end,
}

-- RELAY's socket --------------------------------------------------------------------------------------------

local function echo(context)
  local base = context.base
  local client, server = base.websocket(100000), base.websocket(100000, true)
  local frame = client:frame("text", context.text)
  server:feed(frame:sub(1, 1000))
  server:feed(frame:sub(1001))
  server:feed(client:close_frame(1000, "enough"))
  local kind, payload = server:next()
  if kind == "fault" then return kind end
  return kind, payload == context.text, server:next()
end

local frames = {
  name = "the frames of WebSocket",
  prepare = function(world)
    local context = { world = world, base = require("signalwire.base"), text = ("text "):rep(3000) }
    echo(context)
    return context
  end,
  act = echo,
  judge = function(_, fine, kind, same)
    if not fine then return check(is_memory(kind), "raised:", tostring(kind)) end
    check(kind == "fault" or kind == "text" and same, "read wrong:", tostring(kind))
  end,
  again = function(context) check(select(2, echo(context)) == true, "afterwards: read wrong") end,
}

local request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"

local function converse(context)
  local now = context.base.now()
  local settings = { origin = context.world.answering, loopback = true }
  local stream, failure = require("signalwire.host.curl").stream(settings, now + 5)
  if not stream then return nil, failure end
  local sent
  sent, failure = stream:send(request)
  if not sent then return nil, failure end
  local bytes
  bytes, failure = stream:receive(now + 5)
  stream:close()
  return bytes, failure
end

local channel = {
  name = "a channel",
  prepare = function(world)
    local context = { world = world, base = require("signalwire.base") }
    converse(context)
    return context
  end,
  act = converse,
  judge = function(_, fine, bytes, failure)
    if not fine then return check(is_memory(bytes), "raised:", tostring(bytes)) end
    check(bytes or type(failure) == "table" and #failure.message > 5, "no failure")
    check(not bytes or bytes:find("^HTTP/1.1 200"), "read wrong:", tostring(bytes))
  end,
  -- The server speaks with one at a time.
  again = function(context)
    collectgarbage()
    local bytes, failure = converse(context)
    check(bytes, "afterwards:", failure and failure.message)
  end,
}

return {
  load_all,
  make_client,
  command("send a command and read the answer", "answering", "answered"),
  command("the same over a kept connection", "answering", "answered", true),
  command("an HTTP error", "refusing", "http", true),
  command("a connection that is reset", "resetting", "network"),
  command("a port that is closed", "closed", "connect"),
  make_and_drop,
  tasks,
  encode,
  encode_at_edge,
  encode_bad,
  decode,
  frames,
  channel,
}
