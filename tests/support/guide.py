"""Follows the commands of a page word by word: every ```sh block after <!-- trial: PARTY --> is typed into that party's
shell, and what a <!-- by hand: … --> comment names is done as a person would."""

import collections
import csv
import pathlib
import re
import secrets
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
CERTIFICATES = {"center": "coordinator-center", "board": "coordinator-board", "registry": "site-registry",
                "claims": "site-claims", "clinic": "site-clinic", "study": "researcher-study"}
PARTIES = tuple(CERTIFICATES)
SENDER, RECEIVERS = "registry", ("claims", "clinic")  # of the token key
# What the guide says the researcher gets: pairs as (left site, right site, level, rule), the sites of each entity of several
# records. Ids are the grant's pseudonyms, different in every run.
CLINIC_PAIRS = [("claims", "clinic", "full", "exact-name-exact-address"),  # Maria Lopez
                ("clinic", "registry", "full", "exact-name-close-address"),
                ("claims", "clinic", "full", "exact-name-exact-address"),  # Peter Quinn
                ("clinic", "registry", "full", "exact-name-exact-address")]
ENTITIES = [("claims", "clinic", "registry")] * 2 + [("claims", "registry")] * 2


def steps(name):
    """(kind, argument, text) of a page, in order: ("trial", party, commands) and ("by hand", what, "")."""
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    found = re.findall(r"<!-- (trial|by hand): (\S+) -->(?:\n```sh\n(.*?)```)?", page, re.DOTALL)
    if not any(kind == "trial" for kind, _, _ in found):
        sys.exit(f"docs/{name} has no block with a trial comment")
    return found


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def type_into(shell, party, commands, patience, what_failed):
    """Has a shell (Popen of bash, reading commands) run the commands, one after the other; ends the trial if one fails or takes
    longer than `patience` seconds. Returns what they print."""
    end, all_printed = secrets.token_hex(8), ""
    for command in re.split(r"(?<!\\)\n(?!\s)", commands.strip()):
        print(f"{party}$ {command}", flush=True)
        shell.stdin.write(f"{{ {command}\n}} </dev/null\necho {end} $?\n")
        shell.stdin.flush()
        timer = threading.Timer(patience, shell.kill)
        timer.start()
        printed, line = "", ""
        for line in shell.stdout:
            if line.startswith(end):
                break
            printed += line
        timer.cancel()
        if line.split() != [end, "0"]:
            sys.exit(f"{printed}\n{what_failed()}\nfailed: {party}: {command}")
        all_printed += printed
    return all_printed


class Trial:
    """`system` has type(party, commands), home(party), and own(party, path), which makes a file that party's."""

    def __init__(self, system):
        self.system = system
        self.words = {}

    def give(self, party, name, data):
        """Puts a file into a party's home, as its owner would."""
        path = self.system.home(party) / name
        path.write_bytes(data)
        path.chmod(0o600)
        self.system.own(party, path)

    def hand_over_certificates(self):
        certificates = self.system.home("root@center") / "certs"
        for party, stem in CERTIFICATES.items():
            for ending in ("pem", "key"):
                self.give(party, f"{party}.{ending}", (certificates / f"{stem}.{ending}").read_bytes())
            self.give(party, "ca.pem", (certificates / "ca.pem").read_bytes())

    def tell_words(self):
        self.give(SENDER, "words.txt", "".join(self.words[site] + "\n" for site in RECEIVERS).encode())
        for site in RECEIVERS:
            self.give(site, "words.txt", (self.words[SENDER] + "\n").encode())

    def follow(self, page):
        by_hand = {"certificates": self.hand_over_certificates, "words": self.tell_words}
        for kind, argument, commands in steps(page):
            if kind == "by hand":
                by_hand[argument]()
                continue
            printed = self.system.type(argument, commands)
            if said := re.search(rf"(?m)^{argument} (?:[a-z]+ ){{11}}[a-z]+$", printed):
                self.words[argument] = said[0]

    def check_results(self):
        """Ends the trial unless the researcher has what the guide says."""
        study = self.system.home("study")
        kinds = ("left_site", "right_site", "level", "rule")
        pairs = sorted(tuple(row[kind] for kind in kinds) for row in rows(study / "pairs.csv"))
        expected = sorted([tuple(row[kind] for kind in kinds) for row in
                           rows(ROOT / "tests/worked_example/expected_pairs.csv")] + CLINIC_PAIRS)
        entities = collections.defaultdict(list)
        for row in rows(study / "entities.csv"):
            entities[row["entity"]].append(row["site"])
        linked = sorted(tuple(sorted(sites)) for sites in entities.values() if len(sites) > 1)
        if (pairs, linked) != (expected, sorted(ENTITIES)):
            sys.exit(f"failed: the researcher has the pairs {pairs} and the entities {linked}")
        print(f"done: {len(pairs)} pairs and {len(linked)} entities, as docs/operations.md says")
