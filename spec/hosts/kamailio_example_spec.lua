-- The example for Kamailio, started as its README says, against the sandbox.

describe("The example for Kamailio #hosts", function()
  local function say(user, text)
    return ('python3 examples/kamailio/say.py "$SIP_PORT" %s "%s"; '):format(user, text)
  end

  local function start(commands)
    local line = "sh examples/kamailio/start.sh sh -c '%s' 2>&1; echo status $?"
    local pipe = assert(io.popen(line:format(commands)))
    local text = pipe:read("*a")
    pipe:close()
    return text
  end

  it("refers, transfers and dials, by the SIP worker and by an async worker", function()
    for _, user in ipairs({ "now", "soon" }) do
      local text = start(
        say(user, "refer $CALL_ID sip:sales@example.com")
          .. say(user, "transfer $PHONE_CALL_ID +15551230002")
          .. say(user, "dial +15551230001 +15551230002")
      )
      local _, done = text:gsub("SIP/2.0 200 Done", "")
      assert.equal(3, done, text)
      assert.truthy(text:find("status 0", 1, true), text)
    end
  end)

  it("says what the API refuses, and what it does not understand", function()
    local text = start(say("soon", "refer no-such-call sip:a@b") .. say("now", "sing a song"))
    assert.truthy(text:find("SIP/2.0 502 The API says 404", 1, true), text)
    assert.truthy(text:find("SIP/2.0 400 Say refer, transfer or dial", 1, true), text)
    assert.truthy(text:find("status 1", 1, true), text)
  end)
end)
