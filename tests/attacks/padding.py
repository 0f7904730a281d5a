#!/usr/bin/env python3
"""What padding and fake records help against somebody who sees a site's tokens, but not the token key.

    tests/attacks/padding.py [--bin build/release/bin] [--records 30000] [--plans us-default,us-guarded] [--out DIR]

Makes token files of invented people under each plan: as it is, with padding, with fakes, and with both. For each it prints
how well the attacker tells which records lack a field (true positives less false positives: 0 is guessing, 1 is knowing),

    by numbers   the record has no token of any match key that holds the field
    by sharing   no record shares a token of such a match key with it, at this site or the other one
    by codes     the field's evidence code is that of no value, at the place in the codes that tells best

then the share of records that are unlike any other in how many tokens they have of each match key in which forms, how many
bits these numbers tell on average, the most records of one token, the share of tokens that more than 20 records have, and how
well fakes are told from people by their sharing no token.
"""
import argparse
import collections
import csv
import math
import os
import re
import shutil
import subprocess
import sys

from dictionary import fields, sections, varint

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Fields of the plan, and the columns of the invented people.
FIELDS = {"middle_name": "mi", "date_of_birth": "dob", "zip": "zip_code", "ssn": "ssn", "phone": "phone_number",
          "email": "email"}
PADDING = "\npadding {}\n"
FAKES = "\nfakes_per_1000_records: 100\n"
VARIANTS = {"as it is": "", "padding": PADDING, "fakes": FAKES, "both": PADDING + FAKES}
KEPT = 3000  # records whose codes are looked at


class TokenSet:
    """A token file: pseudonyms, and entries (record, match key, token, form, codes)."""

    def __init__(self, path):
        self.records, self.entries = [], []
        for kind, content in sections(path):
            if kind == b"B":
                self._add(list(fields(content)))

    def _add(self, block):
        first = len(self.records)
        for number, value in block:
            if number == 3:
                self.records += [value[i:i + 16].hex() for i in range(0, len(value), 16)]
        for number, column in block:
            if number != 4:
                continue
            parts = dict(fields(column))
            count = len(parts[2]) // 16
            width = len(parts.get(5, b"")) // count if count else 0
            at = 0
            for i in range(count):
                record, at = varint(parts[3], at)
                self.entries.append((first + record, parts[1], parts[2][16 * i:16 * i + 16], parts[4][i],
                                     parts.get(5, b"")[width * i:width * (i + 1)]))


def keys_of(plan):
    """The match keys' ids and the fields that they hold."""
    with open(plan, encoding="utf-8") as file:
        text = re.sub(r"#.*", "", file.read())
    keys = {}
    for part in re.split(r"^match_keys\b", text, flags=re.M)[1:]:
        number = int(re.search(r"\bid: (\d+)", part).group(1))
        body = re.split(r"^(?:evidence|scoring|match_rules|padding|entity_rules)\b", part, flags=re.M)[0]
        keys[number] = set(re.findall(r'components \{\s*field: "(\w+)"', body))
    return keys


def told(guess, truth):
    """True positives less false positives (Youden's J); None if there is nothing to tell."""
    positive = sum(truth)
    if positive in (0, len(truth)):
        return None
    hits = sum(1 for g, t in zip(guess, truth) if g and t)
    wrong = sum(1 for g, t in zip(guess, truth) if g and not t)
    return hits / positive - wrong / (len(truth) - positive)


def by_codes(tokens, people, missing, holding):
    """The best that a run of zero bits, at one place in the codes of one match key, tells: of a match key that does not hold the
    field, whose codes are then left out, and that most records have."""
    columns = collections.defaultdict(dict)
    for record, key, _, _, codes in tokens.entries:
        if record < KEPT and codes and key not in holding:
            columns[key].setdefault(record, codes)
    best = None
    for column in sorted(columns.values(), key=len)[-2:]:
        chosen = [record for record in column if record in people]
        truth = [missing[record] for record in chosen]
        numbers = [int.from_bytes(column[record], "big") for record in chosen]
        bits = 8 * len(next(iter(column.values())))
        for size in (4, 8):
            for shift in range(bits - size + 1):
                mask = ((1 << size) - 1) << shift
                rate = told([number & mask == 0 for number in numbers], truth)
                best = rate if best is None else max(best, rate or 0)
    return best


