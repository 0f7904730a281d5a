"""Tests deploy/demo/make_clinical_sample.py, which makes claims of invented people from nothing."""

import csv
import datetime
import gzip
import pathlib
import subprocess
import sys
import tempfile
import unittest

MAKER = pathlib.Path(__file__).resolve().parents[2] / "deploy/demo/make_clinical_sample.py"
SITES = "abc"


def make(folder, *options):
    subprocess.run([sys.executable, MAKER, folder, *map(str, options)], check=True, stdout=subprocess.DEVNULL)


def rows(path):
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


class ClinicalSample(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="blindlink-clinical-")
        cls.folder = pathlib.Path(cls.temporary.name)
        make(cls.folder / "x", "--persons", 400)
        cls.claims = {site: rows(cls.folder / f"x/site_{site}/claims.csv.gz") for site in SITES}
        cls.truth = {(row["site"], row["claim_id"]): row for row in rows(cls.folder / "x/truth/claims.csv.gz")}

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def test_the_same_arguments_give_the_same_bytes(self):
        make(self.folder / "again", "--persons", 400)
        files = sorted(path.relative_to(self.folder / "x") for path in (self.folder / "x").rglob("*") if path.is_file())
        self.assertGreater(len(files), 20)
        for name in files:
            self.assertEqual((self.folder / "x" / name).read_bytes(), (self.folder / "again" / name).read_bytes(), name)

    def test_every_claim_belongs_to_the_person_whose_record_it_names(self):
        person_of = {(row["site"], row["record"]): row["person"] for row in rows(self.folder / "x/truth/links.csv")}
        for site in SITES:
            self.assertGreater(len(self.claims[site]), 1000)
            for claim in self.claims[site]:
                self.assertEqual(self.truth[site, claim["claim_id"]]["person"], person_of[site, claim["local_id"]])

    def test_care_lies_between_birth_and_death(self):
        for site in SITES:
            persons = {row["local_id"]: row for row in rows(self.folder / f"x/site_{site}/persons.csv")}
            for claim in self.claims[site]:
                self.assertLessEqual(claim["start"], claim["end"])
                death = persons[claim["local_id"]]["death_date"]
                # A copy of a claim may be a day off.
                last = datetime.date.fromisoformat(death) + datetime.timedelta(days=1) if death else None
                self.assertTrue(last is None or claim["end"] <= last.isoformat())

    def test_copies_of_a_claim_stand_at_two_sites_with_one_receipt(self):
        receipts = {}
        for row in self.truth.values():
            receipts.setdefault(row["receipt"], []).append((row["site"], row["person"]))
        copies = [found for found in receipts.values() if len(found) > 1]
        self.assertEqual(len(copies), sum(row["copy"] == "1" for row in self.truth.values()))
        self.assertGreater(len(copies), 20)
        for (site, person), (other_site, other_person) in copies:
            self.assertNotEqual(site, other_site)
            self.assertEqual(person, other_person)

    def test_every_diagnosis_has_a_truth_whose_title_is_in_the_official_excerpt(self):
        titles = set()
        for line in (self.folder / "x/codes/icd10cm_order_excerpt.txt").read_text().splitlines():
            titles.add((line[6:13].strip(), line[77:]))
        truth = rows(self.folder / "x/truth/diagnoses.csv.gz")
        self.assertEqual(len(truth), sum(len(rows(self.folder / f"x/site_{site}/diagnoses.csv.gz")) for site in SITES))
        for row in truth:
            if row["variation"] != "no_disease":
                self.assertIn((row["icd10cm"].replace(".", ""), row["standard_name"]), titles)

    def test_a_code_is_not_used_before_it_exists(self):
        for row in rows(self.folder / "x/truth/diagnoses.csv.gz"):
            if row["icd10cm"] == "U07.1":
                claim = next(c for c in self.claims[row["site"]] if c["claim_id"] == row["claim_id"])
                self.assertGreaterEqual(claim["start"], "2020-03-31")

    def test_claims_are_added_to_existing_identities(self):
        (self.folder / "claims.csv").write_text("member_id,dob,sex\nC1,1950-01-31,F\nC2,2001-05-01,M\n")
        (self.folder / "registry.csv").write_text("id,birth_date,gender\nR1,01/31/1950,Female\n")
        (self.folder / "truth.csv").write_text("site,record,person\nclaims,C1,7\nclaims,C2,8\nregistry,R1,7\n")
        make(self.folder / "added", "--site", f"claims={self.folder}/claims.csv", "--site",
             f"registry={self.folder}/registry.csv", "--truth", self.folder / "truth.csv")
        claims = rows(self.folder / "added/site_claims/claims.csv.gz")
        self.assertEqual({claim["local_id"] for claim in claims}, {"C1", "C2"})
        enrolled = rows(self.folder / "added/registry/enrolment.csv.gz")
        self.assertEqual({row["local_id"] for row in enrolled}, {"R1"})


if __name__ == "__main__":
    unittest.main()
