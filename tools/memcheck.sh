#!/bin/sh
# memcheck.sh ARGUMENT...: lua5.4 under valgrind; any report makes it fail.
SIGNALWIRE_TEST_LUA=$(command -v lua5.4)
export SIGNALWIRE_TEST_LUA
exec valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --show-leak-kinds=definite \
  --suppressions="$(dirname "$0")/../test/valgrind.supp" lua5.4 "$@"
