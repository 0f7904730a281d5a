#!/usr/bin/env bash
# Measures Blindlink's accuracy on data with truth: sends each data set through the real pipeline
# (deploy/demo.sh: agents, resolver, researcher, tokens only) under one plan, and prints one table.
#
#   tests/accuracy/run.sh [--plan FILE] [--out DIR] [--goldstandard] [--keys-of DIR] [DATA SET...]    default: all data sets
#
# --keys-of: the keys of an earlier run with that --out, so that only what the plans differ in changes the pairs.
# --goldstandard: links the same data as clear text instead (blindlink-agent goldstandard), by default
# in another DIR, so that both tables can be compared.
# Reads BLINDLINK_DATA (default ../shared/data); if that is absent, prints SKIPPED and exits with 0.
# BLINDLINK_BIN_DIR: a folder with programs that are already built.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tests/accuracy
data=${BLINDLINK_DATA:-$root/../shared/data}
plan=$root/deploy/plans/us-default.textproto out="" keys_of="" sets=() way=tokens
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 0 ;;
    --plan) plan=$2; shift 2 ;;
    --out) out=$2; shift 2 ;;
    --keys-of) keys_of=$2; shift 2 ;;
    --goldstandard) way=goldstandard; shift ;;
    -*) echo "run.sh: unknown option '$1'" >&2; exit 2 ;;
    *) sets+=("$1"); shift ;;
  esac
done
[ -d "$data" ] || { echo "SKIPPED: no data at $data"; exit 0; }
[ ${#sets[@]} -gt 0 ] || mapfile -t sets < <(python3 "$here/datasets.py" list)
[ -n "$out" ] || { out=$root/build/accuracy && [ $way = tokens ] || out=$root/build/accuracy-goldstandard; }
bin=${BLINDLINK_BIN_DIR:-$root/build/release/bin}
mkdir -p "$out"

# All parties run their own programs, over mutual TLS.
link_tokens() {
  local keys=()
  [ -z "$keys_of" ] || keys=(--keys-of "$keys_of/$set")
  "$root/deploy/demo.sh" --no-install "${sites[@]}" --truth "$out/$set.input/truth.csv" --plan "$plan" --out "$out/$set" "${keys[@]}"
}
link_clear_text() {
  local what scope=cross-site
  [ ${#sites[@]} -gt 2 ] || scope=within-site
  mkdir -p "$out/$set"
  "$bin/blindlink-agent" goldstandard "${sites[@]}" --plan "$plan" --out "$out/$set/pairs.csv" \
    --entities-out "$out/$set/entities.csv" --json "$out/$set/goldstandard.json"
  for what in pairs entities; do
    "$bin/blindlink-researcher" evaluate "--$what" "$out/$set/$what.csv" --truth "$out/$set.input/truth.csv" \
      --scope "$scope" --json "$out/$set/evaluation-$what.json"
  done
}

if [ $way = goldstandard ] && [ -z "${BLINDLINK_BIN_DIR:-}" ]; then
  (cd "$root" && cmake --preset release && cmake --build build/release --target blindlink-agent blindlink-researcher) \
    >"$out/build.log" 2>&1 || { tail -n 20 "$out/build.log" >&2; exit 1; }
fi
for set in "${sets[@]}"; do
  python3 "$here/datasets.py" "$set" "$data" "$out/$set.input"
  sites=()
  for file in "$out/$set.input"/*.csv; do
    name=$(basename "$file" .csv)
    [ "$name" = truth ] || sites+=(--site "$name=$file")
  done
  link=link_tokens
  [ $way = tokens ] || link=link_clear_text
  # Not "|| exit": that would switch errexit off within the function.
  set +e
  (set -e && $link) >"$out/$set.log" 2>&1
  code=$?
  set -e
  [ $code -eq 0 ] || { tail -n 20 "$out/$set.log" >&2; exit 1; }
done
python3 "$here/table.py" "$out" "${sets[@]}"
