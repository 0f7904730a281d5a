#!/usr/bin/env python3
"""Generalizes tables of the test data with the real program, and lets the independent judge of the data measure
the result: granularity, non-uniform entropy (NUE), groups, l and t. The program's own report must agree with the
judge to three digits.

    tests/accuracy/anonymity.py --agent build/release/bin/blindlink-agent [--data FOLDER] [--big FOLDER]

--big: a folder in which `gen_claims.py FOLDER 1000000 42` has put its table and hierarchies (needs numpy).
Prints one row per setting; exits with 1 if a bar is missed or a report disagrees. Skips without the data.
"""
import argparse
import csv
import gzip
import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
from collections import defaultdict

SEVEN = ["sex", "age", "race", "marital-status", "education", "native-country", "workclass"]
EIGHT = SEVEN + ["occupation"]
CLAIMS = ["age", "sex", "zip", "race", "ethnicity", "marital", "payer", "dx", "px", "admit_month", "discharge"]
ANY = "k: 1 max_risk: 1 "
# name, columns, targets, sensitive column, bars: granularity, NUE
ADULT = [
    ("k = 5", EIGHT, "k: 5", None, 0.945, 0.80),
    ("k = 11", EIGHT, "max_risk: .09", None, 0, 0),
    ("l = 2 occupation", SEVEN, ANY + 'sensitive { column: "occupation" distinct: 2 }', "occupation", 0.968, 0),
    ("k = 5, l = 2 occupation", SEVEN, 'k: 5 sensitive { column: "occupation" distinct: 2 }', "occupation", 0.968, 0),
    ("l = 2 salary", EIGHT, ANY + 'sensitive { column: "salary-class" distinct: 2 }', "salary-class", 0.77, 0),
    ("t = .2 salary", EIGHT, ANY + 'sensitive { column: "salary-class" closeness: .2 }', "salary-class", 0.73, 0),
    ("t = .2 occupation", SEVEN, ANY + 'sensitive { column: "occupation" closeness: .2 }', "occupation", 0, 0),
]


def plan_text(columns, hierarchies, targets):
    lines = ['name: "anonymity"', "version: 1", 'purpose: "measured figures"']
    for column in columns:
        lines.append(f'quasi_identifiers {{ column: "{column}" hierarchy: "{hierarchies.replace("@", column)}" }}')
    return "\n".join(lines + [f"targets {{ {targets} }}"]) + "\n"


