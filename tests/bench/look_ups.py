#!/usr/bin/env python3
"""What a small new dataset costs against a large index that is in memory, and against one that is on the disk: one table, in one session.

    tests/bench/look_ups.py [--left 20000] [--right 1000000] [--times 3] [--plan FILE] [--out DIR] [--bin DIR] [--other-bin DIR] [--keep]
    tests/bench/look_ups.py --cores                 # only in memory, and computed for other numbers of cores

Sends an invented registry (--left) and invented claims (--right) through the real programs over loopback mutual TLS. Then it links the
registry alone with all claims (linkage start --only-with), --times times after the index has been read into the kernel's memory,
and as often after the kernel has been told to forget it; the pairs must be the same. What a run costs depends on how many pages of the
index lie between two of its tokens: --left 2800 --right 6000000 has the proportion of 20 000 to 43 million. Prints a table and leaves
look_ups.json in DIR (default: build/bench-look-ups). Seconds are wall-clock time, CPU s those of the resolver; pairs are there before
entities have their ids, and that time is given too. With --other-bin the resolver of another build makes every run in turn with this one's, and
its pairs must be the same, but for the last digits of scores. With --cores the resolver works with 16 threads whatever the machine has, and the time with 1 to 16 cores is computed
from a profile (cores.py; it needs `perf`).
"""
import argparse
import filecmp
import glob
import json
import os
import shutil
import statistics
import sys
import time

import cores
import measure
import parties

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
IN_MEMORY, ON_DISK = "in memory", "on the disk"
THIS, OTHER = "this", "other"
THREADS_FOR_CORES = 16


