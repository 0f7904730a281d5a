#!/usr/bin/env python3
"""What padding, fake records and the second token scheme cost: one benchmark per variant of a plan, in one session.

    tests/bench/additions.py [--left 5000] [--right 50000] [--plan FILE] [--out DIR] [--bin DIR] [--rounds 1] [--other-bin DIR]

Runs tests/bench/run.sh's benchmark with the plan as it is, with padding, with 100 fakes per 1000 records, with both, and with
token_scheme CHACHA20_SHA256; with --other-bin also the plan as it is with the programs of another build. All of these, one after another, are a
round. Prints each figure as a ratio to the plan as it is in the same round (of several rounds the middle one, and from the least to the most):
bytes sent, tokens, user time of the agents (with what the resolver does meanwhile), of ingest and linkage, bytes of the index, and the
accuracy. Leaves DIR/VARIANT/bench.json of the last round and DIR/additions.json (default DIR: build/bench-additions).
"""
import argparse
import json
import os
import shutil
import statistics
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
    "agent, user s": (("agent registry", "agent claims"), "user_seconds"),
    "ingest, user s": (("ingest registry", "ingest claims"), "user_seconds"),
    "index": (("end to end",), "disk_bytes"),
    "linkage, user s": (("linkage",), "user_seconds"),
}


def run(args, variant, plan, programs):
    out = os.path.join(args.out, variant)
    command = [sys.executable, os.path.join(ROOT, "tests/bench/bench.py"), "--root", ROOT, "--bin", programs, "--tools",
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
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--other-bin")
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    variants = {**VARIANTS, **({"other build": ""} if args.other_bin else {})}
    with open(args.plan, encoding="utf-8") as file:
        shipped = file.read()
    rounds = []
    for number in range(args.rounds):
        rounds.append({})
        for variant, more in variants.items():
            plan = os.path.join(args.out, variant.replace(" ", "-") + ".textproto")
            with open(plan, "w", encoding="utf-8") as file:
                file.write(f"{shipped}\n{more}\n")
            result = run(args, variant.replace(" ", "-"), plan, args.other_bin if variant == "other build" else args.bin)
            rounds[-1][variant] = {**figures_of(result), "accuracy": result["accuracy"]}
            print(f"== round {number + 1}: {variant}", file=sys.stderr, flush=True)
        with open(os.path.join(args.out, "additions.json"), "w", encoding="utf-8") as file:
            json.dump({"left": args.left, "right": args.right, "plan": os.path.basename(args.plan), "rounds": rounds}, file,
                      indent=2)
    show(variants, rounds)


def ratios(rounds, variant, name):
    found = [of[variant][name] / of["plain"][name] for of in rounds]
    middle = f"{statistics.median(found):.2f}"
    return middle if len(found) == 1 else f"{middle} ({min(found):.2f}-{max(found):.2f})"


def show(variants, rounds):
    names = [name for name in rounds[0]["plain"] if name != "accuracy"]
    print("| | " + " | ".join(names) + " | sensitivity | PPV |")
    print("|---|" + "---:|" * (len(names) + 2))
    for variant in variants:
        accuracy = rounds[-1][variant]["accuracy"]
        cells = [ratios(rounds, variant, name) for name in names]
        print(f"| {variant} | " + " | ".join(cells) + f" | {accuracy['sensitivity']:.4f} | {accuracy['ppv']:.4f} |")


if __name__ == "__main__":
    main()
