"""Lost connections, refusals and broken promises, against a resolver that does what the test says."""

import pathlib
import tempfile
import threading
import unittest
import warnings

import grpc
from fake_resolver import INFO, FakeResolver, make_certs

import blindlink
from blindlink.channel import message
from blindlink.retries import Backoff
from blindlink.streams import resumed

QUICK = blindlink.RetryPolicy(first=0.01, longest=0.02)


def pair(number):
    return message("MatchPair")(left_site="a", left_record=f"{number:032x}", right_site="b",
                                right_record=f"{number + 1:032x}", level=1, rule="high", match_keys=["k", "l"],
                                score=0.5)


def chunk(*numbers):
    return message("MatchPairChunk")(pairs=[pair(number) for number in numbers])


class Streams(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.certs = pathlib.Path(folder.name)
        make_certs(cls.certs)

    def setUp(self):
        self.rows = 6
        self.info = dict(INFO, match_pairs=self.rows)
        self.answers = {"ListResults": lambda *_: message("ListResultsResponse")(results=[self.info]),
                        "GetMatchPairs": self.send_all}
        self.resolver = FakeResolver(self.certs, self.answers)
        self.addCleanup(self.resolver.stop)

    def client(self, port=None, certs=None, **settings):
        certs = certs or self.certs
        client = blindlink.Client(f"127.0.0.1:{port or self.resolver.relay.port}", cert=certs / "researcher-study.pem",
                                  key=certs / "researcher-study.key",
                                  **{"ca": certs / "ca.pem", "project": "asthma", "retry": QUICK, **settings})
        self.addCleanup(client.close)
        return client

    def send_all(self, request, _):
        for first in range(request.first_row, self.rows, 2):
            yield chunk(*range(first, min(first + 2, self.rows)))

    def asked_from(self):
        return [request.first_row for name, request in self.resolver.requests if name == "GetMatchPairs"]

    def test_a_stream_cut_in_the_middle_goes_on_from_the_row_where_it_broke(self):
        arrived, hung = threading.Event(), []

        def send_some_then_hang(request, context):
            if hung:
                yield from self.send_all(request, context)
                return
            hung.append(True)
            yield chunk(0, 1)
            yield chunk(2)
            arrived.wait(20)
            self.resolver.relay.cut()
        self.answers["GetMatchPairs"] = send_some_then_hang
        fetched = []
        for one in self.client().pairs():
            fetched.append(int(one.left_record, 16))
            if len(fetched) == 3:
                arrived.set()
        self.assertEqual(fetched, list(range(6)))
        self.assertEqual(self.asked_from(), [0, 3])

    def test_a_stream_is_asked_for_ten_times_in_a_row_once_it_has_begun_and_four_times_before(self):
        def lose(request, context):
            if request.first_row == 0 and self.begins:
                yield chunk(0)
            context.abort(grpc.StatusCode.UNAVAILABLE, "gone")
        self.answers["GetMatchPairs"] = lose
        for self.begins, asked in ((True, [0] + 9 * [1]), (False, 4 * [0])):
            self.resolver.requests.clear()
            with self.assertRaises(blindlink.UnavailableError):
                list(self.client().pairs())
            self.assertEqual(self.asked_from(), asked)

    def test_a_stream_that_reaches_its_deadline_goes_on_if_rows_have_come_and_fails_if_none_has(self):
        stop = threading.Event()
        self.addCleanup(stop.set)

        def send_one_then_stall(request, context):
            if request.first_row < 2:
                yield chunk(request.first_row)
                stop.wait(20)
            elif self.goes_on:
                yield from self.send_all(request, context)
            else:
                stop.wait(20)
        self.answers["GetMatchPairs"] = send_one_then_stall
        self.goes_on = True
        self.assertEqual(len(list(self.client(stream_timeout=0.4).pairs())), 6)
        self.assertEqual(self.asked_from(), [0, 1, 2])
        self.goes_on = False
        with self.assertRaises(blindlink.DeadlineExceededError):
            list(self.client(stream_timeout=0.4).pairs())

    def test_fewer_and_more_rows_than_promised_are_a_loss_of_data(self):
        for promised in (7, 5):
            self.info["match_pairs"] = promised
            with self.assertRaisesRegex(blindlink.DataLossError, f"run-000007 has {promised} rows"):
                list(self.client().pairs())

    def test_messages_without_rows_do_not_keep_a_client_busy_for_ever(self):
        def send_nothing(*_):
            yield chunk(0)
            while True:
                yield chunk()
        self.answers["GetMatchPairs"] = send_nothing
        with self.assertRaisesRegex(blindlink.DataLossError, "without a row"):
            list(self.client().pairs())

    def test_a_reader_that_stops_early_ends_the_call(self):
        ended = threading.Event()

        def send_for_ever(_, context):
            context.add_callback(ended.set)
            while context.is_active():
                yield chunk(0)
        self.info["match_pairs"] = 1 << 40
        self.answers["GetMatchPairs"] = send_for_ever
        chunks = self.client().pairs().chunks()
        self.assertEqual(len(next(chunks)), 1)
        chunks.close()
        self.assertTrue(ended.wait(20))

    def test_a_refusal_is_the_class_of_its_status_with_the_resolver_s_words_and_is_not_repeated(self):
        for code in grpc.StatusCode:
            if code in (grpc.StatusCode.OK, grpc.StatusCode.UNAVAILABLE):
                continue
            self.answers["ListResults"] = lambda _, context, code=code: context.abort(code, "because of that")
            self.resolver.requests.clear()
            with self.assertRaises(blindlink.BlindlinkError) as raised:
                self.client().results()
            self.assertEqual((raised.exception.code, str(raised.exception)), (code.name, "because of that"))
            self.assertIsNot(type(raised.exception), blindlink.BlindlinkError)
            self.assertEqual(len(self.resolver.requests), 1)

    def test_a_busy_resolver_is_asked_again(self):
        def busy_at_first(_, context):
            if len(self.resolver.requests) < 3:
                context.set_trailing_metadata([("grpc-status-details-bin", b"blindlink/busy")])
                context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "too many calls")
            return message("ListResultsResponse")(results=[self.info])
        self.answers["ListResults"] = busy_at_first
        self.assertEqual(len(self.client().results()), 1)
        self.assertEqual(len(self.resolver.requests), 3)

    def test_a_call_without_an_answer_ends_at_its_deadline(self):
        stop = threading.Event()
        self.addCleanup(stop.set)
        self.answers["ListResults"] = lambda *_: stop.wait(20) and message("ListResultsResponse")()
        with self.assertRaises(blindlink.DeadlineExceededError):
            self.client(timeout=0.3).results()

    def test_whom_nobody_answers_is_told_what_to_check(self):
        port = self.resolver.port
        self.resolver.stop()
        with self.assertRaisesRegex(blindlink.UnavailableError, "check it, and that the resolver is running"):
            self.client(port).results()

    def test_a_resolver_of_another_name_or_authority_and_a_client_of_another_are_told_apart(self):
        with tempfile.TemporaryDirectory() as folder:
            make_certs(folder)
            others = pathlib.Path(folder)
            for settings, words in (({"resolver_name": "center.example.org"}, "is for another name: check `resolver_n"),
                                    ({"ca": others / "ca.pem"}, "was not issued by the CA in `ca`"),
                                    ({"certs": others, "ca": self.certs / "ca.pem"}, "it refused this certificate")):
                with self.assertRaisesRegex(blindlink.UnavailableError, f"cannot reach the resolver: .*{words}"):
                    self.client(**settings).results()
        self.assertEqual(self.resolver.requests, [])

    def test_keys_that_others_can_read_or_that_do_not_fit_are_refused_before_any_connection(self):
        certs = self.certs
        with self.assertRaisesRegex(blindlink.FileError, "are not a certificate and its key"):
            blindlink.Client("127.0.0.1:1", cert=certs / "researcher-study.pem", key=certs / "resolver.key",
                             ca=certs / "ca.pem", project="asthma")
        key = certs / "researcher-study.key"
        key.chmod(0o640)
        self.addCleanup(key.chmod, 0o600)
        with self.assertRaisesRegex(blindlink.FailedPreconditionError, "chmod 600"):
            self.client()

    def test_what_speaks_against_a_result_is_said_before_its_first_row(self):
        self.info.update(note="the entity map lacks some", rules_version=3, rules="plan abc",
                         rules_version_fetched=2, score=message("ScoreReport")(warnings=["few true pairs"]))
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            pairs = self.client().pairs()
        self.assertEqual(self.asked_from(), [])
        self.assertEqual([one.category for one in caught],
                         [blindlink.NoteWarning, blindlink.RulesChangedWarning, blindlink.QualityWarning])
        self.assertEqual({one.filename for one in caught}, {__file__})
        self.assertEqual([pairs.info.warnings[0], pairs.info.warnings[2]],
                         ["the entity map lacks some", "few true pairs"])
        self.assertEqual(pairs.info.as_dict()["warnings"], list(pairs.info.warnings))

    def test_no_older_run_stands_in_for_a_damaged_one(self):
        damaged = dict(self.info, run="run-000008", damage="its files are damaged: restore them")
        self.answers["ListResults"] = lambda *_: message("ListResultsResponse")(results=[self.info, damaged])
        with self.assertRaisesRegex(blindlink.DataLossError, "restore them"):
            self.client().pairs()
        self.assertEqual(len(self.client().pairs(run="run-000007")), 6)
        self.assertEqual(self.client().results()[1].warnings, ("its files are damaged: restore them",))

    def test_a_result_by_grant_says_how_to_get_one(self):
        self.info["by_grant"] = True
        with self.assertRaisesRegex(blindlink.PermissionDeniedError, "request_access"):
            self.client().pairs()
        self.info["grants"] = ["grant-000001", "grant-000002"]
        with self.assertRaisesRegex(blindlink.FailedPreconditionError, "grant-000001, grant-000002"):
            self.client().pairs()


class Waits(unittest.TestCase):
    def test_grow_to_the_longest_and_start_anew_after_progress(self):
        slept = []
        backoff = Backoff(blindlink.RetryPolicy(first=1, longest=4, max_waits=5, max_waits_before_progress=3),
                          slept.append)
        while backoff.wait():
            pass
        backoff.progressed()
        while backoff.wait():
            pass
        self.assertEqual(len(slept), 3 + 5)
        for wait, whole in zip(slept, (1, 2, 4, 1, 2, 4, 4, 4)):
            self.assertTrue(whole / 2 <= wait <= whole, (wait, whole))

    def test_a_connection_lost_after_the_last_row_is_not_asked_for_again(self):
        asked = []

        def ask(row):
            asked.append(row)
            yield [1, 2]
            raise blindlink.UnavailableError("gone")
        self.assertEqual(list(resumed(ask, list, "run", 2, QUICK)), [[1, 2]])
        self.assertEqual(asked, [0])


if __name__ == "__main__":
    unittest.main()
