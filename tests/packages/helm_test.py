"""Checks the chart of the resolver with helm, and what it makes against the schemas of Kubernetes. No cluster is used.

BLINDLINK_BIN_DIR is the folder of the programs; ctest sets it. Skipped where helm is not installed; the schemas come from
PyPI (kubernetes-validate), and that test is skipped where they cannot be downloaded.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import venv

try:
    import yaml
except ImportError:
    yaml = None

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHART = ROOT / "deploy/helm/blindlink-resolver"
BIN = pathlib.Path(os.environ.get("BLINDLINK_BIN_DIR", ROOT / "build/release/bin"))
# Without it, helm takes a version of its own for the cluster's.
CLUSTER = ["--kube-version", "1.32.0"]
GIVEN = [*CLUSTER, "--set", "tlsSecret=resolver-tls"]
MORE = [*GIVEN, "--set", "service.type=LoadBalancer", "--set", "data.storageClass=fast", "--set", "nodeSelector.disk=ssd",
        "--set", "allowFrom[0].ipBlock.cidr=192.0.2.0/24", "--set-string", "configuration=memory_budget_mib: 2048"]


def helm(*arguments):
    return subprocess.run(["helm", *arguments], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def objects(flags):
    done = helm("template", "flu", CHART, *flags)
    if done.returncode != 0:
        raise AssertionError(done.stdout)
    return {one["kind"]: one for one in yaml.safe_load_all(done.stdout) if one}


@unittest.skipIf(shutil.which("helm") is None, "helm is not installed")
@unittest.skipIf(yaml is None, "python3-yaml is not installed")
class Helm(unittest.TestCase):
    def test_the_chart_has_no_mistakes(self):
        for flags in (GIVEN, MORE):
            done = helm("lint", "--strict", CHART, *flags)
            self.assertEqual(done.returncode, 0, done.stdout)

    def test_values_that_are_missing_or_unknown_are_refused_by_name(self):
        for flags, word in (([*CLUSTER, "--set", "image.tag=1"], "tlsSecret"), ([*GIVEN, "--set", "replicas=2"], "replicas"),
                            ([*GIVEN, "--set", "data.size=many"], "size")):
            done = helm("template", "flu", CHART, *flags)
            self.assertNotEqual(done.returncode, 0, flags)
            self.assertIn(word, done.stdout)

    def test_there_is_one_resolver_without_rights_on_a_read_only_root(self):
        made = objects(MORE)
        spec = made["StatefulSet"]["spec"]
        pod = spec["template"]["spec"]
        [container] = pod["containers"]
        self.assertEqual(spec["replicas"], 1)
        self.assertFalse(pod["automountServiceAccountToken"])
        self.assertTrue(pod["securityContext"]["runAsNonRoot"])
        self.assertEqual(container["securityContext"], {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}})
        self.assertEqual(made["NetworkPolicy"]["spec"]["egress"], [])
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        provided = {volume["name"] for volume in pod["volumes"]}
        claimed = {claim["metadata"]["name"] for claim in spec["volumeClaimTemplates"]}
        self.assertEqual(mounted, provided | claimed)
        self.assertEqual(claimed, {"data", "keys"})

    def test_the_resolver_takes_the_configuration(self):
        with tempfile.TemporaryDirectory(prefix="blindlink-helm-") as place:
            folder = pathlib.Path(place)
            subprocess.run([ROOT / "certs-example/make-certs.sh", folder / "tls", "--site", "registry", "--coordinator", "center"],
                           check=True, stdout=subprocess.DEVNULL)
            text = objects(MORE)["ConfigMap"]["data"]["resolver.textproto"]
            self.assertIn("memory_budget_mib: 2048", text)
            for inside, here in (("/etc/blindlink/tls", "tls"), ("/var/lib/blindlink-keys", "keys"),
                                 ("/var/lib/blindlink", "data")):
                (folder / here).mkdir(exist_ok=True)
                text = text.replace(f'"{inside}/', f'"{folder / here}/')
            config = folder / "resolver.textproto"
            config.write_text(text, encoding="utf-8")
            done = subprocess.run([BIN / "blindlink-resolver", "serve", "--check", "--config", config], text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            self.assertEqual(done.returncode, 0, done.stdout)

    def test_what_it_makes_is_as_the_schemas_of_kubernetes_say(self):
        with tempfile.TemporaryDirectory(prefix="blindlink-helm-") as place:
            folder = pathlib.Path(place)
            venv.create(folder / "venv", with_pip=True)
            got = subprocess.run([folder / "venv/bin/pip", "install", "-q", "--disable-pip-version-check", "--retries", "1",
                                  "--timeout", "10", "kubernetes-validate"], text=True, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            if got.returncode != 0:
                self.skipTest("kubernetes-validate cannot be downloaded")
            for flags in (GIVEN, MORE):
                file = folder / "made.yaml"
                file.write_text(yaml.safe_dump_all(objects(flags).values()), encoding="utf-8")
                done = subprocess.run([folder / "venv/bin/kubernetes-validate", "--strict", file], text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
                self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()
