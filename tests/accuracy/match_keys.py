#!/usr/bin/env python3
"""Measures each match key of a plan on runs that kept every candidate pair (tests/accuracy/match_keys.sh).

  match_keys.py every-candidate PLAN          prints the plan with one rule per match key and no other decision
  match_keys.py table PLAN DIR SET... [--choose N] [--json FILE]

The table has one row per match key, in the plan's order, over all data sets:
  gained      true pairs that the match keys before it do not find, in % of all true pairs
  lost        true pairs that no other match key finds, in %: the cost of leaving it out
  found       true pairs that share it, in %
  pairs       candidate pairs per record that the match keys before it do not find
  tokens      per record over all sets, and in the set with the most
  bytes       per record on the resolver's disk: ten per token, and its evidence
  shared      records that share its token with more than 10 records of the other site (or of their own, in a set
              of one file), in % of the records with a token: this token alone cannot tell them apart
  alone       records that share it with exactly one other, in %: the resolver sees which two share it
  median      how many others a record shares it with, among records that share it
--choose N: reorders the plan's match keys: each time takes the one that finds the most missed pairs per token,
all sets weighted equally, until N tokens per record are reached.
"""

import argparse
import collections
import csv
import json
import pathlib
import re
import statistics
import sys

MANY = 10
BYTES_OF_A_TOKEN = 10  # docs/formats/index_keys.md


def blocks(text, name):
    """The blocks `name { ... }` of a plan, as (start, end)."""
    for found in re.finditer(rf"(?m)^{name}\s*\{{", text):
        depth, at = 1, found.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        yield found.start(), at


def match_keys(text):
    """Name -> its components, in the plan's order."""
    keys = {}
    for start, end in blocks(text, "match_keys"):
        block = re.sub(r"variants\s*\{[^}]*\}|#.*", "", text[start:end])
        parts = re.findall(r'components\s*\{\s*field:\s*"(\w+)"(?:\s*form:\s*(\w+))?', block)
        keys[re.search(r'name:\s*"([^"]+)"', block).group(1)] = " + ".join(
            field + (f" ({form.lower().replace('_', ' ')})" if form else "") for field, form in parts)
    return keys


def every_candidate(text):
    for name in ("match_rules", "scoring"):
        for start, end in reversed(list(blocks(text, name))):
            text = text[:start] + text[end:]
    text = re.sub(r"(?m)^\s*spare: true\n", "", text)  # measured like the others
    for start, end in list(blocks(text, "match_keys")):
        key = re.search(r'name:\s*"([^"]+)"', text[start:end]).group(1)
        exchange = " accept_exchange: true" if re.search(r"\bexchange\s*\{", text[start:end]) else ""
        text += (f'\nmatch_rules {{ name: "{key}" level: FULL score: 0.5 '
                 f'all_of {{ match_key: "{key}" any_form: true{exchange} }} }}')
    return text + "\n"


