"""The risk report and the timeline's page as a browser shows them: plots, words, console, print style.

  pages_test.py AGENT RESEARCHER SUPPORT_FOLDER

Needs Debian's chromium; is skipped without it, or fails if BLINDLINK_BROWSER_REQUIRED is set.
BLINDLINK_SCREENSHOTS=FOLDER leaves a picture of each page there, for people to look at.
"""

import html
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

AGENT, RESEARCHER, SUPPORT = (sys.argv.pop(1) for _ in range(3))
sys.path.insert(0, SUPPORT)
import extract_files  # noqa: E402

CHROMIUM = shutil.which("chromium")
SITES = ("north", "south")
PLAN = """name: "page"
version: 1
purpose: "a test"
quasi_identifiers { column: "sex" hierarchy: "sex.csv" }
quasi_identifiers { column: "birth_year" ranges { smallest: 1900 largest: 2030 } }
targets { k: 5 }
"""
# Added to a copy of the page: writes what the browser made of it into the page, as JSON.
MEASURE = """<script>
const boxes = [...document.querySelectorAll("svg")].map(svg => {
  const of = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")].map(text => text.getBoundingClientRect());
  const overlap = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return {width: of.width, height: of.height, bars: svg.querySelectorAll("rect").length,
    outside: texts.filter(t => t.left < 0 || t.right > document.documentElement.clientWidth).length,
    overlapping: texts.filter((t, i) => texts.slice(i + 1).some(other => overlap(t, other))).length};
});
const print = [...document.styleSheets].flatMap(sheet => [...sheet.cssRules])
  .filter(rule => rule instanceof CSSMediaRule && rule.media.mediaText === "print");
const measured = {plots: boxes, print_rules: print.reduce((sum, rule) => sum + rule.cssRules.length, 0),
  wider_than_the_window: document.documentElement.scrollWidth > document.documentElement.clientWidth};
const out = document.createElement("pre");
out.id = "measured";
out.textContent = JSON.stringify(measured);
document.body.append(out);
</script>"""


def tables(site):
    records = [extract_files.pseudonym(site, number) for number in range(60)]
    codes = {"J45": "Asthma", "I10": "Essential (primary) hypertension", "Z76": "Persons encountering health services in other "
             "circumstances", "E119": "Type 2 diabetes mellitus without complications"}
    diagnoses = [{"record": record, "visit": f"{number:016x}", "seq": str(seq), "date": f"20{17 + number % 6}-03-14",
                  "code": code, "code_system": "ICD-10-CM", "certainty": "definite", "name": name}
                 for number, record in enumerate(records)
                 for seq, (code, name) in enumerate(list(codes.items())[:1 + number % 4], 1)]
    return {"persons": [{"record": record, "sex": "FM"[number % 2], "birth_year": str(1950 + number % 7)}
                        for number, record in enumerate(records)],
            "visits": [{"record": record, "visit": f"{number:016x}", "receipt": f"{number:016x}", "start": f"20{17 + number % 6}-03-14",
                        "end": f"20{17 + number % 6}-03-14"} for number, record in enumerate(records)],
            "diagnoses": diagnoses}


class Pages(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_program(self, *arguments, codes=(0,)):
        done = subprocess.run([str(argument) for argument in arguments], text=True, capture_output=True, check=False)
        self.assertIn(done.returncode, codes, done.stderr)

    def browse(self, page, *more):
        return subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr",
             f"--user-data-dir={self.folder / 'browser'}", "--window-size=1000,1400", *more, page.as_uri()],
            text=True, capture_output=True, check=True, timeout=120)

    def measure(self, page):
        """The text of the page, and what the browser made of it."""
        shown = self.browse(page, "--dump-dom")
        self.assertEqual([line for line in shown.stderr.splitlines() if ":CONSOLE" in line], [])
        copy = page.with_name(f"measured-{page.name}")
        copy.write_text(page.read_text().replace("</body>", MEASURE + "</body>"))
        measured = re.search(r'<pre id="measured">(.*?)</pre>', self.browse(copy, "--dump-dom").stdout)
        if "BLINDLINK_SCREENSHOTS" in os.environ:
            picture = pathlib.Path(os.environ["BLINDLINK_SCREENSHOTS"]).resolve() / f"{self.id().split('.')[-1]}.png"
            self.browse(page, "--window-size=1000,2600", f"--screenshot={picture}")
        return re.sub(r"<[^>]+>", " ", shown.stdout), json.loads(html.unescape(measured[1]))

    def looks_right(self, measured, plots):
        self.assertGreaterEqual(len(measured["plots"]), plots)
        for plot in measured["plots"]:
            self.assertGreater(plot["width"], 300)
            self.assertGreater(plot["height"], 20)
            self.assertGreater(plot["bars"], 0)
            self.assertEqual((plot["outside"], plot["overlapping"]), (0, 0))
        self.assertGreater(measured["print_rules"], 3)
        self.assertFalse(measured["wider_than_the_window"])

    def risk_report(self, command):
        (self.folder / "plan.textproto").write_text(PLAN)
        (self.folder / "sex.csv").write_text("F;*\nM;*\n")
        (self.folder / "persons.csv").write_text("sex,birth_year\n" + "".join(
            f"{'FM'[i % 2]},{1930 + i % 40 + i // 160}\n" for i in range(200)))
        self.run_program(AGENT, command, "--release", self.folder / "plan.textproto", "--table", self.folder / "persons.csv",
                         "--out", self.folder / "report", codes=(0, 4))
        return self.folder / "report/report.html"

    def test_the_risk_report_of_a_table_within_the_targets(self):
        text, measured = self.measure(self.risk_report("anonymize"))
        self.assertIn("Within the plan's targets.", text)
        self.looks_right(measured, 3)

    def test_the_risk_report_of_a_table_above_the_targets(self):
        text, measured = self.measure(self.risk_report("risk"))
        self.assertIn("Above the plan's targets", text)
        self.assertIn("Nobody else in this table looks like 40 of its persons", text)
        self.assertIn("The smallest group has 1 person,", text)
        self.looks_right(measured, 1)

    def test_the_summary_page_of_a_timeline(self):
        for site in SITES:
            extract_files.write_extract(self.folder / site / "core", site, tables(site))
        extract_files.write_entity_map(self.folder / "entities.csv.zst", [
            (extract_files.pseudonym("entity", number), site, extract_files.pseudonym(site, number))
            for site in SITES for number in range(60)], sites=list(SITES))
        extracts = [part for site in SITES for part in ("--extract", self.folder / site / "core")]
        self.run_program(RESEARCHER, "timeline", "--entities", self.folder / "entities.csv.zst", *extracts, "--out",
                         self.folder / "timeline.csv.zst", "--report", self.folder / "page.html")
        text, measured = self.measure(self.folder / "page.html")
        for words in ("Timeline of asthma", "Copies of one receipt", "Risk after linkage", "persons in the smallest group"):
            self.assertIn(words, text)
        self.looks_right(measured, 4)


if __name__ == "__main__":
    if CHROMIUM is None:
        words = "chromium is not installed (apt-get install chromium)"
        if os.environ.get("BLINDLINK_BROWSER_REQUIRED"):
            sys.exit("FAILED: " + words)
        print("SKIPPED:", words)
    else:
        unittest.main()
