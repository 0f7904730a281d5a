"""Checks that README.md's example shows the files here and what the programs make of them."""

import collections
import pathlib
import re
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import demo_run  # noqa: E402  (after the path is known)


def readme_tables():
    """File name -> rows, for each table in README.md that follows <!-- FILE -->."""
    text = (demo_run.ROOT / "README.md").read_text(encoding="utf-8")
    tables = {}
    for name, block in re.findall(r"<!-- (tests/worked_example/\S+) -->\n\n?((?:\|.*\n)+)", text):
        lines = [[cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
                 for line in block.splitlines()]
        header, rows = lines[0], lines[2:]  # lines[1] is the rule under the header
        tables[name] = [dict(zip(header, row, strict=True)) for row in rows]
    return tables


class WorkedExample(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.run_ = demo_run.DemoRun("mini-sentinel-phase1", {
            "registry": HERE / "registry.csv", "claims": HERE / "claims.csv"})

    def test_gives_exactly_the_expected_pairs(self):
        expected = [tuple(row[column] for column in demo_run.PAIR_COLUMNS)
                    for row in demo_run.read_rows(HERE / "expected_pairs.csv")]
        self.assertEqual(self.run_.sorted_pairs(), sorted(expected))

    def test_only_full_matches_join_entities(self):
        members = collections.defaultdict(set)
        for row in self.run_.entities:
            members[row["entity"]].add(row["record"])
        joined = sorted(tuple(sorted(records)) for records in members.values() if len(records) > 1)
        self.assertEqual(joined, [("C1", "H1"), ("C2", "H2"), ("C3", "H3"), ("C6", "H6")])
        self.assertEqual(sum(map(len, members.values())), 12)  # every record has its entity


class Readme(unittest.TestCase):
    def test_shows_the_files_themselves(self):
        tables = readme_tables()
        self.assertEqual(sorted(tables), [f"tests/worked_example/{name}.csv" for name in
                                          ("claims", "expected_pairs", "registry")])
        for name, rows in tables.items():
            with self.subTest(name):
                self.assertEqual(rows, demo_run.read_rows(demo_run.ROOT / name))


if __name__ == "__main__":
    unittest.main()
