#!/usr/bin/env python3
"""How close and how private are synthetic tables? Runs `blindlink-agent synthesize` on one half of the Adult data.

  synthetic.py --agent build/release/bin/blindlink-agent [--runs 5] [--epsilon 1] [--at-most ONE_WAY TWO_WAY]

Reads deid/arx in BLINDLINK_DATA (default ../shared/data); prints SKIPPED if it is absent. Every second row is synthesized
from, the others are the hold-out. Domains come from the hierarchies, not from the data. Prints mean total variation
distances of one and two columns, and the shares of synthetic rows that equal a row of either half, for each run and on
average; counted here, apart from the program's own report. With pandas installed it also prints what the judge of the test
data says. --at-most fails above these means.
"""

import argparse
import collections
import csv
import itertools
import os
import pathlib
import subprocess
import sys
import tempfile

SALARY = ["<=50K", ">50K"]


def write_spec(path, data, columns, epsilon):
    lines = [f'name: "adult"\nepsilon: {epsilon}']
    for column in columns:
        hierarchy = data / f"adult_hierarchy_{column}.csv"
        if column == "age":
            domain = "numbers { smallest: 1 largest: 100 }"
        elif hierarchy.exists():
            domain = f'hierarchy {{ file: "{hierarchy.resolve()}" }}'
        else:
            domain = "categories { " + " ".join(f'value: "{value}"' for value in SALARY) + " }"
        lines.append(f'columns {{ name: "{column}" {domain} }}')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read(path):
    with open(path, newline="", encoding="utf-8") as text:
        rows = list(csv.reader(text, delimiter=";"))
    return rows[0], rows[1:]


def write(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as out:
        csv.writer(out, delimiter=";", lineterminator="\n").writerows([header, *rows])


def distance(left, right, columns):
    """Total variation distance of the joint distributions of these columns."""
    counts = [collections.Counter(tuple(row[c] for c in columns) for row in rows) for rows in (left, right)]
    return sum(abs(counts[0][key] / len(left) - counts[1][key] / len(right)) for key in set().union(*counts)) / 2


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def share_equal(rows, others):
    known = set(map(tuple, others))
    return mean(tuple(row) in known for row in rows)


def measure(header, real, holdout, made):
    size = len(header)
    return [mean(distance(real, made, [c]) for c in range(size)),
            mean(distance(real, made, pair) for pair in itertools.combinations(range(size), 2)),
            share_equal(made, real), share_equal(made, holdout)]


def has_pandas():
    return subprocess.run([sys.executable, "-c", "import pandas"], capture_output=True).returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agent", required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--epsilon", type=float, default=1)
    parser.add_argument("--at-most", type=float, nargs=2, metavar=("ONE_WAY", "TWO_WAY"))
    options = parser.parse_args()
    root = pathlib.Path(__file__).resolve().parents[2]
    shared = pathlib.Path(os.environ.get("BLINDLINK_DATA", root / "../shared/data"))
    data = shared / "deid/arx"
    if not (data / "adult.csv").exists():
        print(f"SKIPPED: no data at {data}")
        return 0

    header, rows = read(data / "adult.csv")
    real, holdout = rows[0::2], rows[1::2]
    judge = shared / "clinical/judges/synth_eval.py"
    results = []
    with tempfile.TemporaryDirectory(prefix="blindlink-synthetic-") as folder:
        folder = pathlib.Path(folder)
        write(folder / "real.csv", header, real)
        write(folder / "holdout.csv", header, holdout)
        write_spec(folder / "spec.textproto", data, header, options.epsilon)
        print("run  one-way  two-way  equal to a real row  to a hold-out row")
        for run in range(options.runs):
            out = folder / f"out{run}"
            subprocess.run([options.agent, "synthesize", "--spec", folder / "spec.textproto", "--input",
                            folder / "real.csv", "--out", out], check=True, stdout=subprocess.DEVNULL)
            results.append(measure(header, real, holdout, read(out / "persons.csv")[1]))
            print(f"{run + 1:3}   {results[-1][0]:.4f}   {results[-1][1]:.4f}               {results[-1][2]:.4f}"
                  f"             {results[-1][3]:.4f}")
            if judge.exists() and has_pandas():
                subprocess.run([sys.executable, judge, folder / "real.csv", out / "persons.csv", "--holdout",
                                folder / "holdout.csv"], check=True)
    means = [mean(column) for column in zip(*results)]
    print(f"mean  {means[0]:.4f}   {means[1]:.4f}               {means[2]:.4f}             {means[3]:.4f}")
    print(f"hold-out against the data: {mean(distance(real, holdout, [c]) for c in range(len(header))):.4f}   "
          f"{mean(distance(real, holdout, p) for p in itertools.combinations(range(len(header)), 2)):.4f}")
    if options.at_most and (means[0] > options.at_most[0] or means[1] > options.at_most[1]):
        print(f"FAILED: above {options.at_most}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
