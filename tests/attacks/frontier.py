#!/usr/bin/env python3
"""The frontier of plans: what they find, against what their tokens show to somebody without the token key.

    tests/attacks/frontier.py [--right 1000000] [--left 20000] [--no-link] [--out DIR] [PLAN...]

For each plan (default: all of deploy/plans) it makes the tokens of an invented claims file (tests/population), attacks
them with blindlink-agent audit-tokens, once with and once without the evidence codes, and links the claims with a
registry through the real programs (tests/bench/bench.py; not with --no-link). Plans of other countries get the same
people with other values (foreign_people.py), for which sensitivity is a lower bound. Prints a row per plan: sensitivity, PPV, and the share of records whose first name, surname, date of
birth and city are named rightly, with what guessing the commonest value gives.

--names DIR  public lists, for American plans: us_census_FIRSTNAME.csv, us_census_LASTNAME.csv; without them the attacker knows how
             common each value is in this very file, which is more than anybody does
--bin DIR    the programs (default build/release/bin)
"""
import argparse
import json
import os
import subprocess
import sys

import foreign_people

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FIELDS = ("first_name", "last_name", "date_of_birth", "city", "zip")
LISTS = {"first_name": "us_census_FIRSTNAME.csv", "last_name": "us_census_LASTNAME.csv"}


def shipped_plans():
    """The names of all plans in deploy/plans."""
    return sorted(name.removesuffix(".textproto") for name in os.listdir(os.path.join(ROOT, "deploy/plans"))
                  if name.endswith(".textproto"))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--right", type=int, default=1_000_000, help="records of the claims")
    parser.add_argument("--left", type=int, default=20_000, help="records of the registry")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--names")
    parser.add_argument("--no-link", action="store_true")
    parser.add_argument("--out", default=os.path.join(ROOT, "build/frontier"))
    parser.add_argument("--bin", default=os.path.join(ROOT, "build/release/bin"))
    parser.add_argument("plans", nargs="*", default=shipped_plans(), metavar="PLAN",
                        help="a name in deploy/plans, or a file")
    return parser.parse_args()


_EXCEEDED = 4  # audit-tokens: the set exceeds its plan's thresholds; the report is written all the same


def run(command, log, accepted=(0,)):
    with open(log, "ab") as out:
        if subprocess.run(command, stdout=out, stderr=out, check=False).returncode not in accepted:
            sys.exit(f"frontier.py: {' '.join(command[:2])} failed; see {log}")


def plan_file(plan):
    return plan if os.path.exists(plan) else os.path.join(ROOT, "deploy/plans", plan + ".textproto")


class Frontier:
    def __init__(self, args):
        self.args = args
        self.agent = os.path.join(args.bin, "blindlink-agent")
        self.claims = "claims"  # the file of the plan in hand, and its tokens
        self.log = self.path("log.txt")
        os.makedirs(args.out, mode=0o700, exist_ok=True)

    def path(self, name):
        return os.path.join(self.args.out, name)

    def make_people(self):
        run([os.path.join(self.args.bin, "blindlink-population"), "--seed", self.args.seed, "--registry",
             str(self.args.left), "--claims", str(self.args.right), "--claims-out", self.path("claims.csv")], self.log)
        self.make_key()

    def make_key(self):
        if not os.path.exists(self.path("token.key")):
            run([self.agent, "keygen", "--out", self.path("token.key")], self.log)

    def choose_people(self, name):
        """Those whom the plan is for."""
        people = foreign_people.PEOPLE.get(name)
        self.claims = people.__name__ if people else "claims"
        if people and not os.path.exists(self.path(self.claims + ".csv")):
            foreign_people.write(people(), self.path("claims.csv"), self.path(self.claims + ".csv"))
        return people

    def attack(self, plan, hidden):
        """The report of audit-tokens; `hidden`: flags that say what the attacker does not see."""
        tokens, report = self.path("tokens.bltok"), self.path("audit.json")
        command = [self.agent, "audit-tokens", "--tokens", tokens, "--plan", plan, "--truth",
                   self.path(self.claims + ".csv"), "--state", self.path("state"), "--json", report] + hidden
        with open(plan, encoding="utf-8") as text:
            fields = text.read()
        for field, name in LISTS.items():
            if self.args.names and self.claims == "claims" and f'name: "{field}"' in fields:
                command += ["--names", f"{field}={os.path.join(self.args.names, name)}"]
        run(command, self.log, (0, _EXCEEDED))
        with open(report, encoding="utf-8") as file:
            return json.load(file)

    def tokenize(self, plan):
        if os.path.exists(self.path("tokens.bltok")):
            os.remove(self.path("tokens.bltok"))
        run([self.agent, "tokenize", "--input", self.path(self.claims + ".csv"), "--plan", plan, "--project", "frontier",
             "--site", "claims", "--dataset", "d", "--token-key", self.path("token.key"), "--state",
             self.path("state"), "--out", self.path("tokens.bltok")], self.log)

    def link(self, plan, people):
        out = self.path("link")
        run([sys.executable, os.path.join(ROOT, "tests/bench/bench.py"), "--root", ROOT, "--bin", self.args.bin,
             "--tools", self.args.bin, "--left", str(self.args.left), "--right", str(self.args.right), "--seed",
             self.args.seed, "--plan", plan, "--out", out, "--no-floors", "--stages", "evaluation", *(["--people", people] if people else [])], self.log)
        with open(os.path.join(out, "bench.json"), encoding="utf-8") as file:
            return json.load(file)["accuracy"]


def named(report, field):
    """The best way to name a field: the share named and what guessing gives; None if no token tells."""
    ways = [way for way in report["named_by"] if way["by"].partition(" ")[0] == field]
    return max(ways, key=lambda way: way["named"]) if ways else None


def cell(report, field):
    way = named(report, field)
    return f"{100 * way['named']:.2f} ({100 * way['guessed']:.2f})" if way else "-"


def main():
    args = arguments()
    frontier = Frontier(args)
    frontier.make_people()
    print("| plan | attacker sees | sensitivity | PPV | " + " | ".join(f"{f} named, % (guessed)" for f in FIELDS) +
          " | chained, % |\n|" + "---|" * (5 + len(FIELDS)))
    for name in args.plans:
        plan = plan_file(name)
        people = frontier.choose_people(name)
        frontier.tokenize(plan)
        accuracy = None if args.no_link else frontier.link(plan, name if people else None)
        found = "- | -" if accuracy is None else f"{accuracy['sensitivity']:.4f} | {accuracy['ppv']:.4f}"
        for seen, hidden in (("tokens and codes", []), ("tokens", ["--without-evidence"])):
            report = frontier.attack(plan, hidden)
            chained = max(way["chained_records"] for way in report["joined_by"]) / max(1, report["records"])
            print(f"| {os.path.basename(name).partition('.')[0]} | {seen} | {found} | " +
                  " | ".join(cell(report, field) for field in FIELDS) + f" | {100 * chained:.2f} |", flush=True)


if __name__ == "__main__":
    main()
