"""The evaluation page as the program writes it: well-formed, self-contained, readable by screen readers.

  page_structure_test.py PROGRAM
"""

import html.parser
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

PROGRAM = sys.argv.pop(1)
HTML, SVG = "{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/2000/svg}"
VOID = {"meta", "br", "hr", "line", "rect", "circle", "polyline"}


class Nesting(html.parser.HTMLParser):
    """Fails if an element is closed that was not the last one opened."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data):
        self.text.append(data)


class Page(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, header, rows):
        path = self.folder / name
        path.write_text("\n".join([header] + rows) + "\n", encoding="utf-8")
        return str(path)

    def page(self, *arguments):
        report = self.folder / "report.html"
        run = subprocess.run([PROGRAM, "evaluate", *arguments, "--report", str(report)], text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        return report.read_text(encoding="utf-8")

    def scored(self):
        """A page of 300 persons at two sites, with scores and subgroups whose names need escaping."""
        draw = random.Random(7)
        truth = [f"{site},REC{i},PERSON{i}" for i in range(300) for site in "ab"]
        pairs = [f"a,REC{i},b,REC{i},high,{0.5 + draw.random() / 2:.6f}" for i in range(280)]
        pairs += [f"a,REC{i},b,REC{i + 1},high,{0.5 + draw.random() / 4:.6f}" for i in range(12)]
        groups = [f"{site},REC{i},{['<b>old</b>', 'young & new'][i % 2]}" for i in range(290) for site in "ab"]
        return self.page(
            "--pairs", self.write("pairs.csv", "left_site,left_record,right_site,right_record,rule,score", pairs),
            "--truth", self.write("truth.csv", "site,record,person", truth),
            "--subgroups", self.write("groups.csv", "site,record,age", groups), "--date", "today")

    def test_is_well_formed_for_html_and_xml_readers(self):
        text = self.scored()
        nesting = Nesting()
        nesting.feed(text)
        self.assertEqual(nesting.open, [])
        ids = [attrs["id"] for _, attrs in nesting.seen if "id" in attrs]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(ElementTree.fromstring(text).tag, HTML + "html")

    def test_loads_and_runs_nothing(self):
        tree = ElementTree.fromstring(self.scored())
        for element in tree.iter():
            self.assertNotIn(element.tag.split("}")[1], ("script", "link", "img", "iframe", "object", "use", "image"))
            for name in element.attrib:
                self.assertFalse(name.startswith("on") or name.endswith(("src", "href")), name)
        self.assertNotRegex(tree.find(f".//{HTML}style").text, r"url\(|@import")

    def test_every_drawing_and_table_says_what_it_is(self):
        tree = ElementTree.fromstring(self.scored())
        drawings = list(tree.iter(SVG + "svg"))
        self.assertGreaterEqual(len(drawings), 5)
        for drawing in drawings:
            self.assertEqual(drawing.get("role"), "img")
            named = {child.get("id"): child.text for child in drawing if child.tag in (SVG + "title", SVG + "desc")}
            self.assertEqual(set(named), set(drawing.get("aria-labelledby").split()))
            self.assertTrue(all(named.values()))
        tables = list(tree.iter(HTML + "table"))
        self.assertGreaterEqual(len(tables), 5)
        for table in tables:
            self.assertTrue(table.find(HTML + "caption").text)
            columns = table.findall(f"{HTML}thead/{HTML}tr/{HTML}th")
            self.assertTrue(all(cell.get("scope") == "col" for cell in columns))
            for row in table.findall(f"{HTML}tbody/{HTML}tr"):
                self.assertEqual(len(row), len(columns))
                self.assertEqual(row[0].get("scope"), "row")

    def test_drawings_stay_within_their_frame(self):
        for drawing in ElementTree.fromstring(self.scored()).iter(SVG + "svg"):
            width, height = (float(part) for part in drawing.get("viewBox").split()[2:])
            for element in drawing.iter():
                for name, limit in (("x1", width), ("x2", width), ("cx", width), ("x", width), ("y1", height),
                                    ("y2", height), ("cy", height), ("y", height)):
                    if name in element.attrib:
                        self.assertTrue(0 <= float(element.get(name)) <= limit, (element.tag, name))
                for x, y in (point.split(",") for point in element.get("points", "").split()):
                    self.assertTrue(0 <= float(x) <= width and 0 <= float(y) <= height)

    def test_names_no_record_and_no_person(self):
        self.assertIsNone(re.search("REC[0-9]|PERSON", self.scored()))

    def test_shows_the_counts_of_the_contingency_table(self):
        table = next(ElementTree.fromstring(self.scored()).iter(HTML + "table"))
        cells = [[cell.text.replace("\u00a0", "") for cell in row] for row in table.find(HTML + "tbody")]
        self.assertEqual(cells, [["linked", "280", "12", "292"], ["not linked", "20", "89688", "89708"]])

    def test_two_empty_files_of_pairs_make_a_page(self):
        header = "left_site,left_record,right_site,right_record"
        text = self.page("--pairs", self.write("p.csv", header, []), "--against", self.write("o.csv", header, []))
        ElementTree.fromstring(text)
        self.assertIn("nothing to draw", text)

    def test_another_systems_pairs_are_called_a_reference_not_the_truth(self):
        header = "left_site,left_record,right_site,right_record"
        text = self.page("--pairs", self.write("p.csv", header, ["a,1,b,1", "a,2,b,2"]),
                         "--against", self.write("o.csv", header, ["a,1,b,1", "a,3,b,3"]))
        self.assertIn("Reference pairs: 2", text)
        self.assertIn("either may be wrong", text)
        self.assertIn("No curve is drawn: the file of pairs has no scores", text)


if __name__ == "__main__":
    unittest.main()
