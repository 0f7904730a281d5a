"""Files of the researcher's program: golden ones, and what becomes of each damage."""

import json
import pathlib
import shutil
import tempfile
import unittest
import warnings

import blindlink

DATA = pathlib.Path(__file__).resolve().parent / "data"
HEADER = "left_site,left_record,right_site,right_record,level,rule,match_keys,score\n"


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def copied(self, name):
        for file in (name, f"{name}.manifest.json"):
            shutil.copy(DATA / file, self.folder / file)
        return self.folder / name

    def written(self, text, name="own.csv"):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def test_golden_files_give_their_rows_and_their_run(self):
        plain, compressed = (blindlink.read_pairs(DATA / name) for name in ("pairs.csv", "pairs.csv.zst"))
        self.assertEqual(list(plain), list(compressed))
        self.assertEqual(len(plain), 11)
        self.assertEqual(len(list(plain)), 11)
        first = next(iter(compressed))
        self.assertEqual((first.left_site, first.right_site, first.level, first.rule, first.match_keys, first.score),
                         ("claims", "registry", "full", "high", "name;last-dob", 0.9999))
        info = compressed.info
        self.assertEqual((info.project, info.run, info.plan_name, info.match_pairs),
                         ("asthma", "run-000003", "us-default", 11))
        self.assertEqual(info.expected.min_score, 0.6671511312748467)
        self.assertEqual(len(blindlink.read_entities(DATA / "entities.csv")), 20)

    def test_a_flipped_byte_anywhere_is_refused_before_the_first_row(self):
        for name in ("pairs.csv", "pairs.csv.zst"):
            path = self.copied(name)
            content = bytearray(path.read_bytes())
            for at in range(0, len(content), 37):
                content[at] ^= 0x20
                path.write_bytes(content)
                with self.assertRaisesRegex(blindlink.DamagedFileError, name):
                    blindlink.read_pairs(path)
                content[at] ^= 0x20
            path.write_bytes(content)
            self.assertEqual(len(list(blindlink.read_pairs(path))), 11)

    def test_a_file_that_changes_after_it_was_opened_is_refused_when_it_is_read(self):
        path = self.copied("pairs.csv")
        rows = blindlink.read_pairs(path)
        path.write_text(path.read_text().replace("high", "low"))
        with self.assertRaises(blindlink.DamagedFileError):
            list(rows)

    def test_a_file_cut_short_or_exchanged_for_another_is_refused(self):
        path = self.copied("pairs.csv")
        path.write_bytes(path.read_bytes()[:-80])
        with self.assertRaises(blindlink.DamagedFileError):
            blindlink.read_pairs(path)
        with self.assertRaisesRegex(blindlink.FileError, "of the kind entity-map, not match-pairs"):
            blindlink.read_pairs(DATA / "entities.csv")

    def test_without_a_manifest_it_warns_unless_it_is_told_that_there_is_none(self):
        path = self.written(HEADER + "a,1,b,2,full,r,k,0.5\n")
        with self.assertWarnsRegex(blindlink.UnverifiedFileWarning, "has no manifest"):
            rows = blindlink.read_pairs(path)
        self.assertEqual([one.score for one in rows], [0.5])
        self.assertIsNone(rows.info)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            blindlink.read_pairs(path, verify=False)

    def test_a_zst_file_that_ends_within_a_frame_is_refused_also_without_a_manifest(self):
        content = (DATA / "pairs.csv.zst").read_bytes()
        frames = [at for at in range(len(content)) if content[at:at + 4] == bytes.fromhex("28b52ffd")]
        for size in [*range(1, len(content), 11), *(at + by for at in frames[1:] for by in (-1, 0, 1))]:
            path = self.written(content[:size], "cut.csv.zst")
            with self.subTest(size=size):
                try:
                    rows = list(blindlink.read_pairs(path, verify=False))
                except blindlink.FileError:
                    continue
                # Only where the first frame ends is the file whole as far as anybody can tell.
                self.assertLess(len(rows), 11)
                self.assertIn(size, frames)

    def test_what_a_manifest_says_against_the_result_is_a_warning(self):
        path = self.copied("pairs.csv")
        place = self.folder / "pairs.csv.manifest.json"
        manifest = json.loads(place.read_text())
        manifest["note"] = "records of this run were withdrawn since"
        manifest["rules"] = {"version": 2, "text": "plan abc", "version_before": 1, "changed": True}
        manifest["expected"]["warnings"] = ["few true pairs"]
        manifest["expected"]["of_a_later_release"] = 1
        place.write_text(json.dumps(manifest))
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            info = blindlink.read_pairs(path).info
        self.assertEqual([one.category for one in caught],
                         [blindlink.NoteWarning, blindlink.RulesChangedWarning, blindlink.QualityWarning])
        self.assertEqual(len(info.warnings), 3)

    def test_a_manifest_that_is_none_is_refused_in_words(self):
        path = self.copied("pairs.csv")
        place = self.folder / "pairs.csv.manifest.json"
        whole = json.loads(place.read_text())
        for wrong in ("", "[1]", '"kind"', "{", "\xff", json.dumps({**whole, "format_version": 2}),
                      *(json.dumps({**whole, key: value}) for value in ("text", [3], {"a": 1})
                        for key in ("expected", "entities", "rules", "datasets", "rows"))):
            place.write_bytes(wrong.encode("latin-1"))
            with self.subTest(wrong=wrong), self.assertRaises(blindlink.FileError):
                blindlink.read_pairs(path)

    def test_a_line_without_an_end_does_not_fill_the_memory(self):
        path = self.written("entity,site,record\n" + "x" * (40 << 20))
        with self.assertRaisesRegex(blindlink.FileError, "longer than 16 MiB"):
            list(blindlink.read_entities(path, verify=False))

    def test_a_wrong_row_is_named_without_its_values(self):
        for text, words in ((HEADER + "a,secret,b,2,full,r,k\n", "row 1 has 7 fields, the header has 8"),
                            (HEADER + 'a,"secret" x,b,2,full,r,k,1\n', "row 1 is not CSV"),
                            (HEADER + 'a,"secret,b,2,full,r,k,1\n', "row 1 is not CSV"),
                            (b"left_site\xff\n", "not UTF-8"), ("", "is empty"),
                            ("left_site,left_record\na,secret\n", "no column 'right_site'")):
            with self.assertRaisesRegex(blindlink.FileError, words) as raised:
                list(blindlink.read_pairs(self.written(text), verify=False))
            self.assertNotIn("secret", str(raised.exception))
            self.assertIn("own.csv", str(raised.exception))

    def test_columns_are_found_by_name_and_quotes_blank_lines_and_a_mark_of_bytes_are_understood(self):
        text = '\ufeffright_record,x,right_site,left_record,left_site\r\n\r\n"2,""3",y,b,1,a\r\n'
        rows = list(blindlink.read_pairs(self.written(text), verify=False))
        self.assertEqual(rows[0][:4], ("a", "1", "b", '2,"3'))
        self.assertEqual(rows[0].rule, "")
        self.assertNotEqual(rows[0].score, rows[0].score)  # not a number

    def test_more_rows_than_a_chunk_come_in_chunks(self):
        path = self.written("entity,site,record\n" + "".join(f"e,s,{i}\n" for i in range(20000)))
        chunks = list(blindlink.read_entities(path, verify=False).chunks())
        self.assertGreater(len(chunks), 2)
        self.assertEqual([row.record for chunk in chunks for row in chunk], [str(i) for i in range(20000)])

    def test_overlaps_changes_and_timelines_have_their_columns(self):
        overlap = self.written("left_site,right_site,entities,suppressed\na,b,1-10,true\na,c,withheld,true\n"
                               "a,a,42,false\n")
        self.assertEqual([(cell.entities, cell.suppressed, cell.shown)
                          for cell in blindlink.read_overlap(overlap, verify=False)],
                         [(None, True, "1-10"), (None, True, "withheld"), (42, False, "42")])
        changes = self.written("change,entity_before,entity,site,record,records,run,time,cause\n"
                               "merged,e1,e2,,,3,run-000002,2026-01-01T00:00:00Z,new records\nadded,,e2,a,r,,,,\n")
        self.assertEqual([(one.change, one.records) for one in blindlink.read_entity_changes(changes)],
                         [("merged", 3), ("added", None)])
        persons = self.written("entity,sites,birth year\ne,a;b,1950\n")
        self.assertEqual([tuple(one) for one in blindlink.read_timeline_persons(persons, verify=False)],
                         [("e", "a;b", "1950")])

    def test_a_missing_file_is_an_error_in_words(self):
        with self.assertRaisesRegex(blindlink.FileError, "cannot read .*none.csv: No such file"):
            blindlink.read_pairs(self.folder / "none.csv")


if __name__ == "__main__":
    unittest.main()
