#!/usr/bin/env bash
# How right Blindlink is on data with truth: each data set through the real pipeline (deploy/demo.sh:
# agents, resolver, researcher, tokens only) under one plan, as one table.
#
#   tests/accuracy/run.sh [--plan FILE] [--out DIR] [DATA SET...]    all, if none is named
#
# Reads BLINDLINK_DATA (default ../shared/data); says so and ends 0 where that is absent.
# BLINDLINK_BIN_DIR: programs that are built already.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tests/accuracy
data=${BLINDLINK_DATA:-$root/../shared/data}
plan=$root/deploy/plans/us-default.textproto out=$root/build/accuracy sets=()
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
    --plan) plan=$2; shift 2 ;;
    --out) out=$2; shift 2 ;;
    -*) echo "run.sh: unknown option '$1'" >&2; exit 2 ;;
    *) sets+=("$1"); shift ;;
  esac
done
[ -d "$data" ] || { echo "SKIPPED: no data at $data"; exit 0; }
[ ${#sets[@]} -gt 0 ] || mapfile -t sets < <(python3 "$here/datasets.py" list)
mkdir -p "$out"
for set in "${sets[@]}"; do
  python3 "$here/datasets.py" "$set" "$data" "$out/$set.input"
  sites=()
  for file in "$out/$set.input"/*.csv; do
    name=$(basename "$file" .csv)
    [ "$name" = truth ] || sites+=(--site "$name=$file")
  done
  "$root/deploy/demo.sh" --no-install "${sites[@]}" --truth "$out/$set.input/truth.csv" --plan "$plan" \
    --out "$out/$set" >"$out/$set.log" 2>&1 || { tail -n 20 "$out/$set.log" >&2; exit 1; }
done
python3 "$here/table.py" "$out" "${sets[@]}"
