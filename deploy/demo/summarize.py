#!/usr/bin/env python3
"""Writes the summary.json of a demonstration and prints the counts by rule.

  summarize.py OUT_DIR --run RUN --plan FILE --seconds STAGES.tsv --site NAME FILE MAP.csv [--site ...]

Reads pairs.csv and entities.csv in OUT_DIR, what the run expected of itself from the researcher's manifest, and, if the
results were compared with a truth, the files that `blindlink-researcher evaluate` wrote there: evaluation-pairs.json and
evaluation-entities.json.
"""

import argparse
import collections
import csv
import json
import os

_FIGURES = ["tp", "fp", "fn", "sensitivity", "ppv", "f1"]


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def count_pairs(path):
    """(rule, level) -> pairs."""
    return collections.Counter((row["rule"], row["level"]) for row in rows_of(path))


def count_entities(path):
    """The number of records, of entities, and of entities with two or more records."""
    sizes = collections.Counter(row["entity"] for row in rows_of(path))
    return sum(sizes.values()), len(sizes), sum(1 for size in sizes.values() if size > 1)


def figures(path):
    with open(path, encoding="utf-8") as file:
        evaluation = json.load(file)
    return {name: evaluation[name] for name in _FIGURES}


def said_by_the_run(out, what):
    """From the researcher's manifest: "expected", the run's own estimates and warnings, made without the truth (None if it
    was decided by rules), or "entities", their sizes and the joins that were refused."""
    with open(os.path.join(out, "researcher", "pairs.csv.manifest.json"), encoding="utf-8") as file:
        return json.load(file).get(what)


def sizes_in_words(sizes):
    """"of 2 records: 1200, of 3: 310, of more: 12; the largest has 7 records"."""
    shown = [(size["records"], size["entities"]) for size in sizes if 1 < size["records"] <= 6]
    more = sum(size["entities"] for size in sizes if size["records"] > 6)
    parts = [f"of {records}{' records' if records == shown[0][0] else ''}: {entities}" for records, entities in shown]
    parts += [f"of more: {more}"] if more else []
    return f"{', '.join(parts)}; the largest has {sizes[-1]['records']} records"


def summary_of(args):
    rules = count_pairs(os.path.join(args.out, "pairs.csv"))
    records, entities, of_two_or_more = count_entities(os.path.join(args.out, "entities.csv"))
    sites = []
    for name, file, site_map in args.site:
        sites.append({"site": name, "file": file, "records": sum(1 for _ in rows_of(site_map))})
    with open(args.seconds, encoding="utf-8") as file:
        seconds = {stage: float(value) for stage, value in (line.split("\t") for line in file)}
    summary = {
        "run": args.run,
        "plan": args.plan,
        "sites": sites,
        "counts": {
            "records": records,
            "match_pairs": sum(rules.values()),
            "match_pairs_full": sum(n for (_, level), n in rules.items() if level == "full"),
            "match_pairs_partial": sum(n for (_, level), n in rules.items() if level == "partial"),
            "entities": entities,
            "entities_of_two_or_more": of_two_or_more,
        },
        "rules": [{"rule": rule, "level": level, "pairs": n} for (rule, level), n in rules.most_common()],
        "seconds": seconds,
    }
    expected = said_by_the_run(args.out, "expected")
    if expected:
        summary["expected"] = expected
    summary["entity_sizes"] = said_by_the_run(args.out, "entities")
    pairs_evaluation = os.path.join(args.out, "evaluation-pairs.json")
    if os.path.exists(pairs_evaluation):
        summary.update(figures(pairs_evaluation))
        summary["entities"] = figures(os.path.join(args.out, "evaluation-entities.json"))
    return summary


def main():
    csv.field_size_limit(1 << 24)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--run", required=True)
    parser.add_argument("--plan", required=True)
    parser.add_argument("--seconds", required=True)
    parser.add_argument("--site", action="append", nargs=3, required=True)
    args = parser.parse_args()
    summary = summary_of(args)
    with open(os.path.join(args.out, "summary.json"), "w", encoding="utf-8") as file:
        json.dump(summary, file, indent=2)
        file.write("\n")
    expected = summary.get("expected", {})
    for warning in expected.get("warnings", []):
        print(f"WARNING: {warning}.")
    if "ppv" in expected:
        print(f"The run expects of itself, without the truth: PPV {expected['ppv']:.4f} ({expected['ppv_low']:.4f} to "
              f"{expected['ppv_high']:.4f}), and {expected['true_pairs']:.0f} true pairs ({expected['true_pairs_low']:.0f} to "
              f"{expected['true_pairs_high']:.0f}), of which at least {expected['unmet']:.0f} share no token.\n")
    counts = summary["counts"]
    print(f"{counts['records']} records, {counts['match_pairs']} match pairs, {counts['entities']} entities, "
          f"{counts['entities_of_two_or_more']} of them with two or more records")
    sizes = summary["entity_sizes"]
    if sizes["largest"] > 1:
        print(f"Entities {sizes_in_words(sizes['sizes'])}")
    print(f"{sizes['refused_as_weak']} pairs that would match were refused as weak bridges between entities, "
          f"{sizes['pairs_by_entity']} below the threshold match because other pairs make one entity of their records\n")
    print(f"  {'rule':28} {'level':8} {'pairs':>10}")
    for rule in summary["rules"]:
        print(f"  {rule['rule']:28} {rule['level']:8} {rule['pairs']:10}")


if __name__ == "__main__":
    main()
