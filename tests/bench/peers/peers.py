"""The benchmark behind run.sh: the same files through Blindlink and its peers."""

import argparse
import json
import os
import subprocess
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(_HERE))

import clear_text
import measure

_SITES = ("registry", "claims")
_PACKAGES = {"splink": ["splink", "duckdb", "pandas"], "anonlink": ["clkhash", "anonlink"],
             "tokens-duckdb": ["duckdb"]}
_SEES = {"splink": "clear text", "anonlink": "Bloom filters", "tokens-duckdb": "tokens T1 to T4",
         "tokens-postgresql": "tokens T1 to T4", "tokens-join": "tokens T1 to T4"}


class Unavailable(Exception):
    pass


def arguments():
    parser = argparse.ArgumentParser(prog="tests/bench/peers/run.sh")
    for name in ("root", "bin", "tools"):
        parser.add_argument("--" + name, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--left", type=int, default=20_000)
    parser.add_argument("--right", type=int, default=100_000)
    parser.add_argument("--plan")
    parser.add_argument("--also-plan", action="append")
    parser.add_argument("--out")
    parser.add_argument("--minutes", type=int, default=15)
    parser.add_argument("--only", type=lambda names: names.split(","), default=list(_SEES))
    args = parser.parse_args()
    unknown = set(args.only) - set(_SEES)
    if unknown:
        parser.error(f"unknown peer {', '.join(sorted(unknown))}; choose from {', '.join(_SEES)}")
    args.out = os.path.abspath(args.out or os.path.join(args.root, "build/bench-peers"))
    args.plan = args.plan or os.path.join(args.root, "deploy/plans/us-default.textproto")
    if args.also_plan is None:
        args.also_plan = [os.path.join(args.root, "deploy/plans/us-lean.textproto"),
                          os.path.join(_HERE, "exact-tokens.textproto")]
    os.makedirs(args.out, mode=0o700, exist_ok=True)
    return args


class Peers:
    def __init__(self, args):
        self.args = args

    def path(self, *parts):
        return os.path.join(self.args.out, *parts)

    def blindlink(self, plan, folder, *flags):
        """Returns Blindlink's row of the table. Every run generates the same files from the same seed."""
        args = self.args
        measure.run([sys.executable, os.path.join(args.root, "tests/bench/bench.py"), "--root", args.root, "--bin",
                     args.bin, "--tools", args.tools, "--left", args.left, "--right", args.right, "--plan", plan,
                     "--out", self.path(folder), "--stages", "evaluation", *flags], self.path(folder + ".log"))
        with open(self.path(folder, "bench.json"), encoding="utf-8") as file:
            bench = json.load(file)
        whole = bench["stages"]["end to end"]
        return {"peer": "Blindlink, " + bench["plan"].partition(".")[0], "sees": "tokens and codes",
                "seconds": whole["seconds"], "cpu_seconds": whole["cpu_seconds"],
                "mib": max(whole["agent_peak_mib"], whole["resolver_peak_mib"]),
                **{name: bench["accuracy"][name] for name in ("tp", "fp", "fn", "sensitivity", "ppv", "f1")}}

    def prepare(self):
        for site in _SITES:
            clear_text.write(site, self.path("blindlink", site + ".csv"), self.path(site + ".csv"))
        persons, left = {}, {}
        with open(self.path("blindlink", "truth.csv"), encoding="utf-8") as file:
            next(file)
            for line in file:
                site, record, person = line.rstrip("\n").split(",")
                persons[record] = person
                if site == _SITES[0]:
                    left.setdefault(person, []).append(record)
        self.persons = persons
        self.true_pairs = {(a, record) for record, person in persons.items() for a in left.get(person, ())
                           if a != record and record.startswith("C")}

    def python(self, peer):
        """The interpreter of a throw-away environment that has the peer's packages."""
        home = self.path("python")
        interpreter = os.path.join(home, "bin", "python")
        if not os.path.exists(interpreter):
            subprocess.run([sys.executable, "-m", "venv", home], check=True, stdout=subprocess.DEVNULL)
        log = self.path("pip.log")
        with open(log, "ab") as out:
            got = subprocess.run([interpreter, "-m", "pip", "install", "-q"] + _PACKAGES[peer], stdout=out, stderr=out)
        if got.returncode != 0:
            raise Unavailable("the package index is unavailable")
        return interpreter

    def run(self, name, command):
        return measure.run(["timeout", "-k", "5", f"{self.args.minutes}m"] + command, self.path(name + ".log"))

    def steps_of(self, peer):
        """The commands that, run in order, leave pairs in PEER.pairs."""
        left, right, out = (self.path(name) for name in ("registry.csv", "claims.csv", peer + ".pairs"))
        here = lambda name: os.path.join(_HERE, name)
        if peer == "splink":
            return [[self.python(peer), here("splink_peer.py"), left, right, out]]
        if peer == "anonlink":
            return [[self.python(peer), here("anonlink_peer.py"), left, right, out, "0.9"]]
        tokens = [self.path(site + ".tokens") for site in _SITES]
        make = [[sys.executable, here("token_peer.py"), self.path(site + ".csv"), target]
                for site, target in zip(_SITES, tokens)]
        join = {"tokens-duckdb": lambda: [self.python(peer), here("duckdb_join.py")] + tokens + [out],
                "tokens-postgresql": lambda: [here("postgresql_join.sh")] + tokens + [out, self.args.out],
                "tokens-join": lambda: [here("sort_join.sh")] + tokens + [out]}
        return make + [join[peer]()]

    def peer(self, peer):
        """Returns the peer's rows of the table."""
        row = {"peer": peer, "sees": _SEES[peer]}
        try:
            took = [self.run(peer, step) for step in self.steps_of(peer)]
        except Unavailable as reason:
            return [{**row, "note": str(reason)}]
        except RuntimeError as failure:
            text = str(failure)
            if "failed (124)" in text or "failed (137)" in text:
                return [{**row, "note": f"did not finish in {self.args.minutes} minutes"}]
            return [{**row, "note": text.strip().splitlines()[-1][:100]}]
        row.update(seconds=sum(t.seconds for t in took), cpu_seconds=sum(t.cpu_seconds for t in took),
                   mib=max(t.peak_mib for t in took))
        pairs = self.pairs_of(peer)
        if peer != "splink":
            return [{**row, **self.judge(pairs)}]
        likely = [pair for pair in pairs if float(pair[2]) >= 0.95]
        return [{**row, "peer": "splink, p at least 0.95", **self.judge(likely)},
                {**row, "peer": "splink, threshold by the truth", **self.best(pairs)}]

    def pairs_of(self, peer):
        with open(self.path(peer + ".pairs"), encoding="utf-8") as file:
            return [tuple(line.rstrip("\n").replace('"', "").split(",")) for line in file]

    def judge(self, pairs):
        found = {pair[:2] for pair in pairs}
        right = len(found & self.true_pairs)
        return self.figures(right, len(found))

    def best(self, pairs):
        """Figures at the threshold with the highest F1, which only the truth reveals."""
        best, right = self.figures(0, 0), 0
        for count, pair in enumerate(sorted(pairs, key=lambda pair: -float(pair[3])), 1):
            right += pair[:2] in self.true_pairs
            if 2 * right / (count + len(self.true_pairs)) > best["f1"]:
                best = self.figures(right, count)
        return best

    def figures(self, right, found):
        every = len(self.true_pairs)
        return {"tp": right, "fp": found - right, "fn": every - right, "sensitivity": right / every,
                "ppv": right / found if found else 0, "f1": 2 * right / (found + every)}


def table_of(rows):
    lines = ["| peer | sees | seconds | CPU s | MiB | pairs | sensitivity | PPV | F1 |",
             "|---|---|---:|---:|---:|---:|---:|---:|---:|"]
    for row in rows:
        if "note" in row:
            lines.append(f"| {row['peer']} | {row['sees']} | {row['note']} | | | | | | |")
            continue
        lines.append(f"| {row['peer']} | {row['sees']} | {row['seconds']:.1f} | {row['cpu_seconds']:.1f} | "
                     f"{row['mib']:.0f} | {row['tp'] + row['fp']} | {row['sensitivity']:.4f} | {row['ppv']:.4f} | "
                     f"{row['f1']:.4f} |")
    return "\n".join(lines)


def main():
    args = arguments()
    peers = Peers(args)
    say = lambda words: print("== " + words, file=sys.stderr, flush=True)
    say("blindlink")
    rows = [peers.blindlink(args.plan, "blindlink", "--keep")]
    peers.prepare()
    for number, plan in enumerate(args.also_plan, 1):
        say("blindlink, " + os.path.basename(plan))
        rows.append(peers.blindlink(plan, f"blindlink-{number}"))
    for name in args.only:
        say(name)
        rows += peers.peer(name)
        with open(peers.path("peers.json"), "w", encoding="utf-8") as file:
            json.dump({"left": args.left, "right": args.right, "peers": rows}, file, indent=2)
    print(table_of(rows))


if __name__ == "__main__":
    main()
