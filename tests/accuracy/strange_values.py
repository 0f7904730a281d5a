#!/usr/bin/env python3
"""Plants the faults of spreadsheets, databases, web pages and clerks in a clean file, and measures what they cost.

  strange_values.py [--records N] [--share 0.05] [--out DIR] [--most-lost 0.01] [PLAN...]

Links a clean file of invented people with two twins of it, through the real pipeline (deploy/demo.sh), under
each plan (default: us-default, mini-sentinel-phase2, jmdc-two-keys). One twin has every fault below on a share of
its records. The other is its measure: it says the same in clean writing, and nothing where a fault has
lost the value (a number that a clerk made up, a date known in part). Prints the sensitivity and PPV of both. Fails
if the faults cost more than --most-lost of sensitivity under a plan.
BLINDLINK_BIN_DIR: a folder with programs that are already built (default build/release/bin).
"""

import argparse
import csv
import json
import os
import pathlib
import random
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("BLINDLINK_BIN_DIR", ROOT / "build/release/bin"))
PLANS = ["us-default", "mini-sentinel-phase2", "jmdc-two-keys"]
NOTHING = ["NULL", "nan", "NaN", "None", "\\N", "#VALUE!", "#REF!", "#N/A", "[NULL]", "N/A", "UNKNOWN", "<NA>", "-", ".", "?"]
MADE_UP = ["899999999", "123459999", "222334444", "111-22-3333", "123-12-1234", "999999999", "123456789", "112233445"]
TITLES = ["Dr. {}", "{}, MD", "{} Esq.", "Mr. {}", "{} PhD", "Rev. {}", "{}, RN"]
LETTERS = {"F": "\u0191", "B": "\u0181", "D": "\u018a", "K": "\u0198", "N": "\u019d", "T": "\u01ac", "Y": "\u01b3"}
DIGITS = ("zip", "ssn", "insurance_number")


def number_as_float(row, rng):
    for field in DIGITS:
        if row[field].isdigit():
            row[field] = rng.choice(["{}.0", "{}.00"]).format(int(row[field]))


def number_in_scientific_notation(row, rng):
    number = str(int(row["zip"])) if row["zip"].isdigit() else ""
    if number:
        row["zip"] = f"{number[0]}.{number[1:]}E{len(number) - 1}"


def zeros_lost(row, rng):
    for field in DIGITS:
        if row[field].isdigit():
            row[field] = str(int(row[field]))


def quotes_kept(row, rng):
    for field in (*DIGITS, "phone", "date_of_birth"):
        if row[field]:
            row[field] = rng.choice(["'{}", '="{}"']).format(row[field])


def house_number_as_float(row, rng):
    number, _, street = row["street_address"].partition(" ")
    if number.isdigit() and street:
        row["street_address"] = f"{number}.0 {street}"


def sex_as_float(row, rng):
    row["sex"] = {"M": "1.0", "F": "2.0", "Male": "1.0", "Female": "2.0"}.get(row["sex"], row["sex"])


def words_for_nothing(row, rng):
    for field in row:
        if not row[field]:
            row[field] = rng.choice(NOTHING)


def address_with_null(row, rng):
    if row["street_address"]:
        row["street_address"] += rng.choice([" NULL", ", N/A", " nan"])


def title_or_degree(row, rng):
    field = rng.choice(["first_name", "last_name"])
    if row[field]:
        row[field] = rng.choice(TITLES).format(row[field])


def web_text(row, rng):
    for field in ("first_name", "last_name"):
        if len(row[field]) > 2:
            at = rng.randrange(1, len(row[field]))
            row[field] = row[field][:at] + f"&#{ord(row[field][at])};" + row[field][at + 1:]


def hooked_letter(row, rng):
    name = row["last_name"].upper()
    known = [letter for letter in LETTERS if letter in name]
    if known:
        letter = rng.choice(known)
        row["last_name"] = name.replace(letter, LETTERS[letter], 1)


def street_in_second_line(row, rng):
    if row["street_address"][:1].isdigit() and not row["address_line2"]:
        row["street_address"], row["address_line2"] = "Sunrise Care Home", row["street_address"]


def phone_with_words(row, rng):
    if row["phone"]:
        row["phone"] = rng.choice(["{} cell", "{} (mother)", "H: {}", "{} ext. 12"]).format(row["phone"])


def date_of_spreadsheet(row, rng):
    year, month, day = row["date_of_birth"].split("-") if row["date_of_birth"].count("-") == 2 else ("", "", "")
    if year:
        row["date_of_birth"] = rng.choice([f"{year}{month}{day}.0", f"{year}-{month}-{day} 00:00:00.000"])


# The second function says what is left of the value in clean writing.
def date_in_part(row, rng):
    date = row["date_of_birth"]
    if date.count("-") == 2:
        row["date_of_birth"] = rng.choice([date[:7], date[:4], f"{date[5:7]}/{date[:4]}"])


