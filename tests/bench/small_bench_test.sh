#!/usr/bin/env bash
# Runs the benchmark with few records: small_bench_test.sh SOURCE_DIR BIN_DIR OUT_DIR. Checks that it finishes,
# finds most true pairs, and gives the same figures, apart from chance, when the claims come through a pipe.
set -euo pipefail
source=$1 bin=$2 out=$3
export PYTHONDONTWRITEBYTECODE=1
bench() {
  python3 "$source/tests/bench/bench.py" --root "$source" --bin "$bin" --tools "$bin" --left 400 --right 4000 \
    --no-floors --out "$out" "$@"
}
table=$(bench)
echo "$table"
# Not in a pipe: grep -q exits at its first match, and a process still writing to it would then fail.
grep -q '^| end to end ' <<<"$table"
cp "$out/bench.json" "$out.first.json"
bench --stream >/dev/null
python3 - "$out.first.json" "$out/bench.json" <<'END'
import json, sys
first, streamed = (json.load(open(path))["accuracy"] for path in sys.argv[1:])
assert first.keys() == streamed.keys()
# Each run has its own token key, so different one-byte codes agree by chance: a pair or two may differ.
for figure in ("sensitivity", "ppv"):
    assert abs(first[figure] - streamed[figure]) < 0.01, (first, streamed)
assert first["sensitivity"] > 0.9 and first["ppv"] > 0.9, first
END
head -n 3 "$out/recall.txt"
