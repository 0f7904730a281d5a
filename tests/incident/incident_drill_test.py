"""Runs the commands of docs/incident.md as they stand there, each after the accident that it is for.

A project of two sites, two coordinators and a researcher with an approved grant, over mutual TLS.
BLINDLINK_BIN_DIR is the folder of the programs; ctest sets it.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ["BLINDLINK_BIN_DIR"])
PROJECT = "asthma"
UNTIL = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 30 * 86400))


def drills():
    """Name -> the commands of the block that follows <!-- drill: NAME -->."""
    text = (ROOT / "docs/incident.md").read_text(encoding="utf-8")
    return dict(re.findall(r"<!-- drill: (\S+) -->\n```sh\n(.*?)```", text, re.DOTALL))


def wait_until(holds, seconds=60):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError("waited in vain")
        time.sleep(0.05)


class Network:
    """The parties of the project, on this machine."""

    def __init__(self, folder):
        self.folder = folder
        self.resolver = None
        self.shell_functions = ""
        certs = folder / "certs"
        self.run(ROOT / "certs-example/make-certs.sh", certs, "--site", "north", "--site", "south",
                 "--coordinator", "center", "--coordinator", "ethics", "--researcher", "study")
        (folder / "resolver.textproto").write_text(
            'listen: "127.0.0.1:0" data_directory: "data" log_file: "resolver.log" port_file: "port"\n'
            'certificate_file: "certs/resolver.pem" private_key_file: "certs/resolver.key"\n'
            'client_ca_file: "certs/ca.pem" allowed_clients_file: "certs/allowed-clients.txt"\n'
            "certificate_check_ms: 100\n", encoding="utf-8")
        self.start()

    def start(self):
        config = self.folder / "resolver.textproto"
        if (self.folder / "port").exists():  # the parties know the resolver by its address
            port = (self.folder / "port").read_text(encoding="utf-8").strip()
            config.write_text(config.read_text(encoding="utf-8").replace('"127.0.0.1:0"', f'"127.0.0.1:{port}"'),
                              encoding="utf-8")
        (self.folder / "port").unlink(missing_ok=True)
        self.resolver = subprocess.Popen([str(BIN / "blindlink-resolver"), "serve", "--config", "resolver.textproto"],
                                         cwd=self.folder, stdin=subprocess.DEVNULL)
        wait_until(lambda: (self.folder / "port").exists() and (self.folder / "port").read_text())

    def stop(self):
        self.resolver.send_signal(signal.SIGTERM)
        self.resolver.wait(60)

    def connection(self, party):
        port = (self.folder / "port").read_text(encoding="utf-8").strip()
        return ["--resolver", f"127.0.0.1:{port}", "--cert", f"certs/{party}.pem", "--key", f"certs/{party}.key",
                "--ca", "certs/ca.pem"]

    def environment(self):
        return dict(os.environ, PATH=f"{BIN}:{os.environ['PATH']}", DATA="data", CLIENTS="certs/allowed-clients.txt",
                    XDG_STATE_HOME=str(self.folder / "state-home"), LC_ALL="C.UTF-8",
                    CENTER=" ".join(self.connection("coordinator-center")),
                    ETHICS=" ".join(self.connection("coordinator-ethics")),
                    NORTH=" ".join(self.connection("site-north")), SOUTH=" ".join(self.connection("site-south")),
                    STUDY=" ".join(self.connection("researcher-study")))

    def run(self, *command, party=None, fails=False):
        command = [str(part) for part in command] + (self.connection(party) if party else [])
        if command[0].startswith("blindlink-"):
            command[0] = str(BIN / command[0])
        environment = self.environment() if self.resolver else None
        done = subprocess.run(command, cwd=self.folder, env=environment, text=True, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if (done.returncode != 0) != fails:
            raise AssertionError(f"{' '.join(command)}\nexited with {done.returncode}\n{done.stdout}")
        return done.stdout

    def drill(self, name):
        """Runs the commands of the document. `stop_resolver` and `start_resolver` are the operator's own."""
        said = ""
        for part in re.split(r"^(stop_resolver|start_resolver)\n", drills()[name], flags=re.MULTILINE):
            if part == "stop_resolver":
                self.stop()
            elif part == "start_resolver":
                self.start()
            elif part:
                said += self.run("bash", "-euo", "pipefail", "-c", part)
        return said


