#!/usr/bin/env python3
"""Replaces the pseudonyms in a result file with the sites' own record ids.

  translate.py IN.csv OUT.csv --map SITE=MAP.csv [--map ...]

Only the demonstration can do this, because it has every site's map (record_id,pseudonym). Works on match-pair files
and entity maps; keeps only the ids in the result file in memory. Errors name file and row, never a record.
"""

import argparse
import csv
import sys

# Column of a pseudonym -> column of its site.
_RECORD_COLUMNS = {"left_record": "left_site", "right_record": "right_site", "record": "site"}


def fail(message):
    sys.exit(f"translate.py: {message}")


def columns_of(header):
    return [(header.index(record), header.index(site))
            for record, site in _RECORD_COLUMNS.items() if record in header]


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        yield from csv.reader(file)


def named_in(path):
    """The pseudonyms in a result file, by site."""
    rows = rows_of(path)
    columns = columns_of(next(rows, None) or fail(f"{path} is empty"))
    named = {}
    for row in rows:
        for record, site in columns:
            named.setdefault(row[site], set()).add(row[record])
    return named


def read_map(path, wanted):
    rows = rows_of(path)
    if next(rows, None) != ["record_id", "pseudonym"]:
        fail(f"{path}: the header is not record_id,pseudonym")
    return {pseudonym: record_id for record_id, pseudonym in rows if pseudonym in wanted}


def translate(in_path, out_path, maps):
    rows = rows_of(in_path)
    with open(out_path, "w", newline="", encoding="utf-8") as target:
        header = next(rows)
        columns = columns_of(header)
        out = csv.writer(target, lineterminator="\n")
        out.writerow(header)
        for number, row in enumerate(rows, 1):
            for record, site in columns:
                try:
                    row[record] = maps[row[site]][row[record]]
                except KeyError:
                    fail(f"{in_path}, row {number}: {header[record]} is not in the map of site {row[site]}")
            out.writerow(row)


def main():
    csv.field_size_limit(1 << 24)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--map", action="append", default=[], metavar="SITE=FILE")
    args = parser.parse_args()
    named = named_in(args.source)
    translate(args.source, args.target, {site: read_map(path, named.get(site, set())) for site, _, path in
                                         (entry.partition("=") for entry in args.map)})


if __name__ == "__main__":
    main()
