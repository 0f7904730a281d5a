"""The deidentify command as people and scripts see it: what it releases, and what it refuses.

  program_test.py PROGRAM
"""

import hashlib
import json
import stat
import subprocess
import unittest

from release_site import PERSONS, PLAN, Site


class Deidentify(Site):
    def test_products_have_what_the_plan_says_and_nobody_else_may_read_them(self):
        self.release()
        self.assertEqual(sorted(p.name for p in (self.folder / "out").iterdir()), ["core", "more"])
        self.assertEqual(sorted(p.name for p in (self.folder / "out/core").iterdir()),
                         ["diagnoses.csv.zst", "manifest.json", "persons.csv.zst", "visits.csv.zst"])
        for path in (self.folder / "out").rglob("*.zst"):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertNotIn("payer", self.rows("core/visits")[0])
        self.assertEqual(self.rows("more/visits")[0]["payer"], "payer")
        manifest = json.loads((self.folder / "out/core/manifest.json").read_text())
        self.assertEqual(manifest["plan"]["k"], 5)
        self.assertEqual({f["table"]: f["rows"] for f in manifest["files"]},
                         {"persons": PERSONS, "visits": PERSONS, "diagnoses": PERSONS + 29})

    def test_rare_codes_become_coarser_and_lose_their_names(self):
        self.release()
        codes = {}
        for row in self.rows("core/diagnoses"):
            codes.setdefault(row["code"], []).append(row["name"])
        self.assertEqual({code: len(names) for code, names in codes.items()}, {"I10": 40, "E11": 12, "E119": 17})
        self.assertEqual(set(codes["E11"]), {""})
        self.assertEqual(len(set(codes["I10"])), 1)

    def test_intervals_are_exact_and_days_are_not(self):
        self.release()
        days = {row["start"] for row in self.rows("core/visits")}
        self.assertGreater(len(days), 10)
        self.assertNotIn("2020-06-15", days)
        for row in self.rows("core/visits"):
            self.assertEqual(int(row["end"][-2:]) - int(row["start"][-2:]) if row["end"][:7] == row["start"][:7] else 2, 2)

    def test_groups_of_persons_have_at_least_k(self):
        self.release()
        groups = {}
        for row in self.rows("core/persons"):
            groups[(row["sex"], row["birth_year"])] = groups.get((row["sex"], row["birth_year"]), 0) + 1
        self.assertGreaterEqual(min(groups.values()), 5)
        self.assertGreater(len(groups), 3)

    def test_nothing_of_the_source_is_in_what_is_released(self):
        self.release()
        everything = b"".join(subprocess.run(["zstd", "-dc", str(p)], check=True, capture_output=True).stdout
                              for p in (self.folder / "out").rglob("*.zst"))
        everything += b"".join(p.read_bytes() for p in (self.folder / "out").rglob("*.json"))
        for secret in (b"person1", b"claim1", b"control", b"hypertension, essential (primary)", b"02139",
                       b"E1165", b"E11.65", b"1951-05-17"):
            self.assertNotIn(secret, everything)

    def test_the_same_inputs_give_the_same_bytes_in_any_order_of_rows(self):
        self.release(out="one")
        self.release(out="two")
        self.assertEqual(self.released("one"), self.released("two"))
        self.write_claims(reverse=True)
        self.release(out="three")
        self.assertEqual(self.released("one"), self.released("three"))

    def test_codes_of_an_era_are_left_out(self):
        self.write_claims(more_diagnoses=[[f"claim{i}", "3", "COVID-19", "U07.1", "ICD-10-CM"] for i in range(20)])
        self.release()
        self.assertFalse([row for row in self.rows("core/diagnoses") if row["code"].startswith("U07")])

    def test_a_dry_run_releases_nothing(self):
        done = self.deidentify("--dry-run")
        self.assertIn("diagnoses: 69", done.stdout)
        self.nothing_is_released()

    def test_the_code_map_decides_if_the_plan_names_it_and_is_refused_otherwise(self):
        self.deidentify("--survey", self.folder / "survey.csv")
        self.plan_codes()
        given = ("--code-map", self.folder / "map.csv")
        self.assertIn("write code_map:", self.release(*given, code=4).stderr)
        self.nothing_is_released()
        digest = hashlib.sha256((self.folder / "map.csv").read_bytes()).hexdigest()
        self.write("named.textproto", PLAN.replace("\ncodes {", f"\ncodes {{ code_map: \"{digest}\""))
        self.release(*given, plan="named.textproto")
        self.assertIn("I10", {row["code"] for row in self.rows("core/diagnoses")})
        self.plan_codes("named.textproto")  # the map's digest is none of the rules that are surveyed

    def test_a_survey_by_other_rules_makes_no_code_map(self):
        self.deidentify("--survey", self.folder / "survey.csv")
        self.write("other.textproto", PLAN.replace("min_persons: 11", "min_persons: 12"))
        self.assertIn("survey.csv was counted by other rules", self.plan_codes("other.textproto", code=3).stderr)

    def utility(self, product, out="out"):
        return json.loads((self.folder / out / product / "manifest.json").read_text())["utility"]

    def write_stays(self):
        """Everybody has a stay; 20 persons have another after 10 days, and 15 others a complication after 5."""
        visits, diagnoses = ["claim_id,local_id,setting,start,end,total_charge"], ["claim_id,seq,code,code_system"]
        for i in range(PERSONS):
            visits.append(f"stay{i},person{i},inpatient,2020-06-15,2020-06-17,100.00")
            diagnoses.append(f"stay{i},1,I10,ICD-10-CM")
            if i < 20:
                visits.append(f"back{i},person{i},inpatient,2020-06-27,2020-06-28,400.00")
            elif i < 35:
                visits.append(f"ill{i},person{i},outpatient,2020-06-22,2020-06-22,20.00")
                diagnoses.append(f"ill{i},1,T81.4,ICD-10-CM")
        self.write("claims/claims.csv", "\n".join([*visits, ""]))
        self.write("claims/diagnoses.csv", "\n".join([*diagnoses, ""]))
        self.write("stays.textproto", PLAN.replace('tables { name: "visits" columns: "*" }', '''tables { name: "visits" columns: "*" }
            tables { name: "diagnoses" }''') + 'complications { code_system: "ICD-10-CM" codes: "T81" }')

    def test_measures_before_and_after_are_printed_and_in_the_manifest(self):
        self.write_stays()
        done = self.release(plan="stays.textproto")
        self.assertIn("readmitted within 30 days: 33.33 % of 60 stays -> 33.33 % of 60 stays", done.stdout)
        stays = {"stays": 60, "rate": .3333}
        ill = {"stays": 60, "rate": .25}
        cost = {"visits": 75, "mean": 164, "median": 100, "total": 12300}
        utility = self.utility("more")
        self.assertEqual(utility["readmission_within_30_days"], {"before": stays, "after": stays})
        self.assertEqual(utility["complication_within_90_days"], {"before": ill, "after": ill})
        self.assertEqual(utility["cost"], {"before": cost, "after": cost})
        self.assertEqual(utility["codes"][0]["codes_kept"], 2)

    def test_a_product_without_a_measures_columns_does_not_have_it(self):
        self.write_stays()
        self.release(plan="stays.textproto")
        self.assertEqual(list(self.utility("core")), ["codes"])

    def test_what_cannot_be_measured_is_said(self):
        done = self.release()
        self.assertIn("no visit with the setting inpatient", done.stdout)
        self.assertIn("the release plan names no complications", done.stdout)
        self.assertIn("the source has no amounts of visits", self.utility("more")["cost"]["missing"])

    def test_a_list_of_complications_without_codes_is_refused(self):
        self.write("wrong.textproto", PLAN + 'complications { code_system: "ICD-10-CM" }')
        self.assertIn("name codes or groups", self.release(plan="wrong.textproto", code=3).stderr)

    def test_a_release_is_not_replaced(self):
        self.release()
        self.assertIn("name another --out", self.release(code=4).stderr)

    def test_targets_that_cannot_be_met_release_nothing(self):
        self.write("strict.textproto", PLAN.replace("k: 5", "k: 41"))
        self.release(plan="strict.textproto", code=4)
        self.nothing_is_released()

    def test_bad_rows_are_said_with_file_row_and_column_and_never_a_value(self):
        self.write_claims(more_diagnoses=[["claim-of-nobody", "1", "secret words", "I10", "ICD-10-CM"]])
        done = self.release()
        self.assertIn("diagnoses.csv", done.stderr)
        self.assertIn("unknown-visit", done.stderr)
        self.assertNotIn("claim-of-nobody", done.stderr + done.stdout)
        self.assertNotIn("secret words", done.stderr + done.stdout)
        self.assertTrue((self.folder / "state/flu.north.d1.clinical-rejects.csv").exists())

    def test_mistakes_in_the_plan_are_said_with_their_line(self):
        for change, words in ((("version: 1\n", ""), "version"), (('level: CORE', ''), "level"),
                              (('last_day: "2021-12-31"', 'last_day: "2019-01-31"'), "longer period"),
                              (('column: "sex"', 'column: "colour"'), "colour")):
            self.write("wrong.textproto", PLAN.replace(*change))
            with self.subTest(words):
                self.assertIn(words, self.release(plan="wrong.textproto", code=3).stderr)
            self.nothing_is_released()

    def test_what_a_patient_does_not_have_is_left_out(self):
        self.write_claims(more_diagnoses=[[f"claim{i}", "3", "no evidence of hypertension", "I10", "ICD-10-CM"]
                                          for i in range(PERSONS)])
        done = self.release()
        self.assertIn("denied_and_left_out: 40", done.stdout)
        self.assertEqual(sum(row["code"] == "I10" for row in self.rows("core/diagnoses")), PERSONS)

    def test_text_in_the_column_of_codes_is_not_released(self):
        self.write_claims(more_diagnoses=[[f"claim{i}", "3", "", "JOHN SMITH 1950-02-01", "Weird Sys"]
                                          for i in range(PERSONS)])
        self.assertIn("of_unknown_systems_left_out: 40", self.release().stdout)
        self.assertFalse([row for row in self.rows("core/diagnoses") if "SMITH" in row["code"]])

    def test_codes_are_not_released_without_a_code_book(self):
        self.write("bare.textproto", PLAN.replace('codes { code_system: "ICD-10-CM" min_persons: 11 }\n', ""))
        done = self.run_program(
            "deidentify", "--release", self.folder / "bare.textproto", self.claims, "--project", "flu", "--site", "north",
            "--dataset", "d1", "--token-key", self.folder / "token.key", "--state", self.folder / "state", "--alone", "--out",
            self.folder / "out", code=3)
        self.assertIn("name a code book", done.stderr)

    def test_a_person_is_never_released_under_two_shifts(self):
        self.release()
        self.write("other.textproto", PLAN.replace("shift_days: 30", "shift_days: 29"))
        self.assertIn("how far dates are shifted", self.release(plan="other.textproto", out="second", code=4).stderr)
        self.nothing_is_released("second")

    def test_a_column_that_no_table_has_is_said_before_anything_is_read(self):
        self.write("wrong.textproto", PLAN.replace('columns: "name"', 'columns: "colour"'))
        done = self.release(plan="wrong.textproto", code=3)
        self.assertIn("no column colour", done.stderr)
        self.assertNotIn("masking", done.stderr)

    def test_a_rule_for_a_system_that_no_code_has_is_noted(self):
        self.write("other.textproto", PLAN.replace('code_system: "ICD-10-CM" min', 'code_system: "ICD-11" min'))
        self.assertIn("no code is of that system", self.release(plan="other.textproto").stderr)

    def test_what_is_missing_is_named_with_what_to_do(self):
        (self.folder / "state/record.key").rename(self.folder / "state/other")
        self.assertIn("name the folder with which the site's records were uploaded", self.release(code=4).stderr)
        (self.folder / "state/other").rename(self.folder / "state/record.key")
        self.write("sex.csv", "F;*\n")
        self.assertIn("the hierarchy of sex lacks a value", self.release(code=3).stderr)
        self.nothing_is_released()

    def test_a_seeds_file_of_another_project_is_refused(self):
        seeds = self.write("seeds", "blindlink-shift-seeds-v1 measles run-1 0\n")
        done = self.run_program(
            "deidentify", "--release", self.folder / "plan.textproto", self.claims, "--project", "flu", "--site", "north",
            "--dataset", "d1", "--token-key", self.folder / "token.key", "--state", self.folder / "state", "--seeds", seeds,
            "--codes", self.folder / "book.csv", "--out", self.folder / "out", code=4)
        self.assertIn("is of project measles", done.stderr)


if __name__ == "__main__":
    unittest.main()
