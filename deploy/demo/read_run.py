#!/usr/bin/env python3
"""Prints the run's name from the JSON that `blindlink-resolver linkage start --json` wrote."""

import json
import sys


def find_run(value):
    """The first string under the key "run", at any depth."""
    if isinstance(value, dict):
        if isinstance(value.get("run"), str):
            return value["run"]
        value = list(value.values())
    if isinstance(value, list):
        return next(filter(None, map(find_run, value)), None)
    return None


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as source:
        print(find_run(json.load(source)) or sys.exit(f"{sys.argv[1]} names no run"))
