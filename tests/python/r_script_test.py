"""The script of R, if there is one."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

import blindlink

DATA = pathlib.Path(__file__).resolve().parent / "data"
SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "python/examples/read_results.R"


@unittest.skipUnless(shutil.which("Rscript"), "Rscript is not installed")
class RScript(unittest.TestCase):
    def run_script(self, *arguments):
        return subprocess.run(["Rscript", "--vanilla", SCRIPT, *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)

    def test_finds_the_figures_of_the_package(self):
        found = blindlink.evaluate(DATA / "pairs.csv", DATA / "truth.csv")
        expected = "".join(f"{name} {figure.value:.6f} ({figure.low:.6f} to {figure.high:.6f})\n" for name, figure in (
            ("sensitivity", found.sensitivity), ("ppv", found.ppv)))
        for file in ("pairs.csv", "pairs.csv.zst"):
            done = self.run_script(DATA / file, DATA / "truth.csv")
            self.assertEqual(done.returncode, 0, done.stdout)
            self.assertIn(expected, done.stdout)
            self.assertIn("11 pairs\n", done.stdout)
            self.assertNotIn("Warning", done.stdout)

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
    unittest.main()
