"""The invented American claims as files for the plans of other countries.

Each value is put in the place of another, one to one, so that how often a value occurs, and with which others, stays as it was:
that is all that an attack by counting uses. How common names are in Britain or Japan is not what these files show; and since two
spellings of a name become two unlike values, they are not for measuring how well a plan links.
"""
import csv

_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # of the second half of a postcode
_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"
_FIRST_KANJI, _KANJI = 0x4E00, 5000
_RELATIONSHIPS = ("本人", "配偶者", "子", "子", "子", "父母")


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


class British:
    columns = ("member_id", "last_name", "first_name", "middle_name", "date_of_birth", "sex", "street_address", "address_line2",
               "city", "postcode", "nhs_number", "phone", "email")

    def __init__(self):
        self._streets = _Numbers()

    def row(self, row):
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
        self._members = {}

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

    def row(self, row):
        last, first = self._last.of(row["last_name"]), self._first.of(row["first_name"])
        home = (row["street_address"], row["unit"], row["zip_code"], row["last_name"])
        family = self._families.of(home if row["street_address"] else row["member_id"])
        member = self._members[family] = self._members.get(family, -1) + 1
        street = self._streets.of((row["zip_code"], _street(row)))
        return (row["member_id"], f"{family:08}", self._kanji(last), self._kanji(first), self._kana(last), self._kana(first),
                row["sex"], row["dob"], _RELATIONSHIPS[min(member, len(_RELATIONSHIPS) - 1)],
                f"{row['zip_code']}{street % 100:02}" if row["zip_code"].isdigit() else "")


# By plan.
PEOPLE = {"uk-default": British, "jmdc": Japanese, "jmdc-27": Japanese, "jmdc-two-keys": Japanese}


def write(people, claims, out):
    """Writes the claims file as one of `people`."""
    with open(claims, encoding="utf-8", newline="") as source, open(out, "w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(people.columns)
        writer.writerows(map(people.row, csv.DictReader(source)))
