#!/bin/sh
# shellcheck disable=SC2046,SC2086 # lists of words
# bench.sh [startup | sequential | concurrent | relay | steady | nginx | instructions]... - what a command costs, beside libcurl
# alone and beside other clients. Without words: all of them. `./run bench` runs it; bench/README.md says how to read
# it.
set -euf
cd "$(dirname "$0")/.."
bin=build/bench
rounds=${BENCH_ROUNDS-5}
at_once=${BENCH_AT_ONCE-100}
debian_roots=/etc/ssl/certs/ca-certificates.crt

compile() {
  mkdir -p "$bin"
  cc -O2 -o "$bin/measure" bench/measure.c
  for program in startup easy multi; do
    cc -O2 -o "$bin/$program" "bench/contenders/$program.c" -lcurl
  done
}

# The target has one core, and what is measured another.
choose_cores() {
  cores=$(taskset -cp $$ | sed 's/.*: //' | tr ',' '\n' | while IFS=- read -r first last; do
    seq "$first" "${last:-$first}"
  done | head -n 2)
  set -- $cores
  if [ $# -eq 2 ]; then
    BENCH_TARGET_CORE=$1 client_core=$2
    export BENCH_TARGET_CORE
  else
    client_core=''
    echo "One core for the target and the client: each waits for the other, so only the CPU time says something."
  fi
}

measure() { ${client_core:+taskset -c "$client_core"} "$bin/measure" "$@"; }

# The others take their Lua modules from where the system has them.
ours() { echo "env LUA_PATH=./lua/?.lua;./lua/?/init.lua;; LUA_CPATH=./build/$1/?.so;; lua$1"; }
system_lua() { echo "env -u LUA_PATH -u LUA_CPATH $1"; }

# The paths stand in the environment: an `env` before the program would be counted with it.
startup() (
  LUA_PATH='./lua/?.lua;./lua/?/init.lua;;' LUA_CPATH='./build/5.4/?.so;;'
  export LUA_PATH LUA_CPATH
  measure -s $((rounds * 40 + 1)) 1 \
    "libcurl, C" "$bin/startup" -- \
    "signalwire, Lua 5.4" lua5.4 bench/contenders/startup.lua
)

startup_twice() {
  printf '\nFrom process start to the first answer, over TLS, with one trust root\n'
  startup
  cat "$debian_roots" "$SIGNALWIRE_REST_CA_FILE" >"$bin/roots.pem"
  SIGNALWIRE_REST_CA_FILE=$bin/roots.pem
  export SIGNALWIRE_REST_CA_FILE
  printf '\nThe same with the trust roots of the system\n'
  startup
}

# in_relay COMMAND...: what it measures are the contenders of RELAY.
in_relay() {
  "$@" \
    "signalwire, Lua 5.4" $(ours 5.4) bench/contenders/relay.lua -- \
    "signalwire, LuaJIT" $(ours jit) bench/contenders/relay.lua -- \
    "websockets and json, Python" $python bench/contenders/relay_websockets.py -- \
    "official client, Python" $python bench/contenders/relay_official.py
}

# relay_events TITLE HOW
relay_events() (
  BENCH_EVENTS=$2
  export BENCH_EVENTS
  printf '\nRELAY: events of one call with a handler, over TLS, %s\n' "$1"
  in_relay $python bench/relay_events.py ${client_core:+taskset -c "$client_core"} "$bin/measure" -e "$rounds" \
    "$BENCH_COMMANDS"
)

relay() (
  python=python3
  python3 -c 'import websockets' 2>/dev/null || python=/usr/bin/python3 # Debian's, where another one comes first
  BENCH_COMMANDS=3000 BENCH_WARM_UP=200
  export BENCH_COMMANDS BENCH_WARM_UP
  printf '\nRELAY: one command after the other on one session, over TLS, to the sandbox\n'
  in_relay measure "$rounds" "$BENCH_COMMANDS"
  relay_events "each sent when the last is acknowledged" acknowledged
  relay_events "all in a row" "at once"
)

# sequential TITLE BASE_URL
sequential() (
  printf '\nOne after the other over a kept connection, %s\n' "$1"
  BENCH_COMMANDS=3000 BENCH_AT_ONCE=1 BENCH_HTTP=1.1 SIGNALWIRE_REST_BASE_URL=$2
  export BENCH_COMMANDS BENCH_AT_ONCE BENCH_HTTP SIGNALWIRE_REST_BASE_URL
  measure "$rounds" "$BENCH_COMMANDS" \
    "libcurl, C" "$bin/easy" -- \
    "signalwire, Lua 5.4" $(ours 5.4) bench/contenders/signalwire.lua -- \
    "signalwire, Lua 5.3" $(ours 5.3) bench/contenders/signalwire.lua -- \
    "signalwire, Lua 5.1" $(ours 5.1) bench/contenders/signalwire.lua -- \
    "signalwire, LuaJIT" $(ours jit) bench/contenders/signalwire.lua -- \
    "lua-curl and lua-cjson, Lua 5.1" $(system_lua lua5.1) bench/contenders/lua_curl.lua -- \
    "lua-http and lua-cjson, LuaJIT" $(system_lua luajit) bench/contenders/lua_http.lua -- \
    "official client, Python" python3 bench/contenders/official.py
)

all_sequential() {
  sequential "plain HTTP" "$BENCH_PLAIN/0ms"
  sequential "TLS" "$BENCH_TLS/0ms"
}

# concurrent MILLISECONDS BASE_URL HTTP_VERSION TITLE
concurrent() (
  BENCH_COMMANDS=1000 BENCH_AT_ONCE=$at_once BENCH_HTTP=$3
  SIGNALWIRE_REST_BASE_URL=$2/$1ms
  export BENCH_COMMANDS BENCH_AT_ONCE BENCH_HTTP SIGNALWIRE_REST_BASE_URL
  printf '\n%s commands, %s at once, %s ms each, %s\n' "$BENCH_COMMANDS" "$BENCH_AT_ONCE" "$1" "$4"
  measure "$rounds" "$BENCH_COMMANDS" \
    "libcurl, C" "$bin/multi" -- \
    "signalwire, Lua 5.4" $(ours 5.4) bench/contenders/signalwire.lua -- \
    "signalwire, Lua 5.3" $(ours 5.3) bench/contenders/signalwire.lua -- \
    "signalwire, Lua 5.1" $(ours 5.1) bench/contenders/signalwire.lua -- \
    "signalwire, LuaJIT" $(ours jit) bench/contenders/signalwire.lua -- \
    "official client, Python" python3 bench/contenders/official.py
)

all_concurrent() {
  for delay in 20 100; do
    concurrent "$delay" "$BENCH_PLAIN" 1.1 "plain HTTP/1.1, a connection for each"
    concurrent "$delay" "$BENCH_TLS" 1.1 "HTTP/1.1 over TLS, a connection for each"
    concurrent "$delay" "$BENCH_TLS" 2 "HTTP/2 over TLS, one connection"
  done
}

# What runs beside the target.
beside_target() {
  BENCH_WARM_UP=200
  export BENCH_WARM_UP
  for part in "$@"; do
    case $part in
      sequential) all_sequential ;;
      concurrent) all_concurrent ;;
      instructions) sh bench/instructions.sh ;;
      steady) sh bench/steady.sh ;;
      nginx) env -u SIGNALWIRE_REST_BASE_URL BENCH_ROUNDS="$rounds" lua5.4 bench/nginx.lua ;;
    esac
  done
}

