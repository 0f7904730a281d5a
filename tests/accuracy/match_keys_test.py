"""Tests the table of match keys on a run of a few invented records."""

import json
import pathlib
import re
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import match_keys  # noqa: E402

PLANS = sorted((HERE.parents[1] / "deploy/plans").glob("*.textproto"))


class EveryCandidate(unittest.TestCase):
    def test_has_a_rule_for_each_match_key_and_nothing_else_decides(self):
        for path in PLANS:
            text = path.read_text(encoding="utf-8")
            made = match_keys.every_candidate(text)
            rules = re.findall(r'match_rules \{ name: "([^"]+)"', made)
            self.assertEqual(rules, list(match_keys.match_keys(text)), path.name)
            self.assertNotIn("scoring {", made)

    def test_says_what_a_match_key_is_made_of(self):
        keys = match_keys.match_keys('match_keys {\n name: "k" id: 1 # one\n components { field: "a" form: YEAR }\n'
                                     ' components { field: "b" variants { form: SOUNDEX } }\n}\n')
        self.assertEqual(keys, {"k": "a (year) + b"})


class Table(unittest.TestCase):
    """Three persons at both sites: k1 and k2 find one, k2 alone finds one, none finds the third; k1 finds a wrong pair."""

    def setUp(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder)
            (out / "set.input").mkdir()
            (out / "set/sites").mkdir(parents=True)
            (out / "set.input/truth.csv").write_text(
                "site,record,person\n" + "".join(f"{site},{i},{i}\n" for site in "ab" for i in (1, 2, 3)))
            (out / "set/pairs.csv").write_text(
                "left_site,left_record,right_site,right_record,level,rule,match_keys,score\n"
                "a,1,b,1,full,k1,k1;k2,0.5\na,2,b,2,full,k2,k2,0.5\na,1,b,3,full,k1,k1,0.5\n")
            for site in "ab":
                (out / f"set/sites/{site}.json").write_text(json.dumps({"records": 3, "match_keys": [
                    {"match_key": key, "tokens": tokens, "records_without": 0, "evidence_bytes": 5}
                    for key, tokens in (("k1", 3), ("k2", 9))]}))
            self.set = match_keys.DataSet(out, "set")

    def test_gain_loss_and_bytes_are_counted_from_the_pairs(self):
        first, second = match_keys.rows({"k1": "x", "k2": "y"}, [self.set], ["k1", "k2"])
        self.assertEqual(self.set.true_pairs, 3)
        self.assertAlmostEqual(first["gained"], 1 / 3)
        self.assertAlmostEqual(first["lost"], 0)
        self.assertAlmostEqual(second["gained"], 1 / 3)
        self.assertAlmostEqual(second["lost"], 1 / 3)
        self.assertAlmostEqual(first["pairs"], 2 / 6)
        self.assertAlmostEqual(second["pairs"], 1 / 6)
        self.assertAlmostEqual(second["bytes"], 3 * 15)
        # Of the six records, b's 1 and 3 share their k1 token with one record, a's 1 with two.
        self.assertAlmostEqual(first["alone"], 2 / 6)

    def test_the_cheapest_comes_first_and_what_adds_nothing_is_not_chosen(self):
        self.assertEqual(match_keys.choose(["k3", "k2", "k1"], [self.set], 4), ["k1", "k2"])
        self.assertEqual(match_keys.choose(["k3", "k2", "k1"], [self.set], 3), ["k1"])


if __name__ == "__main__":
    unittest.main()
