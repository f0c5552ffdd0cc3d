-- What luacheck knows of this project. The library runs on Lua 5.1, 5.3, 5.4 and LuaJIT: `min` is what all have.

std = "min"
max_line_length = 120
cache = false
exclude_files = { "build/" }

-- Present in some versions only; each use is guarded in the code.
read_globals = {
  "unpack",
  "loadstring",
  "setfenv",
  "jit",
  "warn",
  table = { fields = { "unpack", "pack", "move" } },
  math = { fields = { "type", "tointeger", "maxinteger", "mininteger" } },
  coroutine = { fields = { "isyieldable" } },
  package = { fields = { "searchpath", "searchers" } },
  "utf8",
}

-- A method keeps its `self` where it does not use it, so that its callers need not know.
self = false

files["spec/"] = { std = "min+busted" }
files["examples/offline_test.lua"] = { std = "min+busted" }
files["lua/signalwire/sandbox/"] = { std = "min+ngx_lua" }
files["lua/signalwire/webhook/nginx.lua"] = { std = "min+ngx_lua" }
files["lua/signalwire/host.lua"] = { std = "min+ngx_lua" }
files["lua/signalwire/host/nginx.lua"] = { std = "min+ngx_lua" }
files["lua/signalwire/host/nginx/"] = { std = "min+ngx_lua" }
files["examples/openresty/"] = { std = "min+ngx_lua" }
files["spec/support/nginx_handlers.lua"] = { std = "min+ngx_lua" }
files["spec/support/busted_in_nginx.lua"] = { std = "min+ngx_lua" }
files["examples/kamailio/"] = { globals = { "KSR", "ksr_request_route", "ksr_carry_out" } }
files["signalwire-*.rockspec"] = { std = "rockspec" }
