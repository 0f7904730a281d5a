"""Errors between two records of one person: the kinds listed in the Mini-Sentinel report of 2013, with rates."""

import calendar
import collections
import datetime

import names
import places

# The share of records with each error; for those marked *, of the records that can have it (a nickname, a unit, ...).
RATES = {
    "nickname": 0.12,             # * Robert -> Bobby
    "initial": 0.012,             # Robert -> R
    "middle name added": 0.10,    # Robert -> Robert L, Robert Lee
    "middle name for first": 0.012,
    "typo in first name": 0.015,
    "typo in last name": 0.018,
    "names exchanged": 0.004,
    "surname of birth": 0.05,     # * married, recorded before
    "suffix missing": 0.5,        # * Jr
    "day and month exchanged": 0.015,  # * where both are months
    "year off by one": 0.010,
    "typo in date": 0.006,
    "date missing": 0.008,
    "date placeholder": 0.006,    # 1900-01-01
    "unit missing": 0.30,         # *
    "white space in street": 0.03,     # Bushytail, Bushy  tail
    "street misspelled": 0.03,
    "direction missing": 0.15,    # *
    "ordinal in words or digits": 0.4,  # * Ninth, 9th
    "moved": 0.10,
    "street missing": 0.012,
    "zip missing": 0.012,
    "ssn missing": 0.40,
    "ssn placeholder": 0.010,     # 999-99-9999
    "typo in ssn": 0.008,
}


class Errors:
    """Draws errors and counts them by kind (`made`), and the `records`."""

    def __init__(self, random, homes):
        self._random, self._homes = random, homes
        self.made = collections.Counter()
        self.possible = collections.Counter()
        self.records = 0

    def _happens(self, kind, possible=True):
        if not possible:
            return False
        self.possible[kind] += 1
        if self._random.random() >= RATES[kind]:
            return False
        self.made[kind] += 1
        return True

    def record_of(self, person):
        """The person's values in one record: first, last, suffix, birth, address parts, ssn, phone."""
        self.records += 1
        first, last = self._names(person)
        suffix = "" if self._happens("suffix missing", bool(person.suffix)) else person.suffix
        address = self._homes.new_address(self._random) if self._happens("moved") else person.address
        return {"first": first, "last": last, "suffix": suffix, "birth": self._birth(person.birth),
                "street": self._street(address), "unit": self._unit(address), "city": address.city,
                "zip": "" if self._happens("zip missing") else address.zip, "ssn": self._ssn(person.ssn),
                "phone": person.phone if self._random.random() < 0.8 else ""}

    def _names(self, person):
        first, last = person.first, person.last
        if self._happens("nickname", first in names.NICKNAMES):
            first = self._random.choice(names.NICKNAMES[first])
        if self._happens("middle name for first"):
            first = person.middle
        elif self._happens("initial"):
            first = first[0]
        elif self._happens("typo in first name"):
            first = typo(self._random, first)
        if self._happens("middle name added"):
            first += " " + self._random.choice([person.middle, person.middle[0], person.middle[0] + "."])
        if self._happens("surname of birth", bool(person.birth_name)):
            last = person.birth_name
        if self._happens("typo in last name"):
            last = typo(self._random, last)
        return (last, first) if self._happens("names exchanged") else (first, last)

    def _birth(self, birth):
        """A date, or None."""
        if self._happens("date missing"):
            return None
        if self._happens("date placeholder"):
            return datetime.date(1900, 1, 1)
        if self._happens("day and month exchanged", birth.day <= 12 and birth.day != birth.month):
            return birth.replace(month=birth.day, day=birth.month)
        if self._happens("year off by one"):
            year = birth.year + self._random.choice([-1, 1])
            return birth.replace(year=year, day=min(birth.day, calendar.monthrange(year, birth.month)[1]))
        if self._happens("typo in date"):
            days = calendar.monthrange(birth.year, birth.month)[1]
            return birth.replace(day=self._random.randint(1, days))
        return birth

    def _street(self, address):
        if self._happens("street missing"):
            return ""
        random = self._random
        street = address.street
        if self._happens("ordinal in words or digits", street in places.ORDINALS):
            street = places.ORDINALS[street]
        if self._happens("white space in street", " " in street):
            street = random.choice([street.replace(" ", ""), street.replace(" ", "  ")])
        if self._happens("street misspelled", street.replace(" ", "").isalpha()):
            street = typo(random, street)
        direction = "" if self._happens("direction missing", bool(address.direction)) else address.direction
        # Different ways of writing it are not errors.
        suffix = random.choice([address.suffix, address.suffix + ".", places.SUFFIXES[address.suffix]])
        if direction and random.random() < 0.3:
            direction = places.DIRECTIONS[direction]
        text = " ".join(part for part in (str(address.number), direction, street, suffix) if part)
        return random.choice([text, text, text.upper()])

    def _unit(self, address):
        return "" if self._happens("unit missing", bool(address.unit)) else address.unit

    def _ssn(self, ssn):
        if self._happens("ssn missing"):
            return ""
        if self._happens("ssn placeholder"):
            return "999-99-9999"
        if self._happens("typo in ssn"):
            at = self._random.choice([0, 1, 2, 4, 5, 7, 8, 9, 10])
            return ssn[:at] + self._random.choice("0123456789".replace(ssn[at], "")) + ssn[at + 1:]
        return ssn


def typo(random, word):
    """Drops, doubles or changes one letter, or exchanges two; never changes the first."""
    if len(word) < 3:
        return word + random.choice("aeiou")
    at = random.randrange(1, len(word) - 1)
    return random.choice([
        word[:at] + word[at + 1:],
        word[:at] + word[at] + word[at:],
        word[:at] + random.choice("abcdefghiklmnoprstuvwy") + word[at + 1:],
        word[:at] + word[at + 1] + word[at] + word[at + 2:],
    ])
