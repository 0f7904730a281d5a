"""Prints one table of the accuracy runs' summary.json and evaluation-*.json: table.py FOLDER DATA_SET..."""

import json
import pathlib
import sys


def load(path):
    return json.loads(path.read_text())


def share(value, interval):
    return f"{value:.4f} ({interval[0]:.4f}-{interval[1]:.4f})"


def records_of(folder):
    """Records, and tokens a record; of clear text there are none."""
    clear_text = folder / "goldstandard.json"
    if clear_text.exists():
        return sum(site["records"] for site in load(clear_text)["sites"]), "-"
    sites = [load(path) for path in sorted((folder / "sites").glob("*.json"))]
    records = sum(site["records"] for site in sites)
    return records, f"{sum(site['tokens'] for site in sites) / max(1, records):.1f}"


def row(folder):
    pairs, entities = (load(folder / f"evaluation-{what}.json") for what in ("pairs", "entities"))
    records, tokens = records_of(folder)
    return [folder.name, str(records), tokens, str(pairs["true_pairs"]),
            share(pairs["sensitivity"], pairs["sensitivity_interval"]), share(pairs["ppv"], pairs["ppv_interval"]),
            f"{pairs['f1']:.4f}", f"{entities['f1']:.4f}"]


HEADER = ["data", "records", "tokens/record", "true pairs", "sensitivity (95 %)", "PPV (95 %)", "F1",
          "F1 of entities"]
ROWS = [HEADER] + [row(pathlib.Path(sys.argv[1]) / name) for name in sys.argv[2:]]
WIDTHS = [max(len(line[i]) for line in ROWS) for i in range(len(HEADER))]
for line in ROWS:
    print("  ".join(cell.ljust(width) for cell, width in zip(line, WIDTHS)).rstrip())
