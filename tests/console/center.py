"""A coordinating center on this machine: a resolver with console and metrics, its parties, and their programs."""

import contextlib
import pathlib
import random
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECONDS = 60
FIRST = "Anna Bert Carla David Emma Frank Grace Henry Ida John Karen Louis Maria Nina Oscar Paula Quinn Rosa Sam Tina".split()
LAST = "Miller Smith Garcia Brown Davis Wilson Moore Taylor Clark Lewis Walker Young King Wright Scott Hill Adams".split()


def people(count, seed):
    """Rows of an extract, without their record ids; the same for the same seed."""
    draw = random.Random(seed)
    for number in range(count):
        yield (f"{draw.choice(FIRST)}{'aeiou'[number % 5]},{draw.choice(LAST)}{chr(97 + number % 26)}{chr(97 + number // 26 % 26)},"
               f"{draw.randrange(1, 999)} Oak Street,{draw.randrange(10000, 99999)},"
               f"{draw.randrange(1930, 2010)}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}")


def with_errors(rows, seed):
    """The same people as another site may have them: some moved, some are misspelled, some have no date of birth."""
    draw = random.Random(seed)
    for row in rows:
        first, last, street, zip_code, birth = row.split(",")
        if draw.random() < 0.2:
            street, zip_code = f"{draw.randrange(1, 999)} Elm Avenue", str(draw.randrange(10000, 99999))
        if draw.random() < 0.15:
            at = draw.randrange(1, len(last))
            last = last[:at] + draw.choice("aeiou") + last[at + 1:]
        if draw.random() < 0.1:
            birth = birth[:4] + birth[4:].replace("1", "2", 1)
        if draw.random() < 0.05:
            birth = ""
        yield ",".join((first, last, street, zip_code, birth))


