#!/usr/bin/env python3
"""What a thief of the index's files gets, without its key, under a plan that falls and one that holds.

    index_dump_test.py BIN_DIR OUT_DIR

Two sites upload to a resolver over mutual TLS, and a run links them. Then the folder of keys is gone, and index_dump.py reads the
raw files of RocksDB.
"""
import collections
import csv
import json
import os
import random
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.append(os.path.join(ROOT, "tests/bench"))

import index_dump  # pylint: disable=wrong-import-position
import index_files  # pylint: disable=wrong-import-position
import padding  # pylint: disable=wrong-import-position
import parties  # pylint: disable=wrong-import-position

REGISTRY, CLAIMS = 2000, 10_000
THIEF, OTHER = 1, 2  # numbers of the datasets, in the order of the uploads
# Of the records of people whom the thief does not know, the share of which a site without the index key names the surname rightly
# by its own records: at least, at most. Guessing the commonest surname names .008.
STRANGERS_NAMED = {"us-default": (0.2, 0.5), "us-guarded": (0, 0.008)}
bin_dir, out = sys.argv[1:]


def run(program, *arguments, accepted=(0,)):
    done = subprocess.run([os.path.join(bin_dir, program), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode in accepted, (program, arguments, done.stderr[-2000:])


class World:
    """A project of two sites under one plan, linked; the resolver runs."""

    def __init__(self, plan_name, people):
        self.plan = os.path.join(ROOT, "deploy/plans", plan_name + ".textproto")
        self.people = people
        self.all = parties.Parties(ROOT, bin_dir, os.path.join(out, plan_name), self.plan, 256, 2)
        self.all.prepare()
        for site in (parties.LEFT, parties.RIGHT):
            self.all.upload(site, os.path.join(people, site + ".csv"))
            self.all.wait_until_ingested(site)
        self.all.link()
        self.index = os.path.join(self.all.data_folder, "projects", parties.PROJECT, "index")

    def stolen(self):
        """The index's files as they are on the disk while the resolver runs."""
        copy = self.all.path("stolen")
        shutil.copytree(self.index, copy)
        return index_files.StolenIndex(os.path.join(copy, "db"))

    def token_file(self, site):
        """What the site has sent, once more."""
        file = self.all.path(site + ".bltok")
        run("blindlink-agent", "tokenize", "--input", os.path.join(self.people, site + ".csv"), "--plan", self.plan, "--project",
            parties.PROJECT, "--site", site, "--dataset", "again", "--token-key", self.all.path("sites", "token.key"), "--state",
            self.all.path("sites", site), "--out", file)
        return file

    def audit(self, token_file):
        """joined_by of the site's own audit, of somebody who reads no codes."""
        report = self.all.path("audit.json")
        run("blindlink-agent", "audit-tokens", "--tokens", token_file, "--plan", self.plan, "--without-evidence", "--json", report,
            accepted=(0, 4))
        with open(report, encoding="utf-8") as file:
            return {way["by"]: way for way in json.load(file)["joined_by"]}

    def people_of(self, stolen, number, site):
        return index_dump.people_of(stolen, number, self.all.map_of(site), os.path.join(self.people, site + ".csv"))


def codes_that_agree(entries):
    """Of tokens that both sites have, the share of bytes of codes that are equal. Entries: (site, match key, token, form, codes)."""
    of_token = collections.defaultdict(lambda: ([], []))
    for site, key, token, form, codes in entries:
        if form == 0 and codes:
            of_token[key, token][site].append(codes)
    equal = total = 0
    for left, right in of_token.values():
        if len(left) == len(right) == 1:
            total += len(left[0])
            equal += sum(a == b for a, b in zip(left[0], right[0]))
    assert total > 10_000, total
    return equal / total


def files_hold_neither_tokens_nor_names(world, stolen, token_sets):
    clear = {entry[2][:10] for tokens in token_sets for entry in tokens.entries}
    assert not clear & {posting.token for posting in stolen.postings}, "a token is stored as it was sent"
    with open(os.path.join(world.people, "claims.csv"), encoding="utf-8") as file:
        surnames = sorted({row["last_name"] for row in csv.DictReader(file) if len(row["last_name"]) > 6})
    chosen = random.Random(1).sample(sorted(clear), 100)
    for name in random.Random(1).sample(surnames, 100):
        chosen += [name.encode(), name.title().encode()]
    for folder, _, names in os.walk(world.index):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                content = file.read()
            assert not any(text in content for text in chosen), name


def codes_cannot_be_read(stolen, token_sets):
    assert stolen.versions == {2}, stolen.versions
    sent = codes_that_agree((site, *entry[1:]) for site, tokens in enumerate(token_sets) for entry in tokens.entries)
    stored = codes_that_agree((posting.dataset - 1, posting.match_key, posting.token, posting.form, posting.codes)
                              for posting in stolen.postings)
    print(f"  codes under one token agree in {sent:.3f} of their bytes as sent, in {stored:.4f} as stored")
    assert sent > 0.5, sent
    assert abs(stored - 1 / 256) < 0.002, stored


def classes_are_those_of_tokens(world, stolen, token_file):
    """The thief joins exactly what the site's own audit says that tokens alone join."""
    expected = world.audit(token_file)
    ways = index_dump.ways(world.plan)
    compared = 0
    for name, (_, keys) in ways.items():
        for figure, value in index_dump.join(stolen, keys, [OTHER]).figures().items():
            assert abs(value - expected[name][figure]) < 1e-6, (name, figure, value, expected[name])
            compared += 1
    # The other ways are those of somebody who reads codes, too.
    assert compared == 4 * len(ways) and {name for name in expected if "alone" not in name} == set(ways), expected


def a_site_names_others_by_its_own_records(world, stolen, plan_name):
    """A site knows its own pseudonyms in the index. No key is needed to see who shares a token of a surname with its people."""
    own = world.people_of(stolen, THIEF, parties.LEFT)
    others = world.people_of(stolen, OTHER, parties.RIGHT)
    with open(os.path.join(world.people, "truth.csv"), encoding="utf-8") as file:
        persons = {row["record"]: row["person"] for row in csv.DictReader(file)}
    known = {persons[person["record"]] for person in own.values()}
    strangers = [record for record, person in others.items() if persons[person["record"]] not in known]
    _, keys = index_dump.ways(world.plan)["last_name"]
    called = index_dump.called_by_own(index_dump.join(stolen, keys, [THIEF, OTHER]), own, "last_name")
    named = sum(called.get(record) == others[record]["last_name"] for record in strangers) / len(strangers)
    print(f"  a site names {named:.4f} of the surnames of people whom it does not know")
    least, most = STRANGERS_NAMED[plan_name]
    assert least <= named <= most, named


def once_dropped_no_token_is_left(world, stolen):
    world.all.drop_index()
    assert not os.path.exists(world.index)
    tokens = {posting.token for posting in stolen.postings}
    for folder, _, names in os.walk(world.all.data_folder):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                content = file.read()
            left = sum(content[i:i + 10] in tokens for i in range(len(content) - 9))
            assert left == 0, f"{left} stored tokens are left in {os.path.join(folder, name)}"


def attack(plan_name, people):
    print(plan_name, flush=True)
    world = World(plan_name, people)
    try:
        stolen = world.stolen()
        token_files = [world.token_file(site) for site in (parties.LEFT, parties.RIGHT)]
        token_sets = [padding.TokenSet(file) for file in token_files]
        files_hold_neither_tokens_nor_names(world, stolen, token_sets)
        codes_cannot_be_read(stolen, token_sets)
        classes_are_those_of_tokens(world, stolen, token_files[1])
        a_site_names_others_by_its_own_records(world, stolen, plan_name)
        once_dropped_no_token_is_left(world, stolen)
    finally:
        world.all.resolver.stop()


def main():
    shutil.rmtree(out, ignore_errors=True)
    people = os.path.join(out, "people")
    os.makedirs(people, mode=0o700)
    run("blindlink-population", "--registry", str(REGISTRY), "--claims", str(CLAIMS), *(
        part for site in (parties.LEFT, parties.RIGHT) for part in (f"--{site}-out", os.path.join(people, site + ".csv"))),
        "--truth-out", os.path.join(people, "truth.csv"))
    for plan_name in STRANGERS_NAMED:
        attack(plan_name, people)


main()
