-- What must not be seen is not.
local secrets = require("signalwire.secrets")
local signalwire = require("signalwire")

local rows = {}
for _, row in ipairs(require("signalwire.catalog.calling").rows()) do
  rows[row.method] = row
end

describe("secrets", function()
  it("of an account are the token, and what Basic makes of it", function()
    assert.same({ "t", "cDp0" }, secrets.of_account("p", "t"))
    assert.same({ "tok", "cDp0b2s=" }, secrets.of_account("p", "tok"))
    assert.same({ "token", "cHJvajp0b2tlbg==" }, secrets.of_account("proj", "token"))
    assert.equal("Pz8/Og==", secrets.of_account("???", "")[2])
  end)

  it("are found wherever the catalog marks them", function()
    local found = secrets.of_params(rows.refer.params, { device = { params = { to = "x", password = "pw1" } } })
    assert.same({ "pw1" }, found)
    found = secrets.of_params(rows.stream.params, { authorization_bearer_token = "bt", name = "n" })
    assert.same({ "bt" }, found)
    found = secrets.of_params(rows.dial.params, { password = 1234, username = "u" })
    assert.same({ "1234" }, found)
    local server = { url = "https://x", headers = { Authorization = "Bearer mcp1" } }
    found = secrets.of_params(rows.ai_sidecar.params, { SWAIG = { mcp_servers = { server } } })
    assert.same({ "Bearer mcp1" }, found)
    assert.same({}, secrets.of_params(rows.play.params, { play = { { type = "tts" } } }))
    assert.same({}, secrets.of_params(rows.play.params, "no table"))
  end)

  it("are hidden, each time they stand there", function()
    assert.equal("a [hidden] b [hidden]", secrets.hide("a s3% b s3%", { "s3%", "" }))
    assert.equal("nothing", secrets.hide("nothing", { "x" }))
  end)

  it("do not hide an error's fields, even where a token is a piece of their names", function()
    for _, token in ipairs({ "t", "status", "o" }) do
      local client = assert(signalwire.client({ sandbox = true, project = "p", token = token }))
      local _, err = client.calling:denoise("no-such-call")
      assert.same({ "http", 404, false }, { err.kind, err.status, err.retryable })
      assert.equal("string", type(err.message))
      assert.equal("string", type(err.body))
    end
  end)
end)
