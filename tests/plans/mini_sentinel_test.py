"""Tests what each rule of the 2013 pilot must find and what it must leave apart.

mini_sentinel/expected.csv has one case per line: a person with the same id in registry.csv and claims.csv, and the rule
that phase 2 and phase 1 must give the pair (empty: no pair). Different cases must not pair with one another.
"""

import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import demo_run  # noqa: E402

CASES = HERE / "mini_sentinel"
PHASE_2_RULES = {"exact-name-exact-address", "close-name-exact-address", "exact-name-close-address",
                 "close-name-close-address", "exact-name-exact-address-swapped-dob"}


def run(plan):
    return demo_run.DemoRun(plan, {"registry": CASES / "registry.csv", "claims": CASES / "claims.csv"})


class MiniSentinel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cases = demo_run.read_rows(CASES / "expected.csv")
        cls.found = {"phase2": run("mini-sentinel-phase2"), "phase1": run("mini-sentinel-phase1")}

    def check_cases(self, phase):
        pairs = self.found[phase].pairs
        rules = {row["left_record"]: row["rule"] for row in pairs}
        for case in self.cases:
            with self.subTest(case["case"], why=case["why"]):
                self.assertEqual(rules.get(case["case"], ""), case[phase])
        for row in pairs:
            self.assertEqual(row["left_record"], row["right_record"])

    def test_phase_2_gives_every_case_its_rule(self):
        self.check_cases("phase2")

    def test_phase_1_gives_every_case_its_rule(self):
        self.check_cases("phase1")

    def test_every_rule_has_a_case_that_it_finds(self):
        self.assertEqual({case["phase2"] for case in self.cases} - {""}, PHASE_2_RULES)

    def test_partial_matches_are_phase_1_s_alone(self):
        self.assertEqual({row["level"] for row in self.found["phase2"].pairs}, {"full"})
        partial = [row for row in self.found["phase1"].pairs if row["level"] == "partial"]
        self.assertEqual({row["rule"] for row in partial}, {"partial-name-dob"})
        self.assertEqual(sorted(row["left_record"] for row in partial),
                         sorted(case["case"] for case in self.cases if case["phase1"] == "partial-name-dob"))

    def test_what_phase_2_finds_phase_1_finds_by_the_same_rule(self):
        for case in self.cases:
            if case["phase2"]:
                self.assertEqual(case["phase2"], case["phase1"], case["case"])


if __name__ == "__main__":
    unittest.main()
