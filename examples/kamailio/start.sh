#!/bin/sh
# start.sh [COMMAND...]: Kamailio with the routes of calls.lua, beside a sandbox, until Ctrl-C or the end of COMMAND.
# COMMAND finds Kamailio's port in SIP_PORT, and the sandbox's calls in CALL_ID and PHONE_CALL_ID.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

if [ -z "${CALL_ID-}" ]; then
  (cd "$root" && ./run build 5.1 >&2)
  LUA_PATH="$root/lua/?.lua;$root/lua/?/init.lua;;"
  LUA_CPATH="$root/build/5.1/?.so;;"
  export LUA_PATH LUA_CPATH
  exec lua5.1 "$root/bin/signalwire-sandbox" --quiet --exec sh "$here/start.sh" "$@"
fi

a_free_port='import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
SIP_PORT=${SIP_PORT-$(python3 -c "$a_free_port")}
export SIP_PORT
folder=$(mktemp -d)
/usr/sbin/kamailio -DD -E -f "$here/kamailio.cfg" -A "CALLS=\"$here/calls.lua\"" -l "udp:127.0.0.1:$SIP_PORT" \
  -P "$folder/pid" -Y "$folder" -m 64 -M 8 >"$folder/log" 2>&1 &
kamailio=$!
trap 'kill $kamailio 2>/dev/null; wait $kamailio 2>/dev/null || :; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM

tries=0
until [ -s "$folder/pid" ] && [ $tries -ge 3 ]; do
  tries=$((tries + 1))
  if [ $tries -gt 100 ] || ! kill -0 $kamailio 2>/dev/null; then
    cat "$folder/log" >&2
    exit 1
  fi
  sleep 0.1
done
if [ $# -gt 0 ]; then
  "$@"
  exit
fi
echo "Kamailio listens on udp:127.0.0.1:$SIP_PORT. In another terminal:"
echo
echo "  python3 $here/say.py $SIP_PORT soon 'refer $CALL_ID sip:sales@example.com'"
echo "  python3 $here/say.py $SIP_PORT now 'transfer $PHONE_CALL_ID +15551230002'"
echo "  python3 $here/say.py $SIP_PORT soon 'dial +15551230001 +15551230002'"
echo
echo "Its log is $folder/log. Ctrl-C ends it."
wait $kamailio
