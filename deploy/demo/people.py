"""The sample's invented population: households of couples, parents and children; some are twins or namesakes."""

import datetime
from dataclasses import dataclass

import names
from places import Address

AREA_CODES = ["317", "260", "812", "574", "765", "219"]


@dataclass
class Person:
    number: int
    household: int
    sex: str
    first: str
    middle: str
    last: str
    suffix: str
    birth: datetime.date
    ssn: str
    phone: str
    address: Address
    birth_name: str = ""


class Population:
    """Grows one household at a time. All people are invented; social security numbers are random."""

    def __init__(self, random, places):
        self._random, self._places = random, places
        self._ssns = set()
        self._households = 0
        self.people = []

    def add_household(self):
        random = self._random
        self._households += 1
        address = self._places.new_address(random)
        phone = f"({random.choice(AREA_CODES)}) 555-{random.randint(0, 9999):04d}"
        surname = names.pick(random, names.SURNAMES)
        head_sex = random.choice("MF")
        head_year = random.randint(1931, 1995)
        head = self._add(head_sex, surname, self._date(head_year), address, phone)
        if random.random() < 0.55:
            spouse = self._add("F" if head_sex == "M" else "M", surname,
                               self._date(head_year + random.randint(-5, 5)), address, phone)
            wife = head if head.sex == "F" else spouse
            wife.birth_name = names.pick(random, names.SURNAMES)
        if random.random() < 0.5:
            self._add_children(head, surname, address, phone)

    def _add_children(self, head, surname, address, phone):
        random = self._random
        birth = self._date(head.birth.year + random.randint(22, 34))
        for child_number in range(random.choice([1, 1, 2, 2, 3])):
            child = self._add(random.choice("MF"), surname, birth, address, phone)
            if child_number == 0 and head.sex == "M" and child.sex == "M" and random.random() < 0.06:
                child.first, child.middle, child.suffix = head.first, head.middle, "Jr"
            if random.random() > 0.016:  # otherwise the next child is a twin, as often as in the United States
                birth += datetime.timedelta(days=random.randint(400, 1500))

    def _add(self, sex, surname, birth, address, phone):
        random = self._random
        given = names.MEN if sex == "M" else names.WOMEN
        person = Person(len(self.people), self._households, sex, names.pick(random, given),
                        names.pick(random, given), surname, "", birth, self._new_ssn(), phone, address)
        self.people.append(person)
        return person

    def _date(self, year):
        return datetime.date(year, 1, 1) + datetime.timedelta(days=self._random.randint(0, 364))

    def _new_ssn(self):
        while True:
            area = self._random.randint(1, 899)
            ssn = f"{area:03d}-{self._random.randint(1, 99):02d}-{self._random.randint(1, 9999):04d}"
            if area != 666 and ssn not in self._ssns:
                self._ssns.add(ssn)
                return ssn
