#!/usr/bin/env python3
"""What the attack of blindlink-agent audit-tokens finds under every plan of deploy/plans, with few records.

    tests/attacks/shipped_plans.py [--records 30000] [--bin build/release/bin] [--out DIR] [PLAN...]

Prints the figures; attacks_test.py judges them. A plan with thresholds (`audit`) must stay under them. Every other plan must be in one of the two tables below: those whose
tokens hold, and those whose tokens are known to give values away, with limits on both sides, so that a change for the better
is seen as well as one for the worse. A new plan fails until it has thresholds or a row.
"""
import argparse
import csv
import os
import re
import types

import frontier

RECORDS = 30_000
# The figures of these do not exceed HOLD, whoever looks: the resolver sees codes, too.
HOLD_PLANS = ("us-guarded", "mini-sentinel-phase1", "mini-sentinel-phase2", "jmdc", "jmdc-27", "jmdc-two-keys")
NAMED_ABOVE_GUESS = 0.001
# Strangers of a record of a field's commonest value, on average. At a million records docs/token-audit.md has .33, .21 and .31 for
# us-guarded, above its own bar of .3: households. With few records almost all are; one record of each is left for the second figure.
STRANGERS, STRANGERS_OUTSIDE_HOUSEHOLD = 0.45, 0.03
FEWEST_OF_COMMONEST = 100  # records; the mean of fewer says little
# The share of records in classes of more than 20, and how much more than guessing naming by rank gives: at least, at most.
FALL_PLANS = {
    "us-default": ((0.06, 0.11), (0.012, 0.035)),  # city
    "us-lean": ((0.02, 0.04), (0, 0.004)),  # names with more records: docs/token-audit.md
    "uk-default": ((0.06, 0.11), (0.012, 0.035)),  # city
    "no-address": ((0.6, 0.85), (0.15, 0.35)),  # the sound of the first name
    "no-dob": ((0.55, 0.8), (0.06, 0.2)),  # surname
    "name-and-date-only": ((0.6, 0.85), (0.15, 0.35)),  # the sound of the first name
    "ssn-and-name": ((0.1, 0.2), (0, 0.004)),  # names with more records; 0 to .0017 in six runs, since codes agree by chance
}


def one_of_each_household(claims, out):
    """Leaves out who shares house number and ZIP code, or a telephone, with somebody before."""
    seen = set()
    with open(claims, encoding="utf-8", newline="") as source, open(out, "w", encoding="utf-8", newline="") as target:
        rows = csv.DictReader(source)
        writer = csv.DictWriter(target, rows.fieldnames)
        writer.writeheader()
        for row in rows:
            street, zip_code = row["street_address"], row["zip_code"][:5]
            homes = {(street.split()[0], zip_code)} if street and zip_code else set()
            homes |= {row["phone_number"]} - {""}
            if not homes & seen:
                writer.writerow(row)
            seen |= homes


class People:
    """The same invented people twice: all, and one of each household."""

    def __init__(self, bin_dir, out, records):
        self._all, self._apart = (
            frontier.Frontier(types.SimpleNamespace(right=records, left=100, seed="1", names=None, bin=bin_dir,
                                                    out=os.path.join(out, part))) for part in ("all", "apart"))
        self._all.make_people()
        one_of_each_household(self._all.path("claims.csv"), self._apart.path("claims.csv"))
        self._apart.make_key()
        self.file = self._all.path("claims.csv")

    def attack(self, name):
        """The report about all; and, if the plan should hold, about one of each household."""
        return _report(self._all, name), _report(self._apart, name) if name in HOLD_PLANS else None


def _report(population, name):
    plan = frontier.plan_file(name)
    population.choose_people(name)
    population.tokenize(plan)
    return population.attack(plan, [])


def _above_guess(report):
    return max(way["named"] - way["guessed"] for way in report["named_by"])


def _chained(report):
    return max(way["chained_records"] for way in report["joined_by"]) / report["records"]


def _strangers(report):
    common = [way for way in report["named_by"] if way["guessed"] * report["records"] >= FEWEST_OF_COMMONEST]
    return max((way["strangers_of_commonest"] for way in common), default=0)


def _thresholds(name):
    """Whether the plan has `audit`; and the most records of a token that it has sites send, or None."""
    with open(frontier.plan_file(name), encoding="utf-8") as file:
        text = re.sub(r"#.*", "", file.read())
    most = re.search(r"^max_records_per_token_at_site: (\d+)", text, re.M)
    return re.search(r"^audit\s*{", text, re.M) is not None, int(most.group(1)) if most else None


def figures(name, report, apart):
    text = f"{name}: {_chained(report):.4f} chained, {_above_guess(report):.4f} named above guessing"
    if apart is not None:
        text += f", {_strangers(report):.3f} strangers, {_strangers(apart):.3f} outside the household"
    return text


def check(name, report, apart):
    """`apart`: the report about one of each household, of a plan that holds."""
    audited, most_records = _thresholds(name)
    assert not (audited and report["exceeded"]), (name, report["exceeded"])
    for key in report["match_keys"]:
        assert most_records is None or key["most_records"] <= most_records, (name, "an overused token was sent", key)
    if apart is not None:
        assert _chained(report) == 0 and _chained(apart) == 0, (name, report["joined_by"])
        assert _above_guess(report) <= NAMED_ABOVE_GUESS, (name, report["named_by"])
        assert _strangers(report) <= STRANGERS, (name, report["named_by"])
        assert _strangers(apart) <= STRANGERS_OUTSIDE_HOUSEHOLD, (name, apart["named_by"])
    elif name in FALL_PLANS:
        chained, named = FALL_PLANS[name]
        assert chained[0] <= _chained(report) <= chained[1], (name, report["joined_by"])
        assert named[0] <= _above_guess(report) <= named[1], (name, report["named_by"])
    else:
        assert audited, f"{name}: say in tests/attacks/shipped_plans.py whether its tokens hold, or give the plan thresholds"


def check_all(people):
    plans = frontier.shipped_plans()
    missing = {*HOLD_PLANS, *FALL_PLANS} - set(plans)
    assert not missing, f"no longer in deploy/plans: {missing}"
    for name in plans:
        found = people.attack(name)
        print(figures(name, *found), flush=True)
        check(name, *found)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--bin", default=os.path.join(frontier.ROOT, "build/release/bin"))
    parser.add_argument("--out", default=os.path.join(frontier.ROOT, "build/shipped-plans"))
    parser.add_argument("plans", nargs="*", default=frontier.shipped_plans(), metavar="PLAN")
    args = parser.parse_args()
    people = People(args.bin, args.out, args.records)
    for name in args.plans:
        print(figures(name, *people.attack(name)), flush=True)


if __name__ == "__main__":
    main()
