#!/bin/sh
# steady.sh - does a command cost the same after 100 commands and after 100,000, and beside 10,000 tasks that sleep? Counted
# in instructions by callgrind, 1,000 commands each.
set -eu
cd "$(dirname "$0")/.."
LUA_PATH="./lua/?.lua;./lua/?/init.lua;;" LUA_CPATH="./build/5.4/?.so;;"
export LUA_PATH LUA_CPATH

if [ -z "${BENCH_PLAIN-}" ]; then exec sh bench/target.sh sh bench/steady.sh; fi

SIGNALWIRE_PROJECT_ID=p SIGNALWIRE_API_TOKEN=t SIGNALWIRE_REST_BASE_URL=$BENCH_PLAIN/0ms
export SIGNALWIRE_PROJECT_ID SIGNALWIRE_API_TOKEN SIGNALWIRE_REST_BASE_URL

folder=$(mktemp -d "${TMPDIR-/tmp}/signalwire-steady.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# count NAME BEFORE TASKS: the instructions of one command, nothing counted before the program is ready.
count() {
  mkfifo "$folder/$1.in" "$folder/$1.out"
  valgrind --tool=callgrind --instr-atstart=no --callgrind-out-file="$folder/$1.callgrind" \
    lua5.4 bench/contenders/steady.lua "$2" 1000 "$3" <"$folder/$1.in" >"$folder/$1.out" 2>"$folder/$1.log" &
  program=$!
  exec 3>"$folder/$1.in" 4<"$folder/$1.out"
  read -r word <&4
  [ "$word" = ready ]
  callgrind_control -i on "$program" >"$folder/$1.control" 2>&1
  echo >&3
  wait "$program" || {
    cat "$folder/$1.log" >&2
    exit 1
  }
  exec 3>&- 4<&-
  awk '/^(summary|totals):/ { print int($2 / 1000); exit }' "$folder/$1.callgrind"
}

# line NAME BEFORE TASKS FIRST: and what it is of the first.
line() {
  instructions=$(count "$1" "$2" "$3")
  first=${first:-$instructions}
  awk -v name="$4" -v n="$instructions" -v first="$first" \
    'BEGIN { printf "    %-44s %8d  %.3f\n", name, n, n / first }'
}

echo "Instructions of one command over a kept connection, ratio to the first row"
first=''
line early 100 0 "after 100 commands"
line late 100000 0 "after 100,000 commands"
line within 100 1 "after 100, in a task"
line beside 100 10000 "after 100, in a task beside 10,000 that sleep"
