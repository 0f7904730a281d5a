#!/usr/bin/env bash
# Measures whether padding, fake records and the second token scheme change the accuracy: tests/accuracy/run.sh with the
# plan as it is and with each of them, under the same keys; and with the plan as it is under other keys. Says which pairs differ.
#
#   tests/accuracy/additions.sh [--plan FILE] [--out DIR] [--world NAME] [DATA SET...]
#                                               default: us-default, febrl4 easylink pseudopeople, world few-surnames; --world none: no world
#
# Reads BLINDLINK_DATA and BLINDLINK_WORLDS as run.sh and worlds.py do; BLINDLINK_BIN_DIR: a folder with built programs.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
plan=$root/deploy/plans/us-default.textproto out=$root/build/accuracy-additions world=few-surnames sets=()
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
    --plan) plan=$2; shift 2 ;;
    --out) out=$2; shift 2 ;;
    --world) world=$2; shift 2 ;;
    -*) echo "additions.sh: unknown option '$1'" >&2; exit 2 ;;
    *) sets+=("$1"); shift ;;
  esac
done
[ ${#sets[@]} -gt 0 ] || sets=(febrl4 easylink pseudopeople)
mkdir -p "$out"
measure() { # NAME "MORE OF THE PLAN" [--keys-of FOLDER]
  { cat "$plan"; printf '\n%s\n' "$2"; } >"$out/$1.textproto"
  echo "== $1"
  "$root/tests/accuracy/run.sh" --plan "$out/$1.textproto" --out "$out/$1" "${@:3}" "${sets[@]}"
  [ "$1" = plain ] || for set in "${sets[@]}"; do compare "$1" "$set"; done
  [ "$world" = none ] || python3 "$root/tests/accuracy/worlds.py" --worlds "$world" --plan "$out/$1.textproto"
}
# Pairs by the sites' own record ids: those of `plain` that NAME lacks, and those that it has besides.
compare() {
  local of=$out/plain/$2/pairs.csv with=$out/$1/$2/pairs.csv
  [ -f "$of" ] || return 0 # SKIPPED
  local lost found
  lost=$(comm -23 <(cut -d, -f1-4 "$of" | sort) <(cut -d, -f1-4 "$with" | sort) | wc -l)
  found=$(comm -13 <(cut -d, -f1-4 "$of" | sort) <(cut -d, -f1-4 "$with" | sort) | wc -l)
  echo "$2: of $(($(wc -l <"$of") - 1)) pairs as it is, $lost are lost, and $found are new"
}
measure plain ""
same=(--keys-of "$out/plain")
measure padding "padding {}" "${same[@]}"
measure fakes "fakes_per_1000_records: 100" "${same[@]}"
measure both "padding {} fakes_per_1000_records: 100" "${same[@]}"
measure chacha20 "token_scheme: CHACHA20_SHA256" "${same[@]}"
measure other-keys "" # what another token key alone changes
