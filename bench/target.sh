#!/bin/sh
# target.sh PROGRAM... - runs the program beside an nginx that answers each command from memory, over plain HTTP and
# over TLS. In its environment stand BENCH_PLAIN and BENCH_TLS, base URLs to which /0ms, /20ms, /100ms or /200ms is to be added:
# so long each answer takes. All of it lies in a temporary folder, which is gone at the end.
set -eu
PATH="$PATH:/usr/sbin:/sbin" # where nginx lies

folder=$(mktemp -d "${TMPDIR-/tmp}/signalwire-bench.XXXXXX")
nginx=''
clean_up() {
  [ -z "$nginx" ] || kill "$nginx" 2>/dev/null || :
  [ -z "$nginx" ] || wait "$nginx" 2>/dev/null || :
  rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$folder/key.pem" -out "$folder/certificate.pem" 2>/dev/null

leg='{"id":"c0ffee00-1111-4222-8333-444455556666","from":"+15551230001","to":"+15551230002",'
leg=$leg'"direction":"outbound-dial","status":"in-progress","duration":0,"duration_ms":0,"billable_ms":0,'
leg=$leg'"source":"realtime_api","type":"relay_pstn_call","charge":{"amount":0,"currency":"USD"},"charge_details":[],'
leg=$leg'"created_at":"2026-01-01T12:00:00Z","url":null}'

# A delay needs a line of Lua; what is not to wait is answered without it.
slow_location() {
  printf 'location ^~ /%dms/ { content_by_lua_block { ngx.sleep(%s) ngx.print([[%s]]) } }\n' "$1" "$2" "$leg"
}

modules() {
  for name in ndk_http_module ngx_http_lua_module; do
    file=/usr/lib/nginx/modules/$name.so
    [ ! -e "$file" ] || printf 'load_module %s;\n' "$file"
  done
}

# Debian's nginx keeps its temporary folders where only root may write.
temporary_folders() {
  for name in client_body proxy fastcgi uwsgi scgi; do
    printf '%s_temp_path %s/%s;\n' "$name" "$folder" "$name"
  done
}

write_conf() {
  cat >"$folder/nginx.conf" <<END
$(modules)
daemon off;
master_process off;
pid $folder/nginx.pid;
error_log $folder/error.log;
events { worker_connections 8192; }
http {
  access_log off;
  $(temporary_folders)
  client_body_buffer_size 64k;
  keepalive_requests 1000000000;
  keepalive_timeout 3600s;
  lua_max_pending_timers 20000;
  lua_max_running_timers 2000;
  types { }
  default_type application/json;
  server {
    listen 127.0.0.1:$1 backlog=4096;
    listen 127.0.0.1:$2 ssl http2 backlog=4096;
    ssl_certificate $folder/certificate.pem;
    ssl_certificate_key $folder/key.pem;
    location ^~ /0ms/ { return 200 '$leg'; }
    $(slow_location 20 0.02)
    $(slow_location 100 0.1)
    $(slow_location 200 0.2)
  }
}
END
}

# nginx makes its pid file when it listens; where a port is taken, it ends.
start_on() {
  write_conf "$1" "$2"
  ${BENCH_TARGET_CORE+taskset -c "$BENCH_TARGET_CORE"} nginx -c "$folder/nginx.conf" 2>"$folder/start.txt" &
  nginx=$!
  while kill -0 "$nginx" 2>/dev/null; do
    [ ! -s "$folder/nginx.pid" ] || return 0
    sleep 0.05
  done
  nginx=''
  return 1
}

start_somewhere() {
  for _ in 1 2 3 4 5; do
    port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 10000))
    if start_on "$port" $((port + 1)); then return 0; fi
  done
  echo "nginx did not start:" >&2
  cat "$folder/start.txt" "$folder/error.log" >&2
  return 1
}

# shellcheck disable=SC3045 # dash and bash have it
ulimit -n "$(ulimit -Hn)" 2>/dev/null || :
start_somewhere

BENCH_PLAIN=http://127.0.0.1:$port
BENCH_TLS=https://127.0.0.1:$((port + 1))
SIGNALWIRE_PROJECT_ID=9d3f5a1e-0000-4000-8000-00000000cafe
SIGNALWIRE_API_TOKEN=PTbench0000000000000000000000000000000000000000000
SIGNALWIRE_REST_CA_FILE=$folder/certificate.pem
export BENCH_PLAIN BENCH_TLS SIGNALWIRE_PROJECT_ID SIGNALWIRE_API_TOKEN SIGNALWIRE_REST_CA_FILE
unset SIGNALWIRE_SPACE SIGNALWIRE_REST_BASE_URL REQUESTS_CA_BUNDLE CURL_CA_BUNDLE
"$@"
