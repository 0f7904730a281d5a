#!/usr/bin/env python3
"""Installs the packages on a bare Debian 12 and follows docs/operations.md there, word by word, to a first linkage.

    sudo tests/packages/bare_debian.py [--packages DIR] [--base DIR] [--chroot]

DIR has the packages (default: build/package/packages; `cmake --build build/package --target packages`). The system is made by
debootstrap from the mirror in this machine's apt configuration, in a temporary folder. --base keeps what debootstrap made, and
takes it the next time. It is booted under systemd-nspawn where that works; elsewhere, or with --chroot, a stand-in for
systemctl runs the unit's command line as the unit's user. Needs root, debootstrap, systemd-container and a network; takes some
minutes. Every ```sh block after <!-- trial: PARTY --> is run as it stands, in a shell of that party; after the guide also
those of docs/packages.md, if systemd runs.
"""

import argparse
import csv
import os
import pathlib
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 600  # seconds that one command may take
PARTIES = ("center", "registry", "claims", "study")
CERTIFICATES = {"center": "coordinator-center", "registry": "site-registry", "claims": "site-claims",
                "study": "researcher-study"}

# For a system without systemd as its first process: what systemctl would do, with the unit's own user and command line.
SYSTEMCTL = r"""#!/bin/bash
unit=/lib/systemd/system/blindlink-resolver.service
case "$*" in
  *stop*) kill -TERM "$(cat /run/trial.pid)"; while kill -0 "$(cat /run/trial.pid)" 2>/dev/null; do sleep 0.1; done ;;
  *start\ * | *enable*)
    user=$(sed -n 's/^User=//p' $unit) command=$(sed -n 's/^ExecStart=//p' $unit)
    setsid runuser -u "$user" -- $command </dev/null >/dev/null 2>&1 &
    echo $! >/run/trial.pid
    until (exec 3<>/dev/tcp/localhost/7443) 2>/dev/null; do sleep 0.2; done ;;
esac
"""


def steps(name):
    """(kind, argument, text) of a page, in order: ("trial", party, commands) and ("by hand", what, "")."""
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    found = re.findall(r"<!-- (trial|by hand): (\S+) -->(?:\n```sh\n(.*?)```)?", page, re.DOTALL)
    if not any(kind == "trial" for kind, _, _ in found):
        sys.exit(f"docs/{name} has no block with a trial comment")
    return found


def mirror():
    """Address and name of Debian's release in apt's own configuration."""
    listed = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME) $(COMPONENT) $(CREATED_BY)"],
                            check=True, text=True, stdout=subprocess.PIPE).stdout
    for line in listed.splitlines():
        uri, name, component, target = line.split()
        if (component, target) == ("main", "Packages") and "-" not in name:
            return uri, name
    sys.exit("apt's configuration names no release of Debian")


