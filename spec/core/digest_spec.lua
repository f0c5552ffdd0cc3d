-- The hashes of webhook signatures, held against published vectors.

local child = require("spec.support.child")
local digest = require("signalwire.digest")

local function bytes(hex)
  return (hex:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end))
end

-- RFC 2202 and RFC 4231.
local hmacs = {
  {
    ("\11"):rep(20),
    "Hi There",
    "b617318655057264e28bc0b6fb378c8ef146be00",
    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  },
  {
    "Jefe",
    "what do ya want for nothing?",
    "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  },
  {
    ("\170"):rep(20),
    ("\221"):rep(50),
    "125d7342b9ac11cd91a39af48aa17b4f63f175d3",
    "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
  },
}

describe("digest", function()
  for i, case in ipairs(hmacs) do
    it("makes the HMACs of the published case " .. i, function()
      assert.equal(case[3], digest.hex(digest.hmac_sha1(case[1], case[2])))
      assert.equal(case[4], digest.hex(digest.hmac_sha256(case[1], case[2])))
    end)
  end

  it("are right for sha1", function()
    assert.equal("a9993e364706816aba3e25717850c26c9cd0d89d", digest.hex(digest.sha1("abc")))
    assert.equal("da39a3ee5e6b4b0d3255bfef95601890afd80709", digest.hex(digest.sha1("")))
  end)

  it("makes SHA-256, as FIPS 180 has it", function()
    assert.equal(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      digest.hex(digest.sha256("abc"))
    )
    assert.equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", digest.hex(digest.sha256("")))
    assert.equal(
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
      digest.hex(digest.sha256(("a"):rep(1000000)))
    )
  end)

  it("takes empty keys and data, and bytes of every value", function()
    assert.equal("fbdb1d1b18aa6c08324b7d64b71fb76370690e1d", digest.hex(digest.hmac_sha1("", "")))
    local all = {}
    for value = 0, 255 do
      all[#all + 1] = string.char(value)
    end
    all = table.concat(all)
    assert.equal(all, bytes(digest.hex(all)))
    assert.equal("", digest.hex(""))
    assert.equal(20, #digest.hmac_sha1(all, all))
    assert.equal(32, #digest.hmac_sha256(all:rep(10), all))
  end)

  it("compares", function()
    assert.is_true(digest.equal("", ""))
    assert.is_true(digest.equal("a\0b", "a\0b"))
    assert.is_false(digest.equal("a\0b", "a\0c"))
    assert.is_false(digest.equal("a", "ab"))
    assert.is_false(digest.equal("ab", "a"))
  end)

  it("takes nothing but strings", function()
    for _, name in ipairs({ "hmac_sha1", "hmac_sha256", "sha256", "hex", "equal" }) do
      assert.has_error(function() digest[name](nil, nil) end)
      assert.has_error(function() digest[name]({}, {}) end)
    end
  end)

  it("is loaded without libcurl", function()
    local name = os.tmpname()
    os.remove(name)
    os.execute("mkdir " .. name)
    finally(function() os.execute("rm -r " .. name) end)
    local code = [[
      require("signalwire.digest")
      local maps = io.open("/proc/self/maps"):read("*a")
      print(maps:find("digest.so", 1, true) ~= nil, maps:find("curl", 1, true))]]
    assert.equal("true\tnil\n", child.run(name, code, {}))
  end)
end)
