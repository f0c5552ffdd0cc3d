-- Where this Lua runs: within nginx, or anywhere else, over libcurl.
--
-- A host has open(settings) -> a transport; stream(settings, deadline), bytes both ways; refusal(settings), what it
-- can't honour, in words; warn(), which says where its way to the world does harm; sleep, now, log; tasks(), the
-- module with run, spawn, pcall and traceback, and for RELAY current, park, pass, wake and check_wait;
-- is_within_another_loop(); agent, what the User-Agent says of it; environment_hint, or nil.

local ngx = rawget(_G, "ngx")

-- A thread of nginx's ngx.run_worker_thread has `ngx` but no sockets: there a call may block.
local is_nginx = type(ngx) == "table" and type(ngx.socket) == "table"

return require(is_nginx and "signalwire.host.nginx" or "signalwire.host.curl")
