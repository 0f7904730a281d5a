#!/usr/bin/env bash
# Writes "NAME blindlink_boringssl_NAME" for each C symbol that an archive defines, as objcopy's
# --redefine-syms reads it.
#   cmake/prefix-names.sh NM ARCHIVE OUT
set -euo pipefail
"$1" --defined-only --extern-only --format=posix "$2" |
  awk 'NF >= 2 && $1 !~ /:$/ && $1 !~ /^_Z/ && !seen[$1]++ { print $1, "blindlink_boringssl_" $1 }' >"$3"
