"""Draws the care that one invented person receives over the years, from care_model.py."""

import datetime
from dataclasses import dataclass, field

import care_model
from errors import typo

FIRST_DAY = datetime.date(2018, 11, 1)
LAST_DAY = datetime.date(2024, 10, 31)
PAYERS = {"medicare": "26aab0cd", "medicaid": "0133f751", "commercial": "a735bf55"}


@dataclass
class Visit:
    start: datetime.date
    end: datetime.date
    setting: str
    payer: str
    conditions: list  # the first is the reason
    procedures: list = field(default_factory=list)  # keys of care_model.PROCEDURES
    drugs: list = field(default_factory=list)       # keys of care_model.DRUGS
    charge: float = 0.0


class Care:
    """One person's state: what they have and how long they live. `random` is the person's own."""

    def __init__(self, random, sex, birth):
        self._random, self._sex, self._birth = random, sex, birth
        self.death = self._day_of_death()
        self._last = min(self.death or LAST_DAY, LAST_DAY)
        self._chronic = [c for c in care_model.CONDITIONS
                         if c.course == "chronic" and random.random() < c.rate(sex, self._age(FIRST_DAY) + 3)]
        poor = random.random() < 0.18
        self._younger_payer = PAYERS["medicaid" if poor else "commercial"]

    def visits(self):
        """In order of time."""
        found = []
        for condition in care_model.CONDITIONS:
            if condition.course == "chronic":
                if condition in self._chronic:
                    found += [self._visit(day, condition) for day in self._follow_ups(condition)]
            else:
                found += [self._visit(day, condition) for day in self._episodes(condition)]
        return sorted(found, key=lambda visit: (visit.start, visit.conditions[0].code))

    def payer(self, day):
        return PAYERS["medicare"] if self._age(day) >= 65 else self._younger_payer

    def enrolment(self):
        """Yearly periods (start, end, payer) from the day before the first to the person's last."""
        start = FIRST_DAY - datetime.timedelta(days=self._random.randrange(90))
        start = max(start, self._birth)
        while start <= self._last:
            end = min(start + datetime.timedelta(days=365), self._last)
            yield start, end, self.payer(start)
            start = end + datetime.timedelta(days=1)

    def _age(self, day):
        return max(0, (day - self._birth).days // 365)

    def _day_of_death(self):
        """None while alive; the yearly hazard doubles every eight years."""
        for year in range(FIRST_DAY.year, LAST_DAY.year + 1):
            day = datetime.date(year, 1, 1) + datetime.timedelta(days=self._random.randrange(365))
            hazard = 0.0009 * 2 ** ((self._age(day) - 40) / 8)
            if FIRST_DAY <= day <= LAST_DAY and self._random.random() < hazard:
                return day
        return None

    def _follow_ups(self, condition):
        random = self._random
        first = max(FIRST_DAY, self._birth)
        if random.random() < 0.4:  # it begins within these years
            first += datetime.timedelta(days=random.randrange(1800))
        gap = 25 if "dialysis" in condition.procedures else random.choice([90, 180, 180, 365])
        day = first + datetime.timedelta(days=random.randrange(gap))
        while day <= self._last:
            yield self._weekday(day)
            day += datetime.timedelta(days=max(5, round(random.gammavariate(9, gap / 9))))

    def _episodes(self, condition):
        random = self._random
        first = max(FIRST_DAY, self._birth, care_model.SINCE.get(condition.code, FIRST_DAY))
        day = first
        while day <= self._last:
            rate = condition.rate(self._sex, self._age(day)) / 3652
            if rate == 0:
                day += datetime.timedelta(days=365)
                continue
            day += datetime.timedelta(days=1 + min(4000, int(random.expovariate(rate))))
            if day <= self._last and condition.rate(self._sex, self._age(day)) > 0:
                yield day if random.random() < condition.hospital else self._weekday(day)

    def _weekday(self, day):
        """Routine visits avoid weekends, and nobody is seen after death."""
        if day.weekday() >= 5 and self._random.random() < 0.95:
            day += datetime.timedelta(days=7 - day.weekday())
        return min(day, self._last)

    def _visit(self, day, condition):
        random = self._random
        setting, nights = "outpatient", 0
        if random.random() < condition.hospital:
            setting, nights = "inpatient", 1 + int(random.expovariate(0.3))
        elif random.random() < (0.06 if condition.course == "acute" else 0.01):
            setting, nights = "emergency", int(random.random() < 0.1)
        end = min(day + datetime.timedelta(days=nights), self._last)
        visit = Visit(day, end, setting, self.payer(day), [condition])
        share = {"outpatient": 0.12, "emergency": 0.2, "inpatient": 0.5}[setting]
        visit.conditions += [c for c in self._chronic if c is not condition and random.random() < share][:6]
        visit.drugs = [drug for drug in condition.drugs if random.random() < 0.7]
        visit.procedures = [key for key in condition.procedures if self._done(key, setting)]
        mean = {"outpatient": 5.3, "emergency": 7.1, "inpatient": 9.2}[setting] + 0.12 * nights
        visit.charge = round(random.lognormvariate(mean, 0.6), 2)
        return visit

    def _done(self, procedure, setting):
        in_hospital = care_model.PROCEDURES[procedure][3]
        return self._random.random() < 0.75 if not in_hospital else setting == "inpatient"


def written_name(random, condition):
    """A name as a clinician might write it: (text, suspected, kinds of variation joined by '+')."""
    if random.random() < 0.3:
        text, kinds = condition.title, ["title"]
    else:
        text, kinds = random.choice(condition.synonyms), ["synonym"]

    def change(kind, share, changed):
        nonlocal text
        if random.random() < share and changed != text:
            text = changed
            kinds.append(kind)

    change("british", 0.3, _british(text))
    change("roman", 0.3, text.replace("type 2", "type II").replace("type 1", "type I").replace("stage 4", "stage IV"))
    change("inversion", 0.05, _inverted(text))
    if len(text) > 7:
        change("typo", 0.05, typo(random, text))
    change("upper", 0.08, text.upper())
    change("lower", 0.05, text.lower())
    change("code_in_text", 0.05, f"{text} ({condition.code})")
    suspected = condition.course != "checkup" and random.random() < 0.05
    if suspected:
        change("suspected", 1, random.choice(["suspected {}", "{}, suspected", "r/o {}", "? {}", "rule out {}"]).format(text))
    change("spaces", 0.04, random.choice([f" {text}", f"{text} ", text.replace(" ", "  ", 1)]))
    return text, suspected, "+".join(kinds)


def _british(text):
    for american, british in care_model.BRITISH.items():
        text = text.replace(american, british)
    return text


def _inverted(text):
    first, _, rest = text.partition(" ")
    return f"{rest}, {first.lower()}" if rest and "," not in text and len(first) > 4 else text


def written_code(random, condition):
    """(code, system) as a site might give them; both are often missing."""
    if random.random() > 0.4:
        return "", ""
    code = condition.code
    fate = random.random()
    if fate < 0.02:
        code = code[:3]
    elif fate < 0.03:
        code = code[:3] + ".ZZ"
    elif fate < 0.6:
        code = code.replace(".", "")
    return code, "ICD-10-CM"
