#!/usr/bin/env python3
"""Writes the digest of a code map into every rule for codes of a release plan: name_code_map.py PLAN MAP OUT"""

import hashlib
import re
import sys


def main():
    plan_file, map_file, out_file = sys.argv[1:]
    with open(map_file, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    with open(plan_file, encoding="utf-8") as file:
        plan = file.read()
    plan = re.sub(r"^codes \{", f'codes {{ code_map: "{digest}"', plan, flags=re.MULTILINE)
    with open(out_file, "w", encoding="utf-8") as file:
        file.write(plan)


main()
