#!/bin/sh
# startup.sh [RUNS] - what a script that sends one command costs from its start to its end, beside a C program that
# does the same with libcurl alone. `./run bench` runs it within a sandbox, whose address it takes from the environment.
set -eu
cd "$(dirname "$0")/.."
runs=${1-51}
lua=${LUA-lua5.4}

mkdir -p build/bench
cc -O2 -o build/bench/startup bench/startup.c -lcurl
cc -O2 -o build/bench/measure bench/measure.c

compare() {
  printf '  %s\n' "$1"
  build/bench/measure "$runs" "$lua" bench/startup.lua -- build/bench/startup
}

printf '\nOne command, from process start to its end: %s beside a C program on libcurl, medians of %s runs each\n' \
  "$lua" "$runs"
compare "Trust roots: the sandbox's alone"

cat /etc/ssl/certs/ca-certificates.crt "$SIGNALWIRE_REST_CA_FILE" >build/bench/roots.pem
SIGNALWIRE_REST_CA_FILE=$(pwd)/build/bench/roots.pem
export SIGNALWIRE_REST_CA_FILE
compare "Trust roots: the system's and the sandbox's"
