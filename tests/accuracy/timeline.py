#!/usr/bin/env python3
"""Judges the timeline of the clinical test data's three hospitals and registry against the truth.

  timeline.py --researcher build/release/bin/blindlink-researcher [--hard]

Makes extracts with the true identities (tests/support/sites3_extracts.py), runs the real program on them, and compares every
event, its order, the copies of one receipt, the persons and the registry's enrolment with what went in. Prints one row for
each way of releasing, and fails if a bar is missed: every event in order, copies at precision and recall of .98 and more,
every person kept. --hard also judges releases without control numbers, without amounts, with codes that differ between copies,
and with months for dates, for which there is no bar. Reads BLINDLINK_DATA (default ../shared/data); prints SKIPPED without it.
"""

import argparse
import collections
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import extract_files  # noqa: E402
import sites3_extracts  # noqa: E402

WAYS = [("as released", []), ("no control numbers", ["--no-receipts"]),
        ("no amounts, no providers", ["--without", "amount", "provider"]),
        ("a third of copies' codes differ", ["--code-noise", ".3"]),
        ("all three", ["--no-receipts", "--without", "amount", "provider", "--code-noise", ".3"]),
        ("months", ["--coarse", "month"])]
KINDS = {"visits": "visit", "diagnoses": "diagnosis", "procedures": "procedure", "drugs": "drug", "enrolment": "enrolment"}
BAR = .98


def run(researcher, folder):
    extracts = [part for site in sites3_extracts.SITES for part in ("--extract", str(folder / site / "core"))]
    done = subprocess.run([str(researcher), "timeline", "--entities", str(folder / "entities.csv.zst"), *extracts, "--out",
                           str(folder / "timeline.csv.zst")], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"timeline.py: the program failed: {done.stderr}")


def released_events(folder):
    """What went in: a counter of (record, date, kind, visit, seq, end, code, certainty, amount)."""
    events = collections.Counter()
    for site in sites3_extracts.SITES:
        for path in (folder / site / "core").glob("*.csv.zst"):
            table = path.name.split(".")[0]
            for row in extract_files.read_zstd_csv(path):
                kind, date = (KINDS[table], row.get("start", row.get("date"))) if table in KINDS else ("death", row["death"])
                if date:
                    events[(site, row["record"], date, kind, *(row.get(name, "") for name in
                            ("visit", "seq", "end", "code", "certainty", "amount", "name", "setting", "payer")))] += 1
    return events


def order_of(row):
    """The documented order within a person (docs/formats/timeline.md)."""
    groups = {"enrolment": 0, "death": 2}
    kinds = ["enrolment", "visit", "diagnosis", "procedure", "drug", "death"]
    date = row["date"] + "-01" * ((10 - len(row["date"])) // 3)
    return (row["entity"], date, len(row["date"]), groups.get(row["kind"], 1), sites3_extracts.SITES.index(row["site"]),
            row["record"], row["visit"], kinds.index(row["kind"]), int(row["seq"] or 0))


def judge_events(timeline, folder, keys):
    """Events that are missing, invented, or stand before one that they follow; entities that are not the true persons."""
    found = collections.Counter((row["site"], row["record"], row["date"], row["kind"], *(row[name] for name in (
        "visit", "seq", "end", "code", "certainty", "amount", "name", "setting", "payer"))) for row in timeline)
    released = released_events(folder)
    order = [order_of(row) for row in timeline]
    wrong_order = sum(a > b for a, b in zip(order, order[1:]))
    wrong_person = sum(row["entity"] != extract_files.pseudonym("entity", keys["records"][row["record"]][1])
                       for row in timeline)
    return {"events": sum(found.values()), "missing": sum((released - found).values()),
            "invented": sum((found - released).values()), "out of order": wrong_order, "wrong person": wrong_person}


def judge_copies(timeline, keys, claims):
    """Precision and recall of the pairs of visits that are one receipt."""
    receipts = collections.defaultdict(list)
    for (site, claim), row in claims.items():
        receipts[row["receipt"]].append((site, claim))
    truth = {frozenset(visits) for visits in receipts.values() if len(visits) == 2}
    found = {frozenset((tuple(keys["visits"][row["visit"]]), tuple(keys["visits"][row["copy_of"].split("/")[1]])))
             for row in timeline if row["kind"] == "visit" and row["copy_of"]}
    right = len(found & truth)
    return {"copies": len(found), "precision": right / max(1, len(found)), "recall": right / len(truth)}


def judge_persons(folder, keys):
    persons = {row["entity"]: row for row in extract_files.read_zstd_csv(folder / "timeline.persons.csv.zst")}
    true = {extract_files.pseudonym("entity", person) for _, person in keys["records"].values()}
    only_enrolled = sum(row["visits"] == "0" and row["enrolled_from"] != "" for row in persons.values())
    return {"persons": len(persons), "persons missing": len(true - set(persons)), "only enrolled": only_enrolled}


def judge(researcher, options):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        sites3_extracts.make(folder, sites3_extracts.parser().parse_args([name, *options]))
        run(researcher, folder)
        keys = json.loads((folder / "keys.json").read_text())
        timeline = extract_files.read_zstd_csv(folder / "timeline.csv.zst")
        claims = {(row["site"], row["claim_id"]): row for row in sites3_extracts.rows_of("truth/claims.csv.gz")}
        return judge_events(timeline, folder, keys) | judge_copies(timeline, keys, claims) | judge_persons(folder, keys)


def meets_bar(figures):
    faults = ("missing", "invented", "out of order", "wrong person", "persons missing")
    return (not any(figures[name] for name in faults) and figures["precision"] >= BAR and figures["recall"] >= BAR
            and figures["only enrolled"] == 2)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--researcher", type=pathlib.Path, default=ROOT / "build/release/bin/blindlink-researcher")
    arguments.add_argument("--hard", action="store_true")
    options = arguments.parse_args()
    if not sites3_extracts.DATA.exists():
        print(f"SKIPPED: {sites3_extracts.DATA} is not there")
        return 0
    table = {}
    for name, way in WAYS if options.hard else WAYS[:1]:
        table[name] = judge(options.researcher, way)
    out = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    out.writerow(["release", *table["as released"]])
    for name, figures in table.items():
        out.writerow([name, *(f"{value:.4f}" if isinstance(value, float) else value for value in figures.values())])
    return 0 if meets_bar(table["as released"]) else 1


if __name__ == "__main__":
    sys.exit(main())
