#!/usr/bin/env python3
"""Follows docs/operations.md word by word, from nothing to a linked run whose result is released: three sites, two coordinators,
a researcher and a center, with the programs of a build and without root, packages or systemd. Also makes a backup and restores it, as the page says.

    tests/docs/operations_trial.py FOLDER_OF_THE_PROGRAMS

Every machine of the guide is a folder with a PATH of its own, on which a program is only once apt-get has installed it there.
What a machine has for itself is SUBSTITUTED in the commands and the configuration, and what needs root has STAND_INS; both are
printed. tests/packages/bare_debian.py follows the same page with neither.
"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import guide  # noqa: E402

PATIENCE = 120  # seconds that one command may take
CONFIGURATION = ROOT / "deploy/packages/resolver.textproto"
UNIT = ROOT / "deploy/systemd/blindlink-resolver.service"

# In commands and in the installed configuration. {root}: the folder of all; {port}: the port that the resolver has got.
SUBSTITUTED = {
    "/etc/blindlink": "{root}/etc/blindlink",
    "/usr/share/blindlink": "{root}/usr/share/blindlink",
    "/var/lib/blindlink": "{root}/var/lib/blindlink",
    "/var/log/blindlink": "{root}/var/log/blindlink",
    "/var/backups": "{root}/var/backups",
    "0.0.0.0:7443": "127.0.0.1:0",
    "center.example.org:7443": "localhost:{port}",
}

# name: (what it does instead, its lines). $ROOT is the folder of all, $MACHINE that of the machine, $BUILD that of the programs.
STAND_INS = {
    "apt-get": ("puts the programs of the build on the machine's PATH, and the shared files in their place", r"""
[ "$1 $2" = "install --yes" ] || exit 100
shift 2
for package; do
  name=$(basename "${package%_\*.deb}")
  case $name in
    blindlink-common) [ -d "$ROOT/usr/share/blindlink/plans" ] || exit 100 ;;
    *) ln -sf "$BUILD/$name" "$MACHINE/bin/$name" || exit 100; "$MACHINE/bin/$name" --version ;;
  esac
done
"""),
    "install": ("without -o and -g: all files have the same owner", r"""
arguments=()
while [ $# -gt 0 ]; do
  case $1 in -o | -g) shift 2 ;; *) arguments+=("$1"); shift ;; esac
done
exec /usr/bin/install "${arguments[@]}"
"""),
    "runuser": ("runs the command as the same user", r"""
[ "$1 $3" = "-u --" ] || exit 1
shift 3
exec "$@"
"""),
    "systemctl": ("starts the unit's command line and waits until it serves, again on the same port; stops it", r"""
case "$*" in
  "stop blindlink-resolver")
    kill -TERM "$(cat "$ROOT/resolver.pid")"
    while kill -0 "$(cat "$ROOT/resolver.pid")" 2>/dev/null; do sleep 0.05; done ;;
  "start blindlink-resolver" | "enable --now blindlink-resolver")
    if [ -s "$ROOT/port" ]; then sed -i "s/127.0.0.1:0/127.0.0.1:$(cat "$ROOT/port")/" "$ROOT/etc/blindlink/resolver.textproto"; fi
    rm -f "$ROOT/port"
    command=$(sed -n 's/^ExecStart=//p' "$UNIT" | sed "s|/usr/bin/|$MACHINE/bin/|; s|/etc/|$ROOT/etc/|")
    setsid $command </dev/null >"$ROOT/resolver.out" 2>&1 &
    echo $! >"$ROOT/resolver.pid"
    until [ -s "$ROOT/port" ]; do kill -0 $! 2>/dev/null || exit 1; sleep 0.05; done ;;
  *) exit 1 ;;
esac
"""),
}


class Machines:
    """All machines of the guide in one folder, and a shell for each party."""

    def __init__(self, root, build):
        self.root, self.build, self.shells = root, build, {}
        for name in ("etc/blindlink", "usr/share/blindlink/examples", "var/lib", "var/log/blindlink", "var/backups",
                     "stand-ins"):
            (root / name).mkdir(parents=True, mode=0o700)
        shared = root / "usr/share/blindlink"
        (shared / "plans").symlink_to(ROOT / "deploy/plans")
        (shared / "make-certs.sh").symlink_to(ROOT / "certs-example/make-certs.sh")
        for table in ("registry", "claims", "clinic"):
            (shared / f"examples/{table}.csv").symlink_to(ROOT / f"tests/worked_example/{table}.csv")
        configuration = self.substituted(CONFIGURATION.read_text(encoding="utf-8"))
        (root / "etc/blindlink/resolver.textproto").write_text(
            f'{configuration}port_file: "{root}/port"\n', encoding="utf-8")
        for name, (_, lines) in STAND_INS.items():
            program = root / "stand-ins" / name
            program.write_text("#!/bin/bash" + lines, encoding="utf-8")
            program.chmod(0o755)

    def substituted(self, text):
        port = self.root / "port"
        values = {"root": self.root, "port": port.read_text().strip() if port.exists() else "not-yet"}
        for said, instead in SUBSTITUTED.items():
            text = text.replace(said, instead.format(**values))
        return text

    def machine(self, party):
        return self.root / "machines" / party.removeprefix("root@")

    def home(self, party):
        return self.machine(party) / ("root" if party.startswith("root@") else "home")

    def own(self, party, path):
        """Everything is this user's."""

    def shell(self, party):
        if party not in self.shells:
            for folder in (self.machine(party) / "bin", self.home(party)):
                folder.mkdir(parents=True, exist_ok=True)
            environment = {
                "PATH": f"{self.machine(party)}/bin:{self.root}/stand-ins:/usr/bin:/bin", "HOME": str(self.home(party)),
                "ROOT": str(self.root), "MACHINE": str(self.machine(party)), "BUILD": str(self.build), "UNIT": str(UNIT),
                "LC_ALL": "C.UTF-8"}
            self.shells[party] = subprocess.Popen(["bash", "--norc"], text=True, cwd=self.home(party), env=environment,
                                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return self.shells[party]

    def type(self, party, commands):
        commands = self.substituted(commands)
        if left := re.search(r"(?<![\w.])/(etc|usr|var)/\S*", commands.replace(str(self.root), "ROOT")):
            sys.exit(f"failed: {left[0]} has no place in SUBSTITUTED")
        return guide.type_into(self.shell(party), party, commands, PATIENCE, self.resolvers_words)

    def resolvers_words(self):
        """The end of what the resolver has said."""
        said = "".join(path.read_text(encoding="utf-8") for path in
                       (self.root / "resolver.out", self.root / "var/log/blindlink/resolver.log") if path.exists())
        return "".join(said.splitlines(keepends=True)[-20:])

    def stop(self):
        for shell in self.shells.values():
            shell.kill()
            shell.communicate()
        if (self.root / "resolver.pid").exists():
            try:
                os.killpg(int((self.root / "resolver.pid").read_text()), signal.SIGKILL)
            except ProcessLookupError:
                pass


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    print("In place of what the guide names:")
    for said, instead in SUBSTITUTED.items():
        print(f"  {said:25} {instead}")
    print("Stand-ins for what needs root:")
    for name, (what, _) in STAND_INS.items():
        print(f"  {name:25} {what}")
    with tempfile.TemporaryDirectory(prefix="operations-trial-") as folder:
        machines = Machines(pathlib.Path(folder), build)
        try:
            for party in guide.PARTIES:
                machines.shell(party)
            trial = guide.Trial(machines)
            trial.follow("operations.md")
            trial.check_results()
        finally:
            machines.stop()


if __name__ == "__main__":
    main()
