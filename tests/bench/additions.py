#!/usr/bin/env python3
"""What padding, fake records and the second token scheme cost: one benchmark per variant of a plan, in one session.

    tests/bench/additions.py [--left 5000] [--right 50000] [--plan FILE] [--out DIR] [--bin DIR] [--repeat 1]

Runs tests/bench/run.sh's benchmark with the plan as it is, with padding, with 100 fakes per 1000 records, with both, and with
token_scheme CHACHA20_SHA256, and prints each figure as a ratio to the plan as it is: bytes sent, processor time of the agents
and of the resolver's ingest and linkage, bytes of the index, and the accuracy. With --repeat, the least of several runs.
Leaves DIR/VARIANT/bench.json and DIR/additions.json (default DIR: build/bench-additions).
"""
import argparse
import json
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VARIANTS = {
    "plain": "",
    "padding": "padding {}",
    "fakes": "fakes_per_1000_records: 100",
    "both": "padding {} fakes_per_1000_records: 100",
    "chacha20": "token_scheme: CHACHA20_SHA256",
}
# What stands for what in bench.json: (stages, figure).
FIGURES = {
    "tokens": (("ingest registry", "ingest claims"), "tokens"),
    "agent CPU": (("agent registry", "agent claims"), "cpu_seconds"),
    "ingest CPU": (("ingest registry", "ingest claims"), "cpu_seconds"),
    "index": (("end to end",), "disk_bytes"),
    "linkage CPU": (("linkage",), "cpu_seconds"),
}


def run(args, variant, plan):
    out = os.path.join(args.out, variant)
    command = [sys.executable, os.path.join(ROOT, "tests/bench/bench.py"), "--root", ROOT, "--bin", args.bin, "--tools",
               args.bin, "--left", str(args.left), "--right", str(args.right), "--plan", plan, "--out", out, "--stages",
               "linkage,fetch,evaluation", "--no-floors", "--keep"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(os.path.join(out, "bench.json"), encoding="utf-8") as file:
        result = json.load(file)
    result["sent"] = sum(bytes_sent(os.path.join(out, "sites", site + ".json")) for site in ("registry", "claims"))
    for folder in ("resolver", "sites", "researcher", "certs"):
        shutil.rmtree(os.path.join(out, folder), ignore_errors=True)
    return result


def bytes_sent(summary):
    """Of the blocks: 16 bytes a record; a token, two bytes of its record's number, its form and its codes."""
    with open(summary, encoding="utf-8") as file:
        counts = json.load(file)
    return 16 * counts["records"] + sum(key["tokens"] * (16 + 2 + 1 + key["evidence_bytes"]) for key in counts["match_keys"])


def figures_of(result):
    figures = {name: sum(result["stages"][stage][figure] for stage in stages)
               for name, (stages, figure) in FIGURES.items()}
    return {"bytes sent": result["sent"], **figures}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--left", type=int, default=5000)
    parser.add_argument("--right", type=int, default=50_000)
    parser.add_argument("--plan", default=os.path.join(ROOT, "deploy/plans/us-default.textproto"))
    parser.add_argument("--out", default=os.path.join(ROOT, "build/bench-additions"))
    parser.add_argument("--bin", default=os.path.join(ROOT, "build/release/bin"))
    parser.add_argument("--repeat", type=int, default=1)
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    with open(args.plan, encoding="utf-8") as file:
        shipped = file.read()
    measured = {}
    for variant, more in VARIANTS.items():
        plan = os.path.join(args.out, variant + ".textproto")
        with open(plan, "w", encoding="utf-8") as file:
            file.write(f"{shipped}\n{more}\n")
        results = [run(args, variant, plan) for _ in range(args.repeat)]
        least = {name: min(figures_of(result)[name] for result in results) for name in figures_of(results[0])}
        measured[variant] = {**least, "accuracy": results[-1]["accuracy"]}
        print(f"== {variant}", file=sys.stderr, flush=True)
    names = [name for name in measured["plain"] if name != "accuracy"]
    print("| | " + " | ".join(names) + " | sensitivity | PPV |")
    print("|---|" + "---:|" * (len(names) + 2))
    for variant, figures in measured.items():
        ratios = [f"{figures[name] / measured['plain'][name]:.2f}" for name in names]
        accuracy = figures["accuracy"]
        print(f"| {variant} | " + " | ".join(ratios) + f" | {accuracy['sensitivity']:.4f} | {accuracy['ppv']:.4f} |")
    with open(os.path.join(args.out, "additions.json"), "w", encoding="utf-8") as file:
        json.dump({"left": args.left, "right": args.right, "plan": os.path.basename(args.plan), "variants": measured}, file,
                  indent=2)


if __name__ == "__main__":
    main()
