"""The parties of deploy/demo.sh again: its resolver, started anew on what the demonstration left, and the programs."""

import os
import pathlib
import signal
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLAN = ROOT / "deploy/plans/mini-sentinel-phase1.textproto"
TABLES = {"registry": ROOT / "tests/worked_example/registry.csv", "claims": ROOT / "tests/worked_example/claims.csv"}


class Network:
    """`demo`: the folder of a demonstration; `programs`: the folder of the three programs."""

    def __init__(self, demo, programs):
        self.demo = pathlib.Path(demo)
        self.certs = self.demo / "certs"
        self._programs = pathlib.Path(programs)
        self._environment = dict(os.environ, XDG_STATE_HOME=str(self.demo / "state-of-tests"))
        clients = [f"--site={name}" for name in TABLES] + ["--coordinator=first", "--coordinator=second"]
        self._run([ROOT / "certs-example/make-certs.sh", self.certs,
                   *(word for client in clients for word in client.split("="))])
        self._token_key = self.demo / "token-of-tests.key"
        self._run([self._programs / "blindlink-agent", "keygen", "--out", self._token_key])
        self.start()

    def start(self):
        port_file = self.demo / "resolver/port"
        port_file.unlink(missing_ok=True)
        self._resolver = subprocess.Popen(
            [self._programs / "blindlink-resolver", "serve", "--config", self.demo / "resolver/config.textproto"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self._environment)
        end = time.monotonic() + 60
        while not (port_file.exists() and port_file.read_text().strip()):
            if time.monotonic() > end or self._resolver.poll() is not None:
                raise AssertionError("the resolver does not serve")
            time.sleep(0.02)
        self.address = f"127.0.0.1:{port_file.read_text().split(':')[-1].strip()}"

    def stop(self):
        self._resolver.send_signal(signal.SIGTERM)
        self._resolver.wait(60)

    def flags(self, party):
        stem = self.certs / party
        return ["--resolver", self.address, "--cert", f"{stem}.pem", "--key", f"{stem}.key", "--ca",
                self.certs / "ca.pem"]

    def coordinator(self, *arguments, who="first"):
        return self._run([self._programs / "blindlink-resolver", *arguments, *self.flags(f"coordinator-{who}")])

    def agent(self, site, *arguments):
        return self._run([self._programs / "blindlink-agent", *arguments, *self.flags(f"site-{site}")])

    def researcher(self, *arguments, connected=True):
        return self._run([self._programs / "blindlink-researcher", *arguments,
                          *(self.flags("researcher-study") if connected else [])])

    def project_with_the_worked_example(self, name, *more):
        """A project in which the README's two tables are linked."""
        sites = [word for site in TABLES for word in ("--site", site)]
        self.coordinator("project", "create", "--name", name, "--plan", PLAN, "--researcher", "study", *sites, *more)
        for site, table in TABLES.items():
            self.upload(name, site, table, "d1")
        self.link(name)

    def upload(self, project, site, table, dataset):
        self.agent(site, "run", "--input", table, "--project", project, "--site", site, "--dataset", dataset,
                   "--token-key", self._token_key, "--state", self.state_of(site))

    def link(self, project, *more):
        self.coordinator("linkage", "start", "--project", project, "--wait", *more)

    def state_of(self, site):
        return self.demo / f"state-{site}"

    def _run(self, command):
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, env=self._environment, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{pathlib.Path(command[0]).name} {command[1]} ended with {done.returncode}:\n"
                                 f"{done.stdout}")
        return done.stdout
