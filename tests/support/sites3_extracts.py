#!/usr/bin/env python3
"""Makes the extracts that three hospitals and a registry of the clinical test data would release, with true identities.

  sites3_extracts.py OUT [--without COLUMN ...] [--no-receipts] [--code-noise SHARE] [--coarse month]

OUT/SITE/core: extracts; OUT/entities.csv.zst: the true entity map; OUT/keys.json: what the pseudonyms stand for. Each
person's dates are shifted by a number of days of the person's own; diagnoses have the true codes and standard names.
--without leaves columns of the visits out; --no-receipts empties all control numbers; --code-noise cuts a share of the
copies' diagnosis codes to the category, as another site's coding might; --coarse releases months.
Reads BLINDLINK_DATA (default ../shared/data).
"""

import argparse
import collections
import csv
import datetime
import gzip
import json
import os
import pathlib
import random
import sys

import extract_files

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("BLINDLINK_DATA", ROOT.parent / "shared/data")) / "clinical/sites3"
SITES = ["a", "b", "c", "registry"]


def rows_of(name):
    path = DATA / name
    opened = gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="")
    with opened as file:
        return list(csv.DictReader(file))


class Release:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(7)
        self.person_of = {(row["site"], row["local_id"]): row["person"] for row in rows_of("truth/persons.csv.gz")}
        self.claims = {(row["site"], row["claim_id"]): row for row in rows_of("truth/claims.csv.gz")}
        self.diagnoses = {(row["site"], row["claim_id"], row["seq"]): row for row in rows_of("truth/diagnoses.csv.gz")}
        self.keys = {"visits": {}, "records": {}}

    def record(self, site, local_id):
        name = extract_files.pseudonym("record", site, local_id)
        self.keys["records"][name] = [site, self.person_of[site, local_id]]
        return name

    def visit(self, site, claim):
        name = extract_files.pseudonym("visit", site, claim, digits=16)
        self.keys["visits"][name] = [site, claim]
        return name

    def shift(self, person, date):
        if not date:
            return ""
        days = int(extract_files.pseudonym("shift", person), 16) % 364 - 182
        shifted = datetime.date.fromisoformat(date) + datetime.timedelta(days if days < 0 else days + 1)
        return shifted.isoformat()[:7 if self.options.coarse else 10]

    def persons(self, site):
        for row in rows_of(f"{'registry' if site == 'registry' else 'site_' + site}/persons.csv"):
            person = self.person_of[site, row["local_id"]]
            yield {"record": self.record(site, row["local_id"]), "sex": row["sex"],
                   "birth_year": str(int(row["birth_date"][:4]) // 10 * 10) if row["birth_date"][:4].isdigit() else "",
                   "death": self.shift(person, row["death_date"])}

    def code(self, site, claim, seq):
        truth = self.diagnoses[site, claim, seq]
        code = truth["icd10cm"].replace(".", "")
        noisy = self.claims[site, claim]["copy"] == "1" and self.random.random() < self.options.code_noise
        return (code[:3] if noisy else code), truth

    def site_tables(self, site):
        tables = collections.defaultdict(list)
        tables["persons"] = list(self.persons(site))
        of_claim = {}
        for row in rows_of(f"site_{site}/claims.csv.gz"):
            person = self.person_of[site, row["local_id"]]
            record, visit = self.record(site, row["local_id"]), self.visit(site, row["claim_id"])
            of_claim[row["claim_id"]] = (person, record, visit, row["start"])
            control = "" if self.options.no_receipts else row["control_number"]
            tables["visits"].append({
                "record": record, "visit": visit,
                "receipt": extract_files.pseudonym("receipt", control, digits=16) if control else "",
                "start": self.shift(person, row["start"]), "end": self.shift(person, row["end"]),
                "setting": row["setting"], "payer": row["payer"], "provider": row["provider"], "amount": row["total_charge"]})
        for row in rows_of(f"site_{site}/diagnoses.csv.gz"):
            person, record, visit, start = of_claim[row["claim_id"]]
            code, truth = self.code(site, row["claim_id"], row["seq"])
            tables["diagnoses"].append({
                "record": record, "visit": visit, "seq": row["seq"], "date": self.shift(person, start), "code": code,
                "code_system": "ICD-10-CM" if code else "",
                "certainty": "suspected" if truth["suspected"] == "1" else "definite", "name": truth["standard_name"]})
        for row in rows_of(f"site_{site}/procedures.csv.gz"):
            person, record, visit, _ = of_claim[row["claim_id"]]
            tables["procedures"].append({"record": record, "visit": visit, "seq": row["seq"],
                                         "date": self.shift(person, row["date"]), "code": row["code"],
                                         "code_system": row["code_system"]})
        seq = collections.Counter()
        for row in rows_of(f"site_{site}/drugs.csv.gz"):
            person, record, visit, _ = of_claim[row["claim_id"]]
            seq[visit] += 1
            tables["drugs"].append({"record": record, "visit": visit, "seq": str(seq[visit]),
                                    "date": self.shift(person, row["date"]), "code": row["rxnorm"], "code_system": "RxNorm",
                                    "amount": row["cost"]})
        return tables

    def registry_tables(self):
        enrolment = []
        for row in rows_of("registry/enrolment.csv.gz"):
            person = self.person_of["registry", row["local_id"]]
            enrolment.append({"record": self.record("registry", row["local_id"]), "start": self.shift(person, row["start"]),
                              "end": self.shift(person, row["end"]), "payer": row["payer"]})
        return {"persons": list(self.persons("registry")), "enrolment": enrolment}


def make(out, options):
    release = Release(options)
    visits = [name for name in extract_files.COLUMNS["visits"] if name not in options.without]
    for site in SITES:
        tables = release.registry_tables() if site == "registry" else release.site_tables(site)
        extract_files.write_extract(out / site / "core", site, tables, columns={"visits": visits})
    entities = [(extract_files.pseudonym("entity", person), site, record)
                for record, (site, person) in release.keys["records"].items()]
    extract_files.write_entity_map(out / "entities.csv.zst", entities, sites=SITES)
    (out / "keys.json").write_text(json.dumps(release.keys))


def parser():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("out", type=pathlib.Path)
    arguments.add_argument("--without", nargs="*", default=[])
    arguments.add_argument("--no-receipts", action="store_true")
    arguments.add_argument("--code-noise", type=float, default=0)
    arguments.add_argument("--coarse", choices=["month"])
    return arguments


if __name__ == "__main__":
    if not DATA.exists():
        sys.exit(f"SKIPPED: {DATA} is not there")
    chosen = parser().parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    make(chosen.out, chosen)
