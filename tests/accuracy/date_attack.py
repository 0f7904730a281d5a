#!/usr/bin/env python3
"""What an attacker who sees only a release can say of each person's date shift.

  date_attack.py OUT_DIR DATA_DIR

OUT_DIR is what `deploy/demo.sh --clinical-data DATA_DIR` left. The attacker knows the plan, the first and last day of the
data, and that routine visits avoid weekends; not the keys. Prints, over persons with five or more released visits, the
bits of the shift that are left (log2 of the shifts that explain what is seen): after the ends of the data and codes that
tell the year, and after weekdays too, once with the settings of the detailed product and once without.
"""

import datetime
import glob
import math
import os
import re
import statistics
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "deploy/demo"))
from released_tables import day, rows_of  # noqa: E402


def weekend(number):
    return datetime.date.fromordinal(number).weekday() >= 5


def weekday_fits(days, shifts):
    """The shifts under which the fewest visits are on a weekend."""
    share = {r: sum(weekend(d - r) for d in days) for r in range(7)}
    best = {r for r in range(7) if share[r] == min(share.values())}
    return [s for s in shifts if s % 7 in best]


def main():
    out, data = sys.argv[1:]
    with open(os.path.join(out, "sites/release.textproto"), encoding="utf-8") as file:
        most = int(re.search(r"shift_days: *(\d+)", file.read())[1])
    shifts = [s for s in range(-most, most + 1) if s != 0]
    entity = {(r["site"], r["record"]): r["entity"]
              for r in rows_of(os.path.join(out, "researcher/entities.csv"))}
    claims = [c for p in glob.glob(os.path.join(data, "site_*/claims.csv*")) for c in rows_of(p)]
    first, last = min(day(c["start"]) for c in claims), max(day(c["end"] or c["start"]) for c in claims)
    first_covid = day("2020-04-01")
    visits, codes = defaultdict(list), defaultdict(list)
    for folder in glob.glob(os.path.join(out, "researcher/extracts/*/detailed")):
        site = folder.split("/")[-2]
        for row in rows_of(os.path.join(folder, "visits.csv.zst")):
            visits[entity[(site, row["record"])]].append(row)
        for row in rows_of(os.path.join(folder, "diagnoses.csv.zst")):
            if row["code"].startswith("U07"):
                codes[entity[(site, row["record"])]].append(day(row["date"]))
    bits = defaultdict(list)
    for person, rows in visits.items():
        if len(rows) < 5:
            continue
        days = [day(r["start"]) for r in rows] + [day(r["end"]) for r in rows if r["end"]]
        left = [s for s in shifts if first <= min(days) - s and max(days) - s <= last
                and all(d - s >= first_covid for d in codes[person])]
        bits["after the ends of the data and codes that tell the year"].append(math.log2(len(left)))
        routine = [day(r["start"]) for r in rows if r["setting"] == "outpatient"]
        if len(routine) >= 8:
            with_setting = weekday_fits(routine, left)
        else:
            with_setting = left
        bits["after weekdays of outpatient visits too (detailed)"].append(math.log2(len(with_setting)))
        every = [day(r["start"]) for r in rows]
        without = weekday_fits(every, left) if len(every) >= 8 else left
        bits["after weekdays of all visits, settings not being released (core)"].append(math.log2(len(without)))
    print(f"{len(bits['after the ends of the data and codes that tell the year'])} persons; "
          f"{math.log2(len(shifts)):.2f} bits before")
    for what, values in bits.items():
        print(f"{what}: {statistics.mean(values):.2f} bits on average, {min(values):.2f} at least")


main()
