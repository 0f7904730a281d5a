#!/usr/bin/env bash
# Runs the peers that need no package: small_peers_test.sh SOURCE_DIR BIN_DIR OUT_DIR. Checks that both find pairs,
# and that Blindlink finds more under its own plans and as many under the peers' rules.
set -euo pipefail
source=$1 bin=$2 out=$3
export PYTHONDONTWRITEBYTECODE=1
python3 "$source/tests/bench/peers/peers.py" --root "$source" --bin "$bin" --tools "$bin" --left 400 --right 2000 \
  --only tokens-join --out "$out"
python3 - "$out/peers.json" <<'END'
import json, sys
blindlink, lean, same_rules, joined = json.load(open(sys.argv[1]))["peers"]
assert joined["ppv"] > 0.9 and joined["sensitivity"] > 0.5, joined
assert blindlink["f1"] > joined["f1"], (blindlink, joined)
assert lean["f1"] > joined["f1"], (lean, joined)
assert same_rules["sensitivity"] > joined["sensitivity"] - 0.02, (same_rules, joined)
END
