#!/usr/bin/env bash
# Measures Blindlink's speed and accuracy: sends an invented registry and invented claims (tests/population)
# through the real programs over loopback mutual TLS, stage by stage, and writes a table and JSON.
#
#   tests/bench/run.sh [--left 20000] [--right 1000000] [--plan FILE] [--out DIR] [more]
#
#   --left N --right M   records of the registry and of the claims
#   --plan FILE          default: deploy/plans/us-default.textproto
#   --out DIR            default: build/bench; emptied first, so it must be new or from an earlier run
#   --seed S             default: 1
#   --population=FLAGS   more flags of blindlink-population, as one word: --population="--no-address"
#   --people PLAN        the same people as those of another country's plan, such as uk-default or jmdc
#   --stream             pipe the claims from the generator to the agent, without a file
#   --threads N          threads of each agent (default 2)
#   --memory-mib N       the resolver's memory budget for sorting (default 512)
#   --stages A,B         after the uploads run only these and the stages they depend on: linkage,
#                        increment, fetch, evaluation, floors; default: all
#   --no-floors          do not measure the floors of the stages (blindlink-floors)
#
# Leaves bench.json, recall.txt (by kind of error), logs/, pairs.csv, truth.csv and errors.csv in DIR;
# --keep leaves all other files too.
# BLINDLINK_BIN_DIR: a folder with the three programs, which are then not built.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
case "${1:-}" in -h | --help) sed -n '2,22s/^# \{0,1\}//p' "$0"; exit 0 ;; esac

build=$root/build/release
targets=(blindlink-population blindlink-floors)
[ -n "${BLINDLINK_BIN_DIR:-}" ] || targets+=(blindlink-agent blindlink-resolver blindlink-researcher)
(cd "$root" && cmake --preset release >/dev/null && cmake --build "$build" --target "${targets[@]}") >&2
PYTHONDONTWRITEBYTECODE=1 exec python3 "$root/tests/bench/bench.py" --root "$root" \
  --bin "${BLINDLINK_BIN_DIR:-$build/bin}" --tools "$build/bin" "$@"
