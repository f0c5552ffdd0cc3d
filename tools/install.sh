#!/bin/sh
# install.sh cmake|make|gnutls|pack VERSION - installs the library into an empty tree, by CMake, by `luarocks make` or as a
# packed source rock, and uses it from another directory. `./run rock` runs all of them.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
how=$1 version=$2
lua=lua$version
abi=$version
[ "$version" != jit ] || abi=5.1
rockspec=$(echo signalwire-[0-9]*.rockspec)
[ "$how" != gnutls ] || rockspec=$(echo signalwire-gnutls-*.rockspec)
unset LUA_PATH LUA_CPATH LUA_INIT SIGNALWIRE_PROJECT_ID

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
trap 'exit 1' INT TERM

# Rock servers may be out of reach, so what the rock depends on is the system's.
luarocks_in_tree() {
  luarocks --lua-version="$abi" --tree="$tree" "$@" --deps-mode=none \
    LUA="$(command -v "$lua")" LUA_INTERPRETER="$lua" LUA_INCDIR="/usr/include/lua$abi"
}

# The rockspec names a tag that a checkout may be ahead of: the packed copy takes its sources from this checkout.
pack() {
  mkdir "$tree/pack"
  tar --exclude=./build --exclude=./.git --transform='s,^\.,signalwire-lua,' -czf "$tree/pack/signalwire-lua.tar.gz" .
  sed -e "s|git+https://[^\"]*|file://$tree/pack/signalwire-lua.tar.gz|" -e '/tag = /d' \
    "$rockspec" >"$tree/pack/$rockspec"
  (cd "$tree/pack" && luarocks --lua-version="$abi" pack "$rockspec" && rm signalwire-lua.tar.gz)
}

case $how in
  cmake)
    cmake -S . -B "$tree/build" -DLUA_VERSION="$version" -DCMAKE_INSTALL_PREFIX="$tree"
    cmake --build "$tree/build"
    cmake --install "$tree/build"
    ;;
  make | gnutls)
    # In a copy: LuaRocks leaves its object files beside the sources.
    mkdir "$tree/copy"
    tar --exclude=./build --exclude=./.git -cf - . | tar -xf - -C "$tree/copy"
    cd "$tree/copy"
    luarocks_in_tree make "$rockspec"
    ;;
  pack)
    pack
    luarocks_in_tree install "$tree"/pack/*.src.rock
    ;;
esac

cd "$tree"
LUA_PATH="$tree/share/lua/$abi/?.lua;$tree/share/lua/$abi/?/init.lua;;"
LUA_CPATH="$tree/lib/lua/$abi/?.so;;"
export LUA_PATH LUA_CPATH
"$lua" "$root/tools/smoke.lua" "$tree"
"$tree/bin/signalwire-sandbox" --quiet --exec "$lua" "$root/tools/smoke.lua" "$tree"
