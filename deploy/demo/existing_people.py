"""Reads identities that were made elsewhere, so that claims can be added to them."""

import csv
import datetime
import re

_COLUMNS = {"id": ("local_id", "id", "member_id"), "birth": ("birth_date", "dob"), "sex": ("sex", "gender")}


def read_people(sites, truth, fail):
    """Returns {person: (sex, birth, None)} and {site: {person: [record ids]}}; `fail` ends the program with a text."""
    person_of = {}
    with open(truth, newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            person_of[row["site"], row["record"]] = row["person"]
    facts, records = {}, {}
    for name, path in (site.partition("=")[::2] for site in sites):
        records[name] = {}
        with open(path, newline="", encoding="utf-8") as rows:
            reader = csv.DictReader(rows)
            column = {role: next((c for c in names if c in (reader.fieldnames or [])), None)
                      for role, names in _COLUMNS.items()}
            if None in column.values():
                fail(f"{path}: needs a column for each of {', '.join(' or '.join(n) for n in _COLUMNS.values())}")
            for number, row in enumerate(reader, 2):
                person = person_of.get((name, row[column["id"]]))
                if person is None:
                    fail(f"{path}:{number}: the record is not in {truth} under the site {name}")
                records[name].setdefault(person, []).append(row[column["id"]])
                birth = _date(row[column["birth"]])
                if birth and person not in facts:
                    facts[person] = ("M" if row[column["sex"]].upper().startswith("M") else "F", birth, None)
    return facts, records


def _date(text):
    """ISO or month/day/year; None for anything else and for placeholders."""
    iso = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text)
    american = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", text)
    try:
        if iso:
            date = datetime.date(*map(int, iso.groups()))
        elif american:
            month, day, year = map(int, american.groups())
            date = datetime.date(year, month, day)
        else:
            return None
    except ValueError:
        return None
    return date if date.year > 1905 else None
