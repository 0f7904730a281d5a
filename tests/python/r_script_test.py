"""The script of R on the golden files. Prints SKIPPED and ends where Rscript is not installed."""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

DATA = pathlib.Path(__file__).resolve().parent / "data"
SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "python/examples/read_results.R"


class RScript(unittest.TestCase):
    def run_script(self, *arguments):
        return subprocess.run(["Rscript", "--vanilla", SCRIPT, *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)

    def test_finds_the_figures_that_the_package_s_readme_shows(self):
        shown = (SCRIPT.parents[1] / "README.md").read_text(encoding="utf-8")
        expected = ""
        for name, words in (("sensitivity", "sensitivity  "), ("ppv", "PPV          ")):
            value, low, high = re.search(rf"{words}([0-9.]+)   \(95 % interval ([0-9.]+) to ([0-9.]+)\)",
                                         shown).groups()
            expected += f"{name} {value} ({low} to {high})\n"
        for file in ("pairs.csv", "pairs.csv.zst"):
            done = self.run_script(DATA / file, DATA / "truth.csv")
            self.assertEqual(done.returncode, 0, done.stdout)
            self.assertIn(expected, done.stdout)
            self.assertIn("11 pairs\n", done.stdout)
            self.assertNotIn("Warning", done.stdout)

    def test_says_what_speaks_against_a_result(self):
        with tempfile.TemporaryDirectory() as folder:
            path, manifest = shutil.copy(DATA / "pairs.csv", folder), pathlib.Path(folder, "pairs.csv.manifest.json")
            values = json.loads((DATA / "pairs.csv.manifest.json").read_text())
            values["note"] = 'records were "withdrawn" since'
            values["rules"] = {"version": 2, "text": "", "version_before": 1, "changed": True}
            values["expected"]["warnings"] = ["few true pairs", "many twins"]
            manifest.write_text(json.dumps(values, indent=2))
            done = self.run_script(path)
            self.assertEqual(done.returncode, 0, done.stdout)
            for words in ("withdrawn", "since", '"changed": true', "few true pairs", "many twins"):
                self.assertIn(words, done.stdout)

    def test_refuses_a_flipped_byte_and_warns_without_a_manifest(self):
        with tempfile.TemporaryDirectory() as folder:
            for file in ("pairs.csv", "pairs.csv.manifest.json"):
                shutil.copy(DATA / file, folder)
            path = pathlib.Path(folder, "pairs.csv")
            path.write_text(path.read_text().replace("high", "hihg", 1))
            done = self.run_script(path)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("fetch it again", done.stdout)
            pathlib.Path(folder, "pairs.csv.manifest.json").unlink()
            self.assertIn("has no manifest", self.run_script(path).stdout)


if __name__ == "__main__":
    if shutil.which("Rscript") is None:
        print("SKIPPED: Rscript is not installed")
        sys.exit(0)
    unittest.main()
