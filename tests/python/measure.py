#!/usr/bin/env python3
"""What reading and judging a million invented pairs takes: CPU seconds and peak memory, each in a process of its own.

    measure.py FOLDER [--pairs 1000000]

Needs the installed package with its extras pandas and arrow.
"""

import argparse
import multiprocessing
import pathlib
import random
import resource
import time

import blindlink

WAYS = {"row by row": lambda rows, _: sum(1 for _ in rows), "to_pandas": lambda rows, _: rows.to_pandas(),
        "to_arrow": lambda rows, _: rows.to_arrow(),
        "to_batches": lambda rows, _: sum(batch.num_rows for batch in rows.to_batches()),
        "evaluate": blindlink.evaluate}


def write(folder, count):
    random.seed(1)
    with open(folder / "pairs.csv", "w", encoding="utf-8") as pairs, open(folder / "truth.csv", "w",
                                                                          encoding="utf-8") as truth:
        pairs.write("left_site,left_record,right_site,right_record,level,rule,match_keys,score\n")
        truth.write("site,record,person\n")
        for number in range(count):
            left, right = (f"{random.getrandbits(128):032x}" for _ in "lr")
            score = 1 - random.random() ** 3 * 0.35
            rule = "high" if score >= 0.85 else "low"
            pairs.write(f"a,{left},b,{right},full,{rule},name;last-dob;first-dob,{score!r}\n")
            truth.write(f"a,{left},P{number}\nb,{right},P{number if random.random() < score else -number}\n")


def measure(way, folder):
    begun = time.process_time()
    WAYS[way](blindlink.read_pairs(folder / "pairs.csv", verify=False), folder / "truth.csv")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{way:12}{time.process_time() - begun:6.1f} CPU s{peak:7} MiB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--pairs", type=int, default=1_000_000)
    arguments = parser.parse_args()
    write(arguments.folder, arguments.pairs)
    for way in WAYS:
        process = multiprocessing.get_context("spawn").Process(target=measure, args=(way, arguments.folder))
        process.start()
        process.join()