def run(command):
    """Output, seconds of CPU and peak memory in MB of a command, which must succeed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return done.stdout, after.ru_utime - before.ru_utime, after.ru_maxrss / 1024


def judge(script, table, released, hierarchies, columns, sensitive):
    command = [sys.executable, script, table, released, hierarchies, ",".join(columns)]
    out, _, _ = run(command + (["--sens", sensitive] if sensitive else []))
    if "NOT IN HIERARCHY" in out:
        sys.exit(out)
    return {key: float(value) for key, value in re.findall(r"(\w+)=([\d.]+)", out.splitlines()[0])}


def disagreements(figures, report):
    risk, loss = report["risk"], report["loss"]
    pairs = {"granularity": loss["granularity"], "NUE": loss["entropy_kept"], "min_k": risk["smallest_group"],
             "classes": risk["groups"], "below5": risk["rows_below_5"], "supp_rows": risk["suppressed"] / risk["rows"],
             "prosecutor_max": risk["prosecutor"]["highest"], "prosecutor_avg": risk["prosecutor"]["average"],
             "DM": loss["discernibility"]}
    if risk["sensitive"]:
        pairs["l_min"] = risk["sensitive"][0]["least_distinct"]
        pairs["t_max"] = risk["sensitive"][0]["largest_distance"]
    return [name for name, ours in pairs.items() if abs(ours - figures[name]) > 0.00051]


def measure(options, work, name, table, hierarchies, columns, targets, sensitive, granularity, nue):
    plan, out = work / "plan.textproto", work / "out"
    plan.write_text(plan_text(columns, hierarchies, targets))
    _, seconds, memory = run([options.agent, "anonymize", "--release", plan, "--table", table, "--out", out])
    figures = judge(options.judge, table, out / "released.csv", hierarchies, columns, sensitive)
    wrong = disagreements(figures, json.loads((out / "report.json").read_text()))
    good = figures["granularity"] >= granularity and figures["NUE"] >= nue and figures["supp_rows"] == 0 and not wrong
    kept = f"l {figures['l_min']:.0f}, t {figures['t_max']:.3f}" if sensitive else ""
    print(f"| {name} | {figures['granularity']:.4f} | {figures['NUE']:.4f} | {figures['supp_rows']:.4f} | "
          f"{figures['min_k']:.0f} | {kept} | {seconds:.1f} | {memory:.0f} | {'yes' if good else 'NO ' + ' '.join(wrong)} |")
    return good


def item_figures(options, work, sites):
    """k^m figures of the three sites' diagnoses beside those of risk_baseline.py."""
    def rows(path):
        with gzip.open(sites / path, "rt") as file:
            return list(csv.DictReader(file))
    owner = {(t["site"], t["claim_id"]): t["person"] for t in rows("truth/claims.csv.gz")}
    codes = defaultdict(set)
    for t in rows("truth/diagnoses.csv.gz"):
        if t["icd10cm"] != "-":
            codes[owner[(t["site"], t["claim_id"])]].add(t["icd10cm"])
    with open(work / "items.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["person", "code"])
        writer.writerows((person, code) for person, of in codes.items() for code in sorted(of))
    baseline, _, _ = run([sys.executable, options.judge.parent / "risk_baseline.py", sites])
    theirs = re.search(r"all sites linked.*?\n", baseline).group()
    good = True
    out, _, _ = run([options.agent, "risk", "--items", work / "items.csv", "--person", "person", "--item", "code",
                     "--m", "2", "--k", "5"])
    for line in out.splitlines():
        m = re.match(r"m=(\d)", line).group(1)
        ours = [float(x) for x in re.findall(r"(\d\.\d{4})", line)]
        found = re.search(rf"m={m} k=5 full: persons ([\d.]+), combinations ([\d.]+)", theirs)
        agrees = all(abs(a - float(b)) < 0.00055 for a, b in zip(ours, found.groups()))
        print(f"k^m, {m} code(s), k = 5: persons {ours[0]:.4f}, combinations {ours[1]:.4f}; "
              f"baseline {found.group(1)}, {found.group(2)}: {'agrees' if agrees else 'DIFFERS'}")
        good &= agrees
    return good


def demographic_figures(options, work, sites):
    """Uniqueness by sex and year of birth beside risk_baseline.py, which takes the last record of a person."""
    baseline, _, _ = run([sys.executable, options.judge.parent / "risk_baseline.py", sites])
    line = next(x for x in baseline.splitlines() if x.startswith("sex, birth year |"))
    with gzip.open(sites / "truth/persons.csv.gz", "rt") as file:
        local = {(t["site"], t["local_id"]): t["person"] for t in csv.DictReader(file)}
    good = True
    for site in "abc":
        seen = {}
        with open(sites / f"site_{site}/persons.csv", newline="") as file:
            for row in csv.DictReader(file):
                seen[local[(site, row["local_id"])]] = (row["sex"] or "unknown", row["birth_date"][:4] or "unknown")
        with open(work / "people.csv", "w", newline="") as file:
            csv.writer(file).writerows([("sex", "year"), *seen.values()])
        for i, column in enumerate(("sex", "year")):
            (work / f"{column}.csv").write_text("".join(f"{v};*\n" for v in sorted({s[i] for s in seen.values()})))
        (work / "plan.textproto").write_text(plan_text(["sex", "year"], "@.csv", "k: 1 max_risk: 1"))
        run([options.agent, "risk", "--release", work / "plan.textproto", "--table", work / "people.csv", "--out",
             work / "report"])
        risk = json.loads((work / "report/report.json").read_text())["risk"]
        ours = (risk["unique_rows"] / risk["rows"], risk["rows_below_5"] / risk["rows"], risk["prosecutor"]["average"])
        theirs = re.search(rf"{site}: unique ([\d.]+) under5 ([\d.]+) avg risk ([\d.]+)", line).groups()
        agrees = all(abs(a - float(b)) < 0.00055 for a, b in zip(ours, theirs))
        print(f"site {site}, sex and year of birth: unique {ours[0]:.4f}, under 5 {ours[1]:.4f}, average risk "
              f"{ours[2]:.4f}; baseline {' '.join(theirs)}: {'agrees' if agrees else 'DIFFERS'}")
        good &= agrees
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--agent", required=True, type=lambda p: pathlib.Path(p).resolve())
    parser.add_argument("--data", default=os.environ.get("BLINDLINK_DATA", pathlib.Path(__file__).resolve().parents[3] / "shared/data"))
    parser.add_argument("--big", type=pathlib.Path)
    options = parser.parse_args()
    data = pathlib.Path(options.data)
    options.judge = data / "clinical/judges/eval_anon.py"
    table = data / "deid/arx/adult.csv"
    if not table.exists() or not options.judge.exists():
        print(f"SKIPPED: {data} does not have the test data")
        return
    good = True
    print("| setting | granularity | NUE | suppressed | smallest group | kept | CPU seconds | MB | bars met, report agrees |")
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        for name, columns, targets, sensitive, granularity, nue in ADULT:
            good &= measure(options, work, f"Adult, {name}", table, str(table.parent / "adult_hierarchy_@.csv"), columns,
                            targets, sensitive, granularity, nue)
        if options.big:
            good &= measure(options, work, "1 M x 11, k = 5", options.big / "claims.csv",
                            str(options.big.resolve() / "hierarchy_@.csv"), CLAIMS, "k: 5", None, 0.89, 0.66)
        good &= item_figures(options, work, data / "clinical/sites3")
        good &= demographic_figures(options, work, data / "clinical/sites3")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