def measure(plan, tokens, other, record_map, people_file):
    """The figures of the module's text. `other` is the other site's token set; None: the attacker has none."""
    with open(record_map, encoding="utf-8", newline="") as file:
        id_of = {row["pseudonym"]: row["record_id"] for row in csv.DictReader(file)}
    with open(people_file, encoding="utf-8", newline="") as file:
        rows = {row["member_id"]: row for row in csv.DictReader(file)}
    people = {i: rows[id_of[record]] for i, record in enumerate(tokens.records) if record in id_of}
    shared = collections.Counter(entry[1:3] for entry in tokens.entries)
    elsewhere = {entry[1:3] for entry in other.entries} if other else set()
    has, meets = collections.defaultdict(set), collections.defaultdict(set)
    numbers = collections.defaultdict(collections.Counter)
    for record, key, token, form, _ in tokens.entries:
        has[record].add(key)
        numbers[record][key, form] += 1
        if shared[key, token] > 1 or (key, token) in elsewhere:
            meets[record].add(key)
    vectors = collections.Counter(tuple(sorted(numbers[i].items())) for i in range(len(tokens.records)))
    total = len(tokens.records)
    figures = {"records": total, "tokens": len(tokens.entries),
               "unique": sum(1 for count in vectors.values() if count == 1) / total,
               "bits": sum(n / total * math.log2(total / n) for n in vectors.values()),
               "most": max(shared.values()),
               "common": sum(n for n in shared.values() if n > 20) / len(tokens.entries),
               "fakes": told([not meets[i] for i in range(total)], [i not in people for i in range(total)]),
               "fields": {}}
    keys = keys_of(plan)
    for name, header in FIELDS.items():
        holding = {key for key, parts in keys.items() if name in parts}
        if not holding:
            continue
        chosen = list(people)
        missing = {i: people[i][header] == "" for i in chosen}
        truth = [missing[i] for i in chosen]
        figures["fields"][name] = {
            "numbers": told([not has[i] & holding for i in chosen], truth),
            "sharing": told([not meets[i] & holding for i in chosen], truth),
            "codes": by_codes(tokens, people, missing, holding)}
    return figures


class Site:
    """Invented people, keys, and token files of them in a folder."""

    def __init__(self, bin_folder, out, records):
        self._bin, self.out = bin_folder, out
        shutil.rmtree(out, ignore_errors=True)
        os.makedirs(out, mode=0o700)
        self._run("blindlink-population", "--registry", str(max(100, records // 5)), "--claims", str(records),
                  "--claims-out", self.path("people.csv"), "--registry-out", self.path("other.csv"))
        self._run("blindlink-agent", "keygen", "--out", self.path("token.key"))

    def path(self, name):
        return os.path.join(self.out, name)

    def _run(self, program, *arguments):
        done = subprocess.run([os.path.join(self._bin, program), *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, (arguments, done.stderr[-2000:])

    def _tokenize(self, plan, people, name):
        tokens = self.path(name + ".bltok")
        self._run("blindlink-agent", "tokenize", "--input", self.path(people), "--plan", plan, "--project", "p", "--site",
                  name, "--dataset", "d", "--token-key", self.path("token.key"), "--state", self.path("state-" + name),
                  "--out", tokens)
        return TokenSet(tokens)

    def measure(self, plan_file, more_of_plan):
        plan = self.path("plan.textproto")
        with open(plan_file, encoding="utf-8") as shipped, open(plan, "w", encoding="utf-8") as changed:
            changed.write(shipped.read() + more_of_plan)
        tokens = self._tokenize(plan, "people.csv", "here")
        other = self._tokenize(plan, "other.csv", "there")
        return measure(plan, tokens, other, self.path("state-here/p.here.d.map.csv"), self.path("people.csv"))


def shown(value):
    return "-" if value is None else f"{value:.2f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default=os.path.join(ROOT, "build/release/bin"))
    parser.add_argument("--records", type=int, default=30_000)
    parser.add_argument("--plans", default="us-default,us-guarded")
    parser.add_argument("--out", default=os.path.join(ROOT, "build/attacks-padding"))
    args = parser.parse_args()
    site = Site(args.bin, args.out, args.records)
    print("| plan | | " + " | ".join(FIELDS) + " | unlike any other, % | bits | most | common, % | fakes told |")
    print("|---|---|" + "---|" * (len(FIELDS) + 5))
    for plan in args.plans.split(","):
        for variant, more in VARIANTS.items():
            shipped = os.path.join(ROOT, "deploy/plans", plan + ".textproto")
            with open(shipped, encoding="utf-8") as file:
                if more == FAKES and "max_records_per_token_at_site" in file.read():
                    continue  # such a plan has fakes only with padding
            found = site.measure(shipped, more)
            cells = [" / ".join(shown(found["fields"].get(name, {}).get(how)) for how in ("numbers", "sharing", "codes"))
                     for name in FIELDS]
            print(f"| {plan} | {variant} | " + " | ".join(cells) + f" | {100 * found['unique']:.2f} | {found['bits']:.2f} | "
                  f"{found['most']} | {100 * found['common']:.2f} | {shown(found['fakes'])} |", flush=True)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main()
