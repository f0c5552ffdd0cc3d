# shellcheck shell=sh disable=SC2154,SC2034 # ./run sets $root, and reads tools/test.sh before this, which reads the rest
# The long hunts for faults: each allocation failing, fuzzing, sanitizers, valgrind, a long run.

build_sanitized() {
  say "Building with sanitizers"
  logged build-asan build_in asan 5.4 -DSIGNALWIRE_WERROR=ON -DSIGNALWIRE_SANITIZE=ON -DBUILD_TESTING=ON
}

# torture [SCENARIO...]: the whole of what the test run does in part.
torture_command() {
  prepare
  build_sanitized
  exec build/asan/torture "$@"
}

# chaos [SECONDS [SEED]]: so long each build, one after the other; then tasks, on each Lua.
chaos_command() {
  seconds=${1-60} seed=${2-} PART_LIMIT=3600
  prepare
  build_sanitized
  bad=0
  for walk in chaos chaos_that_polls chaos_without_quick_exit chaos_that_forks chaos_threads; do
    say "$walk"
    options=$ASAN_OPTIONS
    [ "$walk" != chaos_without_quick_exit ] || options=$options:detect_leaks=0 # what a resolver holds stays behind
    # shellcheck disable=SC2086 # no seed is no word
    ASAN_OPTIONS=$options TSAN_OPTIONS=die_after_fork=0:suppressions=$root/test/threads.supp \
      "build/asan/test/test_$walk" "$seconds" $seed </dev/null || bad=1
  done
  for version in 5.4 5.1 jit; do
    build "$version"
    # shellcheck disable=SC2086
    with_library "$version" "lua$version" "lua$version" tools/chaos.lua "$seconds" $seed || bad=1
  done
  return "$bad"
}

# fuzz [SECONDS] [TARGET...]: so long each; what is found lies in build/fuzz.
fuzz_command() {
  seconds=${1-60}
  [ $# -eq 0 ] || shift
  [ $# -gt 0 ] || set -- answer frames json_in json_out options relay
  prepare
  say "Building the fuzzer"
  logged build-fuzz build_in fuzz 5.4 -DCMAKE_C_COMPILER=clang -DSIGNALWIRE_FUZZ=ON -DBUILD_TESTING=ON
  bad=0
  LUA_CPATH="$root/build/fuzz/?.so;;"
  export LUA_CPATH
  for target in "$@"; do
    mkdir -p "build/fuzz/corpus/$target"
    log=build/log/fuzz-$target.txt
    code=0
    nice -n 19 build/fuzz/fuzz --target="$target" -detect_leaks=0 -max_total_time="$seconds" -timeout=20 \
      -rss_limit_mb=2048 -max_len=4096 -print_final_stats=1 -artifact_prefix="build/fuzz/$target-found-" \
      "build/fuzz/corpus/$target" "spec/fuzz/cases/$target" >"$log" 2>&1 </dev/null || code=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    coverage=$(sed -n 's/^#[0-9]*.*\(cov: [0-9]* ft: [0-9]*\) corp: \([0-9]*\).*/\1 cases: \2/p' "$log" | tail -n 1)
    if [ "$code" -eq 0 ]; then
      say "$target: $runs executions in $seconds s, $coverage, nothing found"
    else
      bad=1
      say "$target: FOUND after $runs executions; see $log"
      grep -m 3 -E '^fuzz: |ERROR: |Test unit written' "$log" || true
    fi
  done
  return "$bad"
}

# sanitize: the whole suite, C tests and specs, under AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer, and
# several threads at once under ThreadSanitizer.
sanitize_command() {
  tags='' PART_LIMIT=3600
  SIGNALWIRE_TEST_ALL=1
  export SIGNALWIRE_TEST_ALL
  prepare
  build_sanitized
  say "Testing"
  c_tests "C, with sanitizers" asan
  check "Threads, build" build_in tsan 5.4 -DSIGNALWIRE_SANITIZE=thread -DBUILD_TESTING=ON
  check "Threads, with ThreadSanitizer" limited build/tsan/test/test_states
  specs "Specs on Lua 5.4, with sanitizers" asan "$root/build/asan/lua"
  finish
}

# valgrind: the specs under memcheck, on a build without sanitizers.
valgrind_command() {
  PART_LIMIT=3600
  prepare
  say "Building for Lua 5.4"
  logged build-5.4 build_in 5.4 5.4
  say "Testing"
  specs "Specs on Lua 5.4, under valgrind" 5.4 "$root/tools/memcheck.sh" --exclude-tags=long "$@"
  finish
}

# soak [SECONDS] [VERSION]
soak_command() {
  version=${2-5.4}
  prepare
  build "$version"
  use "$version" "lua$version"
  exec "lua$version" tools/soak.lua "${1-60}"
}
