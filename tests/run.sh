#!/usr/bin/env bash
# Installs dependencies, builds, and runs every test. Ends with the summary of ctest.
#
#   tests/run.sh          everything, including the address and undefined-behaviour sanitizers, the fuzzers
#                         (8 seconds each, BLINDLINK_FUZZ_SECONDS), and clang-tidy on the 60 sources
#                         that were changed last, for at most 3 minutes (BLINDLINK_TIDY_MINUTES)
#   tests/run.sh --quick  only the tests, once, in the release build
set -euo pipefail
cd "$(dirname "$0")/.."

quick=false
case "${1:-}" in
  "") ;;
  --quick) quick=true ;;
  -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) echo "tests/run.sh: unknown option '$1'" >&2; exit 2 ;;
esac

# With the servers that tests of the cluster and of the alarms need: without them they would be skipped.
deploy/install-deps.sh --with-clickhouse --with-prometheus
# The tests in a browser fail instead of being skipped: a skip is green.
export BLINDLINK_BROWSER_REQUIRED=1
[ -d ../shared/data ] || echo "Note: ../shared/data is missing; tests that need it are skipped and say so."

echo "== layering and format"
tests/layering_check.sh
tests/include_check.py
git ls-files '*.cc' '*.h' | xargs clang-format-14 --dry-run -Werror

export LSAN_OPTIONS="suppressions=$PWD/tests/lsan_suppressions.txt:print_suppressions=0"
# build_preset <preset> [settings of CMake]
build_preset() {
  local preset=$1
  shift
  echo "== $preset"
  cmake --preset "$preset" "$@" >/dev/null
  cmake --build "build/$preset"
}
# test_preset <preset> [flags of ctest]
test_preset() {
  local preset=$1
  shift
  ctest --test-dir "build/$preset" --output-on-failure -j "$(nproc)" "$@"
}
if $quick; then
  build_preset release
  test_preset release
  exit
fi
# What measures, attacks, draws pages or reads documents runs in the release build only, and so do the tests
# of several processes that take minutes under sanitizers (`ctest --test-dir build/asan -R NAME` runs one
# there); most others run under the sanitizers only, and those that these make smaller or blind in both.
slow='access_test|audit_log_test|backup_test|crash_test|deidentify_interrupted|determinism_test|disk_faults_test|incident_drill|key_rotation_test|move_index_test|network_limits_test|retention_test|review_test|token_index_on_chdb|workers_test'
once='^(bench_small|attacks_small|index_dump|operations_trial|peers_small|packages.*|plans\..*|demo\..*|pages|console_browser|prometheus|load_small|python_package.*|docs.*|upgrade)$'
build_preset release -DBLINDLINK_EVERY_TEST=OFF
echo "== clang-tidy"
tests/tidy.py --newest 60 --minutes "${BLINDLINK_TIDY_MINUTES:-3}"
test_preset release
build_preset asan
echo "== fuzzers"
BLINDLINK_FUZZ_SECONDS=${BLINDLINK_FUZZ_SECONDS:-8} tests/fuzz/run_fuzzers.sh
test_preset asan -E "$once|^($slow)\$"
