"""Extracts the truth needed to judge pairs: of tens of millions of records, only a few are in any pair."""

import csv

import parties


def _rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        next(rows)
        yield from rows


def _linked_claims(pairs):
    """Record ids of the claims that are in a pair."""
    return {record for row in _rows(pairs) for site, record in ((row[0], row[1]), (row[2], row[3]))
            if site == parties.RIGHT}


def write(pairs, registry_truth, claims_truth, out):
    """Streams; holds only the registry's persons and the records in pairs in memory."""
    registry = list(_rows(registry_truth))
    persons, linked = {person for _, _, person in registry}, _linked_claims(pairs)
    with open(out, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["site", "record", "person"])
        writer.writerows(registry)
        writer.writerows(row for row in _rows(claims_truth) if row[2] in persons or row[1] in linked)
