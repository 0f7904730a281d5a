#!/usr/bin/env python3
"""Compares extracts and timeline of the clinical demonstration with the truth.

  judge_timeline.py TRUTH_DIR RESEARCHER_DIR PRODUCT --states DIR --site NAME MAP CLAIMS_DIR ... [--json FILE]

Says whether every person's events are in the order of their true dates, whether intervals between events of linked
persons are exact across sites, how many copies of one receipt were recognized, whether nobody of the registry is lost,
and whether an identifier, a true date or a rare code stands anywhere in what was released.
"""

import argparse
import glob
import hmac
import json
import os
import re
from collections import Counter, defaultdict

from released_tables import day, rows_of, table


class Truth:
    """What the sites know and the truth says, by what the researcher sees: (site, record) and visit."""

    def __init__(self, folder, sites):
        self.person = {}      # (site, pseudonym): person
        whose = {(r["site"], r["local_id"]): r["person"] for r in table(folder, "persons")}
        self.receipts = {(r["site"], r["claim_id"]): r for r in table(folder, "claims")}
        for name, map_file, _ in sites:
            record_of = {r["record_id"]: r["pseudonym"] for r in rows_of(map_file)}
            for local, record in record_of.items():
                self.person[(name, record)] = whose.get((name, local))


def visit_ids(project, site, state, claims):
    """{released id: claim id}, as the site computes them (docs/formats/extract.md)."""
    with open(os.path.join(state, "record.key"), encoding="ascii") as file:
        key = bytes.fromhex(file.read().split()[1])
    text32 = lambda text: len(text).to_bytes(4, "big") + text.encode()
    own = hmac.digest(key, text32(project) + text32(site) + b"\0release", "sha256")
    return {hmac.digest(own, b"visit\0" + c["claim_id"].encode(), "sha256")[:8].hex(): c for c in claims}


def judge_dates(truth, extracts, claim_of, out):
    shifts = defaultdict(set)  # of each record
    released = 0
    for site, folder in extracts.items():
        for row in table(folder, "visits"):
            released += 1
            claim = claim_of[(site, row["visit"])]
            for column in ("start", "end"):
                if row[column]:
                    shifts[(site, row["record"])].add(day(row[column]) - day(claim[column]))
    by_person = defaultdict(list)
    for key, found in shifts.items():
        by_person[truth.person[key]].append(found)
    linked = [sets for sets in by_person.values() if len(sets) > 1]
    out["records whose dates are not shifted by one number"] = sum(len(f) != 1 for f in shifts.values())
    out["persons with visits of several records, of these with one shift"] = (
        f"{len(linked)}, {sum(len(set.union(*sets)) == 1 for sets in linked)}")
    out["visits in the data, released"] = f"{len(claim_of)}, {released}"


def judge_timeline(researcher, out):
    events = rows_of(os.path.join(researcher, "timeline.csv.zst"))
    first_day = lambda date: re.sub(r"-Q([1-4])", lambda m: f"-{3 * int(m[1]) - 2:02d}-01", date)
    wrong = sum(a["entity"] == b["entity"] and first_day(a["date"]) > first_day(b["date"])
                for a, b in zip(events, events[1:]))
    out["events of the timeline, out of order"] = f"{len(events)}, {wrong}"
    persons = {r["entity"] for r in rows_of(os.path.join(researcher, "timeline.persons.csv.zst"))}
    entities = {r["entity"] for r in rows_of(os.path.join(researcher, "entities.csv"))}
    out["persons of the entity map, without events too, that the timeline lacks"] = len(entities - persons)
    return events


def judge_copies(truth, events, claim_of, out):
    """A copy is right if the truth has one receipt for both."""
    visits = {(e["site"], e["visit"]): e for e in events if e["kind"] == "visit"}
    receipt = {key: truth.receipts[(key[0], claim_of[key]["claim_id"])]["receipt"] for key in visits}
    of_visit = {visit: (site, visit) for site, visit in visits}
    true = len(visits) - len(set(receipt.values()))
    said = [(key, of_visit.get(e["copy_of"].split("/")[-1])) for key, e in visits.items() if e["copy_of"]]
    right = sum(other is not None and receipt[key] == receipt[other] for key, other in said)
    out["copies of one receipt: released, recognized, of these right"] = f"{true}, {len(said)}, {right}"
    if said and true:
        out["copies: precision, recall"] = f"{right / len(said):.4f}, {right / true:.4f}"


def judge_codes(truth, extracts, out, least=11):
    has = defaultdict(set)
    for site, folder in extracts.items():
        for name in ("diagnoses", "procedures", "drugs"):
            for row in table(folder, name):
                if row["code"]:
                    has[(row["code_system"], row["code"])].add(truth.person[(site, row["record"])])
    out["codes released, of fewer than 11 persons"] = f"{len(has)}, {sum(len(p) < least for p in has.values())}"


def judge_leaks(truth, sites, researcher, out):
    """Looks for what must not leave in everything that the researcher has."""
    secrets = set()
    for _, map_file, claims in sites:
        secrets.update(r["record_id"] for r in rows_of(map_file))
        for row in table(claims, "persons"):
            secrets.update(row[c] for c in ("ssn", "phone", "address", "birth_date") if len(row.get(c) or "") > 6)
        for row in table(claims, "claims"):
            secrets.update((row["claim_id"], row["control_number"]))
        secrets.update(r["name"] for r in table(claims, "diagnoses") if len(r["name"]) > 25)
    secrets.discard("")
    found = Counter()
    for path in glob.glob(os.path.join(researcher, "extracts", "**", "*"), recursive=True):
        if not os.path.isfile(path):
            continue
        if path.endswith(".zst"):
            for row in rows_of(path):
                found.update(v for k, v in row.items() if v in secrets and k not in ("name", "date", "start", "end", "death"))
        else:
            with open(path, encoding="utf-8") as file:
                text = file.read()
            found.update(s for s in secrets if s in text)
    out["identifiers looked for, found in what was released"] = f"{len(secrets)}, {len(found)}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("truth")
    parser.add_argument("researcher")
    parser.add_argument("product")
    parser.add_argument("--project", default="demo")
    parser.add_argument("--states", help="the sites' state folders, by name")
    parser.add_argument("--site", nargs=3, action="append", metavar=("NAME", "MAP", "CLAIMS"))
    parser.add_argument("--json")
    options = parser.parse_args()
    truth = Truth(options.truth, options.site)
    claim_of = {}  # (site, released id of a visit): the site's claim
    for name, _, claims in options.site:
        own = table(claims, "claims")
        for visit, claim in visit_ids(options.project, name, os.path.join(options.states, name), own).items():
            claim_of[(name, visit)] = claim
    extracts = {name: os.path.join(options.researcher, "extracts", name, options.product) for name, _, _ in options.site}
    out = {}
    judge_dates(truth, extracts, claim_of, out)
    events = judge_timeline(options.researcher, out)
    judge_copies(truth, events, claim_of, out)
    judge_codes(truth, extracts, out)
    judge_leaks(truth, options.site, options.researcher, out)
    for what, value in out.items():
        print(f"{what}: {value}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(out, file, indent=1)


main()
