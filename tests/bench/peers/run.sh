#!/usr/bin/env bash
# Compares Blindlink with its alternatives on the same invented files, in one run on one machine.
#
#   tests/bench/peers/run.sh [--left 20000] [--right 100000] [--plan FILE] [--also-plan FILE]...
#                            [--out DIR] [--minutes 15] [--only NAME,...]
#
# Blindlink has a row for --plan (us-default) and one for each --also-plan (default: us-lean, and the
# peers' four token rules as a plan, so that the same work is compared).
# Peers: splink (Splink on DuckDB, clear text), anonlink (Bloom filters, clkhash), tokens-duckdb,
# tokens-postgresql and tokens-join (tokens as Open Link Token makes them, joined in DuckDB, PostgreSQL
# and by sort | join). Python packages go into a throw-away environment in DIR. A peer's row says so if the
# package index or a program is unavailable, or if the peer took longer than --minutes.
# Leaves peers.json, the files and each peer's pairs in DIR. BLINDLINK_BIN_DIR: as for tests/bench/run.sh.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
case "${1:-}" in -h | --help) sed -n '2,14s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
build=$root/build/release
targets=(blindlink-population)
[ -n "${BLINDLINK_BIN_DIR:-}" ] || targets+=(blindlink-agent blindlink-resolver blindlink-researcher)
(cd "$root" && cmake --preset release >/dev/null && cmake --build "$build" --target "${targets[@]}") >&2
PYTHONDONTWRITEBYTECODE=1 exec python3 "$root/tests/bench/peers/peers.py" --root "$root" \
  --bin "${BLINDLINK_BIN_DIR:-$build/bin}" --tools "$build/bin" "$@"
