#!/usr/bin/env bash
# Measures each match key of a plan on data with truth: sensitivity, candidate pairs, tokens, bytes and what it
# reveals to the resolver. One run per data set finds all candidates; everything else is counted from it.
#
#   tests/accuracy/match_keys.sh [--plan FILE] [--out DIR] [--choose N] [--json FILE] [--no-run] [DATA SET...]
#
#   tests/accuracy/match_keys.sh --plan deploy/plans/us-default.textproto febrl4 easylink
#   tests/accuracy/match_keys.sh --no-run --choose 14 febrl4 easylink    # the best keys, up to 14 tokens
#
# --no-run: uses the results of an earlier run in DIR (default build/accuracy-match-keys).
# tests/accuracy/match_keys.py --help explains the columns. Data and programs: as for tests/accuracy/run.sh.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
plan=$root/deploy/plans/us-default.textproto out=$root/build/accuracy-match-keys sets=() run=true more=()
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 0 ;;
    --plan) plan=$2; shift 2 ;;
    --out) out=$2; shift 2 ;;
    --choose | --json) more+=("$1" "$2"); shift 2 ;;
    --no-run) run=false; shift ;;
    -*) echo "match_keys.sh: unknown option '$1'" >&2; exit 2 ;;
    *) sets+=("$1"); shift ;;
  esac
done
data=${BLINDLINK_DATA:-$root/../shared/data}
[ -d "$data" ] || { echo "SKIPPED: no data at $data"; exit 0; }
[ ${#sets[@]} -gt 0 ] || sets=(febrl4-ssn febrl4 febrl2 easylink pseudopeople cdc-clusters)
mkdir -p "$out"
if $run; then
  python3 "$here/match_keys.py" every-candidate "$plan" >"$out/every-candidate.textproto"
  "$here/run.sh" --plan "$out/every-candidate.textproto" --out "$out" "${sets[@]}" >"$out/run.log"
fi
exec python3 "$here/match_keys.py" table "$plan" "$out" "${sets[@]}" "${more[@]}"
