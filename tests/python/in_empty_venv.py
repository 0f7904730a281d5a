#!/usr/bin/env python3
"""Builds the wheel of python/, installs it into an empty environment, and runs the tests of this folder there.

    in_empty_venv.py FOLDER_OF_THE_PROGRAMS

First without the extras, then with them; then its type hints are checked. What needs a result uses that of deploy/demo.sh, which is made meanwhile.
Prints SKIPPED and ends if the package index cannot be reached.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WITHOUT_EXTRAS = ("evaluation_test", "files_test", "streams_test", "without_extras_test")
WITH_EXTRAS = ("resolver_test", "notebook_test")
EXTRAS = "pandas,arrow,plot"
# Runs the notebook.
RUNNER = ("nbclient", "ipykernel")
TYPES = "mypy"


def run(command, **settings):
    """Runs a command to its end; its output is shown only if it fails."""
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, **settings)
    if done.returncode != 0:
        sys.exit(f"{done.stdout}\n{' '.join(str(word) for word in command[:6])} ... ended with {done.returncode}")
    return done.stdout


class Demonstration(threading.Thread):
    """deploy/demo.sh, beside the rest."""

    def __init__(self, out, programs):
        super().__init__()
        self._command = [ROOT / "deploy/demo.sh", "--no-install", "--out", out]
        self._environment = dict(os.environ, BLINDLINK_BIN_DIR=str(programs))
        self._done = None
        self.start()

    def run(self):
        self._done = subprocess.run([str(word) for word in self._command], stdin=subprocess.DEVNULL,
                                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                                    env=self._environment)

    def wait(self):
        self.join()
        if self._done is None or self._done.returncode != 0:
            sys.exit(f"deploy/demo.sh failed:\n{self._done.stdout if self._done else ''}")


def index_is_reachable(pip, folder):
    tried = subprocess.run([*pip, "download", "-q", "--retries", "1", "--timeout", "10", "--no-deps", "-d", folder,
                            "zstandard"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True, check=False)
    if tried.returncode != 0:
        print(f"SKIPPED: packages cannot be downloaded: {tried.stdout.strip().splitlines()[-1]}")
    return tried.returncode == 0


def build_wheel(pip, folder):
    """Of copies: a build leaves files beside its sources."""
    for part in ("python", "proto"):
        shutil.copytree(ROOT / part, folder / "source" / part, ignore=shutil.ignore_patterns("build", "*.egg-info"))
    run([*pip, "wheel", "-q", "--no-deps", "-w", folder / "wheel", folder / "source/python"])
    [wheel] = (folder / "wheel").glob("*.whl")
    if not wheel.name.endswith("-py3-none-any.whl"):
        sys.exit(f"{wheel.name} is not for every machine")
    return wheel


def test(python, modules, environment):
    done = subprocess.run([str(python), "-W", "error::ResourceWarning", "-m", "unittest", "-v", *modules], cwd=HERE,
                          stdin=subprocess.DEVNULL, env=environment, check=False)
    if done.returncode != 0:
        sys.exit(done.returncode)


def main(programs):
    with tempfile.TemporaryDirectory(prefix="blindlink-python-") as place:
        folder = pathlib.Path(place)
        venv.create(folder / "venv", with_pip=True)
        python = folder / "venv/bin/python"
        pip = [python, "-m", "pip", "--disable-pip-version-check"]
        if not index_is_reachable(pip, folder / "tried"):
            return
        demonstration = Demonstration(folder / "demo", programs)
        wheel = build_wheel(pip, folder)
        environment = dict(os.environ, BLINDLINK_BIN_DIR=str(programs), BLINDLINK_DEMO=str(folder / "demo"),
                           PYTHONPYCACHEPREFIX=str(folder / "compiled"), GRPC_VERBOSITY="NONE",
                           HOME=str(folder / "home"))
        for name in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE"):
            environment.pop(name, None)
        run([*pip, "install", "-q", "--no-compile", wheel])
        test(python, WITHOUT_EXTRAS, environment)
        run([*pip, "install", "-q", "--no-compile", f"{wheel}[{EXTRAS}]", *RUNNER])
        demonstration.wait()
        test(python, WITH_EXTRAS, environment)
        run([*pip, "install", "-q", "--no-compile", TYPES])
        run([python, "-m", "mypy", "--config-file", ROOT / "python/pyproject.toml", "--cache-dir", folder / "mypy",
             ROOT / "python/src/blindlink"])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]).resolve())
