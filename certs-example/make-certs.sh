#!/usr/bin/env bash
# Makes a development CA and certificates for trying Blindlink out. Not for patients' data: the CA's key
# is stored unprotected beside the certificates.
#
#   certs-example/make-certs.sh OUT_DIR [--site NAME]... [--coordinator NAME]... [--researcher NAME]... [--worker NAME]...
#                               [--keyserver NAME]... [--days N]
#
# Makes ca.pem, resolver.pem, <role>-<name>.pem, their .key files (mode 0600), and allowed-clients.txt,
# the resolver's list of clients, in which key servers are not. Run it again to add clients: existing
# files are kept.
set -euo pipefail
umask 077

usage() { sed -n '2,10s/^# \{0,1\}//p' "$0"; }
fail() { echo "make-certs.sh: $*" >&2; exit 2; }

out="" days=365 clients=() keyservers=()
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) usage; exit 0 ;;
    --site | --coordinator | --researcher | --worker)
      [ $# -ge 2 ] || fail "$1 needs a name"
      [[ "$2" =~ ^[a-z0-9][a-z0-9-]{0,62}$ ]] || fail "'$2' is not a name: use a-z, 0-9 and '-', at most 63 characters"
      clients+=("${1#--}/$2"); shift 2 ;;
    --keyserver)
      [[ "${2:-}" =~ ^[a-z0-9][a-z0-9-]{0,62}$ ]] || fail "--keyserver needs a name of a-z, 0-9 and '-'"
      keyservers+=("$2"); shift 2 ;;
    --days)
      [[ "${2:-}" =~ ^[0-9]+$ ]] || fail "--days needs a number"
      days=$2; shift 2 ;;
    -*) fail "unknown option '$1'" ;;
    *) [ -z "$out" ] || fail "more than one folder given"; out=$1; shift ;;
  esac
done
[ -n "$out" ] || { usage >&2; exit 2; }
mkdir -p "$out"
cd "$out"

quietly() { # its output is shown only if it fails
  local said
  said=$("$@" 2>&1) || { echo "$said" >&2; exit 1; }
}

new_key() { quietly openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }

make_ca() {
  [ -e ca.pem ] && return
  new_key ca.key
  # Every CA gets a different name, so that two CAs are never confused.
  quietly openssl req -x509 -new -key ca.key -sha256 -days 3650 -out ca.pem \
    -subj "/CN=Blindlink development CA $(openssl rand -hex 4)" \
    -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign"
}

# issue STEM COMMON_NAME EXTENDED_USE ALTERNATIVE_NAMES [URI to put on the list of clients]
issue() {
  [ -e "$1.pem" ] && return
  new_key "$1.key"
  quietly openssl req -new -key "$1.key" -subj "/CN=$2" -out "$1.csr"
  printf '%s\n' "basicConstraints=critical,CA:FALSE" "keyUsage=critical,digitalSignature" \
    "extendedKeyUsage=$3" "subjectAltName=$4" >"$1.ext"
  quietly openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -sha256 -days "$days" \
    -set_serial "0x$(openssl rand -hex 16)" -extfile "$1.ext" -out "$1.tmp"
  rm "$1.csr" "$1.ext"
  # Only for a new certificate: a client whose line was removed stays removed.
  [ -z "${5:-}" ] || echo "$(fingerprint "$1.tmp") $5" >>allowed-clients.txt
  mv "$1.tmp" "$1.pem"
}

fingerprint() { openssl x509 -in "$1" -outform DER | openssl dgst -sha256 -r | cut -d' ' -f1; }

make_ca
issue resolver resolver.blindlink serverAuth \
  "DNS:resolver.blindlink,DNS:localhost,IP:127.0.0.1,URI:spiffe://blindlink/resolver/main"
for keyserver in "${keyservers[@]}"; do
  issue "keyserver-$keyserver" keyserver.blindlink serverAuth \
    "DNS:keyserver.blindlink,DNS:localhost,IP:127.0.0.1,URI:spiffe://blindlink/keyserver/$keyserver"
done
touch allowed-clients.txt
for client in "${clients[@]}"; do
  uri="spiffe://blindlink/$client"
  issue "${client/\//-}" "${client#*/}" clientAuth "URI:$uri" "$uri"
done
chmod 644 ./*.pem
echo "Certificates in $(pwd): resolver ${clients[*]}"
