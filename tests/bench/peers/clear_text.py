"""Writes both sites' files with the same columns, in capitals, as users of clear-text linkers prepare them."""

import csv
import re

COLUMNS = ("unique_id", "first_name", "middle_name", "surname", "suffix", "sex", "dob", "street", "city", "state",
           "zip", "ssn", "phone", "email")
_HEADERS = {
    "registry": ("id", "given_name", "middle_name", "surname", "suffix", "gender", "birth_date", "address", "city",
                 "state", "zip", "ssn", "phone", "email"),
    "claims": ("member_id", "first_name", "mi", "last_name", None, "sex", "dob", "street_address", "city", "state",
               "zip_code", "ssn", "phone_number", "email")}


def _date(text):
    american = re.fullmatch(r"(\d\d?)/(\d\d?)/(\d{4})", text)
    if american:
        return f"{american[3]}-{int(american[1]):02}-{int(american[2]):02}"
    return text if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else ""


def _plain(column, text):
    text = text.strip().upper()
    if column == "dob":
        return _date(text)
    if column in ("ssn", "phone"):
        return re.sub(r"\D", "", text)
    if column == "zip":
        return text[:5]
    return text[:1] if column == "sex" else text


def write(site, source, target):
    with open(source, newline="", encoding="utf-8") as file, open(target, "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in csv.DictReader(file):
            texts = [row.get(header) or "" for header in _HEADERS[site]]
            writer.writerow([texts[0]] + [_plain(c, t) for c, t in zip(COLUMNS[1:], texts[1:])])
