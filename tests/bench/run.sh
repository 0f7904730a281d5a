#!/usr/bin/env bash
# How fast Blindlink is, and how right: an invented registry and invented claims (tests/population)
# through the real programs over loopback mutual TLS, one stage after the other, as a table and JSON.
#
#   tests/bench/run.sh [--left 20000] [--right 1000000] [--plan FILE] [--out DIR] [more]
#
#   --left N --right M   records of the registry and of the claims
#   --plan FILE          default: deploy/plans/us-default.textproto
#   --out DIR            default: build/bench; made anew, and must be a bench's or new
#   --seed S             default: 1
#   --population=FLAGS   more flags of blindlink-population, as one word: --population="--no-address"
#   --stream             the claims go from the generator to the agent through a pipe, with no file
#   --threads N          of each agent (default 2)
#   --memory-mib N       the resolver's memory budget for sorting (default 512)
#   --stages A,B         after the uploads only these (and what they need): linkage, increment, fetch,
#                        evaluation, floors; default: all
#   --no-floors          do not measure the floors of the stages (blindlink-floors)
#
# Leaves in DIR: bench.json, recall.txt (by kind of error), logs/, pairs.csv, truth.csv, errors.csv;
# --keep leaves all the rest too.
# BLINDLINK_BIN_DIR: a folder with the three programs; then these are not built.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
case "${1:-}" in -h | --help) sed -n '2,21s/^# \{0,1\}//p' "$0"; exit 0 ;; esac

build=$root/build/release
targets=(blindlink-population blindlink-floors)
[ -n "${BLINDLINK_BIN_DIR:-}" ] || targets+=(blindlink-agent blindlink-resolver blindlink-researcher)
(cd "$root" && cmake --preset release >/dev/null && cmake --build "$build" --target "${targets[@]}") >&2
PYTHONDONTWRITEBYTECODE=1 exec python3 "$root/tests/bench/bench.py" --root "$root" \
  --bin "${BLINDLINK_BIN_DIR:-$build/bin}" --tools "$build/bin" "$@"
