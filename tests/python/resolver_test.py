"""The package and the real programs, over real mutual TLS."""

import contextlib
import datetime
import io
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile
import unittest
import warnings

import pandas
import pyarrow.parquet
from network import ROOT, Network

import blindlink

sys.path.insert(0, str(ROOT / "tests/support"))
import extract_files  # noqa: E402

unittest.TestCase.maxDiff = None
DEMO = pathlib.Path(os.environ["BLINDLINK_DEMO"])
TRUTH = DEMO / "input/truth.csv"
DATA = pathlib.Path(__file__).resolve().parent / "data"
network = None


def setUpModule():
    global network
    network = Network(DEMO, os.environ["BLINDLINK_BIN_DIR"])
    unittest.addModuleCleanup(network.stop)
    network.project_with_the_worked_example("asthma")


def connected(project, **settings):
    stem = network.certs / settings.pop("party", "researcher-study")
    return blindlink.Client(network.address, cert=f"{stem}.pem", key=f"{stem}.key", ca=network.certs / "ca.pem",
                            project=project, **settings)


class TheDemonstration(unittest.TestCase):
    """A run whose score decides, of which the researcher's program has fetched everything."""

    def setUp(self):
        # The sample has several records of some persons, of which the run warns.
        ignoring = warnings.catch_warnings()
        ignoring.__enter__()
        self.addCleanup(ignoring.__exit__, None, None, None)
        warnings.simplefilter("ignore", blindlink.ResultWarning)
        self.client = connected("demo")
        self.addCleanup(self.client.close)

    def test_fetches_the_rows_that_the_researcher_s_program_has_fetched(self):
        for name, fetched, read in (("pairs", self.client.pairs(), blindlink.read_pairs),
                                    ("entities", self.client.entities(), blindlink.read_entities),
                                    ("overlap", self.client.overlap(), blindlink.read_overlap)):
            of_program = read(DEMO / f"researcher/{name}.csv")
            self.assertGreater(len(fetched), 1)
            self.assertEqual(list(fetched), list(of_program))
            self.assertEqual(len(fetched), len(of_program))

    def test_knows_of_a_run_what_its_manifest_knows(self):
        known = self.client.result()
        manifest = blindlink.read_pairs(DEMO / "researcher/pairs.csv").info
        for field in ("project", "run", "run_started", "plan_name", "plan_digest", "datasets", "match_pairs", "note",
                      "expected", "entities"):
            self.assertEqual(getattr(known, field), getattr(manifest, field), field)
        self.assertEqual((known.rules.version, known.rules.text), (manifest.rules.version, manifest.rules.text))

    def test_judges_as_the_researcher_s_program_does(self):
        for name, found in (("pairs", blindlink.evaluate(DEMO / "pairs.csv", TRUTH)),
                            ("entities", blindlink.evaluate_entities(DEMO / "entities.csv", TRUTH))):
            expected = json.loads((DEMO / f"evaluation-{name}.json").read_text())
            self.assertGreater(expected["tp"], 200)
            self.assertEqual(found.to_dict(), expected)
            self.assertEqual(f"{found}\n", (DEMO / f"evaluation-{name}.txt").read_text())

    def test_judges_odd_files_as_the_researcher_s_program_does(self):
        pairs = (DATA / "pairs.csv").read_text().splitlines()
        left, right = pairs[1].split(","), pairs[2].split(",")
        pairs += [pairs[1], ",".join(right[2:4] + right[:2] + right[4:]), ",".join(left[:2] * 2 + left[4:]),
                  ",".join(left[:2] + right[:2] + left[4:]), ",".join(left[:3] + ["nobody"] + left[4:])]
        with tempfile.TemporaryDirectory() as folder:
            odd, out = pathlib.Path(folder, "odd.csv"), pathlib.Path(folder, "out.json")
            odd.write_text("\n".join(pairs) + "\n")
            for scope in ("cross-site", "within-site", "all"):
                printed = network.researcher("evaluate", "--pairs", odd, "--truth", DATA / "truth.csv", "--scope",
                                             scope, "--json", out, connected=False)
                found = blindlink.evaluate(odd, DATA / "truth.csv", scope=scope)
                self.assertEqual(found.to_dict(), json.loads(out.read_text()))
                self.assertEqual(f"{found}\n", printed)

    def test_becomes_tables_of_pandas_and_of_arrow(self):
        pairs = self.client.pairs()
        frame, table = pairs.to_pandas(), pairs.to_arrow()
        self.assertEqual([tuple(row) for row in frame.itertuples(index=False)], [tuple(row) for row in pairs])
        self.assertEqual([tuple(row.values()) for row in table.to_pylist()], [tuple(row) for row in pairs])
        self.assertEqual(frame.attrs["blindlink"]["warnings"], list(pairs.info.warnings))
        self.assertEqual(json.loads(table.schema.metadata[b"blindlink"])["run"], "run-000001")
        self.assertEqual(str(self.client.overlap().to_pandas().dtypes["entities"]), "Int64")
        batches = self.client.entities().to_batches()
        self.assertEqual(sum(batch.num_rows for batch in batches), len(self.client.entities()))
        truth = pandas.read_csv(TRUTH, dtype=str)
        of_file = blindlink.read_pairs(DEMO / "pairs.csv", verify=False)
        expected = blindlink.evaluate(DEMO / "pairs.csv", TRUTH).to_dict()
        self.assertEqual(blindlink.evaluate(of_file.to_pandas(), truth).to_dict(), expected)
        self.assertEqual(blindlink.evaluate(of_file.to_arrow(), truth).to_dict(), expected)
        truth.loc[3, "person"] = None
        with self.assertRaisesRegex(blindlink.InvalidArgumentError, "row 4 has an empty column 'person'"):
            blindlink.evaluate(of_file, truth)

    def test_draws_its_figures(self):
        import matplotlib
        matplotlib.use("Agg")
        found = blindlink.evaluate(DEMO / "pairs.csv", TRUTH)
        scores = blindlink.plot_scores(self.client.pairs())
        self.assertEqual(sum(int(bar.get_height()) for bar in scores.patches), len(self.client.pairs()))
        [threshold] = scores.lines
        self.assertEqual(threshold.get_xdata()[0], self.client.result().expected.min_score)
        curve = blindlink.plot_precision_recall(found).lines[0]
        self.assertEqual((curve.get_xdata()[-1], curve.get_ydata()[-1]), (found.sensitivity.value, found.ppv.value))
        self.assertEqual(len(blindlink.plot_calibration(found).lines[1].get_xdata()), len(found.calibration))
        with self.assertRaisesRegex(blindlink.InvalidArgumentError, "an entity map has no scores"):
            blindlink.plot_calibration(blindlink.evaluate_entities(DEMO / "entities.csv", TRUTH))


