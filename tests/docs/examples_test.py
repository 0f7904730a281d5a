"""Checks that the programs accept the plan and the configuration shown in the documents."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ["BLINDLINK_BIN_DIR"])


class Examples(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="blindlink-docs-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def accepts(self, *command):
        done = subprocess.run([str(part) for part in command], text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_the_plan_in_the_plan_s_reference(self):
        document = (ROOT / "docs/linkage-plan.md").read_text(encoding="utf-8")
        plan = self.folder / "plan.textproto"
        plan.write_text(re.search(r"```\n(name: .*?)```", document, re.DOTALL).group(1), encoding="utf-8")
        self.accepts(BIN / "blindlink-agent", "profile", "--plan", plan, "--input",
                     ROOT / "tests/worked_example/registry.csv")

    def test_the_resolver_s_configuration(self):
        self.accepts(ROOT / "certs-example/make-certs.sh", self.folder, "--site", "general")
        shutil.copy(ROOT / "deploy/resolver.example.textproto", self.folder / "resolver.textproto")
        self.accepts(BIN / "blindlink-resolver", "serve", "--check", "--config", self.folder / "resolver.textproto")


if __name__ == "__main__":
    unittest.main()
