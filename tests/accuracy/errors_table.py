#!/usr/bin/env python3
"""Recall by kind of error: how many of the true cross-site pairs with an error were linked.

  errors_table.py PAIRS.csv TRUTH.csv ERRORS.csv [--json FILE]

PAIRS.csv has the sites' own record ids (left_site, left_record, right_site, right_record); TRUTH.csv has site, record,
person; ERRORS.csv has site, record, error, one row per error (blindlink-population writes the last two). A pair has an
error if either of its records has it. Most pairs have several errors, so a row covers pairs with this error among
others. People who are only at the largest site are not held in memory.
"""

import argparse
import collections
import csv
import itertools
import json
import math
import operator


def rows_of(path, *columns):
    """The given columns of each row."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        header = next(rows)
        yield from map(operator.itemgetter(*(header.index(column) for column in columns)), rows)


def wilson(hits, total, z=1.959963984540054):
    """The 95 % confidence interval of a share (Wilson 1927)."""
    if total == 0:
        return 0.0, 1.0
    share, spread = hits / total, z * z / total
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / total + spread / (4 * total))
    return max(0.0, middle - half), min(1.0, middle + half)


def true_pairs(truth):
    """All pairs of one person's records at different sites, as ((site, record), (site, record))."""
    sizes = collections.Counter(site for site, _ in rows_of(truth, "site", "record"))
    largest = max(sizes, key=sizes.get, default=None)
    # A person at two sites is at a site other than the largest.
    candidates = {person for site, person in rows_of(truth, "site", "person") if site != largest}
    records = collections.defaultdict(list)
    for site, record, person in rows_of(truth, "site", "record", "person"):
        if person in candidates:
            records[person].append((site, record))
    for of_person in records.values():
        for left, right in itertools.combinations(of_person, 2):
            if left[0] != right[0]:
                yield left, right


def linked_pairs(path):
    return {frozenset([(left_site, left), (right_site, right)]) for left_site, left, right_site, right
            in rows_of(path, "left_site", "left_record", "right_site", "right_record")}


def errors_of(path, records):
    errors = collections.defaultdict(set)
    for site, record, error in rows_of(path, "site", "record", "error"):
        if (site, record) in records:
            errors[site, record].add(error)
    return errors


def count(pairs, linked, errors):
    """Name -> [pairs, linked]; the names include 'all pairs' and 'no error'."""
    counts = collections.defaultdict(lambda: [0, 0])
    for left, right in pairs:
        found = frozenset([left, right]) in linked
        for name in {"all pairs"} | ((errors[left] | errors[right]) or {"no error"}):
            counts[name][0] += 1
            counts[name][1] += found
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs")
    parser.add_argument("truth")
    parser.add_argument("errors")
    parser.add_argument("--json", help="also write the figures to this file")
    args = parser.parse_args()
    pairs = list(true_pairs(args.truth))
    errors = errors_of(args.errors, {record for pair in pairs for record in pair})
    counts = count(pairs, linked_pairs(args.pairs), errors)
    table = []
    for name, (total, found) in sorted(counts.items(), key=lambda entry: entry[1][1] / entry[1][0]):
        low, high = wilson(found, total)
        table.append({"error": name, "pairs": total, "missed": total - found, "recall": found / total,
                      "low": low, "high": high})
    print(f"{'error':24} {'true pairs':>10} {'missed':>8} {'recall':>8}   95 % interval")
    for row in table:
        print(f"{row['error']:24} {row['pairs']:10} {row['missed']:8} {row['recall']:8.4f}   "
              f"{row['low']:.4f} to {row['high']:.4f}")
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump(table, file, indent=2)


if __name__ == "__main__":
    main()
