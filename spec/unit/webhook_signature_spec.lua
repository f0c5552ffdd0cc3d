-- Signatures: published vectors, each with one bit changed, forgeries, and all that schemes allow or don't.

local base64 = require("signalwire.base").base64
local digest = require("signalwire.digest")
local webhook = require("signalwire.webhook")

local KEY = "PSKtest1234567890abcdef"
local FORM = "application/x-www-form-urlencoded"
local JSON = '{"event":"call.state","params":{"call_id":"abc-123","state":"answered"}}'
local HASHED = "https://example.ngrok.io/webhook?bodySHA256="
  .. "69f3cbfc18e386ef8236cb7008cd5a54b7fed637a8cb3373b5a1591d7f0fd5f4"

local vectors = {
  ["JSON by SHA-1"] = {
    key = KEY,
    url = "https://example.ngrok.io/webhook",
    body = JSON,
    header = { "X-SignalWire-Signature", "c3c08c1fefaf9ee198a100d5906765a6f394bf0f" },
  },
  ["JSON by SHA-256"] = {
    key = KEY,
    url = "https://example.ngrok.io/webhook",
    body = JSON,
    header = {
      "X-Signalwire-SHA256-Signature",
      "2a29f8a92b11df39da80c3b185fd62173d49c294184da585ff951eae4433571c",
    },
  },
  ["a form"] = {
    key = "12345",
    url = "https://mycompany.com/myapp.php?foo=1&bar=2",
    body = "To=%2B18005551212&Digits=1234&CallSid=CA1234567890ABCDE&Caller=%2B14158675309&From=%2B14158675309",
    content_type = FORM,
    header = { "X-Twilio-Signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8=" },
  },
  ["a form, by the service's own header"] = {
    key = "12345",
    url = "https://mycompany.com/myapp.php?foo=1&bar=2",
    body = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212",
    content_type = FORM,
    header = { "X-SignalWire-Signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8=" },
  },
  ["JSON by its hash in the url"] = {
    key = KEY,
    url = HASHED,
    body = '{"event":"call.state"}',
    header = { "X-SignalWire-Signature", "dfO9ek8mxyFtn2nMz24plPmPfIY=" },
  },
}

local function request_of(vector, changed)
  changed = changed or {}
  return {
    signing_key = changed.key or vector.key,
    url = changed.url or vector.url,
    body = changed.body or vector.body,
    headers = {
      ["Content-Type"] = vector.content_type or "application/json",
      [vector.header[1]] = changed.header or vector.header[2],
    },
  }
end

-- The text with bit `bit` of byte `place` changed.
local function flipped(text, place, bit)
  local byte = text:byte(place)
  local changed = math.floor(byte / 2 ^ bit) % 2 == 0 and byte + 2 ^ bit or byte - 2 ^ bit
  return text:sub(1, place - 1) .. string.char(changed) .. text:sub(place + 1)
end

-- What the scheme does not tell apart: %2B and %2b are the same sign of the same field.
local function is_same_form(vector, part, text)
  if part ~= "body" or not vector.content_type then return false end
  local upper = text:gsub("%%%x%x", string.upper)
  return upper == vector.body
end

