"""Measures the time, memory and disk use of a benchmark's processes. Linux only: it reads /proc."""

import os
import shutil
import subprocess
import sys
import threading
import time

_TICK = os.sysconf("SC_CLK_TCK")
_MARKER = ".blindlink-bench"


def make_folder(out, script):
    """An empty folder for a benchmark's files. What another run left there is deleted; what no benchmark has made is not touched."""
    marker = os.path.join(out, _MARKER)
    if os.path.exists(out) and os.listdir(out) and not os.path.exists(marker):
        sys.exit(f"{script}: {out} was not made by a benchmark and is left unchanged; choose another --out")
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(os.path.join(out, "logs"), mode=0o700)
    with open(marker, "w", encoding="utf-8") as file:
        file.write(f"Made by tests/bench/{script}, which deletes this folder when it runs again.\n")


class Finished:
    """The time and memory that a finished program used."""

    def __init__(self, seconds, usage):
        self.seconds, self.peak_mib = seconds, usage.ru_maxrss / 1024
        self.user_seconds, self.cpu_seconds = usage.ru_utime, usage.ru_utime + usage.ru_stime


def run(arguments, log, stdin=None):
    """Runs a program; its output goes to `log`. Raises RuntimeError with the end of the log if it fails."""
    began = time.monotonic()
    with open(log, "wb") as out:
        process = subprocess.Popen([str(part) for part in arguments], stdin=stdin, stdout=out, stderr=out)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - began
    if process.returncode != 0:
        with open(log, encoding="utf-8", errors="replace") as text:
            raise RuntimeError(f"{arguments[0]} failed ({process.returncode}):\n" + text.read()[-2000:])
    return Finished(seconds, usage)


class Server:
    """A program that keeps running and is measured from outside while it serves others."""

    def __init__(self, arguments, log):
        with open(log, "wb") as out:
            self._process = subprocess.Popen([str(part) for part in arguments], stdout=out, stderr=out)

    @property
    def pid(self):
        return self._process.pid

    def alive(self):
        return self._process.poll() is None

    def _stat(self):
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as stat:
            return stat.read().rpartition(")")[2].split()

    def user_seconds(self):
        return int(self._stat()[11]) / _TICK

    def cpu_seconds(self):
        fields = self._stat()
        return (int(fields[11]) + int(fields[12])) / _TICK

    def forget_peak(self):
        """Resets the peak: from now on it covers only what follows."""
        with open(f"/proc/{self.pid}/clear_refs", "w", encoding="ascii") as refs:
            refs.write("5")

    def peak_mib(self):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmHWM"):
                    return int(line.split()[1]) / 1024
        return 0

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def folder_bytes(folder):
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(path, name)).st_blocks * 512
            except FileNotFoundError:
                pass
    return total


def nameless_bytes(pid):
    """Bytes of deleted files that a process still holds open, such as its sorting files."""
    total = 0
    try:
        for number in os.listdir(f"/proc/{pid}/fd"):
            link = f"/proc/{pid}/fd/{number}"
            if os.readlink(link).endswith(" (deleted)"):
                total += os.stat(link).st_blocks * 512
    except (FileNotFoundError, ProcessLookupError):
        pass
    return total


class DiskWatch:
    """The most that a server had on disk within this context, in its folder and in deleted files."""

    def __init__(self, folder, pid):
        self._folder, self._pid = folder, pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.peak = 0

    def _watch(self):
        while True:
            self.peak = max(self.peak, folder_bytes(self._folder) + nameless_bytes(self._pid))
            if self._ended.wait(0.25):
                return

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()
