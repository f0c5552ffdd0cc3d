#!/bin/sh
# deadlines.sh - does a command with a timeout of one second come back in one second, whatever goes wrong?
set -eu
cd "$(dirname "$0")/.."
mkdir -p build/bench
cc -shared -fPIC -O2 -o build/bench/resolver.so test/resolver.c
lua5.4 bench/deadlines.lua
LD_PRELOAD=$PWD/build/bench/resolver.so lua5.4 bench/deadlines.lua name
