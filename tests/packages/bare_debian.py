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
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import guide  # noqa: E402

PATIENCE = 600  # seconds that one command may take
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
        return guide.type_into(self.shell(party), party, commands, PATIENCE, lambda: self.run(
            "journalctl --no-pager --lines=20 --unit='blindlink*'", check=False).stdout)

    def own(self, party, path):
        self.run(f"chown {party}: /home/{party}/{path.name}")

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
            for party in guide.PARTIES:
                system.run(f"id {party} 2>/dev/null || useradd --create-home --shell /bin/bash {party}")
            for package in packages:
                shutil.copy(package, system.folder / "root")
            system.run("apt-get update -qq")
            trial = guide.Trial(system)
            trial.follow("operations.md")
            trial.check_results()
            if system.nspawn:
                check_limits(system)
                trial.follow("packages.md")
        finally:
            system.stop()


if __name__ == "__main__":
    main()