def no_date(row, rng):
    row["date_of_birth"] = ""


def number_made_up(row, rng):
    row["ssn"] = rng.choice(MADE_UP)


def no_number(row, rng):
    row["ssn"] = ""


def sex_code_for_unknown(row, rng):
    row["sex"] = rng.choice(["-1", "9", "0", "NI"])


def no_sex(row, rng):
    row["sex"] = ""


def as_it_was(row, rng):
    pass


# In this order: what is lost first, then how the rest is written.
FAULTS = [
    (date_in_part, no_date), (number_made_up, no_number), (sex_code_for_unknown, no_sex),
    *((fault, as_it_was) for fault in (
        sex_as_float, number_in_scientific_notation, number_as_float, zeros_lost, house_number_as_float,
        street_in_second_line, address_with_null, title_or_degree, hooked_letter, web_text, phone_with_words,
        date_of_spreadsheet, quotes_kept, words_for_nothing)),
]


def clean_rows(out, records):
    subprocess.run([BIN / "blindlink-population", "--registry", str(records), "--claims", "1", "--overlap", "0", "--registry-errors", "0",
                    "--registry-out", out / "registry.csv", "--claims-out", out / "unused.csv"], check=True)
    rng = random.Random(2)
    with open(out / "registry.csv", newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file)):
            month, day, year = row["birth_date"].split("/")
            row = {"first_name": row["given_name"], "middle_name": row["middle_name"], "last_name": row["surname"],
                   "suffix": row["suffix"], "sex": row["gender"], "date_of_birth": f"{year}-{month}-{day}",
                   "street_address": row["address"], "address_line2": "", "city": row["city"], "state": row["state"],
                   "zip": row["zip"], "ssn": row["ssn"].replace("-", ""), "phone": row["phone"], "email": row["email"]}
            row["insurance_number"] = str(rng.randrange(23_000_000, 98_000_000))
            row["relationship"] = rng.choice(["SELF", "SPOUSE", "CHILD"])
            yield str(number), row


def write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        fields = list(rows[0][1])
        writer.writerow(["record_id", *fields])
        writer.writerows([number, *(row[field] for field in fields)] for number, row in rows)


def twins(rows, share):
    """The twin with faults, and the one that says the same in clean writing."""
    rng = random.Random(3)
    strange, measure, planted = [], [], dict.fromkeys((fault.__name__ for fault, _ in FAULTS), 0)
    for number, row in rows:
        faulty, plain = dict(row), dict(row)
        for fault, left in FAULTS:
            if rng.random() >= share:
                continue
            before = dict(faulty)
            fault(faulty, rng)
            left(plain, rng)
            planted[fault.__name__] += before != faulty
        strange.append((number, faulty))
        measure.append((number, plain))
    return strange, measure, planted


def link(out, plan, other):
    folder = out / f"{plan}-{other}"
    command = [ROOT / "deploy/demo.sh", "--no-install", "--site", f"clean={out / 'clean.csv'}",
               "--site", f"twin={out / (other + '.csv')}", "--truth", out / "truth.csv",
               "--plan", ROOT / f"deploy/plans/{plan}.textproto", "--out", folder]
    done = subprocess.run(command, env=dict(os.environ, BLINDLINK_BIN_DIR=str(BIN)), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(done.stdout[-3000:])
    return json.loads((folder / "evaluation-pairs.json").read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plans", nargs="*", default=PLANS, metavar="PLAN")
    parser.add_argument("--records", type=int, default=4000)
    parser.add_argument("--share", type=float, default=0.05)
    parser.add_argument("--most-lost", type=float, default=0.01)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "build/strange-values")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    rows = list(clean_rows(args.out, args.records))
    strange, measure, planted = twins(rows, args.share)
    for name, content in (("clean", rows), ("strange", strange), ("measure", measure)):
        write(args.out / f"{name}.csv", content)
    with open(args.out / "truth.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["site", "record", "person"])
        writer.writerows([site, number, number] for site in ("clean", "twin") for number, _ in rows)
    for fault, count in planted.items():
        print(f"{fault:32}{count:8}")
    print(f"\n{'plan':24}{'sensitivity':>12}{'with faults':>12}{'lost':>9}{'PPV':>9}{'with faults':>12}")
    failed = False
    for plan in args.plans:
        before, after = link(args.out, plan, "measure"), link(args.out, plan, "strange")
        lost = before["sensitivity"] - after["sensitivity"]
        failed |= lost > args.most_lost
        print(f"{plan:24}{before['sensitivity']:12.4f}{after['sensitivity']:12.4f}{lost:9.4f}{before['ppv']:9.4f}"
              f"{after['ppv']:12.4f}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
