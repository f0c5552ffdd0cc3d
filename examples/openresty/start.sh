#!/bin/sh
# start.sh - runs the nginx.conf beside it until Ctrl-C, in a folder of its own that goes with it. PORT is 8080 where it
# is not set.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
port=${PORT-8080}
PATH="$PATH:/usr/sbin:/usr/local/openresty/nginx/sbin"

folder=$(mktemp -d)
nginx=''
clean_up() {
  [ -z "$nginx" ] || kill -QUIT "$nginx" 2>/dev/null || :
  [ -z "$nginx" ] || wait "$nginx" 2>/dev/null || :
  rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 0' INT TERM

# nginx verifies names in certificates, and no addresses.
SIGNALWIRE_REST_BASE_URL=$(echo "${SIGNALWIRE_REST_BASE_URL-}" | sed 's|//127\.0\.0\.1|//localhost|')
SIGNALWIRE_RELAY_HOST=$(echo "${SIGNALWIRE_RELAY_HOST-}" | sed 's|^127\.0\.0\.1|localhost|')
export SIGNALWIRE_REST_BASE_URL SIGNALWIRE_RELAY_HOST
trusted=${SIGNALWIRE_REST_CA_FILE-/etc/ssl/certs/ca-certificates.crt}
cp "$trusted" "$folder/trusted.pem"
unset SIGNALWIRE_REST_CA_FILE SIGNALWIRE_RELAY_CA_FILE # nginx.conf has it

name_server=$(sed -n 's/^ *nameserver  *\([0-9.]*\) *$/\1/p' /etc/resolv.conf | head -n 1)
library="lua_package_path \"$here/?.lua;$root/lua/?.lua;$root/lua/?/init.lua;;\";"
library="$library lua_package_cpath \"$root/build/jit/?.so;$root/build/5.1/?.so;;\";"

# Root's workers would run as somebody else, who may not read a checkout below /root.
user=''
[ "$(id -u)" != 0 ] || user='user root; '

sed -e "s|#library#|$library|" \
  -e "s|^worker_processes|$user&|" \
  -e "s|/etc/ssl/certs/ca-certificates.crt|$folder/trusted.pem|" \
  -e "s|resolver 127.0.0.53|resolver ${name_server:-127.0.0.53}|" \
  -e "s|127.0.0.1:8080|127.0.0.1:$port|" \
  "$here/nginx.conf" >"$folder/nginx.conf"
mkdir "$folder/logs"
# Debian's list of modules names them below nginx's own folder.
[ ! -d /usr/lib/nginx/modules ] || ln -s /usr/lib/nginx/modules "$folder/modules"

nginx -p "$folder" -c nginx.conf &
nginx=$!
cat <<END
nginx listens on http://127.0.0.1:$port. In another terminal:

  curl -X POST "http://127.0.0.1:$port/refer?call_id=${CALL_ID-...}&to=sip:sales@example.com"
  curl -X POST "http://127.0.0.1:$port/call?to=sip:sales@example.com"
  echo ${CALL_ID-...} | curl --data-binary @- "http://127.0.0.1:$port/bulk?to=sip:sales@example.com"
END
wait "$nginx"
