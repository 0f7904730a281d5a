#!/usr/bin/env python3
"""Links invented populations that differ in the ways real ones do, and compares the result with what the run said of itself.

    tests/accuracy/worlds.py [--seed N] [--worlds a,b] [--plan FILE] [--out DIR] [--list]

A world says who lives where with whom, what each site knows of them, and what goes wrong when it is written down. The
generator, with worlds of its own, is make_world.py in BLINDLINK_WORLDS (default ../shared/worlds); the worlds below are added
to it. Each goes through deploy/demo.sh with the plan as shipped. Prints SKIPPED and exits with 0 if the generator is absent.
BLINDLINK_BIN_DIR: a folder with programs that are already built.
"""
import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TWO_CENSUSES = "first_name last_name sex birth_date street city zip"

# name: (what it is, what differs from the generator's BASE)
WORLDS = {
    "students": ("dormitories: dozens of an age under one house number, and many move",
                 {"institution": 0.7, "born": (1987, 2007), "moved": 0.4, "ssn": 0.2, "twins": 0, "junior": 0}),
    "big-families": ("families of one surname in villages of two streets, all phones shared, no number",
                     {"surnames": 150, "one_surname": 1.0, "areas": 120, "streets_per_area": 2, "ssn": 0, "household_phone": 1.0,
                      "twins": 0.04, "junior": 0.1}),
    "census-pair": ("two censuses ten years apart: a third have moved, dates partly known",
                    {"ssn": 0, "fields": TWO_CENSUSES, "moved": 0.3, "married": 0.06, "year_only": 0.15,
                     "sites": {"old": {"share": 0.9, "noise": 0.2}, "new": {"share": 0.85, "noise": 0.1}}}),
    "three-clinics": ("three clinics and no address; phones of the household",
                      {"ssn": 0, "fields": "first_name middle_name last_name sex birth_date phone email",
                       "sites": {k: {"share": 0.5, "noise": 0.12} for k in "xyz"}}),
    "wrong-sex": ("sex recorded wrongly or not at all, first names short",
                  {"missing": {"*": {"sex": 0.5}}, "initials": 0.8, "ssn": 0.1}),
    "one-village": ("everybody in four places: city, state and postal code say nothing",
                    {"areas": 4, "streets_per_area": 12, "ssn": 0.1, "people": 5000}),
    "registry-of-twins": ("a registry of twins, one of each pair, against the insurer of both",
                          {"twins": 0.33, "one_surname": 1.0, "ssn": 0.3,
                           "sites": {"registry": {"share": 0.3, "noise": 0.1}, "insurer": {"share": 0.95, "noise": 0.05}}}),
    "half-empty": ("half of everything but the names is missing at both sites",
                   {"ssn": 0.4, "missing": {"*": {f: 0.5 for f in "birth_date street city zip phone sex".split()}}}),
    "one-in-a-hundred": ("two large files that have one person in a hundred in common",
                         {"people": 20000, "sites": {"a": {"share": 0.1, "noise": 0.1}, "b": {"share": 0.1, "noise": 0.1}}}),
    "duplicates-of-families": ("one file of whole families, a tenth of them twice",
                               {"ssn": 0, "records": (1,) * 9 + (2,), "twins": 0.05, "junior": 0.1,
                                "sites": {"only": {"share": 1.0, "noise": 0.1}}}),
}


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def pairs_in(group, one_site):
    """How many pairs the records of one person or entity make, across sites if there are several."""
    sites = Counter(site for site, _ in group)
    total = len(group) * (len(group) - 1) // 2
    return total if one_site else total - sum(n * (n - 1) // 2 for n in sites.values())


def grouped(path, key):
    groups = {}
    for row in rows(path):
        groups.setdefault(row[key], []).append((row["site"], row["record"]))
    return groups


def f1(good, found, true):
    return 2 * good / max(1, found + true)


def judge(out, truth):
    persons = grouped(truth, "person")
    person_of = {record: person for person, group in persons.items() for record in group}
    one_site = len({site for site, _ in person_of}) == 1
    true = sum(pairs_in(group, one_site) for group in persons.values())
    found = good = 0
    for row in rows(out / "pairs.csv"):
        left, right = (row["left_site"], row["left_record"]), (row["right_site"], row["right_record"])
        found += 1
        good += person_of[left] == person_of[right]
    of_entities = good_of_entities = 0
    for group in grouped(out / "entities.csv", "entity").values():
        of_entities += pairs_in(group, one_site)
        by_person = {}
        for record in group:
            by_person.setdefault(person_of[record], []).append(record)
        good_of_entities += sum(pairs_in(part, one_site) for part in by_person.values())
    return {"true": true, "found": found, "good": good, "f1": f1(good, found, true),
            "f1_entities": f1(good_of_entities, of_entities, true)}


def said_by_the_run(out):
    """What the run expected, from the manifest beside the pairs."""
    expected = json.loads((out / "researcher/pairs.csv.manifest.json").read_text(encoding="utf-8")).get("expected", {})
    return {"warnings": [], **{figure: expected.get(figure, 0) for figure in (
        "ppv", "ppv_low", "ppv_high", "true_pairs", "true_pairs_low", "true_pairs_high")}, **expected}


def outside(said, result):
    """What the run expected between limits that do not hold the truth."""
    ppv = result["good"] / max(1, result["found"])
    held = {"PPV": said["ppv_low"] <= ppv <= said["ppv_high"] or result["found"] == 0,
            "true pairs": said["true_pairs_low"] <= result["true"] <= said["true_pairs_high"]}
    return [name for name, holds in held.items() if not holds]


def link(name, folder, seed, generator, plan):
    generator.make(name, folder / "in", seed, None)
    sites = sorted(path.stem for path in (folder / "in").glob("*.csv") if path.stem != "truth")
    command = [ROOT / "deploy/demo.sh", "--no-install", "--out", folder / "out", "--truth", folder / "in/truth.csv"]
    command += ["--plan", plan] if plan else []
    for site in sites:
        command += ["--site", f"{site}={folder / 'in' / site}.csv"]
    ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if ran.returncode != 0:
        sys.exit(f"worlds.py: {name}: demo.sh ended with {ran.returncode}\n{ran.stdout[-500:]}")
    return judge(folder / "out", folder / "in/truth.csv"), said_by_the_run(folder / "out")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worlds", help="names, separated by commas; default: all")
    parser.add_argument("--out", type=Path, help="keeps inputs and results here; default: a temporary folder")
    parser.add_argument("--plan", help="the linkage plan; default: us-default as shipped")
    parser.add_argument("--list", action="store_true", help="names the worlds and what they are")
    arguments = parser.parse_args()
    folder = Path(os.environ.get("BLINDLINK_WORLDS", ROOT.parent / "shared/worlds"))
    if not (folder / "make_world.py").exists():
        print(f"SKIPPED: no generator at {folder}")
        return
    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode = True
    import make_world as generator  # pylint: disable=import-outside-toplevel,import-error
    generator.WORLDS.update(WORLDS)
    if arguments.list:
        for name, (what, _) in generator.WORLDS.items():
            print(f"{name:26}{what}")
        return
    print(f"{'world':26}{'true':>7}{'said':>7}{'found':>7}{'sens.':>8}{'PPV':>8}{'said':>8}{'F1':>8}{'entities':>9}"
          "  not within the limits; warnings")
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.out or Path(temporary)
        for name in arguments.worlds.split(",") if arguments.worlds else generator.WORLDS:
            result, said = link(name, work / name, arguments.seed, generator, arguments.plan)
            sensitivity = result["good"] / max(1, result["true"])
            notes = outside(said, result) + [warning.split(":")[0] for warning in said["warnings"]]
            print(f"{name:26}{result['true']:7}{said['true_pairs']:7.0f}{result['found']:7}{sensitivity:8.4f}"
                  f"{result['good'] / max(1, result['found']):8.4f}{said['ppv']:8.4f}{result['f1']:8.4f}"
                  f"{result['f1_entities']:9.4f}  {'; '.join(notes)}", flush=True)


if __name__ == "__main__":
    main()