describe("verify", function()
  for name, vector in pairs(vectors) do
    it("takes the published " .. name, function() assert.is_true(assert(webhook.verify(request_of(vector)))) end)

    for _, part in ipairs({ "key", "url", "body", "header" }) do
      it(("refuses %s with any one bit of its %s changed"):format(name, part), function()
        local text = part == "header" and vector.header[2] or vector[part]
        local count = 0
        for place = 1, #text do
          for bit = 0, 7 do
            local other = flipped(text, place, bit)
            if not is_same_form(vector, part, other) then
              local fine, err = webhook.verify(request_of(vector, { [part] = other }))
              assert.is_nil(fine, other)
              assert.equal("signature", err.kind)
              count = count + 1
            end
          end
        end
        assert.is_true(count > #text * 7)
      end)
    end

    it("refuses " .. name .. " with no, or another, body", function()
      for _, body in ipairs({ "", vector.body .. " ", vector.body .. "&", "{}", "a=b" }) do
        -- An empty field more is the same form.
        if body ~= vector.body .. "&" or not vector.content_type then
          assert.is_nil((webhook.verify(request_of(vector, { body = body }))), body)
        end
      end
    end)

    it("refuses " .. name .. " without its header, and says so", function()
      local request = request_of(vector)
      request.headers[vector.header[1]] = nil
      local fine, err = webhook.verify(request)
      assert.is_nil(fine)
      assert.equal("no_header", err.code)
      assert.equal("the request has no signature", tostring(err))
    end)
  end

  local URL = "https://example.com/hook"

  local function sha1(text) return digest.hmac_sha1(KEY, text) end

  local function verify(headers, body, url)
    return webhook.verify({ signing_key = KEY, url = url or URL, body = body, headers = headers })
  end

  it("refuses the forgery: a signature of the url alone validates no body", function()
    for _, header in ipairs({ "X-SignalWire-Signature", "X-Twilio-Signature" }) do
      for _, kind in ipairs({ "application/json", FORM, "text/plain", "" }) do
        local headers = { [header] = base64(sha1(URL)), ["content-type"] = kind }
        for _, body in ipairs({ '{"event_type":"calling.call.refer"}', "a=b", "&", "=", "&=&", "x", " " }) do
          local fine, err = verify(headers, body)
          assert.is_nil(fine, body)
          assert.equal("signature", err.kind)
        end
        assert.is_true(verify(headers, ""))
      end
    end
  end)

  it("refuses a bodySHA256 that is another body's, with the url signed", function()
    local url = URL .. "?bodySHA256=" .. digest.hex(digest.sha256("{}"))
    local headers = { ["X-SignalWire-Signature"] = base64(sha1(url)) }
    assert.is_true(verify(headers, "{}", url))
    for _, body in ipairs({ "", "{ }", "a=b" }) do
      local fine, err = verify(headers, body, url)
      assert.is_nil(fine)
      assert.equal("no_match", err.code)
    end
    url = URL .. "?bodySHA256="
    headers = { ["X-SignalWire-Signature"] = base64(sha1(url)) }
    assert.is_nil((verify(headers, "{}", url)))
    assert.is_nil((verify(headers, "", url)))
  end)

  it("asks for the stronger signature where both are there", function()
    local weak, strong = digest.hex(sha1(URL .. "{}")), digest.hex(digest.hmac_sha256(KEY, URL .. "{}"))
    local headers = { ["X-SignalWire-Signature"] = weak, ["X-Signalwire-SHA256-Signature"] = strong }
    assert.is_true(verify(headers, "{}"))
    headers["X-Signalwire-SHA256-Signature"] = flipped(strong, 5, 0)
    assert.is_nil((verify(headers, "{}")))
    headers["X-Signalwire-SHA256-Signature"] = ""
    assert.is_nil((verify(headers, "{}")))
    headers["X-Signalwire-SHA256-Signature"] = strong
    headers["X-SignalWire-Signature"] = "nonsense"
    assert.is_true(verify(headers, "{}"))
  end)

  it("refuses what is of no scheme, or of another than the body", function()
    local function code(value, kind)
      local _, err = verify({ ["X-SignalWire-Signature"] = value, ["Content-Type"] = kind }, "{}")
      return err.code
    end
    assert.equal("wrong_scheme", code(""))
    assert.equal("wrong_scheme", code("nonsense"))
    assert.equal("wrong_scheme", code(digest.hex(sha1(URL .. "{}")):upper()))
    assert.equal("wrong_scheme", code(digest.hex(digest.hmac_sha256(KEY, URL .. "{}"))))
    assert.equal("wrong_scheme", code(base64(sha1(URL .. "{}")), "application/json"))
    assert.equal("wrong_scheme", code(base64(sha1(URL .. "{}"))))
    local _, err = verify({ ["X-Twilio-Signature"] = digest.hex(sha1(URL .. "{}")) }, "{}")
    assert.equal("wrong_scheme", err.code)
  end)

  it("takes a form's url with and without the default port, and JSON's as it is", function()
    local function form(signed, given)
      local headers = { ["X-SignalWire-Signature"] = base64(sha1(signed .. "ab")), ["content-type"] = FORM }
      return verify(headers, "a=b", given) == true
    end
    local function json(signed, given)
      return verify({ ["X-SignalWire-Signature"] = digest.hex(sha1(signed .. "{}")) }, "{}", given) == true
    end
    local pairs_of_urls = {
      { "https://a.example/x?y=1:2", "https://a.example:443/x?y=1:2", true },
      { "http://a.example/", "http://a.example:80/", true },
      { "https://a.example", "https://a.example:443", true },
      { "https://[::1]/x", "https://[::1]:443/x", true },
      { "https://a.example/x", "https://a.example:80/x", false },
      { "http://a.example/x", "http://a.example:443/x", false },
      { "https://a.example/x", "https://a.example:8443/x", false },
      { "https://a.example/x", "http://a.example/x", false },
    }
    for _, two in ipairs(pairs_of_urls) do
      local bare, with_port, same = two[1], two[2], two[3]
      assert.equal(same, form(bare, with_port), with_port)
      assert.equal(same, form(with_port, bare), bare)
      assert.is_false(json(bare, with_port))
      assert.is_false(json(with_port, bare))
      assert.is_true(form(bare, bare) and form(with_port, with_port) and json(bare, bare))
    end
  end)

  it("takes a url's user and password as signed or as left out", function()
    local bare, whole = "https://example.com/x?a=b@c", "https://me:pass@example.com/x?a=b@c"
    for _, signed in ipairs({ bare, whole }) do
      local json = { ["X-SignalWire-Signature"] = digest.hex(sha1(signed .. "{}")) }
      assert.is_true(verify(json, "{}", whole))
      local strong = { ["X-Signalwire-SHA256-Signature"] = digest.hex(digest.hmac_sha256(KEY, signed .. "{}")) }
      assert.is_true(verify(strong, "{}", whole))
      local form = { ["X-SignalWire-Signature"] = base64(sha1(signed .. "ab")), ["content-type"] = FORM }
      assert.is_true(verify(form, "a=b", whole))
    end
    local json = { ["X-SignalWire-Signature"] = digest.hex(sha1(whole .. "{}")) }
    assert.is_nil((verify(json, "{}", bare)))
  end)

  it("sorts a form's fields by their bytes, and keeps repeated ones in order", function()
    local function form(text, body)
      local headers = { ["X-SignalWire-Signature"] = base64(sha1(URL .. text)) }
      headers["Content-Type"] = FORM .. "; charset=UTF-8"
      return verify(headers, body)
    end
    assert.is_true(form("B1a2a1b3", "a=2&b=3&B=1&a=1"))
    assert.is_nil((form("B1a1a2b3", "a=2&b=3&B=1&a=1")))
    assert.is_true(form("A1A_2Aa3", "Aa=3&A_=2&A=1"))
    assert.is_true(form("a a+\195\188", "a+=a%2B%C3%BC"))
    assert.is_true(form("ab", "a=&b"))
  end)

  it("finds headers in any case, and refuses two of them", function()
    local right = digest.hex(sha1(URL .. "{}"))
    assert.is_true(verify({ ["x-SIGNALWIRE-signature"] = right }, "{}"))
    assert.is_true(verify({ ["x-signalwire-signature"] = { right } }, "{}"))
    assert.is_nil((verify({ ["x-signalwire-signature"] = { right, right } }, "{}")))
    assert.is_nil((verify({ ["x-signalwire-signature"] = right, ["X-SignalWire-Signature"] = "no" }, "{}")))
    assert.is_nil((verify({ ["x-signalwire-sha256-signature"] = { "a", "b" } }, "{}")))
    assert.is_true(verify({ right, ["x-signalwire-signature"] = right }, "{}"))
  end)

  it(
    "takes a missing body for an empty one",
    function() assert.is_true(verify({ ["x-signalwire-signature"] = digest.hex(sha1(URL)) })) end
  )

  it("raises where the program forgot something", function()
    local fine = { signing_key = KEY, url = URL, body = "", headers = {} }
    local function message_without(name, value)
      local request = {}
      for key, known in pairs(fine) do
        request[key] = known
      end
      request[name] = value
      local called, message = pcall(webhook.verify, request)
      assert.is_false(called)
      return message
    end
    assert.truthy(message_without("signing_key"):find("no signing key", 1, true))
    assert.truthy(message_without("signing_key", ""):find("SIGNALWIRE_SIGNING_KEY", 1, true))
    assert.truthy(message_without("signing_key", 5):find("no signing key", 1, true))
    assert.truthy(message_without("url"):find("url must be a string, not nil", 1, true))
    assert.truthy(message_without("headers"):find("headers must be a table", 1, true))
    assert.truthy(message_without("body", {}):find("body must be a string", 1, true))
    assert.is_false((pcall(webhook.verify)))
  end)

  it("takes the key from the environment", function()
    local getenv = os.getenv
    finally(function() os.getenv = getenv end) -- luacheck: ignore 122
    os.getenv = function(name) return name == "SIGNALWIRE_SIGNING_KEY" and KEY or nil end -- luacheck: ignore 122
    local headers = { ["x-signalwire-signature"] = digest.hex(sha1(URL .. "{}")) }
    assert.is_true(webhook.verify({ url = URL, body = "{}", headers = headers }))
    os.getenv = function() return "" end -- luacheck: ignore 122
    assert.is_false((pcall(webhook.verify, { url = URL, body = "{}", headers = headers })))
  end)

  it("shows the key in no error", function()
    local _, err = verify({ ["X-SignalWire-Signature"] = "nonsense" }, "{}")
    for _, value in pairs(err) do
      assert.is_nil(tostring(value):find(KEY, 1, true))
    end
  end)
end)