class Center:
    HEADER = "record_id,first_name,last_name,street_address,zip,date_of_birth\n"

    def __init__(self, programs, configuration=""):
        self.programs = pathlib.Path(programs)
        self.temporary = tempfile.TemporaryDirectory(prefix="blindlink-console-")
        self.folder = pathlib.Path(self.temporary.name)
        self.certs = self.folder / "certs"
        self.environment = {"XDG_STATE_HOME": str(self.folder / "state"), "PATH": "/usr/bin:/bin", "HOME": str(self.folder)}
        subprocess.run([ROOT / "certs-example/make-certs.sh", self.certs, "--site", "north", "--site", "south", "--coordinator",
                        "center", "--coordinator", "second", "--researcher", "study"], check=True, capture_output=True)
        names = {"certificate_file": "resolver.pem", "private_key_file": "resolver.key", "client_ca_file": "ca.pem",
                 "allowed_clients_file": "allowed-clients.txt"}
        (self.folder / "resolver.textproto").write_text(
            f'listen: "127.0.0.1:0" data_directory: "data" port_file: "port" log_file: "log"\n'
            'console_listen: "127.0.0.1:0" console_port_file: "console-port"\n'
            'metrics_listen: "127.0.0.1:0" metrics_port_file: "metrics-port"\n'
            + "".join(f'{field}: "certs/{file}"\n' for field, file in names.items()) + configuration)
        self.resolver = subprocess.Popen([self.programs / "blindlink-resolver", "serve", "--config", self.folder / "resolver.textproto"],
                                         env=self.environment)
        self.port, self.console_port, self.metrics_port = (self._port(name) for name in ("port", "console-port", "metrics-port"))
        self.address = f"https://127.0.0.1:{self.console_port}"
        self.run("blindlink-agent", None, "keygen", "--out", self.folder / "token.key")

    def _port(self, name):
        deadline = time.monotonic() + SECONDS
        while not (self.folder / name).exists():
            assert self.resolver.poll() is None and time.monotonic() < deadline, "the resolver does not serve"
            time.sleep(0.05)
        return int((self.folder / name).read_text())

    def close(self):
        self.resolver.send_signal(signal.SIGTERM)
        assert self.resolver.wait(SECONDS) == 0, (self.folder / "log").read_text()[-3000:]
        self.temporary.cleanup()

    def command(self, program, party, *arguments):
        command = [self.programs / program, *arguments]
        if party:
            command += ["--resolver", f"127.0.0.1:{self.port}", "--cert", self.certs / f"{party}.pem", "--key",
                        self.certs / f"{party}.key", "--ca", self.certs / "ca.pem"]
        return [str(part) for part in command]

    def run(self, program, party, *arguments):
        done = subprocess.run(self.command(program, party, *arguments), env=self.environment, capture_output=True, text=True,
                              timeout=300, check=False)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def create_project(self, name, *more, plan=""):
        """`plan` is added to the text of us-default."""
        (self.folder / "plan.textproto").write_text((ROOT / "deploy/plans/us-default.textproto").read_text() + plan)
        self.run("blindlink-resolver", "coordinator-center", "project", "create", "--name", name, "--plan",
                 self.folder / "plan.textproto", "--site", "north", "--site", "south", "--researcher", "study", *more)

    def upload_command(self, project, site, rows, dataset="d1"):
        extract = self.folder / f"{project}-{site}-{dataset}.csv"
        extract.write_text(self.HEADER + "".join(f"{number},{row}\n" for number, row in enumerate(rows)))
        return self.command("blindlink-agent", f"site-{site}", "run", "--input", extract, "--project", project, "--site", site,
                            "--dataset", dataset, "--token-key", self.folder / "token.key", "--state", self.folder / f"state-{site}")

    def upload(self, project, site, rows, dataset="d1"):
        done = subprocess.run(self.upload_command(project, site, rows, dataset), env=self.environment, capture_output=True,
                              text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr

    def request_access(self, project):
        self.run("blindlink-researcher", "researcher-study", "access", "request", "--project", project, "--run", "run-000001",
                 "--level", "counts", "--until", "2027-06-30", "--purpose", "Sizing a cohort of patients with influenza.",
                 "--legal-basis", "Consent of the patients.", "--necessity", "Without counts nobody knows whether it is feasible.",
                 "--proportionality", "Only counts leave, and small ones do not.",
                 "--harm", "A small count could point at a person; it is suppressed.")

    @contextlib.contextmanager
    def slowed_down(self):
        """The resolver runs for a few milliseconds at a time, so that a browser sees what would pass within a moment."""
        done = threading.Event()

        def alternate():
            while not done.wait(0.001):
                self.resolver.send_signal(signal.SIGSTOP)
                done.wait(0.02)
                self.resolver.send_signal(signal.SIGCONT)

        thread = threading.Thread(target=alternate)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    # --- the console, without a browser ---

    def tls(self, party, certs=None):
        context = ssl.create_default_context(cafile=self.certs / "ca.pem")
        if party:
            folder = certs or self.certs
            context.load_cert_chain(folder / f"{party}.pem", folder / f"{party}.key")
        return context

    def connect(self, party, certs=None):
        plain = socket.create_connection(("127.0.0.1", self.console_port), timeout=SECONDS)
        return self.tls(party, certs).wrap_socket(plain, server_hostname="127.0.0.1")

    def answer(self, party, request, certs=None):
        """All that the console answers to these bytes; empty if it closes the connection."""
        with contextlib.suppress(ssl.SSLError, ConnectionError):
            with self.connect(party, certs) as connection:
                connection.sendall(request)
                return read_answer(connection)
        return b""

    def get(self, party, path):
        return self.answer(party, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()).decode()

    def post(self, party, path, form, headers=""):
        body = form.encode()
        return self.answer(party, (f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{headers}"
                                   "Content-Type: application/x-www-form-urlencoded\r\n"
                                   f"Content-Length: {len(body)}\r\n\r\n").encode() + body).decode()

    def metrics(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=SECONDS) as answer:
            return answer.read().decode()


def read_answer(connection):
    answer = b""
    with contextlib.suppress(ssl.SSLError, ConnectionError):
        while data := connection.recv(1 << 16):
            answer += data
    return answer
