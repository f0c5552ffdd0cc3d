# shellcheck shell=sh disable=SC2086,SC2154 # lists of words; $root is set by ./run, which reads this file
# The test run: parts that do not stop each other, a row for each, and the sum of all in the last line.

passed=0 failed=0 skipped=0 failures=''
PART_LIMIT=300 # seconds; a part that hangs must not hang the run

# part TITLE COMMAND...: runs it with its output in $log, the count of seconds in $seconds and its end in $code.
part() {
  title=$1
  log=build/log/$(printf '%s' "$title" | tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9.-').txt
  shift
  printf '  %-44s ' "$title"
  begun=$(date +%s)
  code=0
  "$@" >"$log" 2>&1 </dev/null || code=$?
  seconds=$(($(date +%s) - begun))
}

# row PASSED FAILED SKIPPED
row() {
  passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
  text="$1 passed"
  [ "$2" -eq 0 ] || text="$text, $2 FAILED" failures="$failures$log
"
  [ "$3" -eq 0 ] || text="$text, $3 skipped"
  printf '%-36s %4s s\n' "$text" "$seconds"
}

# check TITLE COMMAND...: a part that counts as one test.
check() {
  part "$@"
  if [ "$code" -eq 0 ]; then row 1 0 0; else row 0 1 0; fi
}

# A program that ends badly without naming a failed test has failed all the same.
counted() {
  if [ "$code" -ne 0 ] && [ "$2" -eq 0 ]; then row "$1" 1 "$3"; else row "$1" "$2" "$3"; fi
}

limited() { timeout --foreground -k 10 "$PART_LIMIT" "$@"; }

# with_library FOLDER LUA COMMAND...: runs it where that Lua finds this checkout's library.
with_library() (
  use "$1" "$2"
  shift 2
  limited "$@"
)

# specs TITLE FOLDER LUA BUSTED_ARGUMENT...
specs() {
  title=$1 folder=$2 lua=$3
  shift 3
  part "$title" with_library "$folder" "$lua" "$lua" tools/busted.lua "$@"
  summary=$(sed -n 's/^\([0-9]*\) success[es]* \/ \([0-9]*\) failure[s]* \/ \([0-9]*\) error[s]* \/ \([0-9]*\) pending.*/\1 \2 \3 \4/p' \
    "$log" | tail -n 1)
  # shellcheck disable=SC2086 # four numbers
  set -- $summary
  if [ $# -eq 4 ]; then counted "$1" $(($2 + $3)) "$4"; else code=1; counted 0 0 0; fi
}

# c_tests TITLE FOLDER
c_tests() {
  part "$1" ctest --test-dir "build/$2" --output-on-failure --no-tests=error --timeout 120
  total=$(sed -n 's/.*tests failed out of \([0-9]*\).*/\1/p' "$log")
  bad=$(sed -n 's/.*, \([0-9]*\) tests failed out of.*/\1/p' "$log")
  counted $((${total:-0} - ${bad:-0})) "${bad:-0}" 0
}

lint_parts() {
  check "Lua: luacheck" luacheck --no-color --quiet lua bin/signalwire-sandbox spec tools bench examples \
    .luacheckrc .busted ./*.rockspec
  check "C: clang-format" clang-format --dry-run -Werror $c_files
  check "C: clang-tidy" clang-tidy --quiet -p build/5.4 src/*.c
  check "C: cppcheck" cppcheck --quiet --error-exitcode=1 --enable=warning,performance,portability --std=c11 \
    --inline-suppr --suppress=preprocessorErrorDirective --suppress=normalCheckLevelMaxBranches -I src src
  check "Shell: shellcheck" shellcheck -x run .ci/run tools/*.sh bench/*.sh examples/*/*.sh
}

finish() {
  printf '%s' "$failures" | while read -r log; do
    say ""
    say "==== $log"
    tail -n 100 "$log"
  done
  say ""
  if [ "$skipped" -eq 0 ]; then
    say "$passed passed, $failed failed"
  else
    say "$passed passed, $failed failed, $skipped skipped"
  fi
  [ "$failed" -eq 0 ]
}

# Both ways to install give a library and a program that work from elsewhere.
install_parts() {
  for version in 5.4 5.3 5.1 jit; do
    check "CMake, Lua $version" limited tools/install.sh cmake "$version"
  done
  check "The rockspec" luarocks lint "$rockspec"
  for version in 5.4 5.3 5.1 jit; do
    check "LuaRocks, Lua $version" limited tools/install.sh make "$version"
  done
  check "LuaRocks, over GnuTLS" limited tools/install.sh gnutls 5.1
  check "LuaRocks, a packed rock" limited tools/install.sh pack 5.4
}

prepare() {
  mkdir -p build/log
  LC_ALL=C.UTF-8
  LSAN_OPTIONS=suppressions=$root/test/leaks.supp:print_suppressions=0
  ASAN_OPTIONS=quarantine_size_mb=1 # freed memory that is kept back must not look like a leak
  export LC_ALL LSAN_OPTIONS ASAN_OPTIONS
  rockspec=$(echo signalwire-[0-9]*.rockspec)
  c_files=$(find src test bench -name '*.[ch]')
}

everything() {
  say "Building"
  for version in 5.4 5.3 5.1 jit; do
    check "Lua $version, warnings are errors" build_in "$version" "$version" -DSIGNALWIRE_WERROR=ON
  done
  check "Lua 5.1, over GnuTLS" build_in gnutls-5.1 5.1 -DSIGNALWIRE_WERROR=ON -DSIGNALWIRE_TLS=gnutls
  check "Lua 5.4, with sanitizers" build_in asan 5.4 -DSIGNALWIRE_WERROR=ON -DSIGNALWIRE_SANITIZE=ON -DBUILD_TESTING=ON

  say "Reading"
  lint_parts
  check "Reference pages are current" with_library 5.4 lua5.4 lua5.4 tools/docgen.lua --check
  check "The rockspec for GnuTLS is current" with_library 5.4 lua5.4 lua5.4 tools/rockgen.lua --check
  check "Editor types are current" with_library 5.4 lua5.4 lua5.4 tools/typegen.lua --check
  check "Instructions per command" with_library 5.4 lua5.4 sh bench/instructions.sh --check

  say "Testing"
  c_tests "The C half that knows no Lua" asan
  for version in 5.4 5.3 5.1 jit; do
    specs "Specs on Lua $version" "$version" "lua$version" "$beside_hosts"
  done
  specs "Wire specs over GnuTLS" gnutls-5.1 lua5.1 "$beside_hosts" spec/wire
  SIGNALWIRE_TEST_TRANSPORT=thread
  export SIGNALWIRE_TEST_TRANSPORT
  specs "Wire specs over the helper thread" asan "$root/build/asan/lua" "$beside_hosts" spec/wire
  unset SIGNALWIRE_TEST_TRANSPORT
  specs "Specs on Lua 5.4, with sanitizers" asan "$root/build/asan/lua" "$beside_hosts"
  specs "Specs within nginx" jit luajit --tags=hosts $tags spec/hosts/nginx*_spec.lua
  specs "Specs within Kamailio" jit luajit --tags=hosts $tags spec/hosts/kamailio*_spec.lua

  say "Installing"
  install_parts
}

# some VERSION... FILE...: the specs alone, in these files where some are named.
some() {
  versions='' files=''
  for word in "$@"; do
    case $word in
      5.1 | 5.3 | 5.4 | jit) versions="$versions $word" ;;
      *) files="$files $word" ;;
    esac
  done
  for version in ${versions:-5.4}; do
    check "Building for Lua $version" build_in "$version" "$version" -DSIGNALWIRE_WERROR=ON
    specs "Specs on Lua $version" "$version" "lua$version" $tags $files
  done
}

test_command() {
  tags=--exclude-tags=long
  beside_hosts=--exclude-tags=long,hosts # these run once: another Lua around a host shows nothing new
  if [ "${1-}" = all ]; then
    tags='' beside_hosts=--exclude-tags=hosts PART_LIMIT=3600
    SIGNALWIRE_TEST_ALL=1
    export SIGNALWIRE_TEST_ALL
    shift
  fi
  prepare
  if [ $# -eq 0 ]; then everything; else some "$@"; fi
  finish
}

lint_command() {
  prepare
  check "Lua 5.4, warnings are errors" build_in 5.4 5.4 -DSIGNALWIRE_WERROR=ON
  lint_parts
  finish
}

rock_command() {
  prepare
  install_parts
  finish
}
