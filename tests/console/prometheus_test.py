"""The alarms and the dashboard before a real Prometheus that scrapes a real resolver.

  prometheus_test.py FOLDER_OF_PROGRAMS
"""

import json
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

PROGRAMS = sys.argv.pop(1)
from center import ROOT, SECONDS, Center, people  # noqa: E402

RULES = ROOT / "deploy/prometheus/rules.yml"
# What has no value while nothing has happened yet, or for the first minutes.
MAY_BE_EMPTY = ("rate(", "increase(", "predict_linear(")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Prometheus:
    def __init__(self, folder, target):
        self.folder = folder
        shutil.copy(RULES, folder)
        (folder / "prometheus.yml").write_text(
            "global: { scrape_interval: 1s, evaluation_interval: 1s }\nrule_files: [rules.yml]\n"
            f'scrape_configs: [ {{ job_name: blindlink, static_configs: [ {{ targets: ["127.0.0.1:{target}"] }} ] }} ]\n')
        self.port = free_port()
        with open(folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}",
                 f"--web.listen-address=127.0.0.1:{self.port}"], stdout=log, stderr=log)

    def get(self, path, **parameters):
        query = urllib.parse.urlencode(parameters)
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/{path}?{query}", timeout=SECONDS) as answer:
            return json.load(answer)["data"]

    def await_value(self, expression, value):
        """Until the expression has the value; what it had last otherwise."""
        deadline, last = time.monotonic() + SECONDS, None
        while time.monotonic() < deadline:
            try:
                last = [float(one["value"][1]) for one in self.get("query", query=expression)["result"]]
            except OSError as error:  # it is not up yet
                last = error
            if last == [value]:
                break
            time.sleep(0.2)
        return last

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(SECONDS)


class PrometheusReads(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="blindlink-prometheus-")
        cls.center = Center(PROGRAMS)
        cls.center.create_project("flu")
        cls.center.upload("flu", "north", people(40, 1))
        cls.prometheus = Prometheus(pathlib.Path(cls.temporary.name), cls.center.metrics_port)

    @classmethod
    def tearDownClass(cls):
        cls.prometheus.close()
        cls.center.close()
        cls.temporary.cleanup()

    def test_what_the_resolver_serves(self):
        self.assertEqual(self.prometheus.await_value('up{job="blindlink"}', 1), [1])
        self.assertEqual(self.prometheus.await_value("blindlink_records", 40), [40])

    def test_every_expression_of_the_dashboard(self):
        self.prometheus.await_value('up{job="blindlink"}', 1)
        dashboard = json.loads((ROOT / "deploy/prometheus/dashboard.json").read_text())
        expressions = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
        self.assertGreater(len(expressions), 10)
        for expression in expressions:
            with self.subTest(expression):
                found = self.prometheus.get("query", query=expression)["result"]
                if not expression.startswith(MAY_BE_EMPTY):
                    self.assertTrue(found, "a panel without data")

    def test_every_alarm_and_none_fires_at_a_healthy_center(self):
        self.prometheus.await_value('up{job="blindlink"}', 1)
        deadline, rules = time.monotonic() + SECONDS, []
        while time.monotonic() < deadline:
            rules = [rule for group in self.prometheus.get("rules")["groups"] for rule in group["rules"]]
            if rules and all(rule["health"] != "unknown" for rule in rules):
                break
            time.sleep(0.2)
        self.assertGreater(len(rules), 5)
        for rule in rules:
            self.assertEqual(rule["health"], "ok", rule)
            if rule["name"] != "BlindlinkCertificateEnds":  # those of examples end within a month
                self.assertNotEqual(rule["state"], "firing", rule["name"])


class Rules(unittest.TestCase):
    def test_fire_for_what_they_are_for_and_not_before(self):
        with tempfile.TemporaryDirectory(prefix="blindlink-rules-") as folder:
            shutil.copy(RULES, folder)
            test = shutil.copy(ROOT / "tests/console/prometheus_rules.test.yml", folder)
            for command in (["check", "rules", "rules.yml"], ["test", "rules", test]):
                done = subprocess.run(["promtool", *command], cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    if not shutil.which("prometheus") or not shutil.which("promtool"):
        print("SKIPPED: Prometheus is not installed: deploy/install-deps.sh --with-prometheus")
    else:
        unittest.main()
