"""Certificates, resolver, agents and researcher of one benchmark: real programs over loopback mutual TLS."""

import json
import os
import re
import shutil
import time

import measure

PROJECT, DATASET = "bench", "all"
LEFT, RIGHT = "registry", "claims"


class Parties:
    """All files are in `out`. `bin_folder` has the three programs. `configuration` is added to the resolver's."""

    def __init__(self, root, bin_folder, out, plan, memory_mib, threads, configuration=""):
        self._root, self._bin, self._out, self._configuration = root, bin_folder, out, configuration
        self._plan, self._memory_mib, self._threads = plan, memory_mib, threads
        self._address = self.resolver = None
        for folder in ("logs", "resolver", "sites", "researcher"):
            os.makedirs(self.path(folder), mode=0o700, exist_ok=True)

    def path(self, *parts):
        return os.path.join(self._out, *parts)

    @property
    def data_folder(self):
        return self.path("resolver", "data")

    def _log(self, name):
        return self.path("logs", name + ".log")

    def connection(self, party):
        pem = self.path("certs", party)
        return ["--resolver", self._address, "--cert", pem + ".pem", "--key", pem + ".key",
                "--ca", self.path("certs", "ca.pem")]

    def prepare(self, keys_of=None):
        """Makes certificates and a token key, starts a resolver and creates a project. `keys_of`: other parties, whose token key and record
        keys are taken instead of new ones."""
        measure.run([os.path.join(self._root, "certs-example/make-certs.sh"), self.path("certs"), "--site", LEFT,
                     "--site", RIGHT, "--coordinator", "center", "--researcher", "study", "--worker", "near"], self._log("certs"))
        if keys_of is None:
            measure.run([self._program("agent"), "keygen", "--out", self.path("sites", "token.key")], self._log("keygen"))
        else:
            for name in ("token.key", os.path.join(LEFT, "record.key"), os.path.join(RIGHT, "record.key")):
                os.makedirs(os.path.dirname(self.path("sites", name)), mode=0o700, exist_ok=True)
                shutil.copy(keys_of.path("sites", name), self.path("sites", name))
        self._start_resolver()
        measure.run([self._program("resolver"), "project", "create", "--name", PROJECT, "--plan", self._plan,
                     "--site", LEFT, "--site", RIGHT, "--researcher", "study"]
                    + self.connection("coordinator-center"), self._log("project"))

    def _program(self, name):
        return os.path.join(self._bin, "blindlink-" + name)

    def _start_resolver(self):
        certs, port_file = self.path("certs"), self.path("resolver", "port")
        settings = {"listen": "127.0.0.1:0", "data_directory": self.data_folder,
                    "certificate_file": certs + "/resolver.pem", "private_key_file": certs + "/resolver.key",
                    "client_ca_file": certs + "/ca.pem",
                    "allowed_clients_file": certs + "/allowed-clients.txt", "port_file": port_file,
                    "log_file": self._log("resolver")}
        config = self.path("resolver", "config.textproto")
        with open(config, "w", encoding="utf-8") as text:
            for name, value in settings.items():
                text.write(f"{name}: {json.dumps(value)}\n")
            text.write(f"memory_budget_mib: {self._memory_mib}\n{self._configuration}\n")
        self.resolver = measure.Server([self._program("resolver"), "serve", "--config", config],
                                       self._log("resolver-start"))
        deadline = time.monotonic() + 60
        while not os.path.exists(port_file) or not os.path.getsize(port_file):
            if not self.resolver.alive() or time.monotonic() > deadline:
                raise RuntimeError("the resolver did not start; see " + self._log("resolver-start"))
            time.sleep(0.05)
        with open(port_file, encoding="ascii") as port:
            self._address = "127.0.0.1:" + re.findall(r"\d+", port.read())[-1]

    def start_worker(self, name, clickhouse):
        """A worker with one thread, as a Server. `clickhouse`: the cluster's part of its configuration."""
        certs, config = self.path("certs"), self.path("resolver", f"worker-{name}.textproto")
        settings = {"resolver": self._address, "ca_file": certs + "/ca.pem", "certificate_file": certs + "/worker-near.pem",
                    "private_key_file": certs + "/worker-near.key", "scratch_directory": self.path("resolver", "scratch-" + name)}
        with open(config, "w", encoding="utf-8") as text:
            for field, value in settings.items():
                text.write(f"{field}: {json.dumps(value)}\n")
            text.write(f"threads: 1 memory_budget_mib: {self._memory_mib}\n{clickhouse}\n")
        return measure.Server([self._program("resolver"), "work", "--config", config], self._log("worker-" + name))

    def wait_for_workers(self, threads):
        health = self.path("resolver", "health.json")
        while True:
            measure.run([self._program("resolver"), "health", "--json", health] + self.connection("coordinator-center"),
                        self._log("health"))
            with open(health, encoding="utf-8") as file:
                if int(json.load(file)["worker_threads"]) == threads:
                    return
            time.sleep(0.1)

    def restart_resolver(self, bin_folder, configuration=""):
        """The resolver of this folder of programs, on the same data."""
        if self.resolver is not None:
            self.resolver.stop()
        self._bin, self._configuration = bin_folder, configuration
        if os.path.exists(self.path("resolver", "port")):
            os.remove(self.path("resolver", "port"))
        self._start_resolver()

    def upload(self, site, source, stdin=None, one_record_per_person=True, dataset=DATASET):
        """Tokenizes and uploads; returns when the resolver has received everything, before it is ingested."""
        summary = self.path("sites", site + ".json")
        took = measure.run([self._program("agent"), "run", "--input", source, "--project", PROJECT, "--site", site,
                            "--dataset", dataset, "--token-key", self.path("sites", "token.key"),
                            "--state", self.path("sites", site), "--json", summary, "--no-wait", "--plan",
                            self._plan, "--threads", self._threads] +
                           ["--one-record-per-person"] * one_record_per_person +
                           self.connection("site-" + site),
                           self._log("agent-" + site), stdin)
        with open(summary, encoding="utf-8") as file:
            return took, json.load(file)

    def wait_until_ingested(self, site, dataset=DATASET):
        ended = re.compile(rf"event=(ingest-ended|ingest-failed)\b.*\bsite={site}\b.*\bdataset={dataset}\b")
        while True:
            with open(self._log("resolver"), encoding="utf-8") as log:
                found = ended.search(log.read())
            if found and found.group(1) == "ingest-ended":
                return
            if found or not self.resolver.alive():
                raise RuntimeError("ingest failed; see " + self._log("resolver"))
            time.sleep(0.02)

    def link(self, name="linkage", flags=()):
        """Links all datasets, or as the flags of `linkage start` say."""
        summary = self.path("resolver", name + ".json")
        measure.run([self._program("resolver"), "linkage", "start", "--project", PROJECT, "--wait", "--json",
                     summary, *flags] + self.connection("coordinator-center"), self._log(name))
        with open(summary, encoding="utf-8") as file:
            return json.load(file)

    def drop_index(self):
        """Destroys the tokens of all sites and the index key; results stay."""
        measure.run([self._program("resolver"), "project", "drop-index", "--project", PROJECT]
                    + self.connection("coordinator-center"), self._log("drop-index"))

    def withdraw(self, site, ids):
        """Withdraws the records of a file of ids; returns when no file of the resolver has them."""
        return measure.run([self._program("agent"), "withdraw", "--project", PROJECT, "--site", site, "--ids", ids,
                            "--state", self.path("sites", site), "--receipt",
                            self.path("sites", site + ".receipt.json")] + self.connection("site-" + site),
                           self._log("withdraw-" + site))

    def fetch(self, what, run):
        """Returns the measurements and the file."""
        file = self.path("researcher", what + ".csv")
        took = measure.run([self._program("researcher"), what, "--project", PROJECT, "--run", run, "--out", file]
                           + self.connection("researcher-study"), self._log("fetch-" + what))
        return took, file

    def evaluate(self, pairs, truth):
        out = self.path("evaluation.json")
        measure.run([self._program("researcher"), "evaluate", "--pairs", pairs, "--truth", truth, "--scope",
                     "cross-site", "--json", out], self._log("evaluate"))
        with open(out, encoding="utf-8") as file:
            return json.load(file)

    def map_of(self, site):
        return self.path("sites", site, f"{PROJECT}.{site}.{DATASET}.map.csv")
