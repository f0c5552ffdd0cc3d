#!/bin/sh
# Makes the certificates of the specs in a temp folder, once a day, and prints that folder's name.
set -eu
umask 077

home="${TMPDIR:-/tmp}/signalwire-spec-$(id -u)"
mkdir -p "$home"
if [ ! -O "$home" ] || [ -L "$home" ]; then
  echo "certs.sh: $home belongs to somebody else" >&2
  exit 1
fi

certs="$home/certs-$(date +%Y%m%d)"
if [ -d "$certs" ]; then
  echo "$certs"
  exit 0
fi
find "$home" -maxdepth 1 -name 'certs-*' -mtime +1 -exec rm -rf {} +
work=$(mktemp -d "$home/making.XXXXXX")
trap 'rm -rf "$work"' EXIT

new_key() {
  openssl ecparam -name prime256v1 -genkey -noout -out "$work/$1.key"
}

new_authority() { # name, common name
  new_key "$1"
  openssl req -x509 -new -key "$work/$1.key" -subj "/CN=$2" -days 3 -out "$work/$1.pem" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
  : >"$work/$1.index"
  echo 01 >"$work/$1.serial"
  cat >"$work/$1.cnf" <<END
[ca]
default_ca = authority
[authority]
database = $work/$1.index
serial = $work/$1.serial
new_certs_dir = $work
certificate = $work/$1.pem
private_key = $work/$1.key
default_md = sha256
default_days = 3
unique_subject = no
policy = any
copy_extensions = copy
[any]
commonName = supplied
END
}

new_server() { # name, authority, alternative names, further options of openssl ca
  name=$1 authority=$2 names=$3
  shift 3
  new_key "$name"
  openssl req -new -key "$work/$name.key" -subj "/CN=signalwire specs" -addext "subjectAltName=$names" \
    -out "$work/$name.csr"
  openssl ca -batch -notext -config "$work/$authority.cnf" -in "$work/$name.csr" -out "$work/$name.crt" "$@"
  cat "$work/$name.crt" "$work/$name.key" >"$work/$name.pem"
}

{
  new_authority ca "signalwire specs"
  new_authority other_ca "nobody trusts this one"
  here=DNS:localhost,IP:127.0.0.1,IP:::1
  new_server good ca "$here"
  new_server expired ca "$here" -startdate 20200101000000Z -enddate 20200201000000Z
  new_server wrong_name ca DNS:elsewhere.example
  new_server unknown_ca other_ca "$here"
} >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  exit 1
}

# Two runs at once: the slower one drops its own.
mv -T "$work" "$certs" 2>/dev/null || [ -d "$certs" ]
echo "$certs"
