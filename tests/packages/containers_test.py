"""Checks the container files without a container runtime: what they name exists, and nothing runs with rights.

BLINDLINK_BIN_DIR is the folder of the programs; ctest sets it. No image is built here.
"""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTAINERS = ROOT / "deploy/containers"
BIN = pathlib.Path(os.environ.get("BLINDLINK_BIN_DIR", ROOT / "build/release/bin"))


class Containers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.containerfile = (CONTAINERS / "Containerfile").read_text(encoding="utf-8")
        cls.compose = (CONTAINERS / "compose.yaml").read_text(encoding="utf-8")
        cls.services = dict(re.findall(r"(?ms)^  (\w+):\n(.*?)(?=^  \w+:\n|\Z)", cls.compose.split("\nservices:\n")[1]))

    def prepared(self):
        folder = tempfile.TemporaryDirectory(prefix="blindlink-trio-")
        self.addCleanup(folder.cleanup)
        trio = pathlib.Path(folder.name) / "trio"
        subprocess.run([CONTAINERS / "prepare.sh", trio], check=True, stdout=subprocess.DEVNULL)
        return trio

    def test_every_stage_takes_what_an_earlier_one_has_and_ends_without_rights(self):
        stages = re.findall(r"(?m)^FROM (\S+) AS (\w+)$", self.containerfile)
        known = ["${DEBIAN}"]
        for source, name in stages:
            self.assertIn(source, known)
            known.append(name)
        self.assertEqual(set(re.findall(r"from=(\w+)", self.containerfile)) - set(known), set())
        for name in ("resolver", "agent", "researcher"):
            stage = re.search(rf"(?ms)^FROM \S+ AS {name}$(.*?)(?=^FROM |\Z)", self.containerfile)[1]
            self.assertNotIn(re.search(r"(?m)^USER (\S+)$", stage)[1], ("root", "0"))
            self.assertIn(f'ENTRYPOINT ["/usr/bin/blindlink-{name}"]', stage)
        for path in re.findall(r"deploy/[\w.-]+\.sh", self.containerfile):
            self.assertTrue((ROOT / path).exists(), path)
        presets = (ROOT / "CMakePresets.json").read_text(encoding="utf-8")
        self.assertIn(f'"name": "{re.search("--preset (.*?) ", self.containerfile)[1]}"', presets)

    def test_every_party_is_without_rights_and_sees_only_its_own_folder(self):
        for line in ("read_only: true", "user: ${TRIO_USER:-1000:1000}", "cap_drop: [ALL]",
                     "security_opt: [no-new-privileges]"):
            self.assertIn("  " + line + "\n", self.compose)
        trio = self.prepared()
        for name, service in self.services.items():
            self.assertIn("<<: *party\n", service)
            self.assertEqual(re.findall(r"\$\{TRIO[^}]*\}/(\w+):/srv", service), [name])
            self.assertEqual(len(re.findall("volumes:", service)), 1)
            self.assertTrue((trio / name / "ca.pem").exists(), name)
            image = re.search(r"image: blindlink-(\w+)", service)[1]
            self.assertIn(f" AS {image}\n", self.containerfile)

    def test_the_resolver_takes_the_configuration_that_is_prepared(self):
        config = self.prepared() / "resolver/resolver.textproto"
        done = subprocess.run([BIN / "blindlink-resolver", "serve", "--check", "--config", config], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_the_compose_file_is_read_as_it_is_meant(self):
        try:
            import yaml
        except ImportError:
            self.skipTest("python3-yaml is not installed")
        services = yaml.safe_load(self.compose)["services"]
        self.assertEqual(set(services), set(self.services))
        for service in services.values():
            self.assertTrue(service["read_only"])
            self.assertEqual(service["cap_drop"], ["ALL"])
            self.assertIn("no-new-privileges", service["security_opt"])


if __name__ == "__main__":
    unittest.main()
