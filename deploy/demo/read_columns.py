#!/usr/bin/env python3
"""Prints the columns that `blindlink-agent profile --json` found in a site's file."""

import json
import sys

if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as source:
        print(json.load(source)["columns"])