class LookUps:
    def __init__(self, args):
        self.args = args
        self.rows = []
        self.first_pairs = {}
        self.builds = [THIS, OTHER] if args.other_bin else [THIS]
        self.all = parties.Parties(ROOT, args.bin, args.out, args.plan, args.memory_mib, 2)

    def path(self, name):
        return os.path.join(self.args.out, name)

    def index_files(self):
        for folder, _, names in os.walk(self.all.data_folder):
            for name in names:
                if name.endswith(".sst"):
                    yield os.path.join(folder, name)

    def bring(self, where):
        """Has the kernel keep, or forget, the index."""
        for file in self.index_files():
            with open(file, "rb", buffering=0) as index:
                if where == ON_DISK:
                    os.fsync(index.fileno())
                    os.posix_fadvise(index.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
                    continue
                while index.read(1 << 22):
                    pass

    def read_bytes(self):
        with open(f"/proc/{self.all.resolver.pid}/io", encoding="ascii") as io:
            return next(int(line.split()[1]) for line in io if line.startswith("read_bytes"))

    def link(self, where, build):
        print(f"== {where}, {build} build", file=sys.stderr, flush=True)
        if self.builds != [THIS] or self.args.cores:
            threads = f"threads: {THREADS_FOR_CORES}" if self.args.cores else ""
            self.all.restart_resolver(self.args.bin if build == THIS else self.args.other_bin, threads)
        self.bring(where)
        server = self.all.resolver
        server.forget_peak()
        profile = cores.Profile(server.pid, self.path("perf.data")) if self.args.cores else None
        read, cpu, began, began_at = self.read_bytes(), server.cpu_seconds(), time.monotonic(), time.time()
        run = self.all.link(f"linkage-{len(self.rows)}", ["--only-with", f"{parties.LEFT}/{parties.DATASET}"])
        folder = os.path.dirname(max(glob.glob(os.path.join(self.all.data_folder, "projects/*/runs/*/pairs.rows")), key=os.path.getmtime))
        stages = cores.stages(folder, began_at)
        row = {"build": build, "index": where, "seconds": time.monotonic() - began, "cpu_seconds": server.cpu_seconds() - cpu,
               "seconds_to_pairs": dict(stages)["decide"] - began_at, "read_mib": (self.read_bytes() - read) / 2**20,
               "mib": server.peak_mib(), "records": run["summary"]["records"], "postings": run["summary"]["postings"],
               "candidate_pairs": run["summary"]["candidate_pairs"]}
        if profile is not None:
            row["by_cores"] = cores.table(profile.stop(), stages, began_at, row["cpu_seconds"])
        self.rows.append(row)
        self.compare_pairs(run["run"], build)

    def compare_pairs(self, run, build):
        """A build's pairs are the same to the byte; those of two builds, but for their scores' last digits."""
        _, pairs = self.all.fetch("pairs", run)
        first = self.first_pairs.setdefault(build, f"{pairs}.{build}")
        if not os.path.exists(first):
            os.replace(pairs, first)
        elif not filecmp.cmp(pairs, first, shallow=False):
            sys.exit(f"look_ups.py: {pairs} differs from {first}")
        rows = []
        for file in self.first_pairs.values():
            with open(file, encoding="utf-8") as text:
                rows.append([line.rpartition(",")[0] for line in text])
        if rows[0] != rows[-1]:
            sys.exit("look_ups.py: the pairs of the two builds are not the same")

    def link_in_turn(self):
        for _ in range(self.args.times):
            for where in (IN_MEMORY,) if self.args.cores else (IN_MEMORY, ON_DISK):
                for build in self.builds:
                    self.link(where, build)

    def run(self):
        args = self.args
        measure.run([os.path.join(args.bin, "blindlink-population"), "--seed", "1", "--registry", args.left, "--claims",
                     args.right, "--registry-out", self.path("registry.csv"), "--claims-out", self.path("claims.csv")],
                    self.path("logs/population.log"))
        self.all.prepare()
        try:
            for site in (parties.LEFT, parties.RIGHT):
                print(f"== {site}: agent, ingest", file=sys.stderr, flush=True)
                self.all.upload(site, self.path(site + ".csv"))
                self.all.wait_until_ingested(site)
                os.remove(self.path(site + ".csv"))
            self.link_in_turn()
        finally:
            self.all.resolver.stop()

    def table(self):
        lines = [f"| {self.args.left} x {self.args.right}, index, build | to pairs, s | seconds | CPU s | MiB read | MiB of memory |",
                 "|---|---:|---:|---:|---:|---:|"]
        for where in (IN_MEMORY, ON_DISK):
            for build in self.builds:
                rows = [row for row in self.rows if row["index"] == where and row["build"] == build]
                if rows:
                    cells = [statistics.median(row[name] for row in rows)
                             for name in ("seconds_to_pairs", "seconds", "cpu_seconds", "read_mib", "mib")]
                    lines.append(f"| {where}, {build} | " + " | ".join(f"{cell:.1f}" for cell in cells) + " |")
        return "\n".join(lines)

    def cores_table(self):
        lines = [f"| {self.args.left} x {self.args.right}, computed s | cores | " + " | ".join(cores.STAGES) + " | to pairs | all |",
                 "|---" + "|---:" * (len(cores.STAGES) + 3) + "|"]
        for build in self.builds:
            runs = [row["by_cores"] for row in self.rows if row["build"] == build]
            for number in runs[0]:
                cells = [statistics.median(run[number][stage] for run in runs) for stage in cores.STAGES]
                cells += [sum(cells[:-1]), sum(cells)]
                lines.append(f"| {build} build | {number} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |")
        return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--left", type=int, default=20_000)
    parser.add_argument("--right", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--plan", default=os.path.join(ROOT, "deploy/plans/us-default.textproto"))
    parser.add_argument("--out", default=os.path.join(ROOT, "build/bench-look-ups"))
    parser.add_argument("--bin", default=os.path.join(ROOT, "build/release/bin"))
    parser.add_argument("--other-bin", help="programs of another build, whose resolver makes every run in turn with this one's")
    parser.add_argument("--cores", action="store_true", help="compute the time with other numbers of cores")
    parser.add_argument("--memory-mib", type=int, default=512)
    parser.add_argument("--keep", action="store_true", help="leave all files")
    args = parser.parse_args()
    args.plan, args.out = os.path.abspath(args.plan), os.path.abspath(args.out)
    measure.make_folder(args.out, "look_ups.py")
    bench = LookUps(args)
    bench.run()
    with open(bench.path("look_ups.json"), "w", encoding="utf-8") as file:
        json.dump({"plan": os.path.basename(args.plan), "rows": bench.rows}, file, indent=2)
        file.write("\n")
    if not args.keep:
        for name in ("resolver", "sites", "researcher", "certs"):
            shutil.rmtree(bench.path(name), ignore_errors=True)
    print(bench.table())
    if args.cores:
        print("\n" + bench.cores_table())


if __name__ == "__main__":
    main()
