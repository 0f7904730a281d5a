#!/usr/bin/env python3
"""What new data and withdrawals cost beside a run over everything: one table, in one session.

    tests/bench/increments.py [--left 20000] [--right 1000000] [--append 10000] [--withdraw 1000] [--plan FILE]
                              [--out DIR] [--bin DIR] [--memory-mib 512] [--keep]

Sends an invented registry (--left) and invented claims (--right) through the real programs over loopback mutual TLS and links
them. Then --append more claims come as a dataset of their own, and --withdraw of the claims leave; after each, a run that starts
from the one before (linkage start --since) is measured beside one over everything with the same model (--model-of), and their
pairs and entity maps are compared byte for byte. Prints a table and leaves increments.json in DIR (default:
build/bench-increments). Seconds are wall-clock time, CPU s those of the resolver.
"""
import argparse
import contextlib
import filecmp
import json
import os
import shutil
import sys
import time

import measure
import parties

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MORE = "more"  # the dataset that comes later


class Increments:
    def __init__(self, args):
        self.args = args
        self.rows = []
        self.all = parties.Parties(ROOT, args.bin, args.out, args.plan, args.memory_mib, 2)

    def path(self, name):
        return os.path.join(self.args.out, name)

    def generate(self):
        """registry.csv, and the claims as claims.csv and more.csv."""
        args = self.args
        measure.run([os.path.join(args.bin, "blindlink-population"), "--seed", "1", "--registry", args.left, "--claims",
                     args.right + args.append, "--registry-out", self.path("registry.csv"), "--claims-out",
                     self.path("all.csv")], self.path("logs/population.log"))
        with open(self.path("all.csv"), encoding="utf-8") as every:
            header = next(every)
            for name, rows in (("claims.csv", args.right), (MORE + ".csv", args.append)):
                with open(self.path(name), "w", encoding="utf-8") as part:
                    part.write(header)
                    part.writelines(next(every) for _ in range(rows))
        with open(self.path("claims.csv"), encoding="utf-8") as claims, \
                open(self.path("leaving.txt"), "w", encoding="utf-8") as leaving:
            column = next(claims).strip().split(",").index("member_id")
            step = args.right // max(1, args.withdraw)
            ids = [line.split(",")[column].strip('"') for number, line in enumerate(claims) if number % step == 0]
            leaving.write("\n".join(ids[:args.withdraw]) + "\n")

    @contextlib.contextmanager
    def measured(self, what):
        """A row of the table; the caller adds what else it knows."""
        server = self.all.resolver
        server.forget_peak()
        cpu, began = server.cpu_seconds(), time.monotonic()
        row = {"what": what}
        print("== " + what, file=sys.stderr, flush=True)
        yield row
        row.update(seconds=time.monotonic() - began, cpu_seconds=server.cpu_seconds() - cpu, mib=server.peak_mib())
        self.rows.append(row)

    def upload(self, site, name, dataset=parties.DATASET):
        with self.measured(f"ingest {name}") as row:
            _, summary = self.all.upload(site, self.path(name + ".csv"), dataset=dataset)
            self.all.wait_until_ingested(site, dataset)
            row["records"] = summary["records"]

    def link(self, what, flags=()):
        with self.measured(what) as row:
            run = self.all.link(f"linkage-{len(self.rows)}", flags)
            summary = run["summary"]
            row.update(records=summary["records"], pairs=summary["match_pairs"],
                       compared=summary.get("records_compared", summary["records"]))
        return run["run"]

    def results(self, run):
        """What a researcher fetches of the run. Ids of entities are random and stable, so both runs have the same."""
        kept = []
        for what in ("pairs", "entities"):
            _, file = self.all.fetch(what, run)
            kept.append(f"{file}.{run}")
            os.replace(file, kept[-1])
        return kept

    def since(self, what, earlier, model):
        """A run since `earlier` beside one over everything; returns the first."""
        run = self.link(f"{what}: since {earlier}", ["--since", earlier])
        whole = self.link(f"{what}: over everything", ["--model-of", model])
        for ours, theirs in zip(self.results(run), self.results(whole)):
            if not filecmp.cmp(ours, theirs, shallow=False):
                sys.exit(f"increments.py: {ours} differs from {theirs}")
        return run

    def run(self):
        self.all.prepare()
        try:
            self.upload(parties.LEFT, "registry")
            self.upload(parties.RIGHT, "claims")
            first = self.link("first run")
            self.upload(parties.RIGHT, MORE, MORE)
            second = self.since("appended", first, first)
            with self.measured("withdrawal") as row:
                self.all.withdraw(parties.RIGHT, self.path("leaving.txt"))
                row["records"] = self.args.withdraw
            self.since("withdrawn", second, first)
        finally:
            self.all.resolver.stop()


def table_of(rows):
    lines = ["| what | records | compared | pairs | seconds | CPU s | MiB |", "|---|---:|---:|---:|---:|---:|---:|"]
    for row in rows:
        counts = [str(row.get(name, "-")) for name in ("records", "compared", "pairs")]
        lines.append(f"| {row['what']} | {' | '.join(counts)} | {row['seconds']:.1f} | {row['cpu_seconds']:.1f} | {row['mib']:.0f} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--left", type=int, default=20_000)
    parser.add_argument("--right", type=int, default=1_000_000)
    parser.add_argument("--append", type=int, default=10_000)
    parser.add_argument("--withdraw", type=int, default=1_000)
    parser.add_argument("--plan", default=os.path.join(ROOT, "deploy/plans/us-default.textproto"))
    parser.add_argument("--out", default=os.path.join(ROOT, "build/bench-increments"))
    parser.add_argument("--bin", default=os.path.join(ROOT, "build/release/bin"))
    parser.add_argument("--memory-mib", type=int, default=512)
    parser.add_argument("--keep", action="store_true", help="leave all files")
    args = parser.parse_args()
    args.plan, args.out = os.path.abspath(args.plan), os.path.abspath(args.out)
    measure.make_folder(args.out, "increments.py")
    bench = Increments(args)
    bench.generate()
    bench.run()
    with open(bench.path("increments.json"), "w", encoding="utf-8") as file:
        json.dump({"plan": os.path.basename(args.plan), "rows": bench.rows}, file, indent=2)
        file.write("\n")
    if not args.keep:
        for name in ("resolver", "sites", "researcher", "certs"):
            shutil.rmtree(bench.path(name), ignore_errors=True)
    print(table_of(bench.rows))


if __name__ == "__main__":
    main()
