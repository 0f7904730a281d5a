#!/usr/bin/env python3
"""What the index on ClickHouse servers costs beside RocksDB: one table of ratios, in one session.

    tests/bench/engines.py [--left 20000] [--right 100000] [--shards 2] [--workers 1,2,4] [--times 2] [--plan FILE] [--out DIR] [--bin DIR]

Sends the same invented registry (--left) and claims (--right) through the real programs over loopback mutual TLS to two resolvers,
one with each engine, under the same keys, and links them: all pairs, and the registry alone with all claims (--only-with). The servers are on this machine
(tests/support/clickhouse_cluster.sh, Debian's clickhouse-server). CPU s are those of the resolver and, behind the +, of all servers;
the ratio is of both to RocksDB's. The files of pairs must be the same byte for byte. With --workers, all pairs are also linked with so many workers of one thread each, whose CPU s come
after another +; the resolver then has one thread of its own beside them. Of --times runs the median. A server's memory is its highest, from its start on. Leaves engines.json in
DIR (default: build/bench-engines).
"""
import argparse
import filecmp
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

import measure
import parties

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CLUSTER = os.path.join(ROOT, "tests/support/clickhouse_cluster.sh")
ROCKSDB, CLICKHOUSE = "RocksDB", "ClickHouse"


def proc(pid, file, name):
    with open(f"/proc/{pid}/{file}", encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(name))


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Cluster:
    def __init__(self, folder, shards):
        self.folder, self.shards = folder, shards
        subprocess.run([CLUSTER, "start", folder, str(shards)], check=True)
        self.pids = [int(self._read(f"shard{n}/pid")) for n in range(1, shards + 1)]

    def _read(self, name):
        with open(os.path.join(self.folder, name), encoding="ascii") as file:
            return file.read().strip()

    def configuration(self):
        return f"index {{ {self.clickhouse()} }}"

    def clickhouse(self):
        shards = " ".join(f'shards {{ endpoint: "127.0.0.1:{self._read(f"shard{n}/https_port")}" }}' for n in range(1, self.shards + 1))
        return (f'clickhouse {{ {shards} password_file: "{self.folder}/password" ca_file: "{self.folder}/tls/ca.pem" '
                f'certificate_file: "{self.folder}/tls/resolver.pem" private_key_file: "{self.folder}/tls/resolver.key" }}')

    def cpu_seconds(self):
        return sum(cpu_seconds(pid) for pid in self.pids)

    def peak_mib(self):
        return max(proc(pid, "status", "VmHWM") for pid in self.pids) / 1024

    def stop(self):
        subprocess.run([CLUSTER, "stop", self.folder], check=True)


class Engine:
    """One resolver, and the servers of its index if it has any."""

    def __init__(self, args, name, cluster):
        self.args, self.name, self.cluster = args, name, cluster
        self.stages, self.counts, self.workers, self.pairs = {}, {}, [], None
        self.all = parties.Parties(ROOT, args.bin, os.path.join(args.out, name), args.plan, 512, 2,
                                   cluster.configuration() if cluster else "")

    def measured(self, stage, work):
        print(f"== {self.name}: {stage}", file=sys.stderr, flush=True)
        server = self.all.resolver
        cpu, of_servers, began = server.cpu_seconds(), self.cluster.cpu_seconds() if self.cluster else 0, time.monotonic()
        of_workers = sum(worker.cpu_seconds() for worker in self.workers)
        result = work()
        self.stages.setdefault(stage, []).append(
            {"seconds": time.monotonic() - began, "resolver": server.cpu_seconds() - cpu,
             "servers": self.cluster.cpu_seconds() - of_servers if self.cluster else 0,
             "workers": sum(worker.cpu_seconds() for worker in self.workers) - of_workers})
        return result

    def run(self, keys_of=None):
        self.all.prepare(keys_of)
        try:
            for site in (parties.LEFT, parties.RIGHT):
                self.all.upload(site, os.path.join(self.args.out, site + ".csv"))
                self.measured("ingest " + site, lambda one=site: self.all.wait_until_ingested(one))
            for _ in range(self.args.times):
                for stage, flags in (("all pairs", []), ("only with the registry", ["--only-with", f"{parties.LEFT}/{parties.DATASET}"])):
                    linked = self.measured(stage, lambda more=flags: self.all.link("linkage", more))
                    summary = linked["summary"]
                    self.counts[stage] = (summary["records"], summary["match_pairs"])
                    if stage == "all pairs":
                        _, self.pairs = self.all.fetch("pairs", linked["run"])
            if self.cluster:
                self.run_with_workers()
        finally:
            self.all.resolver.stop()

    def run_with_workers(self):
        usual = self.pairs + ".usual"
        shutil.copy(self.pairs, usual)
        for count in self.args.workers:
            self.workers = [self.all.start_worker(f"{count}-{n}", self.cluster.clickhouse()) for n in range(count)]
            try:
                self.all.wait_for_workers(count)
                for _ in range(self.args.times):
                    linked = self.measured(f"all pairs, {count} workers", lambda: self.all.link("linkage"))
                    _, pairs = self.all.fetch("pairs", linked["run"])
                    if not filecmp.cmp(pairs, usual, shallow=False):
                        sys.exit(f"engines.py: {count} workers find other pairs: {pairs} differs from {usual}")
            finally:
                for worker in self.workers:
                    worker.stop()
                self.workers = []
                self.all.wait_for_workers(0)

    def median(self, stage, name):
        return statistics.median(run[name] for run in self.stages[stage])


