#!/usr/bin/env bash
# Joins two token files with sort and join: sort_join.sh LEFT RIGHT OUT
set -euo pipefail
export LC_ALL=C
join -t, -o 1.2,2.2 <(sort -t, -k1,1 "$1") <(sort -t, -k1,1 "$2") | sort -u >"$3"
