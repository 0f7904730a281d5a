#!/usr/bin/env python3
"""Writes extracts of any size for measuring the timeline: big_extracts.py OUT EVENTS [--sites 3] [--seed 7]

OUT/SITE/core and OUT/entities.csv.zst, with invented persons: about 25 visits each (1 to 200), at one to three sites, with
diagnoses, procedures and drugs (together EVENTS rows), enrolment by year, and 3 % of the visits copied to another site. Codes
have a heavy tail. Written person by person in the order of the records, in little memory; the same arguments give the same
bytes.
"""

import argparse
import datetime
import hashlib
import json
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import extract_files  # noqa: E402

DAY0 = datetime.date(2018, 1, 1)
DAYS = [(DAY0 + datetime.timedelta(day)).isoformat() for day in range(6 * 365 + 60)]
SETTINGS = ["outpatient"] * 8 + ["inpatient", "emergency", "pharmacy"]
PAYERS = [f"{number:08x}" for number in range(0x01aa0000, 0x01aa000c)]
DISEASES = [(f"{letter}{number:02d}{digit}", f"Disease of group {letter}, form {number}-{digit}")
            for letter in "ABCDEFGHIJKLMN" for number in range(100) for digit in range(10)]
PROCEDURES = [f"{letter}{number:04d}" for letter in "GQSJ" for number in range(1000)]
DRUGS = [str(200000 + 7 * number) for number in range(3000)]
TABLES = ("persons", "visits", "diagnoses", "procedures", "drugs", "enrolment")


class Table:
    """A compressed table that is written row by row."""

    def __init__(self, folder, name):
        self.name, self.path, self.rows = name, folder / f"{name}.csv.zst", 0
        with self.path.open("wb") as out:
            self.process = subprocess.Popen(["zstd", "-q", "-3"], stdin=subprocess.PIPE, stdout=out)
        self.pending = [",".join(extract_files.COLUMNS[name])]

    def add(self, line):
        self.pending.append(line)
        self.rows += 1
        if len(self.pending) > 20000:
            self.write()

    def write(self):
        self.process.stdin.write(("\n".join(self.pending) + "\n").encode())
        self.pending = []

    def entry(self):
        self.write()
        self.process.stdin.close()
        self.process.wait()
        digest = hashlib.sha256()
        with self.path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        return {"file": self.path.name, "table": self.name, "rows": self.rows, "bytes": self.path.stat().st_size,
                "sha256": digest.hexdigest()}


def draw(choice, values):
    """A value; the first are frequent, the last rare."""
    return values[int(len(values) * choice.random() ** 4)]


def person_visits(choice):
    """(day, length, setting, payer, amount, receipt, diagnoses, procedures, drugs) of one person, in the order of days."""
    visits = min(200, 1 + int(choice.expovariate(1 / 22)))
    days = sorted(choice.randrange(6 * 365) for _ in range(visits))
    payer = choice.choice(PAYERS)
    own = [draw(choice, DISEASES) for _ in range(5)]
    for day in days:
        setting = choice.choice(SETTINGS)
        length = choice.randrange(1, 8) if setting == "inpatient" else 0
        yield [day, length, setting, payer, f"{choice.expovariate(1 / 400):.2f}", f"{choice.getrandbits(64):016x}",
               [choice.choice(own) for _ in range(choice.choice((0, 1, 1, 2)))],
               [draw(choice, PROCEDURES) for _ in range(choice.choice((0, 1, 1, 2, 3)))],
               [draw(choice, DRUGS) for _ in range(choice.choice((0, 0, 1, 2)))]]


def write_record(tables, choice, record, visits, traits):
    tables["persons"].add(f"{record},{traits},")
    rows = {name: [] for name in TABLES}
    for day, length, setting, payer, amount, receipt, diagnoses, procedures, drugs in sorted(visits):
        visit = f"{choice.getrandbits(64):016x}"
        date = DAYS[day]
        rows["visits"].append((date, f"{record},{visit},{receipt},{date},{DAYS[day + length]},{setting},{payer},"
                                     f"9e2347{day % 97:02d},{amount}"))
        for seq, (code, name) in enumerate(diagnoses, 1):
            rows["diagnoses"].append((date, f'{record},{visit},{seq},{date},{code},ICD-10-CM,definite,"{name}"'))
        for seq, code in enumerate(procedures, 1):
            rows["procedures"].append((date, f"{record},{visit},{seq},{date},{code},HCPCS"))
        for seq, code in enumerate(drugs, 1):
            rows["drugs"].append((date, f"{record},{visit},{seq},{date},{code},RxNorm,{len(code) * seq}.50"))
    for year in range(6):
        rows["enrolment"].append((DAYS[year * 365], f"{record},{DAYS[year * 365]},{DAYS[year * 365 + 364]},{PAYERS[0]}"))
    for name, of_table in rows.items():
        for _, line in of_table:
            tables[name].add(line)
    return sum(map(len, rows.values()))


def copy_of(choice, visit):
    """The visit as another site may hold it: a day off, or without its receipt."""
    copy = list(visit)
    copy[0] = max(0, copy[0] + choice.choice((0, 0, 0, 0, 1, -1)))
    if choice.random() < .3:
        copy[5] = ""
    return copy


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("out", type=pathlib.Path)
    arguments.add_argument("events", type=int)
    arguments.add_argument("--sites", type=int, default=3)
    arguments.add_argument("--seed", type=int, default=7)
    options = arguments.parse_args()
    choice = random.Random(options.seed)
    sites = [f"site-{number}" for number in range(options.sites)]
    tables = {}
    for site in sites:
        (options.out / site / "core").mkdir(parents=True, exist_ok=True)
        tables[site] = {name: Table(options.out / site / "core", name) for name in TABLES}
    entities, events, person = [], 0, 0
    while events < options.events:
        # Records ascend with the persons at every site, so that nothing needs to be sorted here.
        person += 1
        entity = hashlib.sha256(f"entity {person}".encode()).hexdigest()[:32]
        at = choice.sample(sites, min(len(sites), choice.choice((1, 2, 2, 3))))
        visits = {site: [] for site in at}
        for visit in person_visits(choice):
            visits[choice.choice(at)].append(visit)
            if len(at) > 1 and choice.random() < .03:
                other = choice.choice(at)
                visits[other].append(copy_of(choice, visit))
        traits = f"{choice.choice('FM')},{choice.randrange(1930, 2018) // 10 * 10}"
        for site in at:
            record = f"{person:012x}{choice.getrandbits(80):020x}"
            events += write_record(tables[site], choice, record, visits[site], traits)
            entities.append((entity, site, record))
    for site in sites:
        extract_files.write_manifest(options.out / site / "core", site, [table.entry() for table in tables[site].values()])
    extract_files.write_entity_map(options.out / "entities.csv.zst", entities, sites=sites)
    print(json.dumps({"persons": person, "events": events, "records": len(entities)}))


if __name__ == "__main__":
    main()
