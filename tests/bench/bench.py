"""The benchmark behind run.sh: generate, upload, ingest, link, fetch, evaluate; measured stage by stage."""

import argparse
import contextlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import time

import measure
import needed_truth
import parties
import report

# The optional stages; the two uploads always run.
_STAGES = ("linkage", "increment", "fetch", "evaluation", "floors")


def stages(text):
    chosen = text.split(",")
    unknown = set(chosen) - set(_STAGES)
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown stage {', '.join(sorted(unknown))}; choose from {','.join(_STAGES)}")
    # A stage brings the stages that it depends on.
    if "evaluation" in chosen:
        chosen.append("fetch")
    if "fetch" in chosen:
        chosen.append("linkage")
    return set(chosen)


def arguments():
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh")
    parser.add_argument("--root", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--bin", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--tools", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--left", type=int, default=20_000)
    parser.add_argument("--right", type=int, default=1_000_000)
    parser.add_argument("--plan")
    parser.add_argument("--out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--population", default="")
    parser.add_argument("--stream", action="store_true")
    parser.add_argument("--people", help="as people of the country of this shipped plan (tests/attacks/foreign_people.py)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory-mib", type=int, default=512)
    parser.add_argument("--stages", type=stages, default=set(_STAGES))
    parser.add_argument("--no-floors", action="store_true")
    parser.add_argument("--keep", action="store_true")
    args = parser.parse_args()
    if args.no_floors:
        args.stages.discard("floors")
    args.plan = os.path.abspath(args.plan or os.path.join(args.root, "deploy/plans/us-default.textproto"))
    args.out = os.path.abspath(args.out or os.path.join(args.root, "build/bench"))
    return args


class Bench:
    def __init__(self, args):
        self.args = args
        self.stages = {}
        self.all = parties.Parties(args.root, args.bin, args.out, args.plan, args.memory_mib, args.threads)

    def path(self, name):
        return os.path.join(self.args.out, name)

    def _population(self):
        args = self.args
        return [os.path.join(args.tools, "blindlink-population"), "--seed", str(args.seed), "--registry",
                str(args.left), "--claims", str(args.right)] + shlex.split(args.population)

    def generate(self):
        self._claims_flags = ["--truth-out", self.path("truth-claims.csv"), "--errors-out",
                              self.path("errors-claims.csv")]
        common = self._population()
        measure.run(common + ["--registry-out", self.path("registry.csv"), "--truth-out",
                              self.path("truth-registry.csv"), "--errors-out", self.path("errors-registry.csv")], self.path("logs/registry.log"))
        if self.args.stream:
            return
        took = measure.run(common + ["--claims-out", self.path("claims.csv")] + self._claims_flags,
                           self.path("logs/claims.log"))
        if self.args.people:
            self._make_foreign()
        self.stages["generate claims"] = {"records": self.args.right, "seconds": took.seconds,
                                          "cpu_seconds": took.cpu_seconds,
                                          "bytes": os.path.getsize(self.path("claims.csv"))}

    def _make_foreign(self):
        sys.path.insert(0, os.path.join(self.args.root, "tests/attacks"))
        import foreign_people  # pylint: disable=import-outside-toplevel
        people = foreign_people.PEOPLE[self.args.people]()
        for site in (parties.LEFT, parties.RIGHT):
            foreign_people.write(people, self.path(site + ".csv"), self.path("foreign.csv"), self.path(f"truth-{site}.csv"))
            os.replace(self.path("foreign.csv"), self.path(site + ".csv"))

    @contextlib.contextmanager
    def _resolver_works(self, stage):
        """Measures a stage in which the resolver does the work."""
        server = self.all.resolver
        server.forget_peak()
        user, cpu, began = server.user_seconds(), server.cpu_seconds(), time.monotonic()
        with measure.DiskWatch(self.all.data_folder, server.pid) as disk:
            yield
        self.stages[stage] = {"seconds": time.monotonic() - began, "cpu_seconds": server.cpu_seconds() - cpu,
                              "user_seconds": server.user_seconds() - user,
                              "resolver_peak_mib": server.peak_mib(), "disk_peak_bytes": disk.peak,
                              "disk_bytes": measure.folder_bytes(self.all.data_folder)}

    @contextlib.contextmanager
    def _source(self, site):
        """The --input of a site's agent, and its standard input."""
        if site == parties.LEFT or not self.args.stream:
            yield self.path(site + ".csv"), None
            return
        with open(self.path("logs/claims.log"), "wb") as log:
            command = self._population() + ["--claims-out", "-"] + self._claims_flags
            generator = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
        yield "-", generator.stdout
        generator.stdout.close()
        if generator.wait() != 0:
            raise RuntimeError("the generator failed; see logs/claims.log")

    def upload(self, site):
        """The agent stage, then the ingest stage."""
        server = self.all.resolver
        before = measure.folder_bytes(self.all.data_folder)
        server.forget_peak()
        resolver_user, resolver_cpu = server.user_seconds(), server.cpu_seconds()
        with self._source(site) as (source, stdin), measure.DiskWatch(self.all.data_folder, server.pid) as disk:
            took, summary = self.all.upload(site, source, stdin,
                                            one_record_per_person="records-per-person" not in self.args.population)
        sent = measure.folder_bytes(self.all.data_folder) - before
        counts = {"records": summary["records"], "tokens": summary["tokens"]}
        self.stages["agent " + site] = {
            **counts, "bytes": sent, "seconds": took.seconds,
            "cpu_seconds": took.cpu_seconds + server.cpu_seconds() - resolver_cpu,
            "user_seconds": took.user_seconds + server.user_seconds() - resolver_user,
            "agent_peak_mib": took.peak_mib, "resolver_peak_mib": server.peak_mib(), "disk_peak_bytes": disk.peak}
        with self._resolver_works("ingest " + site):
            self.all.wait_until_ingested(site)
        self.stages["ingest " + site].update(counts)

    def link(self):
        with self._resolver_works("linkage"):
            summary = self.all.link()
        self.summary = summary["summary"]
        self.stages["linkage"].update(records=self.summary["records"], tokens=self.summary["postings"],
                                      candidates=self.summary["candidate_pairs"],
                                      run_seconds=summary["seconds"])
        return summary["run"]

    def link_only_with(self, site):
        """Finds the pairs of this site's dataset only, as a run would after uploading it as a new dataset."""
        stage = "only with " + site
        with self._resolver_works(stage):
            summary = self.all.link(f"linkage-{site}", ["--only-with", f"{site}/{parties.DATASET}"])["summary"]
        self.stages[stage].update(records=summary["records"], tokens=summary["postings"],
                                  candidates=summary["candidate_pairs"])

    def fetch(self, run):
        server, total = self.all.resolver, {"records": 0, "bytes": 0, "seconds": 0, "cpu_seconds": 0}
        server.forget_peak()
        cpu, peak = server.cpu_seconds(), 0
        for what in ("pairs", "entities"):
            took, file = self.all.fetch(what, run)
            total["seconds"] += took.seconds
            total["cpu_seconds"] += took.cpu_seconds
            total["bytes"] += os.path.getsize(file)
            peak = max(peak, took.peak_mib)
        total.update(records=self.summary["records"], researcher_peak_mib=peak,
                     resolver_peak_mib=server.peak_mib())
        total["cpu_seconds"] += server.cpu_seconds() - cpu
        self.stages["fetch"] = total

    def keep_stages(self):
        """Saves the measurements first: with tens of millions of records the evaluation may run out of memory."""
        with open(self.path("stages.json"), "w", encoding="utf-8") as file:
            json.dump({**self.stages, "end to end": self.whole()}, file, indent=2)

    def evaluate(self):
        measure.run([sys.executable, os.path.join(self.args.root, "deploy/demo/translate.py"),
                     self.path("researcher/pairs.csv"), self.path("pairs.csv")]
                    + [part for site in (parties.LEFT, parties.RIGHT)
                       for part in ("--map", f"{site}={self.all.map_of(site)}")], self.path("logs/translate.log"))
        needed_truth.write(self.path("pairs.csv"), self.path("truth-registry.csv"), self.path("truth-claims.csv"),
                           self.path("truth.csv"))
        with open(self.path("errors.csv"), "wb") as whole:
            for part in ("errors-registry.csv", "errors-claims.csv"):
                with open(self.path(part), "rb") as file:
                    header = file.readline()
                    whole.write(header if part == "errors-registry.csv" else b"")
                    shutil.copyfileobj(file, whole)
                os.remove(self.path(part))
        measure.run([sys.executable, os.path.join(self.args.root, "tests/accuracy/errors_table.py"),
                     self.path("pairs.csv"), self.path("truth.csv"), self.path("errors.csv"), "--json",
                     self.path("recall.json")], self.path("recall.txt"))
        return self.all.evaluate(self.path("pairs.csv"), self.path("truth.csv"))

    def floors(self):
        if "floors" not in self.args.stages:
            return None
        out = subprocess.run([os.path.join(self.args.tools, "blindlink-floors"), "--folder", self.args.out],
                             check=True, stdout=subprocess.PIPE)
        return json.loads(out.stdout)

    def whole(self):
        """From the first agent's start to the fetched pairs, without the time between stages."""
        linked = [s for name, s in self.stages.items() if not name.startswith(("generate", "only with"))]
        records = self.args.left + self.args.right
        tokens = sum(s["tokens"] for name, s in self.stages.items() if name.startswith("ingest"))
        return {"records": records, "tokens": tokens,
                "seconds": sum(s["seconds"] for s in linked), "cpu_seconds": sum(s["cpu_seconds"] for s in linked),
                "resolver_peak_mib": max(s.get("resolver_peak_mib", 0) for s in linked),
                "agent_peak_mib": max(s.get("agent_peak_mib", 0) for s in linked),
                "disk_bytes": self.stages["ingest " + parties.RIGHT]["disk_bytes"],
                "disk_peak_bytes": max(s.get("disk_peak_bytes", 0) for s in linked)}

    def clear(self):
        if self.args.keep:
            return
        for name in ("claims.csv", "registry.csv"):
            with contextlib.suppress(FileNotFoundError):
                os.remove(self.path(name))
        for folder in ("resolver", "sites", "researcher", "certs"):
            shutil.rmtree(self.path(folder), ignore_errors=True)


def linked(bench, chosen, say):
    """Runs the stages after the uploads; returns the evaluation, or None if it was not chosen."""
    run = None
    if "linkage" in chosen:
        say("linkage")
        run = bench.link()
    if "increment" in chosen:
        say(f"linkage only with the {parties.LEFT}")
        bench.link_only_with(parties.LEFT)
    if "fetch" in chosen:
        say("fetch")
        bench.fetch(run)
    bench.keep_stages()
    if "evaluation" not in chosen:
        return None
    say("evaluation")
    return bench.evaluate()


def main():
    args = arguments()
    measure.make_folder(args.out, "run.sh")
    bench = Bench(args)
    say = lambda words: print("== " + words, file=sys.stderr, flush=True)
    say("the population")
    bench.generate()
    bench.all.prepare()
    try:
        for site in (parties.LEFT, parties.RIGHT):
            say(f"{site}: agent, ingest")
            bench.upload(site)
        evaluation = linked(bench, args.stages, say)
    finally:
        bench.all.resolver.stop()
    bench.stages["end to end"] = bench.whole()
    if "floors" in args.stages:
        say("floors")
    result = report.result_of(args, bench.stages, evaluation, bench.floors())
    with open(bench.path("bench.json"), "w", encoding="utf-8") as file:
        json.dump(result, file, indent=2)
        file.write("\n")
    bench.clear()
    print(report.table_of(result))


if __name__ == "__main__":
    main()
