"""A site with claims, for tests of the deidentify command."""

import csv
import io
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1)
PERSONS = 40
PLAN = """name: "claims"
version: 1
purpose: "a test"
products { name: "core" level: CORE tables { name: "persons" } tables { name: "visits" }
           tables { name: "diagnoses" columns: "name" } }
products { name: "more" level: DETAILED tables { name: "visits" columns: "*" } }
codes { code_system: "ICD-10-CM" min_persons: 11 }
dates { shift_days: 30 first_day: "2019-01-01" last_day: "2021-12-31"
        era_codes { code_system: "ICD-10-CM" prefix: "U07" since: "2020-04-01" } }
quasi_identifiers { column: "sex" hierarchy: "sex.csv" }
quasi_identifiers { column: "birth_year" ranges { smallest: 1900 largest: 2030 } }
targets { k: 5 }
"""
TITLES = {"I10": "Essential (primary) hypertension", "E11": "Type 2 diabetes mellitus",
          "E1165": "Type 2 diabetes mellitus with hyperglycemia", "E1122": "Type 2 diabetes with chronic kidney disease",
          "E119": "Type 2 diabetes mellitus without complications",
          "U07": "Emergency use of U07", "U071": "COVID-19",
          "T81": "Complications of procedures", "T814": "Infection following a procedure"}


class Site(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.claims = self.folder / "claims"
        self.write("plan.textproto", PLAN)
        self.write("sex.csv", "F;*\nM;*\n")
        self.write("codes/icd10cm_order_2020.txt", "".join(
            f"{i:05d} {code:<7} {int(len(code) > 3 or code == 'I10')} {title[:60]:<60} {title}\n"
            for i, (code, title) in enumerate(TITLES.items(), 1)))
        self.run_program("keygen", "--out", self.folder / "token.key")
        # A site has its record key from the linkage; any tokenizing makes one.
        self.write("people.csv", "record_id,last_name,date_of_birth\np1,Miller,1970-01-01\n")
        self.write_claims()
        self.make_record_key()
        self.run_program("codes", "build", self.folder / "codes", "--out", self.folder / "book.csv")
        self.run_program("terms", "build", "--codes", self.folder / "codes/icd10cm_order_2020.txt", "--out",
                         self.folder / "terms.dict")

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def make_record_key(self):
        (self.folder / "state").mkdir(mode=0o700)
        path = self.write("state/record.key", "blindlink-record-key-v1\n" +
                          "8a1f0c5e77d2b94630e6f4a21d9c58b3e07f6a1294cd8b5530f1e2d7a6c49b08\n")
        path.chmod(0o600)

    def write_claims(self, more_diagnoses=(), reverse=False):
        persons, visits, diagnoses = [], [], []
        for i in range(PERSONS):
            persons.append([f"person{i}", "FM"[i % 2], f"19{40 + i % 40}-05-17", "02139"])
            visits.append([f"claim{i}", f"person{i}", f"control{i}", "outpatient", "2020-06-15", "2020-06-17", "payer"])
            diagnoses.append([f"claim{i}", "1", "hypertension, essential (primary)", "I10", "ICD-10-CM"])
            if i < 12:  # both rare; together not
                diagnoses.append([f"claim{i}", "2", "", ("E11.65", "E11.22")[i % 2], "ICD-10-CM"])
            elif i < 29:
                diagnoses.append([f"claim{i}", "2", "", "E11.9", "ICD-10-CM"])
        diagnoses += more_diagnoses
        for name, header, rows in (
                ("persons.csv", "local_id,sex,birth_date,zip", persons),
                ("claims.csv", "claim_id,local_id,control_number,setting,start,end,payer", visits),
                ("diagnoses.csv", "claim_id,seq,name,code,code_system", diagnoses)):
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(header.split(","))
            writer.writerows(rows[::-1] if reverse else rows)
            self.write(f"claims/{name}", text.getvalue())

    def run_program(self, *arguments, code=0):
        done = subprocess.run([PROGRAM, *map(str, arguments)], text=True, capture_output=True, check=False)
        self.assertEqual(done.returncode, code, f"{done.stdout}\n{done.stderr}")
        return done

    def deidentify(self, *more, code=0, plan="plan.textproto"):
        return self.run_program(
            "deidentify", "--release", self.folder / plan, self.claims, "--project", "flu", "--site", "north", "--dataset",
            "d1", "--token-key", self.folder / "token.key", "--state", self.folder / "state", "--alone", "--codes",
            self.folder / "book.csv", "--terms", self.folder / "terms.dict", *more, code=code)

    def release(self, *more, out="out", code=0, plan="plan.textproto"):
        return self.deidentify("--out", self.folder / out, *more, code=code, plan=plan)

    def plan_codes(self, plan="plan.textproto", code=0):
        return self.run_program("codes", "plan", self.folder / "survey.csv", "--book", self.folder / "book.csv",
                                "--release", self.folder / plan, "--out", self.folder / "map.csv", code=code)

    def rows(self, name, out="out"):
        text = subprocess.run(["zstd", "-dc", str(self.folder / out / f"{name}.csv.zst")], check=True,
                              capture_output=True).stdout.decode()
        return list(csv.DictReader(io.StringIO(text)))

    def released(self, out="out"):
        return {path.relative_to(self.folder / out): path.read_bytes()
                for path in (self.folder / out).rglob("*.zst")}

    def nothing_is_released(self, out="out"):
        self.assertEqual(list((self.folder / out).glob("*")) if (self.folder / out).exists() else [], [])