class DataSet:
    """One run's candidates, true pairs and tokens."""

    def __init__(self, out, name):
        with open(out / f"{name}.input/truth.csv", newline="", encoding="utf-8") as file:
            truth = list(csv.DictReader(file))
        person = {(row["site"], row["record"]): row["person"] for row in truth}
        one_site = len({row["site"] for row in truth}) == 1
        members = collections.defaultdict(collections.Counter)
        for (site, _), of in person.items():
            members[of][site] += 1
        pairs = lambda n: n * (n - 1) // 2
        self.true_pairs = sum(pairs(sum(n.values())) - (0 if one_site else sum(map(pairs, n.values())))
                              for n in members.values())
        # The number of right pairs, and of all pairs, by the set of match keys that they share.
        self.right, self.all = collections.Counter(), collections.Counter()
        self.company = collections.defaultdict(collections.Counter)
        with open(out / name / "pairs.csv", newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                left, right = (row["left_site"], row["left_record"]), (row["right_site"], row["right_record"])
                keys = frozenset(row["match_keys"].split(";"))
                self.all[keys] += 1
                if left in person and person[left] == person.get(right):
                    self.right[keys] += 1
                for key in keys:
                    self.company[key][left] += 1
                    self.company[key][right] += 1
        sites = [json.loads(path.read_text()) for path in sorted((out / name / "sites").glob("*.json"))]
        self.records = sum(site["records"] for site in sites)
        self.tokens, self.with_token, self.evidence = collections.Counter(), collections.Counter(), {}
        for site in sites:
            for key in site["match_keys"]:
                self.tokens[key["match_key"]] += key["tokens"]
                self.with_token[key["match_key"]] += site["records"] - key["records_without"]
                self.evidence[key["match_key"]] = key["evidence_bytes"]

    def found(self, keys, counter=None):
        """How many of the (right) pairs share one of the match keys."""
        counter = self.right if counter is None else counter
        return sum(count for shared, count in counter.items() if not shared.isdisjoint(keys))

    def sensitivity(self, keys):
        return self.found(keys) / max(1, self.true_pairs)


def percent(value):
    return f"{100 * value:.2f}"


def rows(keys, sets, order):
    """The figures of each match key: means over the sets with tokens of it (for tokens: over all sets)."""
    for at, key in enumerate(order):
        before, others = order[:at], [other for other in order if other != key]
        mean = lambda values: statistics.fmean(values) if values else 0.0
        having = [s for s in sets if s.tokens[key]]
        company = [count for s in sets for count in s.company[key].values()]
        with_token = sum(s.with_token[key] for s in sets)
        tokens = [s.tokens[key] / s.records for s in sets]
        yield {
            "match_key": key,
            "gained": mean([s.sensitivity(order[:at + 1]) - s.sensitivity(before) for s in sets]),
            "gained_most": max(s.sensitivity(order[:at + 1]) - s.sensitivity(before) for s in sets),
            "lost": mean([s.sensitivity(order) - s.sensitivity(others) for s in sets]),
            "lost_most": max(s.sensitivity(order) - s.sensitivity(others) for s in sets),
            "found": mean([s.sensitivity([key]) for s in having]),
            "pairs": mean([(s.found(order[:at + 1], s.all) - s.found(before, s.all)) / s.records for s in having]),
            "tokens": mean(tokens), "tokens_most": max(tokens),
            "bytes": mean([s.tokens[key] / s.records * (BYTES_OF_A_TOKEN + s.evidence[key]) for s in sets]),
            "shared": sum(count > MANY for count in company) / max(1, with_token),
            "alone": sum(count == 1 for count in company) / max(1, with_token),
            "median": statistics.median(company) if company else 0,
            "reveals": keys[key]}


def choose(keys, sets, tokens):
    """Greedy: always takes the key that finds the most missed pairs per token, until the tokens are used up."""
    chosen, spent = [], 0.0
    reach = {id(one): one.sensitivity(keys) for one in sets}

    def cost(key):
        return max(one.tokens[key] / one.records for one in sets)

    def worth(key):
        gain = 0.0
        for one in sets:
            now = one.sensitivity(chosen)
            gain += (one.sensitivity(chosen + [key]) - now) / max(1e-4, reach[id(one)] - now)
        return gain / max(0.05, cost(key))

    while True:
        best = max((key for key in keys if key not in chosen and spent + cost(key) <= tokens), key=worth, default=None)
        if best is None or worth(best) == 0:
            return chosen
        chosen.append(best)
        spent += cost(best)


def table(rows_of_table, order, sets):
    header = ["match key", "gained (most)", "lost (most)", "found", "pairs", "tokens (most)", "bytes", "shared",
              "alone", "median", "reveals equal"]
    lines = [header] + [[
        row["match_key"], f"{percent(row['gained'])} ({percent(row['gained_most'])})",
        f"{percent(row['lost'])} ({percent(row['lost_most'])})", percent(row["found"]), f"{row['pairs']:.3f}",
        f"{row['tokens']:.2f} ({row['tokens_most']:.2f})", f"{row['bytes']:.0f}", percent(row["shared"]),
        percent(row["alone"]), f"{row['median']:g}", row["reveals"]] for row in rows_of_table]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    print()
    for name, one in sets.items():
        tokens = sum(one.tokens[key] for key in order) / one.records
        bytes_ = sum(one.tokens[key] * (BYTES_OF_A_TOKEN + one.evidence[key]) for key in order) / one.records
        print(f"{name:14} finds {percent(one.sensitivity(order))} % of {one.true_pairs} true pairs among "
              f"{one.found(order, one.all)} candidates; {tokens:.1f} tokens, {bytes_:.0f} bytes a record")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("every-candidate").add_argument("plan", type=pathlib.Path)
    of_table = commands.add_parser("table")
    of_table.add_argument("plan", type=pathlib.Path)
    of_table.add_argument("out", type=pathlib.Path)
    of_table.add_argument("sets", nargs="+")
    of_table.add_argument("--choose", type=float)
    of_table.add_argument("--json", type=pathlib.Path)
    args = parser.parse_args()
    text = args.plan.read_text(encoding="utf-8")
    if args.command == "every-candidate":
        sys.stdout.write(every_candidate(text))
        return
    keys = match_keys(text)
    sets = {name: DataSet(args.out, name) for name in args.sets}
    order = list(keys) if args.choose is None else choose(list(keys), list(sets.values()), args.choose)
    made = list(rows(keys, list(sets.values()), order))
    if args.json:
        args.json.write_text(json.dumps(made, indent=1) + "\n")
    table(made, order, sets)


if __name__ == "__main__":
    main()