def table_of(rocksdb, clickhouse):
    lines = ["| stage | RocksDB, s | CPU s | ClickHouse, s | CPU s | CPU, ratio |", "|---|---:|---:|---:|---:|---:|"]
    for stage in clickhouse.stages:
        usual = stage.split(",")[0]
        of_rocksdb, resolver, servers, workers = rocksdb.median(usual, "resolver"), *(
            clickhouse.median(stage, name) for name in ("resolver", "servers", "workers"))
        lines.append(f"| {stage} | {rocksdb.median(usual, 'seconds'):.1f} | {of_rocksdb:.2f} | {clickhouse.median(stage, 'seconds'):.1f} | "
                     f"{resolver:.2f} + {servers:.2f}" + (f" + {workers:.2f}" if "," in stage else "") +
                     f" | {(resolver + servers + workers) / max(of_rocksdb, 0.01):.2f} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--left", type=int, default=20_000)
    parser.add_argument("--right", type=int, default=100_000)
    parser.add_argument("--shards", type=int, default=2)
    parser.add_argument("--workers", type=lambda text: [int(number) for number in text.split(",")], default=[])
    parser.add_argument("--times", type=int, default=2)
    parser.add_argument("--plan", default=os.path.join(ROOT, "deploy/plans/us-default.textproto"))
    parser.add_argument("--out", default=os.path.join(ROOT, "build/bench-engines"))
    parser.add_argument("--bin", default=os.path.join(ROOT, "build/release/bin"))
    args = parser.parse_args()
    args.plan, args.out = os.path.abspath(args.plan), os.path.abspath(args.out)
    measure.make_folder(args.out, "engines.py")
    measure.run([os.path.join(args.bin, "blindlink-population"), "--seed", "1", "--registry", args.left, "--claims", args.right,
                 "--registry-out", os.path.join(args.out, "registry.csv"), "--claims-out", os.path.join(args.out, "claims.csv")],
                os.path.join(args.out, "population.log"))
    rocksdb = Engine(args, ROCKSDB, None)
    rocksdb.run()
    cluster = Cluster(os.path.join(args.out, "cluster"), args.shards)
    try:
        clickhouse = Engine(args, CLICKHOUSE, cluster)
        clickhouse.run(rocksdb.all)
        peak = cluster.peak_mib()
    finally:
        cluster.stop()
    if not filecmp.cmp(rocksdb.pairs, clickhouse.pairs, shallow=False):
        sys.exit(f"engines.py: {rocksdb.pairs} differs from {clickhouse.pairs}")
    if rocksdb.counts != clickhouse.counts:
        sys.exit(f"engines.py: the engines do not find the same: {rocksdb.counts}, {clickhouse.counts}")
    with open(os.path.join(args.out, "engines.json"), "w", encoding="utf-8") as file:
        json.dump({"plan": os.path.basename(args.plan), "shards": args.shards, "server_peak_mib": peak, "counts": rocksdb.counts,
                   ROCKSDB: rocksdb.stages, CLICKHOUSE: clickhouse.stages}, file, indent=2)
        file.write("\n")
    print(table_of(rocksdb, clickhouse))
    print(f"\n{args.left} x {args.right}, {args.shards} shards; a server's memory at most {peak:.0f} MiB")


if __name__ == "__main__":
    main()
