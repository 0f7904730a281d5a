"""Computes from a profile of a linkage run how long the run would take with more cores than the machine has.

The resolver runs with as many threads as those cores (`threads`), so that all its threads take turns on the cores that there are. A sample of
`perf record` is some of the processor's time of one thread. In each fifth of a second, the work takes as long as its busiest thread has worked, or
as all its threads have worked divided by the number of cores, whichever is longer. Waiting for a disk, and cores' waiting for the
same memory, are not in it.
"""

import collections
import os
import subprocess
import time

_SLICE = 0.2
_FREQUENCY = 499
STAGES = ("look-ups", "order", "sweep", "decide", "entities")


class Profile:
    """Samples of a process until stop()."""

    def __init__(self, pid, file):
        self._file = file
        if os.path.exists(file):
            os.remove(file)
        self._perf = subprocess.Popen(["perf", "record", "-q", "-e", "cpu-clock", "-F", str(_FREQUENCY), "--clockid", "CLOCK_REALTIME", "-p",
                                       str(pid), "-o", file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        # Samples are written once perf has joined the threads; before that, they are missed.
        while self._perf.poll() is None and not (os.path.exists(file) and os.path.getsize(file)):
            time.sleep(0.05)
        time.sleep(1)

    def stop(self):
        """Returns (time, thread) of each sample; times as of time.time()."""
        self._perf.send_signal(2)
        self._perf.wait()
        text = subprocess.run(["perf", "script", "-i", self._file, "-F", "tid,time", "--ns"], check=True, capture_output=True, text=True).stdout
        samples = []
        for line in text.splitlines():
            thread, when = line.replace(":", " ").split()[:2]
            samples.append((float(when), int(thread)))
        return samples


def _made(file):
    return float(subprocess.run(["stat", "-c", "%.W", file], check=True, capture_output=True, text=True).stdout)


def stages(folder, began):
    """When each stage of a run over some datasets with all others ended, by the times of the files in its folder: [(name, end)]."""
    written = {name: os.stat(os.path.join(folder, name + ".rows")).st_mtime for name in ("records", "pairs", "considered", "faint")}
    ends = (_made(os.path.join(folder, "records.rows")), written["records"], _made(os.path.join(folder, "pairs.rows")),
            max(written["pairs"], written["considered"], written["faint"]), float("inf"))
    return [stage for stage in zip(STAGES, ends) if stage[1] > began]


def seconds_with(samples, stage_ends, began, cores, cpu_seconds):
    """{stage: computed seconds}, for a number of cores. `cpu_seconds` is what all samples together stand for."""
    slices = collections.defaultdict(collections.Counter)
    for when, thread in samples:
        stage = next(name for name, end in stage_ends if when <= end)
        slices[stage, int((when - began) / _SLICE)][thread] += 1
    seconds = dict.fromkeys(STAGES, 0.0)
    for (stage, _), threads in slices.items():
        seconds[stage] += max(max(threads.values()), sum(threads.values()) / cores) * cpu_seconds / len(samples)
    return seconds


def table(samples, stage_ends, began, cpu_seconds, cores=(1, 2, 4, 8, 16)):
    """{cores: {stage: seconds}}; with one core, these are the CPU seconds."""
    return {number: seconds_with(samples, stage_ends, began, number, cpu_seconds) for number in cores}
