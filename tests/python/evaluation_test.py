"""The pure parts: intervals, counts, bands, calibration and curve."""

import csv
import pathlib
import random
import unittest

import blindlink
from blindlink.evaluation import CurvePoint, thinned

DATA = pathlib.Path(__file__).resolve().parent / "data"


def pair(left, right, rule="r", score=1.0, sites=("a", "b")):
    return blindlink.MatchPair(sites[0], left, sites[1], right, "full", rule, "", score)


def truth(*persons, sites=("a", "b")):
    return [(site, record, person) for person, *records in persons for site, record in zip(sites, records)]


class Wilson(unittest.TestCase):
    def test_agrees_with_published_values(self):
        # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
        for hits, total, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
                                       (1, 29, 0.0061, 0.1718)):
            found = blindlink.wilson(hits, total)
            self.assertAlmostEqual(found.value, hits / total)
            self.assertAlmostEqual(found.low, low, 4)
            self.assertAlmostEqual(found.high, high, 4)

    def test_is_exact_at_the_ends_and_open_without_data(self):
        self.assertEqual(blindlink.wilson(5, 5).high, 1.0)
        self.assertEqual(blindlink.wilson(0, 5).low, 0.0)
        self.assertEqual(blindlink.wilson(0, 0), (0.0, 0.0, 1.0))

    def test_holds_the_share_and_narrows_with_more_data(self):
        for total in range(1, 60):
            for hits in range(total + 1):
                one, more = blindlink.wilson(hits, total), blindlink.wilson(10 * hits, 10 * total)
                self.assertTrue(0 <= one.low <= one.value <= one.high <= 1)
                self.assertLess(more.high - more.low, one.high - one.low)


