#!/usr/bin/env bash
# Builds the fuzzers with clang and runs each for a limited time, one per core at once. Fails if one
# finds something; the input that it found stays in build/PRESET/fuzz/<name>.findings.
#
#   tests/fuzz/run_fuzzers.sh           runs each for BLINDLINK_FUZZ_SECONDS (default 60)
#
# BLINDLINK_FUZZ_PRESET=fuzz builds them by themselves, so that they also follow comparisons: for long runs.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${BLINDLINK_FUZZ_SECONDS:-60}
preset=${BLINDLINK_FUZZ_PRESET:-asan}

cmake --preset "$preset" >/dev/null
cmake --build "build/$preset" --target fuzzers

# run_one <fuzzer>: prints details only on failure. The corpus starts from the seeds, if any, and is kept.
run_one() {
  local program=$1 name corpus findings seeds=()
  name=$(basename "$program")
  corpus=$program.corpus findings=$program.findings
  mkdir -p "$corpus" "$findings"
  [ "$name" = plan_fuzzer ] && seeds=(deploy/plans)
  [ "$name" = parquet_fuzzer ] && seeds=(tests/support/parquet)
  [ -d "tests/fuzz/seeds/${name%_fuzzer}" ] && seeds=("tests/fuzz/seeds/${name%_fuzzer}")
  if "$program" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
    -artifact_prefix="$findings/" "$corpus" "${seeds[@]}" >"$program.log" 2>&1; then
    echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$program.log") inputs in $seconds s, nothing found"
  else
    echo "$name: FAILED"
    tail -n 60 "$program.log"
    return 1
  fi
}
export -f run_one
export seconds

ls "build/$preset"/fuzz/*_fuzzer | xargs -P "$(nproc)" -I{} bash -c 'run_one {}'