class Projects(unittest.TestCase):
    def test_whom_the_resolver_does_not_know_it_tells_so(self):
        with connected("asthma", party="site-registry") as site:
            with self.assertRaises(blindlink.PermissionDeniedError):
                site.pairs()
        with connected("none") as client:
            with self.assertRaises(blindlink.NotFoundError):
                client.results()
        with connected("asthma") as client:
            with self.assertRaisesRegex(blindlink.NotFoundError, "no finished run run-000009; the newest is"):
                client.pairs("run-000009")

    def test_access_is_asked_for_and_given_by_two_coordinators(self):
        network.project_with_the_worked_example("guarded", "--release", "by-grant")
        words = {"purpose": "Deaths that one register lacks.", "legal_basis": "Decision 12/26 of the board.",
                 "necessity": "Counts do not show which.", "proportionality": "Deaths could be prevented.",
                 "harm": "The pairs tell who is in both; one analyst has them."}
        with connected("guarded") as client:
            [listed] = client.results()
            self.assertEqual((listed.match_pairs, listed.by_grant), (None, True))
            with self.assertRaisesRegex(blindlink.PermissionDeniedError, "request_access"):
                client.pairs()
            until = datetime.date.today() + datetime.timedelta(days=30)
            asked = client.request_access("run-000001", "pairs", until, **words)
            self.assertEqual((asked.state, asked.level, asked.expires[:10], asked.purpose),
                             ("requested", "pairs", until.isoformat(), words["purpose"]))
            for who in ("first", "second"):
                network.coordinator("access", "approve", "--project", "guarded", "--grant", asked.grant, "--reason",
                                    "As the board decided.", who=who)
            given = client.grant(asked.grant)
            self.assertEqual((given.state, [one.coordinator for one in given.decisions]),
                             ("approved", ["first", "second"]))
            self.assertEqual(client.grants(), [given])
            pairs = client.pairs()
            self.assertEqual((len(pairs), len(list(pairs)), pairs.info.grants), (5, 5, (asked.grant,)))
            with self.assertRaises(blindlink.PermissionDeniedError):
                list(client.entities())
            with self.assertRaisesRegex(blindlink.InvalidArgumentError, "counts, pairs, entity-map"):
                client.request_access("run-000001", "all", until, **words)

    def test_what_became_of_entities_since_a_run_is_told(self):
        network.project_with_the_worked_example("changes")
        with connected("changes") as client, tempfile.TemporaryDirectory() as folder:
            new, file = pathlib.Path(folder, "new.csv"), pathlib.Path(folder, "changes.csv")
            new.write_text("id,first_name,last_name,street_address,zip,date_of_birth\n"
                           "C7,James,Walker,301 Oak Lane,02142,1940-11-02\n")
            network.upload("changes", "claims", new, "d2")
            network.link("changes")
            changes = list(client.entity_changes(since="run-000001"))
            network.researcher("entities", "--project", "changes", "--changes-since", "run-000001", "--out", file)
            self.assertEqual(list(blindlink.read_entity_changes(file)), changes)
            [added] = changes
            self.assertEqual((added.change, added.site, added.entity_before), ("added", "claims", ""))
            self.assertIn((added.entity, "claims", added.record), [tuple(one) for one in client.entities()])

    def test_a_result_whose_records_were_withdrawn_since_says_so(self):
        network.project_with_the_worked_example("leaving")
        with connected("leaving") as client, tempfile.TemporaryDirectory() as folder:
            before = client.pairs()
            self.assertEqual(len(before), 5)
            leaving = pathlib.Path(folder, "leaving.txt")
            leaving.write_text("C6\n")
            network.agent("claims", "withdraw", "--project", "leaving", "--site", "claims", "--ids", leaving,
                          "--state", network.state_of("claims"), "--receipt", pathlib.Path(folder, "receipt"))
            with self.assertWarnsRegex(blindlink.NoteWarning, "withdrawn"):
                self.assertIn("withdrawn", client.recheck(before.info).note)
            with self.assertRaisesRegex(blindlink.FailedPreconditionError, "withdrawn"):
                list(before)


