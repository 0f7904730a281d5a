"""The invented American claims and registry as files for the plans of other countries.

Each value is put in the place of another, one to one, so that how often a value occurs, and with which others, stays as it was:
that is all that an attack by counting uses, and all that match keys of whole values use. How common names are in Britain or
Japan is not what these files show. Two spellings of a name become two unlike values: how well a plan links these people is a lower bound.
A person keeps the insurance number from one file to the next, but for one in ten, who has another insurer.
"""
import csv
import unicodedata

_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # of the second half of a postcode
_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"
_FIRST_KANJI, _KANJI = 0x4E00, 5000
_FIRST_YEAR_OF_CHILDREN = 1998
_ONE_IN = 10  # has another insurer in the other file


class _Numbers:
    """Numbers values from 0 in the order in which they first come."""

    def __init__(self):
        self._numbers = {}

    def of(self, value):
        return self._numbers.setdefault(value, len(self._numbers))


def _nhs_number(ssn):
    """Ten digits, the last of which checks the others."""
    if not ssn:
        return ""
    for last in range(10):
        digits = ssn[:8] + str((int(ssn[8]) + last) % 10)
        check = -sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1))) % 11
        if check < 10:
            return digits + str(check)
    return ""


def _postcode(zip_code, street):
    """A ZIP code and a street make one."""
    if not zip_code.isdigit():
        return ""
    area, unit = int(zip_code), street % 4000
    letters = chr(65 + area // 26 % 26) + chr(65 + area % 26)
    return f"{letters}{1 + area // 676 % 99} {unit // 400}{_LETTERS[unit // 20 % 20]}{_LETTERS[unit % 20]}"


def _street(row):
    return row["street_address"].partition(" ")[2]


def _relationship(row):
    """By age and sex, so that a person has the same in both files."""
    if row["dob"][:4].isdigit() and int(row["dob"][:4]) >= _FIRST_YEAR_OF_CHILDREN:
        return "子"
    return "配偶者" if row["sex"] == "F" else "本人"


def _plain(text):
    """In capitals without accents, as the claims have it."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().upper()


def _as_claims(row):
    """A row of the registry under the columns of the claims."""
    if "member_id" in row:
        return {**row, "street_address": f"{row['street_address']} {row['unit']}".strip(), "unit": ""}
    month, day, year = row["birth_date"].split("/") if row["birth_date"] else ("", "", "")
    return {"member_id": row["id"], "last_name": _plain(f"{row['surname']} {row['suffix']}".strip()),
            "first_name": _plain(row["given_name"]), "mi": _plain(row["middle_name"])[:1],
            "dob": f"{year}-{month}-{day}" if year else "", "sex": row["gender"][:1],
            "street_address": row["address"].upper(), "unit": "", "city": row["city"].upper(), "zip_code": row["zip"],
            "ssn": row["ssn"].replace("-", ""), "phone_number": row["phone"].replace("-", ""), "email": row["email"]}


class British:
    """`row`: a row of claims; `person`: whose it is, if known."""

    columns = ("member_id", "last_name", "first_name", "middle_name", "date_of_birth", "sex", "street_address", "address_line2",
               "city", "postcode", "nhs_number", "phone", "email")

    def __init__(self):
        self._streets = _Numbers()

    def row(self, row, _person):
        return (row["member_id"], row["last_name"], row["first_name"], row["mi"], row["dob"], row["sex"],
                row["street_address"], row["unit"], row["city"],
                _postcode(row["zip_code"], self._streets.of((row["zip_code"], _street(row)))),
                _nhs_number(row["ssn"]), row["phone_number"], row["email"])


class Japanese:
    """The people of one address and surname are a family with one insurance number. Two names in kanji have one reading."""

    columns = ("member_id", "insurance_number", "last_name", "first_name", "last_name_kana", "first_name_kana", "sex",
               "date_of_birth", "relationship", "zip")

    def __init__(self):
        self._last, self._first, self._families, self._streets = _Numbers(), _Numbers(), _Numbers(), _Numbers()
        self._family_of = {}

    @staticmethod
    def _kanji(number):
        return chr(_FIRST_KANJI + number // _KANJI) + chr(_FIRST_KANJI + number % _KANJI)

    @staticmethod
    def _kana(number):
        number //= 2
        text = ""
        while number > 0 or len(text) < 2:
            text += _KANA[number % len(_KANA)]
            number //= len(_KANA)
        return text

    def _family(self, row, person):
        home = (row["street_address"], row["zip_code"], row["last_name"])
        family = self._families.of(home if row["street_address"] else row["member_id"])
        if person is None:
            return family
        known = self._family_of.setdefault(person, family)
        return known if person % _ONE_IN else self._families.of((person, row["member_id"]))

    def row(self, row, person):
        last, first = self._last.of(row["last_name"]), self._first.of(row["first_name"])
        family = self._family(row, person)
        street = self._streets.of((row["zip_code"], _street(row)))
        return (row["member_id"], f"{family:08}", self._kanji(last), self._kanji(first), self._kana(last), self._kana(first),
                row["sex"], row["dob"], _relationship(row),
                f"{row['zip_code']}{street % 100:02}" if row["zip_code"].isdigit() else "")


# By plan.
PEOPLE = {"uk-default": British, "jmdc": Japanese, "jmdc-27": Japanese, "jmdc-two-keys": Japanese}


def write(people, source_file, out, truth=None):
    """Writes the claims or the registry as `people`. Both files of one linkage need the same `people`, and their `truth`: the file
    that says who is who."""
    persons = {}
    if truth is not None:
        with open(truth, encoding="utf-8", newline="") as file:
            persons = {row["record"]: int(row["person"]) for row in csv.DictReader(file)}
    with open(source_file, encoding="utf-8", newline="") as source, open(out, "w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(people.columns)
        for row in map(_as_claims, csv.DictReader(source)):
            writer.writerow(people.row(row, persons.get(row["member_id"])))
