-- What every host needs of C.
local base = require("signalwire.base")

describe("base64", function()
  it("is as RFC 4648 has it", function()
    local known = { [""] = "", f = "Zg==", fo = "Zm8=", foo = "Zm9v", foob = "Zm9vYg==", fooba = "Zm9vYmE=" }
    known.foobar = "Zm9vYmFy"
    known["\0\16\131\16Q\135 \146\139"] = "ABCDEFGHIJKL"
    known["\255\254\253\251\239"] = "//79++8="
    for text, encoded in pairs(known) do
      assert.equal(encoded, base.base64(text))
    end
    assert.equal(("YWFh"):rep(100000), base.base64(("a"):rep(300000)))
  end)
end)
