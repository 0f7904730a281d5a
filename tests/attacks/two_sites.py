#!/usr/bin/env python3
"""What the tokens of two sites together give away, as the resolver sees them, beside those of one.

    tests/attacks/two_sites.py [--records 200000] [--overlap 0.2] [--bin build/release/bin] [--out DIR] [PLAN...]

Makes two sites' files of invented people (tests/population), some of whom both sites have, and attacks the tokens of one and of
both with blindlink-agent audit-tokens, which gets both as one file: equal values have equal tokens and codes at all sites of a project.
Where the plan has each site leave out tokens that more than so many of its records have, twice as many may have one here: all that
the two can send, and some that they do not. Prints the largest class, the share of records chained, and the share
of records named, with what guessing gives. Default: us-default, us-guarded.
"""
import argparse
import csv
import datetime
import os
import re
import types

import frontier

# The registry's columns under the names of the claims'.
_COLUMNS = {"member_id": "id", "last_name": "surname", "first_name": "given_name", "mi": "middle_name", "dob": "birth_date",
            "sex": "gender", "street_address": "address", "unit": None, "city": "city", "state": "state", "zip_code": "zip",
            "ssn": "ssn", "phone_number": "phone", "email": "email"}
_SHOWN = ("first_name", "last_name", "city")


def _iso(date):
    try:
        return datetime.datetime.strptime(date, "%m/%d/%Y").date().isoformat()
    except ValueError:
        return date


def write_both(registry, claims, out):
    """The rows of both sites in the columns of the claims."""
    with open(out, "w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, _COLUMNS)
        writer.writeheader()
        with open(claims, encoding="utf-8", newline="") as source:
            writer.writerows(csv.DictReader(source))
        with open(registry, encoding="utf-8", newline="") as source:
            for row in csv.DictReader(source):
                person = {column: row[other] if other else "" for column, other in _COLUMNS.items()}
                writer.writerow({**person, "dob": _iso(row["birth_date"])})


def plan_of_both(plan, out):
    """A plan under which a token may have the records of both sites."""
    with open(plan, encoding="utf-8") as source, open(out, "w", encoding="utf-8") as target:
        target.write(re.sub(r"(?m)^(max_records_per_token_at_site: )(\d+)", lambda at: at[1] + str(2 * int(at[2])), source.read()))
    return out


def row_of(name, whose, report):
    """A row of the table; the best way to name each field."""
    records = report["records"]
    largest = max(way["largest_class"] for way in report["joined_by"])
    chained = max(way["chained_records"] for way in report["joined_by"]) / records
    return (f"| {name} | {whose} | {records} | {largest} | {100 * chained:.2f} | "
            + " | ".join(frontier.cell(report, field) for field in _SHOWN) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=200_000, help="of each site")
    parser.add_argument("--overlap", default="0.2", help="share of the people of one whom the other has, too")
    parser.add_argument("--bin", default=os.path.join(frontier.ROOT, "build/release/bin"))
    parser.add_argument("--out", default=os.path.join(frontier.ROOT, "build/two-sites"))
    parser.add_argument("plans", nargs="*", default=["us-default", "us-guarded"], metavar="PLAN")
    args = parser.parse_args()
    sites = {}
    for whose in ("one", "both"):
        sites[whose] = frontier.Frontier(types.SimpleNamespace(names=None, bin=args.bin, out=os.path.join(args.out, whose)))
        sites[whose].make_key()
    one, both = sites["one"], sites["both"]
    frontier.run([os.path.join(args.bin, "blindlink-population"), "--registry", str(args.records), "--claims", str(args.records),
                  "--overlap", args.overlap, "--claims-out", one.path("claims.csv"), "--registry-out", one.path("registry.csv")],
                 one.log)
    write_both(one.path("registry.csv"), one.path("claims.csv"), both.path("claims.csv"))
    print("| plan | sites | records | largest class | chained, % | " +
          " | ".join(f"{field} named, % (guessed)" for field in _SHOWN) + " |\n|" + "---|" * (5 + len(_SHOWN)))
    for name in args.plans:
        plan = frontier.plan_file(name)
        for whose, used in (("one", plan), ("both", plan_of_both(plan, both.path("plan.textproto")))):
            sites[whose].tokenize(used)
            print(row_of(name, whose, sites[whose].attack(used, [])), flush=True)


if __name__ == "__main__":
    main()
