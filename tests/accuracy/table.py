"""Prints one table from the summary.json and evaluation-*.json of accuracy runs: table.py FOLDER DATA_SET..."""

import json
import pathlib
import sys


def load(path):
    return json.loads(path.read_text())


def share(value, interval):
    return f"{value:.4f} ({interval[0]:.4f}-{interval[1]:.4f})"


def records_of(folder):
    """Records, and tokens per record ("-" for clear text)."""
    clear_text = folder / "goldstandard.json"
    if clear_text.exists():
        return sum(site["records"] for site in load(clear_text)["sites"]), "-"
    sites = [load(path) for path in sorted((folder / "sites").glob("*.json"))]
    records = sum(site["records"] for site in sites)
    return records, f"{sum(site['tokens'] for site in sites) / max(1, records):.1f}"


def estimate_of(folder):
    """The run's own estimate, made without the truth: number of true pairs, PPV."""
    clear_text = folder / "goldstandard.json"
    if clear_text.exists():
        score = load(clear_text)
    else:
        score = load(folder / "resolver" / "linkage.json")["summary"].get("score")
    if not score:
        return "-", "-"  # the plan decides by rules
    true_pairs = score.get("expected_true_pairs", score["expected_matches"])
    return f"{true_pairs:.0f}", f"{score['expected_ppv']:.4f}"


def bytes_of(folder, records):
    """Bytes per record on the resolver's disk."""
    data = folder / "resolver" / "data"
    if not data.exists():
        return "-"
    return f"{sum(path.stat().st_size for path in data.rglob('*') if path.is_file()) / max(1, records):.0f}"


def row(folder):
    pairs, entities = (load(folder / f"evaluation-{what}.json") for what in ("pairs", "entities"))
    records, tokens = records_of(folder)
    expected_pairs, expected_ppv = estimate_of(folder)
    return [folder.name, str(records), tokens, bytes_of(folder, records), str(pairs["true_pairs"]), expected_pairs,
            share(pairs["sensitivity"], pairs["sensitivity_interval"]), share(pairs["ppv"], pairs["ppv_interval"]),
            expected_ppv, f"{pairs['f1']:.4f}", f"{entities['f1']:.4f}"]


HEADER = ["data", "records", "tokens/record", "bytes/record", "true pairs", "estimated", "sensitivity (95 %)",
          "PPV (95 %)", "estimated", "F1", "F1 of entities"]
ROWS = [HEADER] + [row(pathlib.Path(sys.argv[1]) / name) for name in sys.argv[2:]]
WIDTHS = [max(len(line[i]) for line in ROWS) for i in range(len(HEADER))]
for line in ROWS:
    print("  ".join(cell.ljust(width) for cell, width in zip(line, WIDTHS)).rstrip())
