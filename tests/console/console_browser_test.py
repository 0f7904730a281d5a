"""The console in Debian's chromium, with client certificates, as its users work with it.

  console_browser_test.py FOLDER_OF_PROGRAMS

Is skipped where chromium or libnss3-tools are missing; fails there if BLINDLINK_BROWSER_REQUIRED is set. BLINDLINK_SCREENSHOTS=FOLDER leaves pictures of every page there,
light, dark and narrow, for people to look at.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import time
import unittest

PROGRAMS = sys.argv.pop(1)
import browser  # noqa: E402
from center import Center, people, with_errors  # noqa: E402

PICTURES = os.environ.get("BLINDLINK_SCREENSHOTS")
REASON = "The study needs these counts to size its cohort."
# What a browser makes of a page that a person could stumble over.
FAULTS = """(() => {
  const faults = [];
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) faults.push("wider than the window");
  if (document.querySelectorAll("h1").length !== 1) faults.push("not one h1");
  for (const e of document.querySelectorAll("input:not([type=hidden]), textarea, select"))
    if (!e.labels || !e.labels.length) faults.push("no label: " + e.name);
  for (const e of document.querySelectorAll("svg")) if (!e.ariaHidden && !e.ariaLabel) faults.push("svg without words");
  for (const e of document.querySelectorAll("table")) if (!e.caption) faults.push("table without caption");
  for (const e of document.querySelectorAll("progress")) if (!e.ariaLabel) faults.push("progress without words");
  const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
  if (new Set(ids).size !== ids.length) faults.push("an id twice");
  return faults;
})()"""
# What is of no use on paper, or costs ink: buttons, forms, navigation, a dark ground, text that scrolls away.
FAULTS_ON_PAPER = """(() => {
  const faults = [];
  for (const e of document.querySelectorAll("button, form, .actions, header nav, .skip"))
    if (e.getClientRects().length) faults.push("printed: " + e.outerHTML.slice(0, 80));
  const ground = getComputedStyle(document.body).backgroundColor;
  if (!["rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"].includes(ground)) faults.push("ground: " + ground);
  for (const e of document.querySelectorAll(".scroll"))
    if (getComputedStyle(e).overflowX !== "visible") faults.push("scrolls on paper");
  for (const e of document.querySelectorAll(".state, .note")) {
    const [r, g, b, a] = getComputedStyle(e).backgroundColor.match(/[\\d.]+/g).map(Number);
    if (a !== 0 && r + g + b < 600) faults.push("dark: " + e.textContent.slice(0, 40));
  }
  if (!document.querySelector("h1").getClientRects().length) faults.push("no title");
  return faults;
})()"""

# The stages of a run, in their order, before its end.
STAGES = ["waiting", "records", "sweep", "rules", "entities", "publish"]
# Lets the page's own script look for news without its pause, and keeps what the page then says of the run.
FOLLOW = """(async () => {
  const seen = [];
  const note = () => {
    const state = document.querySelector("#run .state"), bar = document.querySelector("#run progress");
    if (!state) return;
    seen.push([state.textContent.trim(), bar ? bar.position : 1]);
    sessionStorage.setItem("seen", JSON.stringify(seen));
  };
  note();
  while (document.querySelector("#run[data-live]") && await refresh(0) > 0) note();
})()"""


class ConsoleInABrowser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.center = Center(PROGRAMS)
        cls.addClassCleanup(cls.center.close)
        cls.center.create_project("flu", "--release", "by-grant", plan="review { questions_per_site: 10 }\n")
        cls.center.upload("flu", "north", list(people(1500, 1)))
        cls.center.upload("flu", "south", list(with_errors(people(900, 1), 5)) + list(people(600, 2)))

    def as_party(self, party):
        opened = browser.Browser(self.center.folder / self.id().split(".")[-1], self.center.certs, party, self.center.address)
        self.addCleanup(opened.close)
        self.addCleanup(lambda: self.assertEqual([line for line in opened.console if "favicon" not in line], []))
        return opened

    def check(self, page, name, height=1150):
        """That the page is sound at every width, in both colours and on paper; leaves pictures of it."""
        for kind, width, dark, paper in (("light", 1280, False, False), ("dark", 1280, True, False), ("narrow", 390, False, False),
                                         ("paper", 720, True, True)):
            page.look(width=width, height=900, dark=dark, paper=paper)
            self.assertEqual(page.evaluate(FAULTS) + (page.evaluate(FAULTS_ON_PAPER) if paper else []), [], f"{name}, {kind}")
            if PICTURES:
                page.screenshot(pathlib.Path(PICTURES).resolve() / f"{name}-{kind}.png")
                if kind == "light":
                    page.look(width=1100, height=900)
                    page.picture(pathlib.Path(PICTURES).resolve() / f"console-{name}.png", height)
        page.look()

    def test_a_run_is_started_followed_live_and_understood(self):
        page = self.as_party("coordinator-center")
        page.open("/projects")
        self.check(page, "projects")
        page.click("flu")
        self.assertIn("committed", page.text())
        page.click("Start a run")
        self.assertIn("What the run will use", page.text())
        self.check(page, "start")
        with self.center.slowed_down():
            page.click("Start the run")
            self.assertRegex(page.text(), r"entry \d+ of the audit log")
            # Nobody reloads: the page's own script shows each stage and the end.
            page.start(FOLLOW)
            page.wait_until("document.body.innerText.includes('Match pairs by rule')")
            page.wait_until("document.readyState === 'complete' && !document.querySelector('[data-live]')")  # loaded anew
        self.the_stages_came_in_order(page)
        self.check(page, "run")
        self.assertGreater(page.evaluate("document.querySelectorAll('figure svg[role=img] rect').length"), 2)
        text = page.text()
        for words in ("Expected quality", "threshold", "Overlap of sites", "Entities by their number of records"):
            self.assertIn(words, text)
        page.click("Explain a pair")
        self.check(page, "explain")
        self.explains_a_pair(page)
        self.check(page, "project")
        page.click("Data quality")
        self.check(page, "quality")
        self.a_pair_is_reviewed(page)
        page.open("/health")
        self.assertIn("Nothing needs attention.", page.text())
        self.check(page, "health")
        self.the_audit_log_is_verified(page)
        self.access_is_approved_by_two(page)
        self.a_run_is_followed_by_the_pages_own_clock(page)

    def a_run_is_followed_by_the_pages_own_clock(self, page):
        """Nothing but a person who waits: the page's script asks again after its own pauses."""
        page.open("/projects/flu/start")
        with self.center.slowed_down():
            page.click("Start the run")
            self.assertTrue(page.evaluate("document.querySelector('#run[data-live]') !== null"), page.text())
            page.wait_until("!document.querySelector('#run[data-live]') && document.body.innerText.includes('Match pairs by rule')", 180)

    def the_stages_came_in_order(self, page):
        seen = json.loads(page.evaluate("sessionStorage.getItem('seen')"))
        stages = [stage for stage, _ in seen]
        self.assertGreater(len(set(stages)), 1, seen)
        self.assertEqual(stages, sorted(stages, key=STAGES.index), "a stage that is over came again")
        for share in (share for _, share in seen):
            self.assertTrue(0 <= share <= 1, seen)
        self.assertIn("finished", page.evaluate("document.querySelector('#run .state').textContent"))

    def explains_a_pair(self, page):
        self.center.create_project("open")
        for site in ("north", "south"):
            self.center.upload("open", site, list(people(200, 1)))
        self.center.run("blindlink-resolver", "coordinator-center", "linkage", "start", "--project", "open", "--wait")
        pairs = self.center.folder / "pairs.csv"
        self.center.run("blindlink-researcher", "researcher-study", "pairs", "--project", "open", "--out", pairs)
        header, row = (line.split(",") for line in pairs.read_text().splitlines()[:2])
        pair = dict(zip(header, row))
        page.open("/projects/open/runs/run-000001/explain")
        for name, column in (("left_site", "left_site"), ("left", "left_record"), ("right_site", "right_site"), ("right", "right_record")):
            page.fill(name, pair[column])
        page.click("Explain")
        self.assertIn("Matched.", page.text())
        self.assertIn("Fields: each bit", page.text())
        self.check(page, "explained")
        page.open("/projects/open/runs/run-000001")
        page.click("Explain an entity")
        page.fill("site", pair["left_site"])
        page.fill("record", pair["left_record"])
        page.click("Explain")
        self.assertIn("now 2 records are together", page.text())
        self.assertIn(pair["right_record"], page.text())
        self.check(page, "entity")
        page.click("1 and 2")
        self.assertIn("Matched.", page.text())
        page.open("/projects/flu")

    def a_pair_is_reviewed(self, page):
        page.open("/projects/flu")
        page.click("Review")
        self.check(page, "review")
        first = page.evaluate("document.querySelector('main tbody th a').textContent")
        page.click(first)
        self.assertIn("Why the run decided so", page.text())
        self.assertIn("Fields: each bit", page.text())
        self.check(page, "review-pair")
        # With the keyboard alone, from the pair over the page that asks to the decision.
        page.tab_to("Two persons")
        page.press("Enter", wait=True)
        self.assertIn("No later run puts these two records into one entity", page.text())
        self.assertNotIn("entry", page.evaluate("document.querySelector('main').innerText"), "nothing is decided yet")
        self.check(page, "review-decide")
        self.what_was_begun_is_not_lost(page)
        page.tab_to("Record my decision")
        page.press("Enter", wait=True)
        text = page.text()
        self.assertRegex(text, r"entry \d+ of the audit log")
        self.assertIn("two persons", text)
        self.assertIn("The dates of birth contradict each other.", text)
        self.assertIn("center", text)

    def what_was_begun_is_not_lost(self, page):
        page.tab_to("reason")
        page.type("The dates of birth contradict each other.")
        self.assertEqual(page.leave("/projects", accept=False), "beforeunload")
        self.assertEqual(page.evaluate("document.querySelector('[name=reason]').value"), "The dates of birth contradict each other.")

    def the_audit_log_is_verified(self, page):
        page.open("/audit")
        self.assertIn("Verified: the head over", page.text())
        self.assertIn("Linkage/StartLinkage", page.text() + self.older(page))
        page.open("/audit")
        page.wait_until("document.body.innerText.includes('continues the one of')")
        self.check(page, "audit", height=760)
        # A log that does not continue what this browser saw is noticed.
        page.evaluate("localStorage.setItem('audit-head', JSON.stringify({...JSON.parse(localStorage.getItem('audit-head')),"
                      " root: 'ab'.repeat(32)}))")
        page.open("/audit")
        page.wait_until("document.body.innerText.includes('was forked')")
        page.console.clear()  # the browser logs the answer 409

    def older(self, page):
        text = ""
        for _ in range(8):
            if not page.evaluate("[...document.querySelectorAll('a')].some(a => a.textContent === 'Older')"):
                break
            page.click("Older")
            text += page.text()
        return text

    def access_is_approved_by_two(self, first):
        self.center.request_access("flu")
        first.open("/projects/flu/access")
        self.check(first, "access")
        first.click("grant-000001")
        self.assertIn("Sizing a cohort", first.text())
        self.check(first, "grant")
        first.click("Approve")
        self.check(first, "approve")
        first.fill("reason", REASON)
        first.click("Approve the request")
        self.check(first, "half-approved")
        self.assertIn("waits for a decision", first.text())
        # The same person's second approval does not count.
        first.click("Approve")
        first.fill("reason", REASON)
        first.click("Approve the request")
        self.assertIn("Done already", first.text())
        first.console.clear()  # the browser logs the answer 409
        second = self.as_party("coordinator-second")
        second.open("/projects/flu/access/grant-000001/decide?as=approve")
        second.fill("reason", REASON)
        second.click("Approve the request")
        self.assertIn("in force", second.text())
        listed = self.center.run("blindlink-resolver", "coordinator-center", "access", "list", "--project", "flu")
        self.assertIn("grant-000001", listed)
        log = self.center.run("blindlink-resolver", "coordinator-center", "audit", "fetch")
        deciders = re.findall(r"spiffe://blindlink/coordinator/(\w+).*DecideAccess", log)
        self.assertEqual(sorted(set(deciders)), ["center", "second"])
        second.click("Revoke")
        second.fill("reason", "The study has ended early.")
        second.click("Revoke the grant")
        self.assertIn("revoked", second.text())

    def test_a_role_that_may_not_is_told_so(self):
        page = self.as_party("site-north")
        page.open("/projects")
        self.assertEqual(page.evaluate("[...document.querySelectorAll('header nav a')].map(a => a.textContent)"), ["Projects"])
        page.open("/health")
        self.assertIn("a site may not call", page.text())
        self.assertIn("site north", page.text())
        self.check(page, "refused")
        page.console.clear()  # the browser logs the answer 403

    def test_an_upload_that_broke_is_seen_and_understood(self):
        command = self.center.upload_command("flu", "north", people(30000, 3), "d2")
        page = self.as_party("coordinator-center")
        agent = subprocess.Popen(command, env=self.center.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + browser.SECONDS
            while not re.search(r"receiving, [1-9]", self.center.get("coordinator-center", "/projects/flu")):
                self.assertIsNone(agent.poll(), "the upload ended before it could be broken")
                self.assertLess(time.monotonic(), deadline)
        finally:
            agent.kill()
            agent.wait()
        page.open("/projects/flu/uploads/north/d2")
        self.assertIn("receiving", page.text())
        self.assertIn("running the same command at the site continues there", page.text())
        self.check(page, "upload")
        # The site does what the page says; the page shows it by itself.
        self.assertEqual(subprocess.run(command, env=self.center.environment, capture_output=True, timeout=300, check=False).returncode, 0)
        page.wait_until("document.querySelector('#upload').innerText.includes('committed')")
        page.click("Withdraw it")
        page.click("Withdraw the dataset")
        page.open("/projects/flu/uploads/north/d2")
        self.assertIn("withdrawn", page.text())
        page.open("/projects/flu/start")
        self.assertRegex(page.text(), r"What the run will leave out[^!]*d2[^!]*it is withdrawn")


if __name__ == "__main__":
    if browser.MISSING:
        words = f"not installed: {', '.join(browser.MISSING)} (apt-get install chromium libnss3-tools)"
        if os.environ.get("BLINDLINK_BROWSER_REQUIRED"):
            sys.exit("FAILED: " + words)
        print("SKIPPED:", words)
    else:
        if PICTURES:
            pathlib.Path(PICTURES).mkdir(parents=True, exist_ok=True)
        unittest.main()
