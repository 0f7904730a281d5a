#!/usr/bin/env bash
# Repeats the Mini-Sentinel experiment of 2013 on an invented population: links a registry with claims under the
# report's two plans and under us-default, and judges by the truth and, as the report did, by clear-text linkage.
#
#   tests/accuracy/reenactment.sh [--left 20000] [--right 1000000] [--seed 1] [--out DIR] [--population=FLAGS]
#
# Prints a table; DIR/PLAN/by-truth.html reports each plan, with sensitivity and PPV by origin and family too.
# Each run is a run of tests/bench/run.sh; DIR (default build/reenactment) needs about 4 GB per million claims.
# BLINDLINK_BIN_DIR: a folder with programs that are already built.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
left=20000 right=1000000 seed=1 out=$root/build/reenactment population=
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 0 ;;
    --left) left=$2; shift 2 ;;
    --right) right=$2; shift 2 ;;
    --seed) seed=$2; shift 2 ;;
    --out) out=$2; shift 2 ;;
    --population=*) population=${1#*=}; shift ;;
    *) echo "reenactment.sh: unknown option '$1'" >&2; exit 2 ;;
  esac
done
bin=${BLINDLINK_BIN_DIR:-$root/build/release/bin}
mkdir -p "$out"
plans=(mini-sentinel-phase1 mini-sentinel-phase2 us-default)
for plan in "${plans[@]}"; do
  echo "== $plan" >&2
  # The gold standard reads the files of the last run; the population is the same for all.
  keep=()
  [ "$plan" != us-default ] || keep=(--keep)
  "$root/tests/bench/run.sh" --no-floors "${keep[@]}" --left "$left" --right "$right" --seed "$seed" \
    --population="$population" --plan "$root/deploy/plans/$plan.textproto" --out "$out/$plan" >"$out/$plan.log" 2>&1 ||
    { tail -n 20 "$out/$plan.log" >&2; exit 1; }
done
echo "== gold standard" >&2
files=$out/us-default
mkdir -p "$out/goldstandard"
"$bin/blindlink-agent" goldstandard --site registry="$files/registry.csv" --site claims="$files/claims.csv" \
  --plan "$root/deploy/plans/us-default.textproto" --out "$out/goldstandard/pairs.csv" \
  --json "$out/goldstandard/summary.json" >"$out/goldstandard.log" 2>&1 ||
  { tail -n 20 "$out/goldstandard.log" >&2; exit 1; }

evaluate() { # evaluate NAME JSON FLAGS...
  local name=$1 json=$2
  shift 2
  "$bin/blindlink-researcher" evaluate --pairs "$out/$name/pairs.csv" --json "$json" "$@" >/dev/null
}
# shellcheck disable=SC2086  # $population holds several flags
"$root/build/release/bin/blindlink-population" --registry "$left" --claims "$right" --seed "$seed" $population \
  --registry-out /dev/null --claims-out /dev/null --groups-out "$out/groups.csv" >"$out/groups.log" 2>&1
for name in "${plans[@]}" goldstandard; do
  evaluate "$name" "$out/$name/by-truth.json" --truth "$files/truth.csv" --subgroups "$out/groups.csv" \
    --report "$out/$name/by-truth.html"
  [ "$name" = goldstandard ] || evaluate "$name" "$out/$name/by-gold.json" --against "$out/goldstandard/pairs.csv" \
    --records-left "$left" --records-right "$right"
done
python3 - "$out" "${plans[@]}" goldstandard <<'EOF'
import json, pathlib, sys

def figures(path):
    if not path.exists():
        return "-"
    found = json.loads(path.read_text())
    shares = []
    for name in ("sensitivity", "ppv"):
        low, high = found[name + "_interval"]
        shares.append(f"{found[name]:.4f} ({low:.4f}-{high:.4f})")
    return " / ".join(shares)

folder = pathlib.Path(sys.argv[1])
print("| linked by | sensitivity / PPV by the truth (95 %) | by the gold standard |\n|---|---|---|")
for name in sys.argv[2:]:
    print(f"| {name} | {figures(folder / name / 'by-truth.json')} | {figures(folder / name / 'by-gold.json')} |")
EOF
