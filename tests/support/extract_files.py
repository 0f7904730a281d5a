"""Writes extracts and entity maps in their documented formats (docs/formats/extract.md, result_files.md), for tests."""

import csv
import hashlib
import io
import json
import pathlib
import subprocess

COLUMNS = {
    "persons": ["record", "sex", "birth_year", "death"],
    "visits": ["record", "visit", "receipt", "start", "end", "setting", "payer", "provider", "amount"],
    "diagnoses": ["record", "visit", "seq", "date", "code", "code_system", "certainty", "name"],
    "procedures": ["record", "visit", "seq", "date", "code", "code_system"],
    "drugs": ["record", "visit", "seq", "date", "code", "code_system", "amount"],
    "enrolment": ["record", "start", "end", "payer"],
}
ORDER = {  # besides the record
    "persons": [],
    "visits": ["start", "visit"],
    "diagnoses": ["date", "visit", "seq"],
    "procedures": ["date", "visit", "seq"],
    "drugs": ["date", "visit", "seq"],
    "enrolment": ["start"],
}


def pseudonym(*parts, digits=32):
    """Hexadecimal digits that stand for `parts`."""
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:digits]


def sha256_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def compress(text, path):
    subprocess.run(["zstd", "-q", "-3", "-f", "-o", str(path)], input=text.encode(), check=True)


def write_table(folder, table, rows, columns=None):
    """Writes the rows (dictionaries) in the documented order; returns the manifest's entry."""
    columns = columns or COLUMNS[table]
    rows = sorted(rows, key=lambda row: [row["record"]] + [row.get(name) or "" for name in ORDER[table]
                                                           if name != "seq"] + [int(row.get("seq") or 0)])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    path = folder / f"{table}.csv.zst"
    compress(out.getvalue(), path)
    return {"file": path.name, "table": table, "rows": len(rows), "bytes": path.stat().st_size, "sha256": sha256_of(path)}


def write_manifest(folder, site, files, run="20260101-1", project="asthma", digest="ab" * 32, key_id="cd" * 8, **others):
    manifest = {"format": 1, "product": folder.name, "level": "core", "project": project, "run": run, "site": site,
                "dataset": "claims", "plan": {"name": "asthma", "version": 1, "digest": digest}, "program": "0.1.0",
                "inputs": [], "dictionaries": [], "hierarchies": [], "key_id": key_id, "steps": [], "files": files, **others}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


def write_extract(folder, site, tables, columns=None, **manifest):
    """`tables`: rows by table."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    files = [write_table(folder, table, rows, (columns or {}).get(table)) for table, rows in tables.items()]
    write_manifest(folder, site, files, **manifest)


def write_entity_map(path, rows, run="20260101-1", project="asthma", sites=()):
    """`rows`: entity, site, record."""
    path = pathlib.Path(path)
    text = "entity,site,record\n" + "".join(",".join(row) + "\n" for row in sorted(rows))
    if path.suffix == ".zst":
        compress(text, path)
    else:
        path.write_text(text)
    manifest = {"format_version": 1, "file": path.name, "kind": "entity-map", "project": project, "run": run,
                "plan_name": "us-default", "plan_digest": "ef" * 32,
                "datasets": [{"site": site, "dataset": "claims"} for site in sites],
                "columns": ["entity", "site", "record"], "rows": len(rows), "bytes": path.stat().st_size,
                "sha256": sha256_of(path)}
    pathlib.Path(f"{path}.manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


def read_zstd_csv(path):
    text = subprocess.run(["zstd", "-dcq", str(path)], check=True, capture_output=True).stdout.decode()
    return list(csv.DictReader(io.StringIO(text)))
