-- What a server may see of the secrets, what nobody else may, and that no input becomes a header or another URL.
local rawserver = require("spec.support.rawserver")
local wire = require("spec.support.wire")

describe("A secret", function()
  local server

  setup(function() server = rawserver.start({ plain = 8 }) end)
  teardown(function() server:stop() end)

  it("that looks like a word of an error leaves the error's own words alone", function()
    local refusal = rawserver.json("404 Not Found", '{"errors":[{"code":"status","message":"a message"}]}')
    local url = server:url(server:port("plain"), { { send = refusal } }, "http://127.0.0.1")
    for _, token in ipairs({ "t", "http", "status", "message", "code", "kind" }) do
      local client = wire.client(url, { token = token })
      local body, err = wire.send(client)
      assert.is_nil(body)
      assert.equal("http", err.kind)
      assert.equal(404, err.status)
      assert.equal(1, #err.errors)
      assert.is_string(err.errors[1].code)
      assert.is_string(err.message)
    end
  end)
end)
