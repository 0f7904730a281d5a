"""A center with a resolver, two coordinators, two sites and a researcher, each with the programs of one build."""

import csv
import os
import pathlib
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds
SITES = ("registry", "claims")


def read_rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Parties:
    """The resolver serves the folder `project`/data as long as this is open. What sites keep is in `project` too."""

    def __init__(self, programs, project, folder):
        self.programs, self.project, self.folder = programs, project, folder
        self.environment = {**os.environ, "XDG_STATE_HOME": str(folder / "state-home"), "LC_ALL": "C.UTF-8"}
        clients = [word for site in SITES for word in ("--site", site)]
        subprocess.run([ROOT / "certs-example/make-certs.sh", folder / "certs", *clients, "--coordinator", "center",
                        "--coordinator", "board", "--researcher", "study"], check=True, stdout=subprocess.DEVNULL)
        self.resolver = None

    def __enter__(self):
        certs, port = self.folder / "certs", self.folder / "port"
        self.configuration = self.folder / "resolver.textproto"
        self.configuration.write_text(
            f'listen: "127.0.0.1:0"\ndata_directory: "{self.project}/data"\ncertificate_file: "{certs}/resolver.pem"\n'
            f'private_key_file: "{certs}/resolver.key"\nclient_ca_file: "{certs}/ca.pem"\n'
            f'allowed_clients_file: "{certs}/allowed-clients.txt"\nport_file: "{port}"\n', encoding="utf-8")
        port.unlink(missing_ok=True)
        self.log = open(self.folder / "resolver.log", "w", encoding="utf-8")
        self.resolver = subprocess.Popen([self.programs / "blindlink-resolver", "serve", "--config", self.configuration],
                                         stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=self.environment)
        end = time.monotonic() + PATIENCE
        while not (port.exists() and port.read_text(encoding="utf-8")):
            if self.resolver.poll() is not None or time.monotonic() > end:
                raise AssertionError("the resolver does not serve:\n" + self.resolver_log())
            time.sleep(0.02)
        self.address = "localhost:" + port.read_text(encoding="utf-8").strip()
        return self

    def __exit__(self, *_):
        self.resolver.terminate()
        self.resolver.wait(PATIENCE)
        self.log.close()

    def resolver_log(self):
        return (self.folder / "resolver.log").read_text(encoding="utf-8")

    def run(self, program, *arguments, fails=False):
        """What it printed; with `fails`, on standard error, because it must fail."""
        done = subprocess.run([self.programs / f"blindlink-{program}", *arguments], stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment, timeout=PATIENCE, check=False)
        if (done.returncode == 0) == fails:
            raise AssertionError(f"{program} {' '.join(map(str, arguments))}\nended with {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stderr if fails else done.stdout

    def connection(self, party):
        certs = self.folder / "certs"
        return ["--resolver", self.address, "--cert", certs / f"{party}.pem", "--key", certs / f"{party}.key", "--ca", certs / "ca.pem"]

    def coordinator(self, *arguments, name="center"):
        return self.run("resolver", *arguments, *self.connection(f"coordinator-{name}"))

    def researcher(self, *arguments, **how):
        return self.run("researcher", *arguments, *self.connection("researcher-study"), **how)

    def send(self, project, site, dataset, file):
        self.run("agent", "run", "--project", project, "--site", site, "--dataset", dataset, "--input", file,
                 "--plan", self.project / "plan.textproto", "--token-key", self.project / "token.key",
                 "--state", self.project / f"state-{site}", *self.connection(f"site-{site}"))

    def fetch(self, what, project, *more):
        """The rows that the researcher gets."""
        file = self.folder / "fetched.csv"
        for old in self.folder.glob("fetched.csv*"):
            old.unlink()
        self.researcher(what, "--project", project, "--out", file, *more)
        return read_rows(file)

    def pseudonym(self, project, site, record):
        """SITE/PSEUDONYM of a site's own record, by the map that it keeps."""
        with open(self.project / f"state-{site}" / f"{project}.{site}.first.map.csv", newline="", encoding="utf-8") as file:
            return f"{site}/{dict(csv.reader(file))[record]}"
