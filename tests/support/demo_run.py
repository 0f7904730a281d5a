"""Runs the three programs as a user does, with deploy/demo.sh.

BLINDLINK_BIN_DIR is the folder of the programs; ctest sets it.
"""

import csv
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAIR_COLUMNS = ("left_site", "left_record", "right_site", "right_record", "level", "rule")


def read_rows(path):
    """The rows of a CSV file as dictionaries."""
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class DemoRun:
    """One run of deploy/demo.sh: its `pairs` and `entities` (rows) and its `summary`."""

    def __init__(self, plan, sites, truth=None):
        """`sites`: name -> file. `plan`: name of a shipped plan."""
        with tempfile.TemporaryDirectory(prefix="blindlink-demo-") as folder:
            out = pathlib.Path(folder) / "out"
            command = [ROOT / "deploy/demo.sh", "--no-install", "--out", out,
                       "--plan", ROOT / f"deploy/plans/{plan}.textproto"]
            for name, file in sites.items():
                command += ["--site", f"{name}={file}"]
            if truth is not None:
                command += ["--truth", truth]
            done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  check=False)
            if done.returncode != 0:
                sys.stderr.write(done.stdout)
                raise AssertionError(f"deploy/demo.sh exited with {done.returncode}")
            self.pairs = read_rows(out / "pairs.csv")
            self.entities = read_rows(out / "entities.csv")
            with open(out / "summary.json", encoding="utf-8") as file:
                self.summary = json.load(file)

    def sorted_pairs(self):
        """PAIR_COLUMNS of every pair, sorted: the file's order follows pseudonyms, which differ in every run."""
        return sorted(tuple(row[column] for column in PAIR_COLUMNS) for row in self.pairs)