class System:
    """A bare Debian in `folder`, and a shell for each party in it."""

    def __init__(self, folder):
        self.folder = folder
        self.shells = {}
        self.nspawn = None
        self.enter = []

    def make(self, base):
        base = base or self.folder
        if not (base / "etc/debian_version").exists():
            uri, name = mirror()
            subprocess.run(["debootstrap", "--variant=minbase", "--include=systemd-sysv,dbus,ca-certificates", name,
                            str(base), uri], check=True, stdout=subprocess.DEVNULL)
        if base != self.folder:
            subprocess.run(["cp", "--archive", f"{base}/.", str(self.folder)], check=True)
        for name in ("sources.list", "sources.list.d", "auth.conf.d", "trusted.gpg.d"):
            source, target = pathlib.Path("/etc/apt") / name, self.folder / "etc/apt" / name
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True)
            elif source.exists():
                shutil.copy(source, target)
        dump = subprocess.run(["apt-config", "dump"], check=True, text=True, stdout=subprocess.PIPE).stdout
        (self.folder / "etc/apt/apt.conf.d/90mirror").write_text(
            "".join(line + "\n" for line in dump.splitlines() if line.startswith("Acquire::")), encoding="utf-8")
        with open(self.folder / "etc/hosts", "w", encoding="utf-8") as hosts:
            hosts.write("127.0.0.1 localhost center.example.org\n")

    def boot(self):
        """Under systemd-nspawn if that works here, else in a chroot."""
        self.nspawn = subprocess.Popen(
            ["systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit", "--resolv-conf=copy-host",
             "--directory", str(self.folder)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        for _ in range(60):
            time.sleep(0.5)
            if self.nspawn.poll() is not None:
                return self.use_chroot()
            children = pathlib.Path(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children").read_text().split()
            if children:
                self.enter = ["nsenter", "--target", children[0], "--mount", "--uts", "--ipc", "--net", "--pid", "--"]
                if self.run("systemctl is-system-running | grep -Eq 'running|degraded'", check=False).returncode == 0:
                    print("booted under systemd-nspawn")
                    return None
        self.nspawn.kill()
        return self.use_chroot()

    def use_chroot(self):
        print("a chroot: the unit's command line as the unit's user, without systemd")
        self.nspawn = None
        shutil.copy("/etc/resolv.conf", self.folder / "etc/resolv.conf")
        subprocess.run(["mount", "-t", "proc", "proc", str(self.folder / "proc")], check=True)
        self.enter = ["chroot", str(self.folder)]
        stand_in = self.folder / "usr/local/sbin/systemctl"
        stand_in.write_text(SYSTEMCTL, encoding="utf-8")
        stand_in.chmod(0o755)

    def run(self, command, check=True):
        return subprocess.run([*self.enter, "bash", "-c", command], check=check, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)

    def shell(self, party):
        if party not in self.shells:
            user = "root" if party.startswith("root@") else party
            self.shells[party] = subprocess.Popen([*self.enter, "runuser", "-l", user], text=True,
                                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                                  stderr=subprocess.STDOUT)
        return self.shells[party]

    def type(self, party, commands):
        """Has the party's shell run the commands, one after the other; ends the trial if one fails. Returns what they print."""
        shell, end = self.shell(party), secrets.token_hex(8)
        for command in re.split(r"(?<!\\)\n(?!\s)", commands.strip()):
            print(f"{party}$ {command}", flush=True)
            shell.stdin.write(f"{{ {command}\n}} </dev/null\necho {end} $?\n")
            shell.stdin.flush()
            patience = threading.Timer(PATIENCE, shell.kill)
            patience.start()
            printed, line = "", ""
            for line in shell.stdout:
                if line.startswith(end):
                    break
                printed += line
            patience.cancel()
            if line.split() != [end, "0"]:
                journal = self.run("journalctl --no-pager --lines=20 --unit='blindlink*'", check=False).stdout
                sys.exit(f"{printed}\n{journal}\nfailed: {party}: {command}")
        return printed

    def home(self, party):
        return self.folder / ("root" if party.startswith("root@") else f"home/{party}")

    def stop(self):
        for shell in self.shells.values():
            shell.stdin.close()
            shell.wait()
        if self.nspawn:
            self.run("systemctl poweroff", check=False)
            self.nspawn.wait(timeout=60)
        elif self.enter:
            self.run("systemctl stop blindlink-resolver", check=False)
            subprocess.run(["umount", str(self.folder / "proc")], check=False)


class Trial:
    def __init__(self, system):
        self.system = system
        self.words = {}

    def give(self, party, name, data):
        """Puts a file into a party's home, as its owner would."""
        path = self.system.home(party) / name
        path.write_bytes(data)
        path.chmod(0o600)
        self.system.run(f"chown {party}: /home/{party}/{name}")

    def hand_over_certificates(self):
        certificates = self.system.home("root@center") / "certs"
        for party, stem in CERTIFICATES.items():
            for ending in ("pem", "key"):
                self.give(party, f"{party}.{ending}", (certificates / f"{stem}.{ending}").read_bytes())
            self.give(party, "ca.pem", (certificates / "ca.pem").read_bytes())

    def tell_words(self):
        for party, other in (("registry", "claims"), ("claims", "registry")):
            self.give(party, "words.txt", (self.words[other] + "\n").encode())

    def follow(self, page):
        by_hand = {"certificates": self.hand_over_certificates, "words": self.tell_words}
        for kind, argument, commands in steps(page):
            if kind == "by hand":
                by_hand[argument]()
                continue
            printed = self.system.type(argument, commands)
            if said := re.search(rf"(?m)^{argument} (?:[a-z]+ ){{11}}[a-z]+$", printed):
                self.words[argument] = said[0]

    def pairs(self):
        """The researcher's pairs, as the sites' own record ids."""
        ids = {}
        for site in ("registry", "claims"):
            with open(next(self.system.home(site).glob("state/*.map.csv")), encoding="utf-8", newline="") as file:
                ids |= {(site, row["pseudonym"]): row["record_id"] for row in csv.DictReader(file)}
        with open(self.system.home("study") / "pairs.csv", encoding="utf-8", newline="") as file:
            return {frozenset((ids[row["left_site"], row["left_record"]], ids[row["right_site"], row["right_record"]]))
                    for row in csv.DictReader(file)}


def check_with_lintian(packages):
    if not shutil.which("lintian"):
        print("lintian is not installed: the packages are not checked with it")
        return
    said = subprocess.run(["lintian", "--allow-root", *map(str, packages)], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False).stdout
    print(said, end="")
    if re.search("(?m)^E:", said):
        sys.exit("failed: lintian finds errors")


def check_limits(system):
    """That the running resolver is under the limits of its unit."""
    status = system.run("cat /proc/$(systemctl show --property=MainPID --value blindlink-resolver)/status").stdout
    found = dict(re.findall(r"(?m)^(\w+):\s+(\S+)", status))
    if (found["Uid"] == "0", found["CapBnd"], found["NoNewPrivs"], found["Seccomp"]) != (False, "0" * 16, "1", "2"):
        sys.exit(f"failed: the resolver runs with rights: {found}")


def expected_pairs():
    with open(ROOT / "tests/worked_example/expected_pairs.csv", encoding="utf-8", newline="") as file:
        return {frozenset((row["left_record"], row["right_record"])) for row in csv.DictReader(file)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=pathlib.Path, default=ROOT / "build/package/packages")
    parser.add_argument("--base", type=pathlib.Path)
    parser.add_argument("--chroot", action="store_true")
    arguments = parser.parse_args()
    packages = sorted(arguments.packages.glob("*.deb"))
    if os.geteuid() != 0 or not packages:
        sys.exit("bare_debian.py: needs root" if packages else f"bare_debian.py: no packages in {arguments.packages}")
    check_with_lintian(packages)
    with tempfile.TemporaryDirectory(prefix="bare-debian-", dir="/var/tmp") as temporary:
        os.chmod(temporary, 0o755)
        system = System(pathlib.Path(temporary))
        system.make(arguments.base)
        try:
            system.use_chroot() if arguments.chroot else system.boot()
            for party in PARTIES:
                system.run(f"id {party} 2>/dev/null || useradd --create-home --shell /bin/bash {party}")
            for package in packages:
                shutil.copy(package, system.folder / "root")
            system.run("apt-get update -qq")
            trial = Trial(system)
            trial.follow("operations.md")
            if trial.pairs() != expected_pairs():
                sys.exit(f"failed: the pairs are {trial.pairs()}")
            if system.nspawn:
                check_limits(system)
                trial.follow("packages.md")
        finally:
            system.stop()
    print(f"done: {len(expected_pairs())} pairs, as docs/operations.md says")


if __name__ == "__main__":
    main()
