#!/usr/bin/env python3
"""Checks whether clear text can tell the CDC's labelled cases apart at all.

  conflicting_labels.py FOLDER        the folder of *_test.csv and nbs_seed.csv

A rule is monotone if, whenever it leaves a pair apart, it leaves apart every pair that agrees no better in any field.
Counts the rows labelled `match` that a monotone rule must lose if it links no row labelled `no_match`.
Prints counts only.
"""

import csv
import difflib
import os
import re
import sys

_FIELDS = ("BIRTHDATE", "FIRST", "LAST", "SUFFIX", "GENDER", "ADDRESS", "CITY", "STATE", "ZIP", "SSN")


def rows_of(folder, name):
    with open(os.path.join(folder, name), newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def plain(field, text):
    text = text.strip().upper()
    short = re.match(r"(\d+)/(\d+)/(\d\d)$", text)
    if field == "BIRTHDATE" and short:
        month, day, year = (int(part) for part in short.groups())
        return f"{1900 + year if year > 25 else 2000 + year:04}{month:02}{day:02}"
    return re.sub(r"[^A-Z0-9]", "", text.replace("\\N", ""))


def likeness(left, right):
    """The similarity of each field, from 0 to 1; None if a record has no value."""
    of_fields = []
    for field in _FIELDS:
        a, b = plain(field, left[field]), plain(field, right[field])
        of_fields.append(difflib.SequenceMatcher(None, a, b).ratio() if a and b else None)
    return of_fields


def no_better(a, b):
    """Whether `a` and `b` have values in the same fields and `a` agrees no better in any of them."""
    return all((x is None) == (y is None) and (x is None or x <= y) for x, y in zip(a, b))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = sys.argv[1]
    seed = {row["Match Id"]: row for row in rows_of(folder, "nbs_seed.csv")}
    labelled = {"match": [], "no_match": []}
    for name in ("nbs_test.csv", "better_test.csv", "expanded_nbs_test.csv"):
        for row in rows_of(folder, name):
            if row["Match Id"] in seed and row["Expected Result"] in labelled:
                labelled[row["Expected Result"]].append(likeness(seed[row["Match Id"]], row))
    matches, others = labelled["match"], labelled["no_match"]
    lost = sum(any(no_better(match, other) for other in others) for match in matches)
    print(f"{len(matches)} match, {len(others)} no_match; a monotone rule that links no no_match loses at least {lost} "
          f"of the matches ({lost / len(matches):.0%})")


if __name__ == "__main__":
    main()
