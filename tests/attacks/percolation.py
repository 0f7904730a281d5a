#!/usr/bin/env python3
"""The percolation sum of candidate match keys, from clear text: before a plan is written, with how many
strangers does a record of each field's commonest value share a token?

    tests/attacks/percolation.py --input claims.csv --cap 4 KEY...

A KEY is fields with their forms joined by '+': last.soundex+dob+first.initial. Fields: first, last, middle,
dob, sex, house, street, city, state, zip, ssn, phone, email. Forms: soundex, initial, prefix3, year, month
(year and month), birthday (month and day), last4; for sex-year and the like join them.

For each key and each of first, last, dob, city, zip the table says with how many other records a record of
the commonest value shares a token AND the value, whether the key holds the field or its evidence codes tell
it, leaving out tokens of more than --cap records. Classes of one value form when the sum over a plan's keys
passes one; keep it under .3. Records of one household count like strangers.
"""
import argparse
import collections
import csv

TARGETS = ("first", "last", "dob", "city", "zip")
COLUMNS = {"first": "first_name", "last": "last_name", "middle": "mi", "dob": "dob", "sex": "sex",
           "city": "city", "state": "state", "zip": "zip_code", "ssn": "ssn", "phone": "phone_number",
           "email": "email"}
_CODES = {c: d for d, letters in enumerate(("BFPV", "CGJKQSXZ", "DT", "L", "MN", "R"), 1) for c in letters}


def soundex(name, known={}):
    if name not in known:
        out, last = name[:1], _CODES.get(name[:1])
        for letter in name[1:]:
            code = _CODES.get(letter)
            if code and code != last:
                out += str(code)
            if letter not in "HW":
                last = code
        known[name] = (out + "000")[:4]
    return known[name]


FORMS = {"": lambda v: v, "soundex": soundex, "initial": lambda v: v[:1], "prefix3": lambda v: v[:3],
         "year": lambda v: v[:4], "month": lambda v: v[:7], "birthday": lambda v: v[5:],
         "last4": lambda v: v[-4:], "decade": lambda v: v[:3]}


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            values = {field: row[column].upper() for field, column in COLUMNS.items()}
            values["zip"] = values["zip"][:5]
            values["house"], _, values["street"] = row["street_address"].upper().partition(" ")
            yield values


def parse(key):
    return [(part.partition(".")[0], FORMS[part.partition(".")[2]]) for part in key.split("+")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input", required=True)
    parser.add_argument("--cap", type=int, default=4)
    parser.add_argument("keys", nargs="+")
    args = parser.parse_args()
    table = list(rows(args.input))
    commonest = {t: collections.Counter(r[t] for r in table if r[t]).most_common(1)[0][0] for t in TARGETS}
    sums = collections.Counter()
    print(f"{'match key':44s} {'kept':>6s} " + " ".join(f"{t:>7s}" for t in TARGETS))
    for key in args.keys:
        parts = parse(key)
        tokens = []
        for row in table:
            values = [form(row[field]) for field, form in parts]
            tokens.append(hash(tuple(values)) if all(values) else None)
        sizes = collections.Counter(t for t in tokens if t is not None)
        kept = sum(n for n in sizes.values() if n <= args.cap) / max(1, sum(sizes.values()))
        line = []
        for target in TARGETS:
            with_value = [t for t, row in zip(tokens, table) if row[target] == commonest[target]]
            held = collections.Counter(t for t in with_value if t is not None and sizes[t] <= args.cap)
            strangers = sum(n * (n - 1) for n in held.values()) / len(with_value)
            sums[target] += strangers
            line.append(f"{strangers:7.3f}")
        print(f"{key:44s} {kept:6.3f} " + " ".join(line), flush=True)
    print(f"{'sum':44s} {'':6s} " + " ".join(f"{sums[t]:7.3f}" for t in TARGETS))


if __name__ == "__main__":
    main()
