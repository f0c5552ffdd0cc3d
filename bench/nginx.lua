-- nginx.lua [load PORT PATH AT_ONCE SECONDS] - one worker of nginx, 64 clients: commands a second by this library and
-- by ngx.location.capture with proxy_pass, in turns, and what a request that has nothing to do with either waits
-- meanwhile. Run by `./run bench nginx`, beside the target. With arguments it is one of its own clients.

local base = require("signalwire.base")
local dns = require("spec.support.dns")
local nginx = require("spec.support.nginx")
local signalwire = require("signalwire")

local CLIENTS, SECONDS = 64, 3
local ROUNDS = tonumber(os.getenv("BENCH_ROUNDS") or 5)

local function way_to(port)
  return require("signalwire.host.curl").open({
    origin = "http://127.0.0.1:" .. port,
    loopback = true,
    user_agent = "bench",
    max_connections = CLIENTS,
    max_response = 1000000,
  })
end

local function percentile(sorted, share) return sorted[math.max(1, math.ceil(#sorted * share))] or 0 end

-- So many clients, each with one request after the other. Prints how many a second, and milliseconds: p50, p99.
local function load(port, path, at_once, seconds)
  local way, times = way_to(port), {}
  local route = { method = "GET", path = path, connect_timeout = 5 }
  local ending = base.now() + seconds
  signalwire.run(function()
    for _ = 1, at_once do
      signalwire.spawn(function()
        while base.now() < ending do
          local begun = base.now()
          local _, result, text = way:exchange(route, nil, 30)
          assert(result.status == 200, result.message or text)
          times[#times + 1] = base.now() - begun
        end
      end)
    end
  end)
  table.sort(times)
  print(("%.1f %.3f %.3f"):format(#times / seconds, percentile(times, 0.5) * 1000, percentile(times, 0.99) * 1000))
end

-- Each client is a process of its own.
local function start_load(port, path, at_once)
  return io.popen(("lua5.4 bench/nginx.lua load %d %s %d %d"):format(port, path, at_once, SECONDS))
end

local function result_of(pipe)
  local rate, middle, slow = pipe:read("*a"):match("([%d.]+) ([%d.]+) ([%d.]+)")
  pipe:close()
  return { rate = tonumber(rate), p50 = tonumber(middle), p99 = tonumber(slow) }
end

local function measure(port, path)
  local commands, pings = start_load(port, path, CLIENTS), start_load(port, "/ping", 1)
  local result, ping = result_of(commands), result_of(pings)
  return { rate = result.rate, ping = ping.p50, ping_p99 = ping.p99 }
end

local function median(rows, name)
  local values = {}
  for i, row in ipairs(rows) do
    values[i] = row[name]
  end
  table.sort(values)
  return values[math.ceil(#values / 2)]
end

local function server_text(delay)
  local origin = os.getenv("BENCH_TLS")
  local url = ("%s/%dms"):format(origin:gsub("127%.0%.0%.1", "localhost"), delay)
  return ([[
    location = /ours { content_by_lua_block {
      local client = require("signalwire").client { base_url = "%s" }
      local leg, err = client.calling:refer("c0ffee00-1111-4222-8333-444455556666", {
        device = "sip:sales@example.com", status_url = "https://example.com/refer" })
      if not leg then ngx.status = 500 end
      ngx.say(leg and leg.id or tostring(err)) } }
    location = /capture { content_by_lua_block {
      local answer = ngx.location.capture("/upstream", { method = ngx.HTTP_POST, body =
        [=[{"command":"calling.refer","id":"c0ffee00-1111-4222-8333-444455556666",]=]
        .. [=["params":{"device":{"params":{"to":"sip:sales@example.com"},"type":"sip"},]=]
        .. [=["status_url":"https://example.com/refer"}}]=] })
      ngx.status = answer.status
      ngx.say(#answer.body) } }
    location = /upstream { internal; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Content-Type application/json;
      proxy_ssl_verify on; proxy_ssl_trusted_certificate %s; proxy_ssl_name localhost; proxy_ssl_server_name on;
      proxy_pass https://target/%dms/api/calling/calls; }
    location = /ping { return 200 "pong"; }
  ]]):format(url, os.getenv("SIGNALWIRE_REST_CA_FILE"), delay)
end

local function bench(delay)
  local names = dns.start()
  local server = nginx.start {
    main = "env SIGNALWIRE_PROJECT_ID; env SIGNALWIRE_API_TOKEN;",
    http = ([[
      resolver 127.0.0.1:%s ipv6=off;
      lua_ssl_trusted_certificate %s;
      upstream target { server %s; keepalive 64; keepalive_requests 1000000; }
    ]]):format(names.port, os.getenv("SIGNALWIRE_REST_CA_FILE"), os.getenv("BENCH_TLS"):match("//(.*)$")),
    server = server_text(delay),
  }
  local ways = { { "signalwire", "/ours", rows = {} }, { "ngx.location.capture", "/capture", rows = {} } }
  for round = 0, ROUNDS do
    for _, way in ipairs(ways) do
      way.rows[round] = measure(server.port, way[2]) -- round 0 opens the connections
    end
  end
  server:stop()
  names.stop()

  print(("\n%d clients, one worker, %d ms of the target over TLS"):format(CLIENTS, delay))
  print(("%-22s %12s %8s %14s %14s"):format("", "commands/s", "ratio", "ping p50, ms", "ping p99, ms"))
  local first = median(ways[2].rows, "rate")
  for _, way in ipairs(ways) do
    local rate = median(way.rows, "rate")
    print(
      ("%-22s %12.0f %8.2f %14.2f %14.2f"):format(
        way[1],
        rate,
        rate / first,
        median(way.rows, "ping"),
        median(way.rows, "ping_p99")
      )
    )
  end
end

if arg[1] == "load" then
  load(arg[2], arg[3], tonumber(arg[4]), tonumber(arg[5]))
else
  bench(200)
  bench(20)
end