class Evaluate(unittest.TestCase):
    def test_counts_a_pair_once_in_whichever_direction(self):
        found = blindlink.evaluate([pair("1", "1"), pair("1", "1"), pair("1", "1", sites=("b", "a")),
                                    pair("1", "2")], truth(("P", "1", "1"), ("Q", "2", "2")))
        # b/1-a/1 is the first pair the other way round; a/1-b/2 joins two persons.
        self.assertEqual((found.tp, found.fp, found.fn, found.tn), (1, 1, 1, 1))
        self.assertEqual((found.rows, found.pairs, found.duplicate_rows), (4, 2, 2))

    def test_counts_apart_what_is_out_of_scope_or_not_in_the_truth(self):
        pairs = [pair("1", "1"), pair("1", "2", sites=("a", "a")), pair("9", "1"), pair("1", "1", sites=("a", "a"))]
        found = blindlink.evaluate(pairs, truth(("P", "1", "1"), ("Q", "2", "2")))
        self.assertEqual((found.tp, found.fp, found.pairs_out_of_scope, found.pairs_not_in_truth, found.self_pairs),
                         (1, 0, 1, 1, 1))
        every = blindlink.evaluate(pairs, truth(("P", "1", "1"), ("Q", "2", "2")), scope="all")
        self.assertEqual((every.tp, every.fp, every.tn), (1, 1, 3))

    def test_scope_follows_the_truth_and_must_be_known(self):
        self.assertEqual(blindlink.evaluate([], [("a", "1", "P")]).scope, "within-site")
        with self.assertRaisesRegex(blindlink.InvalidArgumentError, "cross-site, within-site, all"):
            blindlink.evaluate([], [], scope="some")

    def test_says_none_where_there_is_nothing_to_divide_by(self):
        found = blindlink.evaluate([], [("a", "1", "P")])
        self.assertEqual((found.sensitivity, found.ppv, found.specificity, found.f1), (None, None, None, 0.0))
        self.assertEqual([found.to_dict()[key] for key in ("sensitivity", "ppv", "tn")], [None, None, None])

    def test_scores_that_are_the_plan_s_statement_give_no_curve(self):
        found = blindlink.evaluate([pair("1", "1", "x", 0.9), pair("2", "2", "y", 0.8)], truth(("P", "1", "1")))
        self.assertEqual((found.curve, found.bands, found.calibration), (None, None, None))
        self.assertIn("rules decided", found.why_no_scores)
        self.assertNotIn("curve", found.to_dict())

    def test_bands_and_bins_hold_their_lower_bound(self):
        scores = (0.85, 0.8499, 0.75, 0.65, 0.64, 1.0, 0.999, 0.0)
        people = [(f"P{i}", str(i), str(i)) for i in range(len(scores))]
        found = blindlink.evaluate([pair(str(i), str(i), score=score) for i, score in enumerate(scores)],
                                   truth(*people))
        self.assertEqual([(one.band, one.tp) for one in found.bands],
                         [("high", 3), ("medium", 2), ("low", 1), ("review", 2)])
        self.assertEqual([(one.low, one.pairs) for one in found.calibration],
                         [(0.0, 1), (0.6, 2), (0.7, 1), (0.8, 2), (0.999, 2)])
        self.assertEqual(found.curve[0], CurvePoint(1.0, 1, 0))
        self.assertEqual(found.curve[-1], CurvePoint(0.0, 8, 0))

    def test_a_record_of_two_persons_or_entities_is_refused_by_row(self):
        with self.assertRaisesRegex(blindlink.InvalidArgumentError, "row 2,? gives a record a different person"):
            blindlink.evaluate([], [("a", "secret", "P"), ("a", "secret", "Q")])
        with self.assertRaisesRegex(blindlink.InvalidArgumentError, "row 2 puts a record") as raised:
            blindlink.evaluate_entities([("E", "a", "secret"), ("F", "a", "secret")], [])
        self.assertNotIn("secret", str(raised.exception))

    def test_an_empty_field_is_refused(self):
        with self.assertRaisesRegex(blindlink.InvalidArgumentError, "row 1 has an empty column 'left_record'"):
            blindlink.evaluate([pair("", "1")], truth(("P", "1", "1")))
        # A number is an id, 0 too.
        self.assertEqual(blindlink.evaluate([pair(0, 0)], truth((0, 0, 0))).tp, 1)

    def test_an_entity_map_implies_the_pairs_of_its_entities(self):
        random.seed(5)
        records = [(random.choice("abc"), str(i), f"P{random.randrange(20)}") for i in range(60)]
        entities = [(f"E{random.randrange(20)}", site, record) for site, record, _ in records]
        pairs = [blindlink.MatchPair(one[1], one[2], two[1], two[2], "", "", "", float("nan"))
                 for i, one in enumerate(entities) for two in entities[:i] if one[0] == two[0]]
        for scope in ("cross-site", "within-site", "all"):
            listed = blindlink.evaluate(pairs, records, scope=scope)
            implied = blindlink.evaluate_entities(entities, records, scope=scope)
            self.assertEqual((implied.tp, implied.fp, implied.fn, implied.tn),
                             (listed.tp, listed.fp, listed.fn, listed.tn))

    def test_reads_files_rows_and_dictionaries_alike(self):
        from_file = blindlink.evaluate(DATA / "pairs.csv", DATA / "truth.csv").to_dict()
        with open(DATA / "pairs.csv", newline="", encoding="utf-8") as file:
            dictionaries = list(csv.DictReader(file))
        self.assertEqual(from_file, blindlink.evaluate(dictionaries, DATA / "truth.csv").to_dict())
        rows = blindlink.read_pairs(DATA / "pairs.csv.zst")
        self.assertEqual(from_file, blindlink.evaluate(rows, DATA / "truth.csv").to_dict())


class Curve(unittest.TestCase):
    def test_is_thinned_evenly_with_both_ends(self):
        curve = [CurvePoint(1 - i / 1000, i + 1, 0) for i in range(1000)]
        kept = thinned(curve, 200)
        self.assertLessEqual(len(kept), 200)
        self.assertGreater(len(kept), 190)
        self.assertEqual((kept[0], kept[-1]), (curve[0], curve[-1]))
        self.assertEqual(thinned(curve[:200], 200), curve[:200])


if __name__ == "__main__":
    unittest.main()
