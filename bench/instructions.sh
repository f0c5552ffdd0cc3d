#!/bin/sh
# instructions.sh [--check | --record] - the instructions of one command over plain HTTP, on Lua 5.4, by callgrind. What
# libcurl costs is counted beside what is ours. --check holds ours against bench/instructions.txt, --record writes it.
set -eu
cd "$(dirname "$0")/.."
record=bench/instructions.txt
margin=5 # per cent
few=500 more=1500

# What the compiler makes of our C, and what this Lua does, differ from one version to another.
versions() { echo "$(lua5.4 -v | cut -d' ' -f1,2), cc $(cc -dumpfullversion), $(uname -m)"; }

# count_in FILE COMMANDS PROGRAM...
count_in() {
  file=$1 BENCH_COMMANDS=$2
  shift 2
  export BENCH_COMMANDS
  printf '\n\n' | valgrind --tool=callgrind --callgrind-out-file="$file" "$@" >"$folder/log" 2>&1 || {
    cat "$folder/log" >&2
    return 1
  }
}

# of_each PROGRAM...: the instructions of a command, a line for each room of the program.
of_each() {
  count_in "$folder/few" "$few" "$@"
  count_in "$folder/more" "$more" "$@"
  lua5.4 bench/objects.lua "$folder/few" "$folder/more" $((more - few))
}

# sum FILE ROOM...: of these rooms, or of all.
sum() {
  awk -v rooms="$(shift && echo "$*")" 'BEGIN { count = split(rooms, list); for (i in list) wanted[list[i]] = 1 }
    count == 0 || $1 in wanted { total += $2 } END { print total + 0 }' "$1"
}

write_report() {
  ours=$(sum "$folder/ours" core lua) all=$(sum "$folder/ours") raw=$(sum "$folder/raw")
  cat <<END
Instructions of one command, calling.refer over a kept connection of plain HTTP, counted by callgrind.
Written by bench/instructions.sh --record; ./run test fails where "ours" is more than $margin % above what stands here.

$(versions)

$(awk '{ printf "%-24s %8d\n", $1, $2 }' "$folder/ours")

$(printf '%-24s %8d   core and lua' ours "$ours")
$(printf '%-24s %8d' 'all' "$all")
$(printf '%-24s %8d   a C program on libcurl alone, without JSON' 'libcurl alone' "$raw")
END
}

recorded() { sed -n "s/^$1  *\\([0-9]*\\).*/\\1/p" "$record" | head -n 1; }

check() {
  ours=$(sum "$folder/ours" core lua)
  if ! grep -qxF "$(versions)" "$record"; then
    echo "Not compared: $record is of another machine. Here: $(versions), $ours instructions of ours a command."
    return 0
  fi
  before=$(recorded ours)
  echo "Instructions of ours a command: $ours; $record says $before."
  [ $((ours * 100)) -gt $((before * (100 + margin))) ] || return 0
  echo "That is more than $margin % above. What each room had, and has:"
  while read -r room count; do
    printf '    %-12s %8d %8d\n' "$room" "$(recorded "$room")" "$count"
  done <"$folder/ours"
  echo "Find out why. If it is worth it: ./run bench instructions --record"
  return 1
}

if [ -z "${BENCH_PLAIN-}" ]; then exec sh bench/target.sh sh bench/instructions.sh "$@"; fi

folder=$(mktemp -d "${TMPDIR-/tmp}/signalwire-instructions.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

BENCH_WARM_UP=0 BENCH_AT_ONCE=1 BENCH_HTTP=1.1 SIGNALWIRE_REST_BASE_URL=$BENCH_PLAIN/0ms
export BENCH_WARM_UP BENCH_AT_ONCE BENCH_HTTP SIGNALWIRE_REST_BASE_URL
of_each lua5.4 bench/contenders/signalwire.lua >"$folder/ours"
if [ "${1-}" = --check ]; then
  check
  exit
fi
mkdir -p build/bench
cc -O2 -o build/bench/easy bench/contenders/easy.c -lcurl
of_each build/bench/easy >"$folder/raw"
write_report >"$folder/report"
cat "$folder/report"
[ "${1-}" != --record ] || cp "$folder/report" "$record"
