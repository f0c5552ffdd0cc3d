-- Made by tools/rockgen.lua, for hosts whose OpenSSL must be left alone. Do not edit.
rockspec_format = "3.0"
package = "signalwire-gnutls"
version = "0.1.0-1"

source = {
  url = "git+https://github.com/signalwire/signalwire-lua.git",
  tag = "v0.1.0",
}

description = {
  summary = "Call control with the SignalWire REST API, over GnuTLS",
  detailed = [[
Dial, refer, play, record, collect and every other command of SignalWire's Calling API, over a small C core on
libcurl. A sandbox, the service in small, comes with it, so that call flows can be tested without an account.
]],
  homepage = "https://github.com/signalwire/signalwire-lua",
  issues_url = "https://github.com/signalwire/signalwire-lua/issues",
  license = "MIT",
  labels = { "signalwire", "telephony", "voip", "sip", "rest", "curl" },
}

supported_platforms = { "unix" }

dependencies = {
  "lua >= 5.1, < 5.6",
}

test_dependencies = {
  "busted >= 2.1.1",
}

-- The libraries alone: LuaRocks does not find curl/curl.h where Debian keeps it, and the compiler does.
external_dependencies = {
  CURL = { library = "libcurl-gnutls.so.4" },
  NETTLE = { library = "nettle" },
}

-- What lies in lua/ is installed as it stands.
build = {
  type = "builtin",
  modules = {
    ["signalwire.base"] = {
      sources = {
        "src/base.c",
        "src/buffer.c",
        "src/clock.c",
        "src/ldecode.c",
        "src/lencode.c",
        "src/ltype.c",
        "src/lwebsocket.c",
        "src/websocket.c",
      },
    },
    ["signalwire.core"] = {
      sources = {
        "src/bell.c",
        "src/buffer.c",
        "src/channel.c",
        "src/clock.c",
        "src/core.c",
        "src/deadlines.c",
        "src/desk.c",
        "src/engine.c",
        "src/exchange.c",
        "src/helper.c",
        "src/lchannel.c",
        "src/ldecode.c",
        "src/lengine.c",
        "src/ltype.c",
        "src/sockets.c",
      },
      libraries = { ":libcurl-gnutls.so.4" },
      incdirs = { "$(CURL_INCDIR)" },
      libdirs = { "$(CURL_LIBDIR)" },
    },
    ["signalwire.digest"] = {
      sources = { "src/digest.c" },
      defines = { "SIGNALWIRE_GNUTLS" },
      libraries = { "nettle" },
      incdirs = { "$(NETTLE_INCDIR)" },
      libdirs = { "$(NETTLE_LIBDIR)" },
    },
  },
  install = {
    bin = { ["signalwire-sandbox"] = "bin/signalwire-sandbox" },
  },
}

test = {
  type = "command",
  command = "./run test",
}