class IncidentDrill(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="blindlink-incident-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.net = Network(self.folder)
        self.addCleanup(self.net.stop)
        for site in ("north", "south"):
            rows = [f"{site}{i},Given{chr(97 + i % 20)}{i},Family{i},19{50 + i % 40}-0{1 + i % 9}-1{i % 10},"
                    f"{i} Elm St,Town,TX,7{i:04d}" for i in range(60)]
            (self.folder / f"{site}.csv").write_text(
                "\n".join(["id,first_name,last_name,dob,address,city,state,zip"] + rows) + "\n", encoding="utf-8")
        self.net.run("blindlink-agent", "keygen", "--out", "token.key")
        self.net.run("blindlink-resolver", "project", "create", "--name", PROJECT, "--release", "by-grant", "--plan",
                     ROOT / "deploy/plans/mini-sentinel-phase2.textproto", "--site", "north", "--site", "south",
                     "--researcher", "study", party="coordinator-center")
        for site in ("north", "south"):
            self.net.run("blindlink-agent", "run", "--input", f"{site}.csv", "--project", PROJECT, "--site", site,
                         "--dataset", "before", "--token-key", "token.key", "--state", f"state-{site}", party=f"site-{site}")
        self.link()
        self.grant()

    def link(self):
        self.net.run("blindlink-resolver", "linkage", "start", "--project", PROJECT, "--wait", party="coordinator-center")

    def grant(self):
        words = [part for flag in ("purpose", "legal-basis", "necessity", "proportionality", "harm")
                 for part in (f"--{flag}", f"The {flag} of this exercise.")]
        self.net.run("blindlink-researcher", "access", "request", "--project", PROJECT, "--run", "run-000001",
                     "--level", "pairs", "--relink", "--until", UNTIL, *words, party="researcher-study")
        for coordinator in ("center", "ethics"):
            self.net.run("blindlink-resolver", "access", "approve", "--project", PROJECT, "--grant", "grant-000001",
                         "--reason", "An exercise.", party=f"coordinator-{coordinator}")

    def exchange_words(self):
        """Both sites have exchange keys, and people of each have told the other their words."""
        for site, other in (("north", "south"), ("south", "north")):
            words = self.net.run("blindlink-agent", "keys", "init", "--site", site, "--exchange-key", f"exchange-{site}.key")
            (self.folder / f"words-{other}.txt").write_text(words, encoding="utf-8")
            self.net.run("blindlink-agent", "keys", "publish", "--project", PROJECT, "--site", site, "--exchange-key",
                         f"exchange-{site}.key", party=f"site-{site}")

    def fetch(self, fails=False):
        return self.net.run("blindlink-researcher", "pairs", "--project", PROJECT, "--out", "pairs.csv", party="researcher-study",
                            fails=fails)

    def log(self):
        return (self.folder / "resolver.log").read_text(encoding="utf-8")

    def test_the_look_copies_a_sound_log_and_lists_the_calls(self):
        witnesses = sorted((self.folder / "state-home/blindlink/witness").rglob("*.json"))
        self.assertTrue(witnesses)
        shutil.copy(witnesses[0], self.folder / "north.json")
        self.net.drill("look")
        self.assertTrue(any((self.folder / "evidence-audit").iterdir()))
        self.assertIn("spiffe://blindlink/site/north", (self.folder / "asthma-audit.csv").read_text(encoding="utf-8"))

    def test_a_party_that_is_shut_out_can_call_nothing(self):
        self.fetch()
        self.net.drill("shut-out")
        self.fetch(fails=True)
        self.net.run("blindlink-resolver", "project", "list", party="coordinator-center")

    def test_a_revoked_grant_gives_nothing(self):
        self.fetch()
        self.assertIn("grant-000001", self.net.drill("revoke"))
        self.fetch(fails=True)

    def test_a_replaced_token_key_links_and_the_old_one_is_refused(self):
        shutil.copy(self.folder / "token.key", self.folder / "stolen.key")
        self.exchange_words()
        self.net.drill("token-key")
        self.assertEqual((self.folder / "token-2.key").read_text(encoding="utf-8"),
                         (self.folder / "token-2-south.key").read_text(encoding="utf-8"))
        self.assertFalse((self.folder / "token.key").exists())
        self.link()
        refused = self.net.run("blindlink-agent", "run", "--input", "north.csv", "--project", PROJECT, "--site", "north",
                               "--dataset", "again", "--token-key", "stolen.key", "--state", "state-thief", party="site-north",
                               fails=True)
        self.assertIn("retired", refused)

    def test_a_replaced_exchange_key_has_other_words(self):
        words = self.net.run("blindlink-agent", "keys", "init", "--site", "north", "--exchange-key", "exchange.key")
        self.net.run("blindlink-agent", "keys", "publish", "--project", PROJECT, "--site", "north", "--exchange-key",
                     "exchange.key", party="site-north")
        said = self.net.drill("exchange-key")
        self.assertNotIn(words.strip().splitlines()[-1], said)

    def test_a_replaced_index_key_leaves_the_results_alone(self):
        self.net.drill("index-key")
        self.fetch()
        self.assertIn("generation 1", self.net.run("blindlink-resolver", "project", "keys", PROJECT, party="coordinator-center"))

    def test_a_new_approval_token_voids_the_earlier_one(self):
        self.net.run("blindlink-resolver", "access", "token", "--project", PROJECT, "--grant", "grant-000001", "--out",
                     "stolen.token", party="coordinator-center")
        self.net.drill("approval-token")
        self.fetch()
        pseudonym = re.search(r"north,([0-9a-f]{32})", (self.folder / "pairs.csv").read_text(encoding="utf-8"))[1]
        relink = ["blindlink-agent", "relink", "--project", PROJECT, "--grant", "grant-000001", "--state", "state-north"]
        self.net.run(*relink, "--token", "stolen.token", pseudonym, party="site-north", fails=True)
        self.assertIn("north", self.net.run(*relink, "--token", "grant-000001.new.token", pseudonym, party="site-north"))

    def test_another_certificate_of_the_resolver_is_taken_without_a_restart(self):
        new = self.folder / "new"
        new.mkdir()
        for name in ("ca.pem", "ca.key"):
            shutil.copy(self.folder / "certs" / name, new / name)
        self.net.run(ROOT / "certs-example/make-certs.sh", new)
        self.net.drill("resolver-certificate")
        wait_until(lambda: "event=certificates-reloaded" in self.log())
        self.fetch()

    def test_after_a_record_key_leaked_nothing_is_released_and_the_calls_are_listed(self):
        self.fetch()
        self.assertIn("GetMatchPairs", self.net.drill("record-key"))
        self.fetch(fails=True)
        self.assertFalse((self.folder / "state-north").exists())

    def test_a_client_whom_nobody_issued_a_certificate_is_found_in_the_list(self):
        self.net.drill("clients-ca")
        with open(self.folder / "certs/allowed-clients.txt", "a", encoding="utf-8") as clients:
            clients.write(f"{'ab' * 32} spiffe://blindlink/site/stranger\n")
        with self.assertRaises(AssertionError):
            self.net.drill("clients-ca")
        self.assertEqual("ab" * 32, (self.folder / "strangers.txt").read_text(encoding="utf-8").strip())

    def test_under_a_replaced_passphrase_the_old_one_opens_nothing(self):
        shutil.copy(self.folder / "token.key", self.folder / "protected.key")
        for name in ("old", "new"):
            path = self.folder / f"{name}-passphrase"
            path.write_text(f"the {name} passphrase of this exercise\n", encoding="utf-8")
            path.chmod(0o600)
        key_id = ["blindlink-agent", "key-id", "--project", PROJECT]
        before = self.net.run(*key_id, "--token-key", "token.key")
        self.net.run("blindlink-agent", "keys", "protect", "protected.key", "--passphrase-file", "old-passphrase")
        self.net.drill("passphrase")
        protected = [*key_id, "--token-key", "protected.key", "--passphrase-file"]
        self.net.run(*protected, "old-passphrase", fails=True)
        self.assertEqual(before, self.net.run(*protected, "new-passphrase"))

    def test_what_a_lost_coordinator_approved_is_listed_and_revoked_by_another(self):
        self.fetch()
        self.assertIn("grant-000001", self.net.drill("coordinator"))
        self.assertIn("DecideAccess", (self.folder / "decisions.csv").read_text(encoding="utf-8"))
        self.fetch(fails=True)

    def test_a_canary_tells_from_which_grant_a_file_comes(self):
        plan = ROOT / "deploy/plans/mini-sentinel-phase2.textproto"
        shutil.copy(plan, self.folder / "plan.textproto")
        self.net.run("blindlink-agent", "canaries", "make", "--like", "north.csv", "--plan", "plan.textproto", "--count", "3",
                     "--out", "canaries.csv")
        rows = (self.folder / "canaries.csv").read_text(encoding="utf-8").split("\n", 1)[1]
        with open(self.folder / "north.csv", "a", encoding="utf-8") as file:
            file.write(rows)
        self.net.run("blindlink-agent", "run", "--input", "north.csv", "--project", PROJECT, "--site", "north", "--dataset", "with",
                     "--token-key", "token.key", "--state", "state-north", party="site-north")
        self.link()
        words = [part for flag in ("purpose", "legal-basis", "necessity", "proportionality", "harm")
                 for part in (f"--{flag}", f"The {flag} of this exercise.")]
        self.net.run("blindlink-researcher", "access", "request", "--project", PROJECT, "--run", "run-000002",
                     "--level", "entity-map", "--until", UNTIL, *words, party="researcher-study")
        for coordinator in ("center", "ethics"):
            self.net.run("blindlink-resolver", "access", "approve", "--project", PROJECT, "--grant", "grant-000002",
                         "--reason", "An exercise.", party=f"coordinator-{coordinator}")
        self.net.run("blindlink-researcher", "entities", "--project", PROJECT, "--run", "run-000002", "--out", "suspicious.csv",
                     party="researcher-study")
        self.assertIn("FOUND 3 of 3 under grant-000002 of researcher study", self.net.drill("canary"))

    def test_a_new_audit_log_has_a_new_key_and_the_old_witnesses_say_so(self):
        before = self.net.run("blindlink-resolver", "audit", "key", "--data", "data")
        (self.folder / "kept").mkdir()
        self.assertNotEqual(self.net.drill("new-audit-log").strip(), before.strip())
        # Whoever has seen the old log is told, until they move their witness file away.
        self.fetch(fails=True)
        shutil.rmtree(self.folder / "state-home")
        self.fetch()

    def test_nothing_of_a_purged_project_is_left(self):
        self.net.drill("purge")
        wait_until(lambda: not (self.folder / "data/projects" / PROJECT).exists())
        self.assertEqual([], [file for file in (self.folder / "data/keys").iterdir() if PROJECT in file.name])
        self.fetch(fails=True)

    def test_every_block_of_the_document_is_exercised(self):
        source = pathlib.Path(__file__).read_text(encoding="utf-8")
        self.assertEqual(set(drills()), set(re.findall(r'drill\("([^"]+)"\)', source)))


if __name__ == "__main__":
    unittest.main()
