#!/usr/bin/env python3
"""What a small new dataset costs against a large index that is in memory, and against one that is on the disk: one table, in one session.

    tests/bench/look_ups.py [--left 20000] [--right 1000000] [--times 3] [--plan FILE] [--out DIR] [--bin DIR] [--keep]

Sends an invented registry (--left) and invented claims (--right) through the real programs over loopback mutual TLS. Then it links the
registry alone with all claims (linkage start --only-with), --times times after the index has been read into the kernel's memory,
and as often after the kernel has been told to forget it; the pairs must be the same. What a run costs depends on how many pages of the
index lie between two of its tokens: --left 2800 --right 6000000 has the proportion of 20 000 to 43 million. Prints a table and leaves
look_ups.json in DIR (default: build/bench-look-ups). Seconds are wall-clock time, CPU s those of the resolver.
"""
import argparse
import filecmp
import json
import os
import shutil
import statistics
import sys
import time

import measure
import parties

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
IN_MEMORY, ON_DISK = "in memory", "on the disk"


class LookUps:
    def __init__(self, args):
        self.args = args
        self.rows = []
        self.first_pairs = None
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

    def link(self, where):
        print("== " + where, file=sys.stderr, flush=True)
        self.bring(where)
        server = self.all.resolver
        server.forget_peak()
        read, cpu, began = self.read_bytes(), server.cpu_seconds(), time.monotonic()
        run = self.all.link(f"linkage-{len(self.rows)}", ["--only-with", f"{parties.LEFT}/{parties.DATASET}"])
        self.rows.append({"index": where, "seconds": time.monotonic() - began, "cpu_seconds": server.cpu_seconds() - cpu,
                          "read_mib": (self.read_bytes() - read) / 2**20, "mib": server.peak_mib(),
                          "records": run["summary"]["records"], "postings": run["summary"]["postings"]})
        _, pairs = self.all.fetch("pairs", run["run"])
        if self.first_pairs is None:
            self.first_pairs = pairs + ".first"
            os.replace(pairs, self.first_pairs)
        elif not filecmp.cmp(pairs, self.first_pairs, shallow=False):
            sys.exit(f"look_ups.py: {pairs} differs from {self.first_pairs}")

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
            for _ in range(args.times):
                self.link(IN_MEMORY)
                self.link(ON_DISK)
        finally:
            self.all.resolver.stop()

    def table(self):
        lines = [f"| {self.args.left} x {self.args.right}, index | seconds | CPU s | MiB read | MiB of memory |", "|---|---:|---:|---:|---:|"]
        for where in (IN_MEMORY, ON_DISK):
            rows = [row for row in self.rows if row["index"] == where]
            cells = [statistics.median(row[name] for row in rows) for name in ("seconds", "cpu_seconds", "read_mib", "mib")]
            lines.append(f"| {where} | " + " | ".join(f"{cell:.1f}" for cell in cells) + " |")
        return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--left", type=int, default=20_000)
    parser.add_argument("--right", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--plan", default=os.path.join(ROOT, "deploy/plans/us-default.textproto"))
    parser.add_argument("--out", default=os.path.join(ROOT, "build/bench-look-ups"))
    parser.add_argument("--bin", default=os.path.join(ROOT, "build/release/bin"))
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


if __name__ == "__main__":
    main()
