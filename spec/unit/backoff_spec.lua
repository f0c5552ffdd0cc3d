-- When the next attempt may go.
local backoff = require("signalwire.backoff")

describe("backoff", function()
  it("reads Retry-After in seconds", function()
    assert.equal(0, backoff.retry_after("0"))
    assert.equal(3600, backoff.retry_after(" 3600 "))
  end)

  it("reads Retry-After as a date", function()
    local now = 784111777 -- Sun, 06 Nov 1994 08:49:37 GMT
    assert.equal(0, backoff.retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now))
    assert.equal(90, backoff.retry_after("Sun, 06 Nov 1994 08:51:07 GMT", now))
    assert.equal(0, backoff.retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now))
    assert.equal(951782400, backoff.retry_after("Tue, 29 Feb 2000 00:00:00 GMT", 0))
    assert.equal(1709164800, backoff.retry_after("Thu, 29 Feb 2024 00:00:00 GMT", 0))
    assert.equal(4102444799, backoff.retry_after("Thu, 31 Dec 2099 23:59:59 GMT", 0))
  end)

  it("passes over what is neither", function()
    for _, text in ipairs({ "", "soon", "-5", "1.5", "Sun, 06 Foo 1994 08:49:37 GMT", "06 Nov 1994" }) do
      assert.is_nil(backoff.retry_after(text))
    end
    assert.is_nil(backoff.retry_after(nil))
  end)

  it("grows, never beyond its longest, and is never twice the same", function()
    local delays = {}
    for attempts = 1, 20 do
      local delay = backoff.delay(attempts)
      assert.is_true(delay >= math.min(8, 0.5 * 2 ^ (attempts - 1)) / 2 and delay <= 8)
      assert.is_nil(delays[delay])
      delays[delay] = true
    end
  end)

  it("does what the server asks", function()
    assert.equal(7, backoff.delay(1, 7))
    local delay = backoff.delay(1, 0)
    assert.is_true(delay > 0 and delay <= 0.5)
  end)
end)
