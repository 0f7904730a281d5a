"""Writes the clinical demonstration's files: who stands where, and what was done."""

import csv
import datetime
import gzip
import hashlib
import io
import os

import care_model
from care import LAST_DAY, written_code, written_name

PERSON_HEADER = ["local_id", "first", "middle", "last", "suffix", "maiden", "sex", "birth_date", "ssn", "address", "city",
                 "state", "zip", "phone", "death_date"]
_TABLES = {
    "claims": ["claim_id", "local_id", "control_number", "setting", "start", "end", "provider", "payer", "total_charge"],
    "diagnoses": ["claim_id", "seq", "name", "code", "code_system"],
    "procedures": ["claim_id", "seq", "date", "code", "code_system", "text"],
    "drugs": ["claim_id", "date", "rxnorm", "text", "cost"],
}
_TRUTH = {
    "claims": ["site", "claim_id", "person", "receipt", "copy"],
    "diagnoses": ["site", "claim_id", "seq", "icd10cm", "standard_name", "suspected", "variation"],
}


class Table:
    """A CSV file, compressed if its name ends in .gz; the same rows give the same bytes."""

    def __init__(self, path, header):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        self._raw = open(path, "wb")
        packed = gzip.GzipFile("", "wb", 6, self._raw, mtime=0) if path.endswith(".gz") else self._raw
        self._text = io.TextIOWrapper(packed, encoding="utf-8", newline="")
        self._writer = csv.writer(self._text, lineterminator="\n")
        self.rows = 0
        self._writer.writerow(header)

    def add(self, *row):
        self._writer.writerow(row)
        self.rows += 1

    def close(self):
        self._text.close()
        self._raw.close()


def person_files(out, random, errors, people, at_site, facts):
    """Writes every persons.csv and the truth about them. Returns {site: {person: [local ids]}}."""
    persons = Table(os.path.join(out, "truth", "persons.csv.gz"), ["site", "local_id", "person"])
    links = Table(os.path.join(out, "truth", "links.csv"), ["site", "record", "person"])
    records = {}
    for site, registered in [*at_site.items(), ("registry", people)]:
        again = [] if site == "registry" else random.choices(registered, k=len(registered) // 50)
        table = Table(os.path.join(out, _folder(site), "persons.csv"), PERSON_HEADER)
        shuffled = registered + again
        random.shuffle(shuffled)
        letter = "R" if site == "registry" else site.upper()
        records[site] = {}
        for number, person in enumerate(shuffled):
            local_id = f"{letter}{1000003 + 7 * number}"
            records[site].setdefault(str(person.number), []).append(local_id)
            persons.add(site, local_id, person.number)
            links.add(site, local_id, person.number)
            table.add(local_id, *_person_row(random, errors.record_of(person), person, facts))
        table.close()
    persons.close()
    links.close()
    return records


def _person_row(random, record, person, facts):
    """Without the local id. Suffix and birth name have columns of their own."""
    first, _, middle = record["first"].partition(" ")
    if not middle and random.random() < 0.3:
        middle = person.middle[0]
    maiden = person.birth_name if record["last"] == person.last and random.random() < 0.3 else ""
    birth = record["birth"].isoformat() if record["birth"] else ""
    death = facts[str(person.number)][2]
    address = f"{record['street']} {record['unit']}".strip()
    return [first, middle, record["last"], record["suffix"], maiden, person.sex, birth, record["ssn"], address,
            record["city"], "Indiana", record["zip"], record["phone"], death.isoformat() if death else ""]


def _folder(site):
    return site if site == "registry" else f"site_{site}"


class Sites:
    """The sites' claims, the registry's enrolment, and the truth about them."""

    def __init__(self, out, sites, records):
        self._sites, self._records = sites, records
        self._tables = {(site, table): Table(os.path.join(out, _folder(site), f"{table}.csv.gz"), header)
                        for site in sites if site != "registry" for table, header in _TABLES.items()}
        self._truth = {table: Table(os.path.join(out, "truth", f"{table}.csv.gz"), header)
                       for table, header in _TRUTH.items()}
        self._enrolment = None
        if "registry" in records:
            self._enrolment = Table(os.path.join(out, "registry", "enrolment.csv.gz"), ["local_id", "start", "end", "payer"])
        self._persons = self._copies = 0

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        for table in [*self._tables.values(), *self._truth.values(), *([self._enrolment] if self._enrolment else [])]:
            table.close()

    def add_person(self, person, care, random):
        """Spreads the person's visits over the sites that know the person; a few have a copy at a second site."""
        self._persons += 1
        if self._enrolment:
            for start, end, payer in care.enrolment():
                for local_id in self._records["registry"].get(person, []):
                    self._enrolment.add(local_id, start, end, payer)
        known = [site for site in self._sites if site != "registry" and person in self._records[site]]
        random.shuffle(known)
        for number, visit in enumerate(care.visits() if known else []):
            receipt = hashlib.sha256(f"{person}/{number}".encode()).hexdigest()[:12].upper()
            site = known[0] if random.random() < 0.65 else random.choice(known)
            lines = [self._diagnosis(random, condition) for condition in visit.conditions]
            self._add_claim(random, site, person, visit, receipt, lines, 0)
            if len(known) > 1 and random.random() < 0.03:
                other = random.choice([name for name in known if name != site])
                self._add_claim(random, other, person, visit, receipt, lines, 1)

    def report(self):
        counts = {table: sum(t.rows for (_, name), t in self._tables.items() if name == table) for table in _TABLES}
        counted = ", ".join(f"{rows} {table}" for table, rows in counts.items())
        return f"{self._persons} persons: {counted}; {self._copies} claims are copies at a second site"

    def _add_claim(self, random, site, person, visit, receipt, lines, copy):
        table = lambda name: self._tables[site, name]
        claim_id = f"{site.upper()}{table('claims').rows + 1:07d}"
        moved = datetime.timedelta(days=random.choice([-1, 1]) if copy and random.random() < 0.3 else 0)
        start = min(visit.start + moved, LAST_DAY)
        end = min(visit.end + moved, LAST_DAY)
        control = "" if copy and random.random() < 0.3 else receipt
        provider = hashlib.sha256(f"{site}{random.randrange(40)}".encode()).hexdigest()[:8]
        local_id = random.choice(self._records[site][person])
        table("claims").add(claim_id, local_id, control, visit.setting, start, end, provider, visit.payer,
                            f"{visit.charge:.2f}")
        self._truth["claims"].add(site, claim_id, person, receipt, copy)
        self._copies += copy
        for seq, (text, code, system, truth) in enumerate(lines, 1):
            table("diagnoses").add(claim_id, seq, text, code, system)
            self._truth["diagnoses"].add(site, claim_id, seq, *truth)
        for seq, key in enumerate(visit.procedures, 1):
            system, code, text, _ = care_model.PROCEDURES[key]
            table("procedures").add(claim_id, seq, start, code, system, text)
        for key in visit.drugs:
            code, text, cost = care_model.DRUGS[key]
            table("drugs").add(claim_id, start, code, text, f"{cost:.2f}")

    @staticmethod
    def _diagnosis(random, condition):
        """(text, code, system, truth) of one line; seldom something that is no disease stands there."""
        if random.random() < 0.008:
            text = random.choice(care_model.NO_DISEASE)
            return text, "", "", ("", text, 0, "no_disease")
        text, suspected, variation = written_name(random, condition)
        code, system = written_code(random, condition)
        return text, code, system, (condition.code, condition.title, int(suspected), variation)
