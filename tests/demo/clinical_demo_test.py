"""deploy/demo.sh --clinical, from invented persons to a timeline: what it says of itself against the truth.

  clinical_demo_test.py DEMO_SH BIN_DIR
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

DEMO, BIN = sys.argv[1:3]
del sys.argv[1:3]


class ClinicalDemo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.out = pathlib.Path(cls.folder.name) / "out"
        done = subprocess.run([DEMO, "--no-install", "--clinical", "--out", cls.out], text=True, capture_output=True,
                              check=False, env={**os.environ, "BLINDLINK_BIN_DIR": BIN})
        if done.returncode != 0:
            raise AssertionError(done.stdout[-4000:] + done.stderr[-4000:])
        cls.judged = json.loads((cls.out / "clinical.json").read_text())

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def counts(self, start):
        found = [value for what, value in self.judged.items() if what.startswith(start)]
        self.assertEqual(len(found), 1, self.judged)
        return [float(part) for part in str(found[0]).split(",")]

    def test_every_persons_dates_are_shifted_by_one_number_at_all_sites(self):
        self.assertEqual(self.counts("records whose dates are not shifted by one number"), [0])
        several, with_one_shift = self.counts("persons with visits of several records")
        self.assertGreater(several, 300)
        self.assertGreater(with_one_shift, 0.98 * several)  # who is not linked is shifted otherwise

    def test_events_are_in_order_and_nobody_is_lost(self):
        events, wrong = self.counts("events of the timeline")
        self.assertGreater(events, 20000)
        self.assertEqual(wrong, 0)
        self.assertEqual(self.counts("persons of the entity map"), [0])

    def test_copies_of_one_receipt_are_recognized(self):
        precision, recall = self.counts("copies: precision")
        self.assertGreater(precision, 0.98)
        self.assertGreater(recall, 0.9)

    def test_no_code_of_fewer_than_11_persons_is_released(self):
        codes, rare = self.counts("codes released")
        self.assertGreater(codes, 20)
        self.assertEqual(rare, 0)

    def test_no_identifier_is_in_what_the_researcher_has(self):
        looked_for, found = self.counts("identifiers looked for")
        self.assertGreater(looked_for, 10000)
        self.assertEqual(found, 0)

    def test_the_report_is_there_to_read(self):
        self.assertIn("<svg", (self.out / "timeline.html").read_text())


if __name__ == "__main__":
    unittest.main()