class Timelines(unittest.TestCase):
    def test_a_timeline_of_the_program_is_read_with_its_persons(self):
        records = [extract_files.pseudonym(site, 1) for site in ("north", "south")]
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            for site, record in zip(("north", "south"), records):
                extract_files.write_extract(folder / site, site, {
                    "persons": [{"record": record, "sex": "F", "birth_year": "1950"}],
                    "visits": [{"record": record, "visit": f"{1:016x}", "start": "2021-03-14", "end": "2021-03-15",
                                "setting": "inpatient", "amount": "2310.00" if site == "north" else "85.50"}],
                    "diagnoses": [], "procedures": [], "drugs": [], "enrolment": []})
            extract_files.write_entity_map(folder / "entities.csv.zst", [
                ("ab" * 16, site, record) for site, record in zip(("north", "south"), records)],
                sites=["north", "south"])
            network.researcher("timeline", "--entities", folder / "entities.csv.zst", "--extract", folder / "north",
                               "--extract", folder / "south", "--out", folder / "timeline.csv.zst", connected=False)
            events = blindlink.read_timeline(folder / "timeline.csv.zst")
            self.assertEqual([(one.entity, one.site, one.date, one.end, one.amount) for one in events], [
                ("ab" * 16, "north", "2021-03-14", "2021-03-15", "2310.00"),
                ("ab" * 16, "south", "2021-03-14", "2021-03-15", "85.50")])
            self.assertEqual((events.info.run, len(events)), ("20260101-1", 2))
            persons = blindlink.read_timeline_persons(folder / "timeline.persons.csv.zst")
            [person] = persons
            self.assertEqual((person.sites, person.records, person.birth_year), ("north;south", "2", "1950"))
            self.assertEqual(list(persons.to_pandas()["sex"]), ["F"])
            for rows in (events, persons):
                self.assert_same_in_parquet(rows, folder / "rows.parquet")

    def test_pairs_and_entities_become_parquet_and_come_back(self):
        with tempfile.TemporaryDirectory() as folder:
            for rows in (blindlink.read_pairs(DATA / "pairs.csv"), blindlink.read_entities(DATA / "entities.csv")):
                self.assert_same_in_parquet(rows, pathlib.Path(folder, "rows.parquet"))

    def assert_same_in_parquet(self, rows, path):
        pyarrow.parquet.write_table(rows.to_arrow(), path)
        there = pyarrow.parquet.read_table(path)
        self.assertEqual([tuple(row.values()) for row in there.to_pylist()], [tuple(row) for row in rows])
        self.assertIn(b"blindlink", there.schema.metadata)


class Readme(unittest.TestCase):
    def run_example(self, name, folder):
        text = (ROOT / "python/README.md").read_text(encoding="utf-8")
        code, printed = (re.search(rf"<!-- {kind}: {name} -->\n```\w*\n(.*?)```", text, re.DOTALL)[1]
                         for kind in ("example", "printed"))
        here, out = os.getcwd(), io.StringIO()
        os.chdir(folder)
        try:
            with contextlib.redirect_stdout(out), warnings.catch_warnings():
                warnings.simplefilter("error")
                exec(compile(code.replace("center.example.org:7443", network.address), "README.md", "exec"), {})
        finally:
            os.chdir(here)
        self.assertEqual(out.getvalue(), printed)

    def test_the_example_of_fetching_prints_what_it_says(self):
        with tempfile.TemporaryDirectory() as folder:
            for file in ("researcher-study.pem", "researcher-study.key", "ca.pem"):
                shutil.copy(network.certs / file, pathlib.Path(folder, file.replace("researcher-", "")))
            self.run_example("fetch", folder)

    def test_the_examples_on_files_print_what_they_say(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(DATA, folder, dirs_exist_ok=True)
            self.run_example("evaluate", folder)
            self.run_example("parquet", folder)


if __name__ == "__main__":
    unittest.main()
