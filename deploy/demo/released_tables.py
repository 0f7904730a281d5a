"""Reads tables of sites and of extracts: CSV, plain, gzip or zstd."""

import csv
import datetime
import glob
import gzip
import io
import os
import subprocess


def rows_of(path):
    """The rows of a CSV file, plain, gzip or zstd."""
    if path.endswith(".gz"):
        text = gzip.open(path, "rt", encoding="utf-8").read()
    elif path.endswith(".zst"):
        text = subprocess.run(["zstd", "-dc", path], check=True, capture_output=True).stdout.decode()
    else:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    return list(csv.DictReader(io.StringIO(text)))


def table(folder, name):
    found = glob.glob(os.path.join(folder, name + ".csv*"))
    return rows_of(found[0]) if found else []


def day(text):
    return datetime.date.fromisoformat(text).toordinal()
