#!/usr/bin/env python3
"""Measures the timeline on big invented extracts: timeline.py FOLDER [--events 20000000] [--memory 512] [--duckdb 2GB]

Makes the extracts in FOLDER if they are not there (big_extracts.py), runs the real program, and prints wall-clock seconds,
CPU seconds and peak resident memory. --duckdb also has DuckDB, if Python's module is installed, join, sort and write the same
rows with that memory limit; it recognizes no copies and makes no summary. Both use two threads.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SITES = [f"site-{number}" for number in range(3)]
DUCKDB = """
import duckdb, pathlib, sys
folder, limit = pathlib.Path(sys.argv[1]), sys.argv[2]
db = duckdb.connect()
db.execute(f"SET threads=2; SET memory_limit='{limit}'; SET temp_directory='{folder}/duckdb'; SET preserve_insertion_order=false")
parts = []
for site in sys.argv[3:]:
    for kind, start in (("visit", "start"), ("diagnose", '"date"'), ("procedure", '"date"'), ("drug", '"date"'), ("enrolment", "start")):
        name = kind if kind == "enrolment" else kind + "s"
        parts.append(f"SELECT '{site}' AS site, '{kind}' AS kind, {start} AS day, * EXCLUDE ({start}) FROM "
                     f"read_csv('{folder}/{site}/core/{name}.csv.zst', all_varchar=true)")
db.execute(f"COPY (SELECT entity, x.* FROM ({' UNION ALL BY NAME '.join(parts)}) x JOIN read_csv('{folder}/entities.csv.zst', "
           f"all_varchar=true) m USING (site, record) ORDER BY entity, day, site, record, visit, kind, seq) TO "
           f"'{folder}/duckdb.csv.zst' (HEADER, COMPRESSION zstd)")
"""


def measure(name, command):
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"timeline.py: {name} failed: {errors}")
    print(f"{name}\twall {time.monotonic() - begin:.1f} s\tCPU {usage.ru_utime + usage.ru_stime:.1f} s\t"
          f"peak {usage.ru_maxrss / 1024:.0f} MiB", flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--events", type=int, default=20_000_000)
    arguments.add_argument("--memory", type=int, default=512)
    arguments.add_argument("--duckdb", metavar="LIMIT")
    arguments.add_argument("--sqlite", action="store_true")
    arguments.add_argument("--researcher", type=pathlib.Path, default=ROOT / "build/release/bin/blindlink-researcher")
    options = arguments.parse_args()
    if not (options.folder / "entities.csv.zst.manifest.json").exists():
        subprocess.run([sys.executable, str(ROOT / "tests/bench/big_extracts.py"), str(options.folder), str(options.events)],
                       check=True)
    extracts = [part for site in SITES for part in ("--extract", str(options.folder / site / "core"))]
    sqlite = ["--sqlite", str(options.folder / "timeline.sqlite")] if options.sqlite else []
    measure("timeline", [str(options.researcher), "timeline", "--entities", str(options.folder / "entities.csv.zst"), *extracts,
                         "--out", str(options.folder / "timeline.csv.zst"), "--memory", str(options.memory), "--threads", "2",
                         *sqlite])
    if options.duckdb:
        measure(f"DuckDB, {options.duckdb}",
                [sys.executable, "-c", DUCKDB, str(options.folder), options.duckdb, *SITES])


if __name__ == "__main__":
    main()
