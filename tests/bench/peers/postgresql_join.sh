#!/usr/bin/env bash
# Joins two token files in a throw-away PostgreSQL: postgresql_join.sh LEFT RIGHT OUT FOLDER
set -euo pipefail
left=$1 right=$2 out=$3 folder=$4
programs=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
[ -x "$programs/initdb" ] || { echo "UNAVAILABLE: no PostgreSQL server is installed"; exit 3; }
as=()
if [ "$(id -u)" = 0 ]; then # it refuses to run as root
  as=(runuser -u postgres --)
fi
home=$(mktemp -d /tmp/blindlink-peer.XXXXXX)
[ "$(id -u)" != 0 ] || chown postgres "$home"
trap '"${as[@]}" "$programs/pg_ctl" -D "$home/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$home"' EXIT
"${as[@]}" "$programs/initdb" -D "$home/data" -A trust >/dev/null
"${as[@]}" "$programs/pg_ctl" -D "$home/data" -w -l "$home/log" \
  -o "-k $home -c listen_addresses='' -c shared_buffers=512MB -c work_mem=256MB -c fsync=off" start >/dev/null
"${as[@]}" psql -h "$home" -d postgres -q -v ON_ERROR_STOP=1 -c "create unlogged table l (token text, record text)" \
  -c "create unlogged table r (token text, record text)"
for side in l r; do
  file=$left && [ $side = l ] || file=$right
  "${as[@]}" psql -h "$home" -d postgres -q -c "\\copy $side from stdin csv" <"$file"
done
"${as[@]}" psql -h "$home" -d postgres -q -c "analyze" \
  -c "\\copy (select distinct l.record, r.record from l join r using (token)) to stdout csv" >"$out"