usage() {
  echo "usage: ./run bench [startup] [sequential] [concurrent] [relay] [steady] [nginx] [instructions [--check | --record]]" >&2
  echo "       ./run bench deadlines" >&2
  exit 2
}

case ${1-} in
  --beside-sandbox)
    choose_cores
    shift
    for part in "$@"; do
      case $part in
        startup) startup_twice ;;
        relay) relay ;;
      esac
    done
    exit
    ;;
  --beside-target)
    choose_cores
    shift
    beside_target "$@"
    exit
    ;;
esac

[ "${1-}" != instructions ] || [ $# -ne 2 ] || case $2 in --*) exec sh bench/instructions.sh "$2" ;; esac
[ "${1-}" != deadlines ] || exec sh bench/deadlines.sh
[ $# -gt 0 ] || set -- startup sequential concurrent relay steady nginx instructions
with_sandbox='' with_target=''
for part in "$@"; do
  case $part in
    startup | relay) with_sandbox="$with_sandbox $part" ;;
    sequential | concurrent | steady | nginx | instructions) with_target="$with_target $part" ;;
    *) usage ;;
  esac
done
compile
choose_cores
echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1); medians of $rounds rounds; ratios to the first row"
[ -z "$with_sandbox" ] || lua5.4 bin/signalwire-sandbox --quiet --exec sh bench/bench.sh --beside-sandbox $with_sandbox
[ -z "$with_target" ] || sh bench/target.sh sh bench/bench.sh --beside-target $with_target
