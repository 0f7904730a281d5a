#!/usr/bin/env bash
# Makes the folder that compose.yaml mounts: one folder for each party of a trial, with its certificate and key.
#
#   deploy/containers/prepare.sh FOLDER
#
# The parties are resolver, center, registry, claims and study. The certificates are for trials only (certs-example/README.md).
set -euo pipefail
umask 077
[ $# -eq 1 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
mkdir "$1"
cd "$1"
"$here/../../certs-example/make-certs.sh" certs --site registry --site claims --coordinator center --researcher study
mkdir resolver center registry claims study

cp certs/{ca.pem,resolver.pem,resolver.key,allowed-clients.txt} resolver/
cat >resolver/resolver.textproto <<END
listen: "0.0.0.0:7443"
data_directory: "data"
keys_directory: "keys"
certificate_file: "resolver.pem"
private_key_file: "resolver.key"
client_ca_file: "ca.pem"
allowed_clients_file: "allowed-clients.txt"
END
give() { # STEM PARTY
  cp "certs/$1.pem" "$2/$2.pem"
  cp "certs/$1.key" "$2/$2.key"
  cp certs/ca.pem "$2/"
}
give coordinator-center center
give site-registry registry
give site-claims claims
give researcher-study study
echo "The parties' folders are in $PWD; the CA of this trial is in certs. The resolver is resolver:7443."
