-- How the host nginx reads an answer: whole, in pieces, and what is none. No nginx needed.
local answer = require("signalwire.host.nginx.answer")
local reader = require("signalwire.host.nginx.reader")

local crlf = "\r\n"

local function lines(...) return table.concat({ ... }, crlf) end

-- A source that gives these pieces, and then says why no more comes.
local function source_of(pieces, ending)
  local i = 0
  return reader.new(function(most)
    i = i + 1
    local piece = pieces[i]
    if not piece then return nil, ending or "closed" end
    if #piece > most then
      table.insert(pieces, i + 1, piece:sub(most + 1))
      piece = piece:sub(1, most)
    end
    return piece
  end)
end

local function read(text, options)
  options = options or {}
  return answer.read(source_of({ text }, options.ending), options.method or "POST", options.most or 1000000)
end

local counted = lines("HTTP/1.1 200 OK", "X-A: 1", "x-a:  2 ", "Content-Length: 4", "", "body")
local chunked = "HTTP/1.1 201 Created\r\nTransfer-Encoding: Chunked\r\n\r\n"
  .. lines("2", "bo", "2;x=1", "dy", "0", "T: 1", "", "")

describe("An answer to nginx", function()
  it("has a status, headers and a body, and may leave the connection usable", function()
    local result, kept = read(counted)
    assert.equal(200, result.status)
    assert.same({ ["x-a"] = "1, 2", ["content-length"] = "4" }, result.headers)
    assert.equal("body", result.body)
    assert.is_true(kept)
  end)

  it("is the same wherever it is cut into two pieces, and byte by byte", function()
    for _, text in ipairs({ counted, chunked, "HTTP/1.1 103 Early\r\nA: b\r\n\r\n" .. counted }) do
      local whole, whole_kept = read(text)
      for i = 1, #text - 1 do
        local result, kept = answer.read(source_of({ text:sub(1, i), text:sub(i + 1) }), "POST", 1000)
        assert.same(whole, result)
        assert.equal(whole_kept, kept)
      end
      local bytes = {}
      for i = 1, #text do
        bytes[i] = text:sub(i, i)
      end
      assert.same(whole, (answer.read(source_of(bytes), "POST", 1000)))
    end
  end)

  it("that ends early, wherever, is a broken connection", function()
    for _, text in ipairs({ counted, chunked }) do
      for i = 0, #text - 1 do
        for _, ending in ipairs({ "closed", "connection reset by peer" }) do
          local result, failure = read(text:sub(1, i), { ending = ending })
          assert.is_nil(result)
          assert.equal("network", failure.kind)
        end
      end
    end
  end)

  it("keeps no connection of which more came, or that is to be closed", function()
    local closing = lines("HTTP/1.1 200 OK", "Connection: x, Close", "Content-Length: 0", "", "")
    for _, text in ipairs({
      counted .. "HTTP/1.1 200 OK\r\n",
      closing,
      lines("HTTP/1.0 200 OK", "Content-Length: 0", "", ""),
      lines("HTTP/1.1 200 OK", "", "all of it"),
      lines("HTTP/1.1 200 OK", "Content-Length: 9", "Transfer-Encoding: chunked", "", "0", "", ""),
    }) do
      local result, kept = read(text)
      assert.truthy(result, text)
      assert.is_false(kept, text)
    end
  end)

  it("has no body where its status or the request says so", function()
    for _, head in ipairs({ "204 No Content", "304 Not Modified" }) do
      local result, kept = read(lines("HTTP/1.1 " .. head, "Content-Length: 5", "", ""))
      assert.equal("", result.body)
      assert.is_true(kept)
    end
    assert.equal("", (read(lines("HTTP/1.1 200 OK", "Content-Length: 5", "", ""), { method = "HEAD" })).body)
  end)

  it("may say its length twice, if it says the same", function()
    local twice = lines("HTTP/1.1 200 OK", "Content-Length: 2", "Content-Length: 2", "", "{}")
    assert.equal("{}", read(twice).body)
  end)

  local malformed = {
    "SSH-2.0-OpenSSH",
    "HTTQ",
    lines("HTTP/2 200", ""),
    lines("HTTP/1.1 20", ""),
    lines("HTTP/1.1 2000 OK", ""),
    lines("HTTP/1.1 200 OK", "no colon", "", ""),
    lines("HTTP/1.1 200 OK", "A: b", " folded: c", "", ""),
    lines("HTTP/1.1 200 OK", "Name : blank before the colon", "", ""),
    lines("HTTP/1.1 101 Switching Protocols", "", ""),
    lines("HTTP/1.1 200 OK", "Content-Length: -1", "", ""),
    lines("HTTP/1.1 200 OK", "Content-Length: 1e3", "", ""),
    lines("HTTP/1.1 200 OK", "Content-Length: 0x10", "", ""),
    lines("HTTP/1.1 200 OK", "Content-Length: 2", "Content-Length: 3", "", "{}"),
    lines("HTTP/1.1 200 OK", "Content-Length: ", "", "{}"),
    lines("HTTP/1.1 200 OK", "Transfer-Encoding: gzip, chunked", "", ""),
    lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "zz", ""),
    lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "-1", ""),
    lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "ffffffffffffffffff", ""),
    lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "1", "too long", ""),
  }
  for _, text in ipairs(malformed) do
    it(("is none: %q"):format(text:sub(1, 60)), function()
      local result, failure = read(text)
      assert.is_nil(result)
      assert.equal("decode", failure.kind)
    end)
  end

  it("is too large by its length, its chunks, its headers, or as it comes", function()
    local head = "HTTP/1.1 200 OK\r\n"
    for _, text in ipairs({
      head .. "Content-Length: 11\r\n\r\n",
      head .. "Content-Length: 99999999999999999\r\n\r\n",
      head .. "Transfer-Encoding: chunked\r\n\r\nb\r\n",
      head .. "Transfer-Encoding: chunked\r\n\r\n6\r\nsix...\r\n5\r\n",
      head .. "\r\n" .. ("x"):rep(11),
      head .. "A: " .. ("y"):rep(70000),
      head .. ("A: y\r\n"):rep(20000),
    }) do
      local result, failure = read(text, { most = 10 })
      assert.is_nil(result)
      assert.equal("too_large", failure.kind, text:sub(1, 80))
    end
    assert.equal(10, #read(head .. "\r\n" .. ("x"):rep(10), { most = 10 }).body)
  end)
end)
