"""Each project in this folder was made by an earlier release (make_project.py). This release opens it, finds in it what that one found,
and goes on with it, without a site sending anything again."""

import datetime
import json
import os
import pathlib
import sys
import tarfile
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from parties import Parties, read_rows  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
PROGRAMS = pathlib.Path(os.environ["BLINDLINK_BIN_DIR"])
NEWCOMER = "id,first_name,last_name,street_address,zip,date_of_birth\nH7,Nora,Fields,3 Quiet Lane,02150,1990-02-03\n"


def pairs_of(rows):
    """What a pair is, whatever columns a release adds."""
    columns = ("left_site", "left_record", "right_site", "right_record", "level", "rule")
    return sorted(tuple(row[column] for column in columns) for row in rows)


class Upgrade(unittest.TestCase):
    def open(self, archive):
        temporary = tempfile.TemporaryDirectory(prefix="blindlink-upgrade-")
        self.addCleanup(temporary.cleanup)
        folder = pathlib.Path(temporary.name)
        with tarfile.open(archive) as packed:
            packed.extractall(folder)
        return Parties(PROGRAMS, folder / "project", folder)

    def assert_same_rows(self, now, recorded):
        """A release may add columns; none goes, and no value changes."""
        columns = list(recorded[0])
        self.assertEqual([{column: row[column] for column in columns} for row in now], recorded)

    def recorded(self, parties, name):
        return read_rows(parties.project / "recorded" / f"{name}.csv")

    def check_stored_runs(self, parties):
        for run in ("run-000001", "run-000002"):
            for what in ("pairs", "entities"):
                self.assert_same_rows(parties.fetch(what, "asthma", "--run", run), self.recorded(parties, f"asthma-{what}-{run}"))

    def check_grant(self, parties, until):
        if datetime.date.today() < datetime.date.fromisoformat(until):
            for what in ("pairs", "entities"):
                self.assert_same_rows(parties.fetch(what, "flu"), self.recorded(parties, f"flu-{what}-run-000001"))
        else:
            self.assertIn("grant", parties.researcher("pairs", "--project", "flu", "--out", parties.folder / "no.csv", fails=True))

    def check_new_run(self, parties):
        before = self.recorded(parties, "asthma-pairs-run-000002")
        parties.coordinator("linkage", "start", "--project", "asthma", "--wait")
        self.assertEqual(pairs_of(parties.fetch("pairs", "asthma", "--run", "run-000003")), pairs_of(before))
        entities = sorted((row["entity"], row["site"], row["record"]) for row in parties.fetch("entities", "asthma"))
        former = sorted((row["entity"], row["site"], row["record"]) for row in self.recorded(parties, "asthma-entities-run-000002"))
        self.assertEqual(entities, former)

    def check_later_upload(self, parties):
        records = len(parties.fetch("entities", "asthma"))
        newcomer = parties.folder / "newcomer.csv"
        newcomer.write_text(NEWCOMER, encoding="utf-8")
        parties.send("asthma", "registry", "second", newcomer)
        parties.coordinator("linkage", "start", "--project", "asthma", "--wait")
        self.assertEqual(pairs_of(parties.fetch("pairs", "asthma")), pairs_of(self.recorded(parties, "asthma-pairs-run-000002")))
        self.assertEqual(len(parties.fetch("entities", "asthma")), records + 1)

    def check(self, archive):
        parties = self.open(archive)
        made = json.loads((parties.project / "made.json").read_text(encoding="utf-8"))
        with parties:
            self.assertNotIn("project-left-out", parties.resolver_log())
            datasets = parties.coordinator("upload", "list", "--project", "asthma")
            self.assertEqual(datasets.count("COMMITTED"), 2, datasets)
            self.check_stored_runs(parties)
            self.check_grant(parties, made["grant_until"])
            self.check_new_run(parties)
            self.check_later_upload(parties)
            backup = parties.folder / "backup"
            parties.run("resolver", "backup", "--config", parties.configuration, "--out", backup)
            parties.run("resolver", "backup", "--verify", backup)
        parties.run("resolver", "audit", "verify", "--data", parties.project / "data")
        with parties:  # also after it was stopped
            self.check_stored_runs(parties)

    def test_a_project_of_each_earlier_release_gives_the_same_and_goes_on(self):
        archives = sorted(HERE.glob("*.tar.xz"))
        self.assertTrue(archives)
        for archive in archives:
            with self.subTest(archive.name):
                self.check(archive)


if __name__ == "__main__":
    unittest.main()
