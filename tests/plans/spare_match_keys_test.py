#!/usr/bin/env python3
"""Tests that files without addresses and numbers are linked by spare match keys, which the demonstration turns on."""

import csv
import pathlib
import random
import re
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import demo_run  # noqa: E402

FIELDS = ("record_id", "first_name", "last_name", "birth_date", "sex", "city", "phone")
FIRST = "Anna Boris Clara David Emma Felix Greta Hugo Irene Jonas Klara Lukas Maria Noah Olga Peter".split()
LAST = [start + end for start in "Bar Dor Fen Gal Hol Kem Lin Mar Nor Pel Ros Tam".split()
        for end in "berg dahl ley man ner son ton wick".split()]
CITIES = "Ashton Barford Corby Dunmore Elmley Fenton".split()
PEOPLE = 400


def person(draw):
    return [draw.choice(FIRST), draw.choice(LAST),
            f"{draw.randint(1930, 2010)}-{draw.randint(1, 12):02}-{draw.randint(13, 28)}", draw.choice("FM"),
            draw.choice(CITIES), f"206-{draw.randint(200, 999)}-{draw.randint(1000, 9999)}"]


def misspelt(draw, row):
    """A letter too many before either name and another day of birth: other initials, other sounds, another date."""
    first, last, birth_date, *rest = row
    return ["O" + first.lower(), "E" + last.lower(), f"{birth_date[:8]}{draw.randint(1, 12):02}", *rest]


def spare_match_keys():
    text = (demo_run.ROOT / "deploy/plans/us-default.textproto").read_text(encoding="utf-8")
    blocks = re.findall(r"^match_keys \{(.*?)^\}", text, re.DOTALL | re.MULTILINE)
    return {re.search(r'name: "([^"]+)"', block).group(1) for block in blocks if "spare: true" in block}


class SpareMatchKeys(unittest.TestCase):
    def test_find_pairs_that_no_other_match_key_finds(self):
        draw = random.Random(1)
        people = [person(draw) for _ in range(PEOPLE)]
        sites = {"north": people, "south": [misspelt(draw, row) if draw.random() < 0.1 else row for row in people]}
        with tempfile.TemporaryDirectory() as folder:
            files = {site: pathlib.Path(folder) / f"{site}.csv" for site in sites}
            for site, rows in sites.items():
                with open(files[site], "w", newline="", encoding="utf-8") as file:
                    csv.writer(file).writerows([FIELDS, *([i, *row] for i, row in enumerate(rows))])
            run = demo_run.DemoRun("us-default", files)
        found = [row for row in run.pairs if row["left_record"] == row["right_record"]]
        self.assertGreater(len(found), 0.9 * PEOPLE)
        spare = spare_match_keys()
        self.assertTrue(any(set(row["match_keys"].split(";")) <= spare for row in found))


if __name__ == "__main__":
    unittest.main()
