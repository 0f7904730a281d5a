#!/usr/bin/env bash
# Runs the bench with few records: small_bench_test.sh SOURCE_DIR BIN_DIR OUT_DIR. That it ends, that most
# true pairs are found, and that streaming the claims through a pipe gives the same figures but for chance.
set -euo pipefail
source=$1 bin=$2 out=$3
export PYTHONDONTWRITEBYTECODE=1
bench() {
  python3 "$source/tests/bench/bench.py" --root "$source" --bin "$bin" --tools "$bin" --left 400 --right 4000 \
    --no-floors --out "$out" "$@"
}
table=$(bench)
echo "$table"
# Not in a pipe: grep -q ends at its first match, and who still writes to it would fail then.
grep -q '^| end to end ' <<<"$table"
cp "$out/bench.json" "$out.first.json"
bench --stream >/dev/null
python3 - "$out.first.json" "$out/bench.json" <<'END'
import json, sys
first, streamed = (json.load(open(path))["accuracy"] for path in sys.argv[1:])
assert first.keys() == streamed.keys()
# Each run has its own token key, and so other one-byte codes that agree by chance: a pair or two may differ.
for figure in ("sensitivity", "ppv"):
    assert abs(first[figure] - streamed[figure]) < 0.01, (first, streamed)
assert first["sensitivity"] > 0.9 and first["ppv"] > 0.9, first
END
head -n 3 "$out/recall.txt"
