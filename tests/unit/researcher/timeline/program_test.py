"""The timeline command as people and scripts see it: arguments, exit codes, files, words.

  program_test.py PROGRAM SUPPORT_FOLDER
"""

import json
import pathlib
import stat
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

PROGRAM = sys.argv.pop(1)
sys.path.insert(0, sys.argv.pop(1))
import extract_files  # noqa: E402

RECORDS = {site: [extract_files.pseudonym(site, number) for number in range(30)] for site in ("north", "south")}


def tables(site):
    records = RECORDS[site]
    return {"persons": [{"record": record, "sex": "FM"[number % 2], "birth_year": "1950"} for number, record in
                        enumerate(records)],
            "visits": [{"record": record, "visit": f"{number:016x}", "receipt": f"{number:016x}", "start": "2021-03-14",
                        "end": "2021-03-14", "setting": "outpatient", "payer": "p", "amount": "10.00"}
                       for number, record in enumerate(records)],
            "diagnoses": [{"record": record, "visit": f"{number:016x}", "seq": "1", "date": "2021-03-14", "code": "J45",
                           "code_system": "ICD-10-CM", "certainty": "definite", "name": "Asthma, <mild>"}
                          for number, record in enumerate(records)]}


class Timeline(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for site in RECORDS:
            extract_files.write_extract(self.folder / site / "core", site, tables(site))
        extract_files.write_entity_map(self.folder / "entities.csv.zst", [
            (extract_files.pseudonym("entity", number), site, record)
            for site, records in RECORDS.items() for number, record in enumerate(records)], sites=list(RECORDS))

    def run_timeline(self, *arguments, sites=("north", "south")):
        extracts = [part for site in sites for part in ("--extract", str(self.folder / site / "core"))]
        return subprocess.run([PROGRAM, "timeline", "--entities", str(self.folder / "entities.csv.zst"), *extracts, "--out",
                               str(self.folder / "out/timeline.csv.zst"), *arguments], text=True, capture_output=True, check=False)

    def written(self):
        return sorted(path.name for path in (self.folder / "out").iterdir())

    def refused(self, code, *words):
        (self.folder / "out").mkdir(exist_ok=True)
        run = self.run_timeline("--json", str(self.folder / "out/summary.json"), "--sqlite", str(self.folder / "out/x.sqlite"))
        self.assertEqual(run.returncode, code, run.stderr)
        for word in words:
            self.assertIn(word, run.stderr)
        self.assertEqual(self.written(), [])

    def test_writes_all_files_for_the_owner_only(self):
        (self.folder / "out").mkdir()
        run = self.run_timeline("--json", str(self.folder / "out/summary.json"), "--report", str(self.folder / "out/page.html"))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("30 persons", run.stdout)
        self.assertEqual(self.written(), ["page.html", "summary.json", "timeline.csv.zst", "timeline.csv.zst.manifest.json",
                                          "timeline.persons.csv.zst", "timeline.persons.csv.zst.manifest.json"])
        for path in (self.folder / "out").iterdir():
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path)
        rows = extract_files.read_zstd_csv(self.folder / "out/timeline.csv.zst")
        self.assertEqual(len(rows), 120)
        self.assertEqual(sum(row["copy_of"] != "" for row in rows), 60)
        summary = json.loads((self.folder / "out/summary.json").read_text())
        self.assertEqual(summary["copies"]["by_receipt"], 30)
        self.assertEqual(summary["diseases"], [{"name": "Asthma, <mild>", "persons": 30, "events": 30}])

    def test_the_page_is_well_formed_and_loads_nothing(self):
        (self.folder / "out").mkdir()
        self.run_timeline("--report", str(self.folder / "out/page.html"))
        page = (self.folder / "out/page.html").read_text()
        ElementTree.fromstring(page.removeprefix("<!DOCTYPE html>\n"))
        self.assertIn("Asthma, &lt;mild&gt;", page)
        for word in ("<script", "<link", "src=", "@import"):
            self.assertNotIn(word, page)

    def test_k_warns_of_small_groups(self):
        (self.folder / "out").mkdir()
        self.assertNotIn("groups of fewer", self.run_timeline().stderr)
        self.assertIn("30 persons are in groups of fewer than 16", self.run_timeline("--k", "16").stderr)

    def test_a_damaged_file_is_refused(self):
        path = self.folder / "south/core/visits.csv.zst"
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        self.refused(3, "south/core/visits.csv.zst", "fetch it again")

    def test_a_missing_manifest_is_refused(self):
        (self.folder / "south/core/manifest.json").unlink()
        self.refused(4, "south/core has no manifest.json")

    def test_other_runs_projects_and_plans_are_refused(self):
        for difference, words in (({"run": "20250101-1"}, "different runs"), ({"project": "other"}, "different projects"),
                                  ({"digest": "00" * 32}, "different release plans"), ({"key_id": "00"}, "different keys")):
            extract_files.write_extract(self.folder / "south/core", "south", tables("south"), **difference)
            self.refused(4, words)

    def test_the_entity_map_of_another_run_is_refused(self):
        extract_files.write_entity_map(self.folder / "entities.csv.zst", [], run="20250101-1", sites=list(RECORDS))
        self.refused(4, "entities.csv.zst", "different runs")

    def test_an_extract_of_another_dataset_is_refused(self):
        extract_files.write_extract(self.folder / "south/core", "south", tables("south"), dataset="old-claims")
        self.refused(4, "different datasets")

    def test_a_file_with_other_rows_than_its_manifest_says_is_refused(self):
        manifest = self.folder / "south/core/manifest.json"
        text = json.loads(manifest.read_text())
        text["files"][1]["rows"] += 1
        manifest.write_text(json.dumps(text))
        self.refused(3, "visits.csv.zst has 30 rows, but its manifest says 31")


if __name__ == "__main__":
    unittest.main()
