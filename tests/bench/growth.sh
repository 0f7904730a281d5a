#!/usr/bin/env bash
# How time grows with size: runs the benchmark with several numbers of claims and prints the seconds of
# each stage and their fitted exponent (1: twice the records take twice the time).
#
#   tests/bench/growth.sh [--sizes 500000,1000000,2000000,4000000] [--out DIR] [flags of run.sh]
#
# Leaves DIR/SIZE/bench.json and DIR/growth.json (default DIR: build/bench-growth).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
sizes=500000,1000000,2000000,4000000 out=$root/build/bench-growth flags=()
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
    --sizes) sizes=$2; shift 2 ;;
    --out) out=$2; shift 2 ;;
    *) flags+=("$1"); shift ;;
  esac
done
IFS=, read -ra all <<<"$sizes"
mkdir -p "$out"
for size in "${all[@]}"; do
  echo "== $size" >&2
  "$root/tests/bench/run.sh" --no-floors "${flags[@]}" --right "$size" --out "$out/$size" >"$out/$size.txt"
done
exec python3 "$root/tests/bench/growth.py" "$out" "${all[@]}"
