# shellcheck shell=sh disable=SC2046,SC2086 # lists of words
# What each command of ./run needs from the system, and how it gets there. Read by ./run.

# A line for each package: its Debian name, and a command or a file that shows that it is here already.
packages_of() {
  case $1 in
    build)
      cat <<'END'
gcc cc
libc6-dev /usr/include/stdio.h
make make
cmake cmake
lua5.4 lua5.4
liblua5.4-dev /usr/include/lua5.4/lua.h
libcurl4-openssl-dev /usr/include/*/curl/curl.h /usr/include/curl/curl.h
libssl-dev /usr/include/openssl/hmac.h
lua-cjson /usr/lib/*/lua/5.4/cjson.so
END
      ;;
    sandbox)
      packages_of build
      cat <<'END'
nginx-light nginx
libnginx-mod-http-lua /usr/lib/nginx/modules/ngx_http_lua_module.so
openssl openssl
ca-certificates /etc/ssl/certs/ca-certificates.crt
END
      ;;
    luas)
      packages_of build
      cat <<'END'
lua5.1 lua5.1
lua5.3 lua5.3
luajit luajit
liblua5.1-0-dev /usr/include/lua5.1/lua.h
liblua5.3-dev /usr/include/lua5.3/lua.h
END
      ;;
    lint)
      packages_of build
      cat <<'END'
lua-check luacheck
clang-format clang-format
clang-tidy clang-tidy
cppcheck cppcheck
shellcheck shellcheck
END
      ;;
    test)
      packages_of sandbox
      packages_of luas
      packages_of lint
      cat <<'END'
lua-busted busted
lua-cqueues /usr/lib/*/lua/5.4/_cqueues.so
lua-luv /usr/lib/*/lua/5.4/luv.so
kamailio /usr/sbin/kamailio
kamailio-lua-modules /usr/lib/*/kamailio/modules/app_lua.so
lua-socket /usr/lib/*/lua/5.4/socket/core.so
luarocks luarocks
strace strace
libcurl3-gnutls /usr/lib/*/libcurl-gnutls.so.4
nettle-dev /usr/include/nettle/hmac.h
kamailio-tls-modules /usr/lib/*/kamailio/modules/tls.so
valgrind valgrind
locales /usr/share/i18n/locales/de_DE
python3 python3
python3-h2 /usr/lib/python3/dist-packages/h2/connection.py
python3-websockets /usr/lib/python3/dist-packages/websockets/version.py
END
      ;;
    torture) packages_of build ;;
    fuzz)
      packages_of build
      printf 'clang clang\n'
      ;;
    chaos | sanitize | valgrind | soak) packages_of test ;;
    bench)
      packages_of sandbox
      packages_of luas
      cat <<'END'
valgrind valgrind
python3 python3
python3-websockets /usr/lib/python3/dist-packages/websockets/version.py
lua-curl /usr/lib/*/lua/5.1/curl.so
lua-http /usr/share/lua/5.1/http/client.lua
END
      ;;
    rock)
      packages_of sandbox
      packages_of luas
      cat <<'END'
luarocks luarocks
libcurl3-gnutls /usr/lib/*/libcurl-gnutls.so.4
nettle-dev /usr/include/nettle/hmac.h
END
      ;;
    generate) printf 'lua5.4 lua5.4\n' ;;
    format) printf 'clang-format clang-format\n' ;;
  esac
}

is_here() {
  case $1 in
    */*) for file in $1; do [ -e "$file" ] && return 0; done && return 1 ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}

missing_for() {
  packages_of "$1" | sort -u | while read -r package sign; do
    is_here "$sign" || printf '%s\n' "$package"
  done
}

# Debian 12 has two LuaJITs, and nginx's Lua module stands on luajit2; Debian 13 has one, luajit.
debian_names() {
  for package in "$@"; do
    if [ "$package" = luajit ] && apt-cache show luajit2 2>/dev/null | grep -q '^Package: luajit2$'; then
      package=luajit2
    fi
    printf '%s ' "$package"
  done
}

is_root() { [ "$(id -u)" = 0 ]; }

# Where nobody is there to answer, sudo must not ask.
may_be_root() {
  is_root || { command -v sudo >/dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2>/dev/null; }; }
}

as_root() {
  if is_root; then "$@"; else sudo "$@"; fi
}

# need WHAT: installs what the command WHAT lacks, or says what to install and ends.
need() {
  names=$(missing_for "$1" | tr '\n' ' ')
  [ -n "$names" ] || return 0
  if ! command -v apt-get >/dev/null 2>&1; then
    say "This is not a Debian, so nothing is installed for you. These seem to be missing:"
    say "  $names"
    return 0
  fi
  if ! may_be_root; then
    say "Some packages are missing, and installing them needs root. As root, or with sudo:" >&2
    say "  apt-get install $(debian_names $names)" >&2
    exit 1
  fi
  say "Missing here, and now installed with apt-get:"
  say "$names" | fold -s -w 100 | sed 's/^/  /'
  is_root || say "That needs root: sudo may ask for your password."
  case $names in
    *nginx-light*) say "Debian starts its own nginx service with the package; nothing here uses that one." ;;
  esac
  logged apt-update as_root apt-get update -q || say "apt-get update failed; going on with the lists there are."
  logged apt-install as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends $(debian_names $names) || exit 1
}
