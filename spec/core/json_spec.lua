-- Lua values to JSON and back: what is exact, what is refused, and where.
local json = require("signalwire.json")

local has_integers = math.type ~= nil

local function refused(value, expected, name)
  local text, message = json.encode(value, name or "params")
  assert.is_nil(text)
  assert.equal(expected, message)
end

describe("JSON out", function()
  local rows = {
    { "text", "params", '"params"' },
    { "every control character", "\0\1\b\f\n\r\t\31", '"\\u0000\\u0001\\b\\f\\n\\r\\t\\u001f"' },
    { "quotes, backslash and slash", '"\\/', '"\\"\\\\/"' },
    {
      "text beyond ASCII as it is",
      "żółć 電話 \240\159\147\158 \127",
      '"żółć 電話 \240\159\147\158 \127"',
    },
    { "booleans", { true, false }, "[true,false]" },
    { "null", { json.null }, "[null]" },
    { "an empty table", {}, "{}" },
    { "an empty array", json.array({}), "[]" },
    { "an array", { 1, "two", { 3 } }, '[1,"two",[3]]' },
    { "an object in the order of its keys", { b = 1, a = 2, [""] = 3, aa = 4 }, '{"":3,"a":2,"aa":4,"b":1}' },
    {
      "objects in objects",
      { z = { y = 1, x = 2 }, a = { c = {}, b = {} } },
      '{"a":{"b":{},"c":{}},"z":{"x":2,"y":1}}',
    },
    { "2^53", 2 ^ 53, "9007199254740992" },
    { "a large whole float as an integer", 1e15, "1000000000000000" },
    { "one tenth", 0.1, "0.1" },
    { "a third, shortest", 1 / 3, "0.3333333333333333" },
    { "the sum that is not 0.3", 0.1 + 0.2, "0.30000000000000004" },
    { "the smallest float", 5e-324, "4.94065645841247e-324" },
    { "the largest float", 1.7976931348623157e308, "1.7976931348623157e+308" },
    { "a time stamp with microseconds", 1700000000.123456, "1700000000.123456" },
    { "a negative", -1.5, "-1.5" },
  }
  for _, row in ipairs(rows) do
    it("writes " .. row[1], function() assert.equal(row[3], json.encode(row[2])) end)
  end

  it("writes every integer exactly", function()
    if not has_integers then return end
    assert.equal("9223372036854775807", json.encode(math.maxinteger))
    assert.equal("-9223372036854775808", json.encode(math.mininteger))
    assert.equal("123456789012345678", json.encode(123456789012345678))
  end)

  it("writes floats that read back the same", function()
    math.randomseed(1)
    for _ = 1, 20000 do
      local number = (math.random() - 0.5) * 10 ^ math.random(-300, 300)
      assert.equal(number, tonumber((json.encode(number))))
    end
  end)

  it("sorts an object of a thousand keys", function()
    local object, names = {}, {}
    for i = 1, 1000 do
      names[i] = ("key%04d"):format(i)
      object[names[i]] = i
    end
    local found = {}
    for name in json.encode(object):gmatch('"(key%d+)"') do
      found[#found + 1] = name
    end
    assert.same(names, found)
  end)

  it("says where the fault is", function()
    refused({ play = { {}, { volume = 0 / 0 } } }, "params.play[2].volume is not a number that JSON can carry")
    refused({ a = { b = math.huge } }, "params.a.b is not a number that JSON can carry")
    refused({ f = print }, "params.f is a function, which JSON can't carry")
    refused({ c = coroutine.create(function() end) }, "params.c is a thread, which JSON can't carry")
    refused({ u = io.stdout }, "params.u is a userdata, which JSON can't carry")
    refused({ s = "ab\255" }, "params.s is not UTF-8 text (byte 3)")
    refused(nil, "params is a nil, which JSON can't carry")
  end)

  it("refuses what is neither array nor object", function()
    refused({ x = { 1, a = 2 } }, "params.x is an array, but has 'a' as a key")
    refused({ x = { 1, nil, 3 } }, "params.x has 2 items, but one at 3: put signalwire.null where nothing is")
    refused({ x = { [0] = 1 } }, "params.x has 0 as a key")
    refused({ x = { [1.5] = 1 } }, "params.x has 1.5 as a key")
    refused({ x = { [-1] = 1 } }, "params.x has -1 as a key")
    refused({ x = { [2 ^ 60] = 1 } }, "params.x has 1.1529215046068e+18 as a key")
    refused({ x = { [true] = 1 } }, "params.x has a boolean as a key")
    refused({ x = json.array({ a = 1 }) }, "params.x is an array, but has 'a' as a key")
  end)

  it("refuses names and numbers in either order", function()
    for _, size in ipairs({ 1, 2, 5, 50 }) do
      local mixed = { name = 1 }
      for i = 1, size do
        mixed[i] = i
      end
      local text, message = json.encode(mixed)
      assert.is_nil(text)
      assert.truthy(
        message:find("the value is an array, but has", 1, true) or message:find("both names and numbers")
      )
    end
  end)

  it("refuses a cycle, __pairs and a deep nest, and takes a table twice", function()
    local cycle = { a = {} }
    cycle.a.b = cycle
    refused(cycle, "params.a.b is a table that it stands in")
    refused({ t = setmetatable({}, { __pairs = print }) }, "params.t has __pairs: only plain tables can be sent")
    local deep = {}
    for _ = 1, 300 do
      deep = { deep }
    end
    local text, message = json.encode(deep)
    assert.is_nil(text)
    assert.truthy(message:find("is nested too deep (200 levels)", 1, true))
    local twice = { 1 }
    assert.equal('{"a":[1],"b":[1]}', json.encode({ a = twice, b = twice }))
  end)

  it("reads tables raw", function()
    local ghost = setmetatable(
      { real = 1 },
      { __index = function() error("asked") end, __len = function() return 9 end }
    )
    assert.equal('{"real":1}', json.encode(ghost))
  end)

  it("refuses every text that is not UTF-8", function()
    for _, text in ipairs({
      "\128",
      "\191",
      "\192\175",
      "\193\191",
      "\224\128\175",
      "\237\160\128",
      "\240\128\128\175",
      "\244\144\128\128",
      "\245\128\128\128",
      "\255",
      "\194",
      "\226\130",
      "\240\159\147",
    }) do
      local encoded, message = json.encode(text)
      assert.is_nil(encoded)
      assert.truthy(message:find("is not UTF-8 text (byte 1)", 1, true))
    end
    assert.truthy(json.encode("\237\159\191\238\128\128\244\143\191\191"))
  end)

  it("follows a shape to the empty arrays", function()
    local items = {}
    local shape = { list = { [0] = true }, map = { [1] = { [0] = true } }, deep = { [0] = items } }
    items.inner = { [0] = true }
    local value = { list = {}, other = {}, map = { a = {}, b = {} }, deep = { { inner = {} }, { other = {} } } }
    assert.equal(
      '{"deep":[{"inner":[]},{"other":{}}],"list":[],"map":{"a":[],"b":[]},"other":{}}',
      json.encode(value, "", shape)
    )
  end)

  it("works on after a fault", function()
    refused({ a = { b = { f = print } } }, "params.a.b.f is a function, which JSON can't carry")
    assert.equal('{"a":{"b":1}}', json.encode({ a = { b = 1 } }))
  end)

  it("takes a finalizer that encodes in the midst of it", function()
    local encoded = 0
    local function finalize() encoded = encoded + #json.encode({ x = { y = "z" } }) end
    local newproxy = rawget(_G, "newproxy")
    local function leave_garbage()
      if not newproxy then return setmetatable({}, { __gc = finalize }) ~= nil end
      getmetatable(newproxy(true)).__gc = finalize
    end
    for i = 1, 20000 do
      leave_garbage()
      assert.equal(('{"a":{"n":%d}}'):format(i), json.encode({ a = { n = i } }))
    end
    assert.is_true(encoded > 0)
  end)

  it("honours the marks of a lua-cjson that comes later", function()
    local kept = package.loaded.cjson
    local library = { array_mt = {}, empty_array_mt = {} }
    package.loaded.cjson = library
    local text = json.encode({ setmetatable({}, library.array_mt), setmetatable({}, library.empty_array_mt) })
    package.loaded.cjson = kept
    assert.equal("[[],[]]", text)
  end)
end)

describe("The body of a command", function()
  local write = json.writer("calling.refer", true, "device", "device", "status_url")
  local device = { type = "sip" }

  it("has the command, the id and the params", function()
    local expected = '{"command":"calling.refer","id":"a","params":{"device":{"type":"sip"},"status_url":"u"}}'
    assert.equal(expected, (write("a", { status_url = "u", device = device })))
    assert.equal('{"command":"a \\"b\\"","params":{"a":1}}', json.writer('a "b"')(nil, { a = 1 }))
    assert.equal('{"command":"a","id":7,"params":{}}', json.writer("a")(7))
  end)

  it("is none where something is missing, or can't go as a string", function()
    for _, id in ipairs({ "", 7, false, {} }) do
      assert.equal(0, select("#", write(id, { device = device, status_url = "u" })))
    end
    assert.equal(0, select("#", write(nil, { device = device, status_url = "u" })))
    assert.equal(0, select("#", write("a", { device = device })))
    assert.equal(0, select("#", write("a", { status_url = "u" })))
    assert.equal(0, select("#", write("a", { device = json.null, status_url = "u" })))
    assert.equal(0, select("#", write("a", { device = "sip:a@b", status_url = "u" })))
    assert.equal(0, select("#", write("a")))
    for _, params in ipairs({ "device", 7, true, json.null }) do
      assert.equal(0, select("#", json.writer("a")(nil, params)))
    end
  end)

  it("does not ask a metatable for what is missing", function()
    local params = setmetatable({ device = device }, { __index = { status_url = "u" } })
    assert.equal(0, select("#", write("a", params)))
  end)

  it("says what can't be sent, and of which part", function()
    local rows = {
      {
        "params.device.type is a function, which JSON can't carry",
        write("a", { device = { type = print }, status_url = 1 }),
      },
      { "id is not UTF-8 text (byte 1)", write("\255", { device = device, status_url = "u" }) },
      { "command is not UTF-8 text (byte 3)", json.writer("ab\255") },
    }
    for _, row in ipairs(rows) do
      assert.is_nil(row[2])
      assert.equal(row[1], row[3])
    end
  end)

  it("says where an empty table may be an array, until a shape does", function()
    local params = { device = { headers = {} }, status_url = "u" }
    local text, guessed = write("a", params)
    assert.truthy(text:find('"headers":{}', 1, true))
    assert.is_true(guessed)
    text, guessed = write("a", params, { device = { headers = { [0] = true } } })
    assert.truthy(text:find('"headers":[]', 1, true))
    assert.is_nil(guessed)
  end)
end)

describe("JSON in", function()
  it("makes integers integers again", function()
    local value = json.decode('{"a":1,"b":[1.0,2.5,9007199254740992],"c":-3}')
    assert.equal("1", tostring(value.a))
    assert.equal("-3", tostring(value.c))
    assert.equal(2.5, value.b[2])
    assert.equal(2 ^ 53, value.b[3])
    if has_integers then assert.equal("integer", math.type(value.b[3])) end
  end)

  it("reads null as nothing in an object, and keeps it in an array", function()
    local value = json.decode('{"a":null,"b":[null,1],"c":{"d":null}}')
    assert.same({ b = { json.null, 1 }, c = {} }, value)
  end)

  it("reads what is no table", function()
    assert.same({ 1, false }, { json.decode("1") })
    assert.same({ "x", false }, { json.decode('"x"') })
    assert.same({ json.null, false }, { json.decode("null") })
    assert.equal(1, select("#", json.decode("[]")))
    assert.equal(1, select("#", json.decode("{}")))
  end)

  it("refuses what is no JSON, and numbers that nothing holds", function()
    for _, text in ipairs({
      "",
      "{",
      "nul",
      "[1,]",
      "<html>",
      "NaN",
      "[Infinity]",
      "[1e400]",
      '{"a":-1e999}',
      "0x10",
    }) do
      local value, message = json.decode(text)
      assert.is_nil(value, text)
      assert.equal("string", type(message), text)
    end
    local value = json.decode(("["):rep(100000))
    assert.is_nil(value)
  end)

  it("reads every escape", function()
    assert.equal('"\\/\b\f\n\r\t', json.decode([["\"\\\/\b\f\n\r\t"]]))
    assert.equal("a\0b\1z", json.decode([["a\u0000b\u0001z"]]))
    assert.equal("é電\240\159\147\158!", json.decode([["\u00e9\u96FB\ud83d\udcde!"]]))
    assert.same({ ["a/b"] = "https://example.com/" }, json.decode([[{"a\/b":"https:\/\/example.com\/"}]]))
  end)

  it("puts U+FFFD where half of a surrogate pair stands", function()
    for _, half in ipairs({ "\\ud83d", "\\udcde", "\\ud83d\\u0041" }) do
      assert.equal("x\239\191\189", json.decode(('"x%s"'):format(half)):sub(1, 4), half)
    end
  end)

  it("passes on text that is not UTF-8", function() assert.equal("\255\192", json.decode('"\255\192"')) end)

  it("reads numbers of every form", function()
    local rows = { ["0"] = 0, ["-0"] = 0, ["10"] = 10, ["-7"] = -7, ["0.5"] = 0.5, ["1e3"] = 1000, ["1E-2"] = 0.01 }
    rows["-1.25e+2"] = -125
    rows["123456789012345"] = 123456789012345
    rows["9007199254740993"] = 2 ^ 53
    rows["123456789012345678901234567890"] = 123456789012345678901234567890
    rows["0." .. ("3"):rep(100)] = tonumber("0." .. ("3"):rep(100))
    for text, number in pairs(rows) do
      assert.equal(number, json.decode(text), text)
      assert.equal(number, json.decode("[" .. text .. "]")[1], text)
    end
    assert.equal(tostring(1000), tostring(json.decode("1e3")))
  end)

  it(
    "marks an empty array, so that it goes out again as it came",
    function() assert.equal('{"a":[],"b":{},"c":[[]]}', json.encode(json.decode('{"a":[],"b":{},"c":[[ ]]}'))) end
  )

  it("takes the last of two members of one name", function()
    assert.same({ a = 2 }, json.decode('{"a":1,"a":2}'))
    assert.same({}, json.decode('{"a":1,"a":null}'))
  end)

  it("reads objects and arrays of every size, and at every depth", function()
    for _, size in ipairs({ 1, 15, 16, 17, 33, 1000 }) do
      local object, array = {}, {}
      for i = 1, size do
        object["k" .. i], array[i] = i, i
      end
      local text = json.encode({ object, array })
      assert.same({ object, array }, json.decode(text))
      local deep = ("["):rep(100) .. text .. ("]"):rep(100)
      assert.equal(deep, json.encode(json.decode(deep)))
    end
  end)

  it("says what was expected, and where", function()
    local rows = {
      { "", "expected a value at byte 1" },
      { "  nul", "expected a value at byte 3" },
      { "[1 2]", "expected ',' or ']' at byte 4" },
      { '{"a" 1}', "expected ':' at byte 6" },
      { "{a:1}", "expected a name at byte 2" },
      { '{"a":1,}', "expected a name at byte 8" },
      { '{"a":1]', "expected ',' or '}' at byte 7" },
      { "{} x", "expected the end at byte 4" },
      { "{}\0", "expected the end at byte 3" },
      { "01", "expected the end at byte 2" },
      { "1.", "expected a number at byte 1" },
      { "-", "expected a value at byte 1" },
      { '"abc', "a text that does not end at byte 5" },
      { '"a\\', "a text that does not end at byte 3" },
      { '"a\\x"', "an escape that JSON does not have at byte 3" },
      { '"\\u12g4"', "an escape that JSON does not have at byte 2" },
      { "1e999", "a number that no double can hold at byte 1" },
      { ("["):rep(1001), "nesting too deep at byte 1001" },
    }
    for _, row in ipairs(rows) do
      local value, message = json.decode(row[1])
      assert.is_nil(value)
      assert.equal(row[2], message, row[1])
    end
    assert.truthy(json.decode(("["):rep(1000) .. ("]"):rep(1000)))
  end)

  it("never raises, whatever is cut off or changed", function()
    local text = '{"a":[1,-2.5e3,"x\\u00e9\\n",true,false,null,{}],"b":{"c":"\\ud83d\\udcde"}}'
    for i = 0, #text do
      local value, message = json.decode(text:sub(1, i))
      assert.equal(i == #text, value ~= nil)
      assert.equal(i == #text, message == nil)
      for _, byte in ipairs({ "\0", '"', "\\", "{", "]", "9", "\255" }) do
        json.decode(text:sub(1, i) .. byte .. text:sub(i + 2))
      end
    end
  end)

  it("has the null of lua-cjson", function() assert.equal(require("cjson").null, json.null) end)
end)
