"""Prints seconds by stage and size, and the exponent fitted to each: growth.py FOLDER SIZE..."""

import json
import math
import os
import sys


def exponent(sizes, seconds):
    """The slope of log(seconds) over log(size), least squares."""
    x, y = [math.log(size) for size in sizes], [math.log(value) for value in seconds]
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    spread = sum((value - middle_x) ** 2 for value in x)
    return sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y)) / spread if spread else float("nan")


def main():
    folder, sizes = sys.argv[1], [int(size) for size in sys.argv[2:]]
    stages = []
    for size in sizes:
        with open(os.path.join(folder, str(size), "bench.json"), encoding="utf-8") as file:
            stages.append(json.load(file)["stages"])
    fitted = {}
    print("| stage | " + " | ".join(f"{size / 1e6:g} M" for size in sizes) + " | exponent | of CPU s |")
    print("| --- |" + " ---: |" * (len(sizes) + 2))
    for stage in stages[0]:
        if stage.endswith("registry"):
            continue  # has the same size in every run
        seconds, cpu = ([of[stage][what] for of in stages] for what in ("seconds", "cpu_seconds"))
        fitted[stage] = {"seconds": seconds, "cpu_seconds": cpu, "exponent": exponent(sizes, seconds),
                         "cpu_exponent": exponent(sizes, cpu)}
        print(f"| {stage} | " + " | ".join(f"{value:.1f}" for value in seconds) +
              f" | {fitted[stage]['exponent']:.3f} | {fitted[stage]['cpu_exponent']:.3f} |")
    with open(os.path.join(folder, "growth.json"), "w", encoding="utf-8") as file:
        json.dump({"sizes": sizes, "stages": fitted}, file, indent=2)


if __name__ == "__main__":
    main()
