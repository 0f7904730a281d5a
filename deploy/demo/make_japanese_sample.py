#!/usr/bin/env python3
"""Makes two invented Japanese files and their truth: insured families, and a hospital's records of the same people.

  make_japanese_sample.py OUT_DIR [--seed N] [--records 2000] [--shared 1500] [--writing-only]

insurer.csv is written like claims files: half width kana without small characters, eras (S45.3.4, 3450304,
昭和45年3月4日), full width digits. hospital.csv has family and given name in one column, hiragana or full width katakana,
western years, modern characters. Both state the same facts, except for the true differences in _RATES.
truth.csv (site,record,person) says which records are one person's. The same seed gives the same files.
"""

import argparse
import collections
import csv
import datetime
import os
import random as random_module
import unicodedata

from japanese_names import MEN, OLD_KANJI, SURNAMES, WOMEN

# How often the hospital's record of a person differs in fact from the insurer's. Not measured, for lack of data:
# chosen so that the plans rank as in JMDC's report (two keys 98.0 %, 27 combinations 99.88 %).
_RATES = {
    "number_of_former_insurer": 0.006,
    "number_digits_exchanged": 0.004,
    "number_digit_wrong": 0.004,
    "given_name_other_kanji": 0.030,
    "given_name_long_vowel": 0.015,
    "surname_before_marriage": 0.010,
    "reading_missing": 0.030,
    "birth_digits_exchanged": 0.006,
    "birth_day_wrong": 0.006,
    "relationship_just_family": 0.030,
    "relationship_missing": 0.010,
    "sex_wrong": 0.002,
    "postal_code_of_former_home": 0.080,
}

_ERAS = [("令和", "R", "5", datetime.date(2019, 5, 1)), ("平成", "H", "4", datetime.date(1989, 1, 8)),
         ("昭和", "S", "3", datetime.date(1926, 12, 25)), ("大正", "T", "2", datetime.date(1912, 7, 30))]
_FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789-"}
_LARGE_KANA = str.maketrans("ァィゥェォッャュョ", "アイウエオツヤユヨ")
_HALF_WIDTH = {unicodedata.normalize("NFKC", chr(c)): chr(c) for c in range(0xFF66, 0xFFA0)}


class Person:
    def __init__(self, number, surname, given, sex, birth, relationship, insurance, postal):
        self.number, self.surname, self.given, self.sex = number, surname, given, sex
        self.birth, self.relationship, self.insurance, self.postal = birth, relationship, insurance, postal


# --- people ------------------------------------------------------------------------------------------

def given_name(random, sex, taken):
    """A given name whose reading nobody in the family has yet."""
    name = random.choice([name for name in (MEN if sex == "M" else WOMEN) if name[0] not in taken])
    taken.add(name[0])
    return random.choice(name[1:]), name[0]


def day_in(random, first_year, last_year):
    first = datetime.date(first_year, 1, 1)
    return first + datetime.timedelta(random.randrange((datetime.date(last_year, 12, 31) - first).days + 1))


def make_family(random, insurance, number):
    """An insured person, perhaps with a spouse and children; one birth in a hundred is of twins."""
    surname, postal = random.choice(SURNAMES), f"{random.randrange(1000000, 9999999)}"
    birth = day_in(random, 1930, 1995)
    sex = random.choice("MF")
    family = [("SELF", sex, birth)]
    if random.random() < 0.6:
        spouse = birth + datetime.timedelta(random.randrange(-3000, 3000))
        family.append(("SPOUSE", "F" if sex == "M" else "M", max(spouse, datetime.date(1927, 1, 1))))
        for _ in range(random.choice([0, 0, 1, 1, 2, 2, 3])):
            born = min(birth + datetime.timedelta(random.randrange(8000, 14000)), datetime.date(2023, 12, 31))
            for _ in range(2 if random.random() < 0.01 else 1):
                family.append(("CHILD", random.choice("MF"), born))
    taken = set()
    return [Person(number + i, surname, given_name(random, sex, taken), sex, birth, relationship, insurance, postal)
            for i, (relationship, sex, birth) in enumerate(family)]


def make_people(random, count):
    people = []
    numbers = random.sample(range(10_000_000, 99_999_999), count)
    while len(people) < count:
        people += make_family(random, str(numbers[len(people)]), len(people) + 1)
    return people[:count]


# --- the same facts, written differently -----------------------------------------------------------

def half_width(kana):
    out = []
    for c in unicodedata.normalize("NFD", kana):
        out.append({"\u3099": "ﾞ", "\u309a": "ﾟ"}.get(c) or _HALF_WIDTH.get(c, c))
    return "".join(out)


def hiragana(kana):
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in kana)


def era_date(random, date):
    for name, letter, digit, first in _ERAS:
        if date >= first:
            year = date.year - first.year + 1
            break
    long = f"{name}{'元' if year == 1 else year}年{date.month}月{date.day}日"
    return random.choice([
        long, long.translate(_FULL_WIDTH), f"{letter}{year}.{date.month}.{date.day}",
        f"{letter}{year:02}/{date.month:02}/{date.day:02}", f"{name[0]}{year}.{date.month}.{date.day}",
        f"{digit}{year:02}{date.month:02}{date.day:02}"])


def western_date(random, date):
    return random.choice([date.isoformat(), date.strftime("%Y%m%d"), f"{date.year}/{date.month}/{date.day}",
                          f"{date.year}年{date.month}月{date.day}日".translate(_FULL_WIDTH)])


def relationship_word(random, person):
    man = person.sex == "M"
    return random.choice({
        "SELF": ["本人", "被保険者", "世帯主"],
        "SPOUSE": ["配偶者", "夫" if man else "妻"],
        "CHILD": ["子", "長男" if man else "長女", "次男" if man else "二女"],
        "FAMILY": ["家族", "被扶養者"],
        "": [""]}[person.relationship])


INSURER_HEADER = ["id", "被保険者番号", "姓", "名", "last_name_kana", "first_name_kana", "性別", "生年月日", "続柄",
                  "郵便番号"]


def insurer_row(random, record, person):
    kana = [half_width(name.translate(_LARGE_KANA)) for name in (person.surname[1], person.given[1])]
    surname = person.surname[0]
    if random.random() < 0.1:
        surname = surname.translate(OLD_KANJI)
    number = person.insurance
    number = random.choice([number, number.translate(_FULL_WIDTH), f"記号{number[:4]} 番号{number[4:]}",
                            f"{number[:4]}-{number[4:]}", "00" + number])
    return [record, number, random.choice([surname, surname + "　"]), person.given[0], *kana,
            random.choice({"M": ["男", "1", "１"], "F": ["女", "2", "２"]}[person.sex]), era_date(random, person.birth),
            relationship_word(random, person), random.choice([person.postal, "〒" + person.postal[:3] + "-" +
                                                              person.postal[3:]])]


HOSPITAL_HEADER = ["id", "insurance_number", "氏名", "last_name_kana", "first_name_kana", "sex", "dob", "relationship",
                   "zip"]


def hospital_row(random, record, person):
    write = random.choice([hiragana, str, half_width])
    space = random.choice([" ", "　"])
    postal = f"{person.postal[:3]}-{person.postal[3:]}"
    return [record, person.insurance, person.surname[0] + space + person.given[0], write(person.surname[1]),
            write(person.given[1]), random.choice({"M": ["M", "男性"], "F": ["F", "女性"]}[person.sex]),
            western_date(random, person.birth), relationship_word(random, person),
            random.choice([postal, postal.translate(_FULL_WIDTH)])]


# --- true differences ----------------------------------------------------------------------------------

def exchanged_digits(random, text):
    at = random.choice([i for i in range(len(text) - 1) if text[i] != text[i + 1]] or [0])
    return text[:at] + text[at + 1] + text[at] + text[at + 2:]


def other_kanji(given):
    for name in MEN + WOMEN:
        if name[0] == given[1] and len(name) > 2:
            return next(kanji for kanji in name[1:] if kanji != given[0]), given[1]
    return given


def exchanged_birth(random, birth):
    for _ in range(20):
        text = exchanged_digits(random, birth.strftime("%Y%m%d"))
        try:
            date = datetime.date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            continue
        if 1912 < date.year < 2024:
            return date
    return birth


def as_the_hospital_knows(random, person, made):
    def happens(kind):
        happened = random.random() < _RATES[kind]
        made[kind] += happened
        return happened

    known = Person(**{**vars(person)})
    number = known.insurance
    if happens("number_of_former_insurer"):
        known.insurance = str(random.randrange(10_000_000, 99_999_999))
    elif happens("number_digits_exchanged"):
        known.insurance = exchanged_digits(random, number)
    elif happens("number_digit_wrong"):
        at = random.randrange(1, len(number))
        known.insurance = number[:at] + str((int(number[at]) + random.randrange(1, 10)) % 10) + number[at + 1:]
    if happens("surname_before_marriage"):
        known.surname = random.choice(SURNAMES)
    if happens("given_name_other_kanji"):
        known.given = other_kanji(known.given)
    if happens("given_name_long_vowel"):
        known.given = known.given[0], known.given[1].replace("ョウ", "ョー").replace("ュウ", "ュー").replace("ユウ", "ユー")
    if happens("reading_missing"):
        known.surname, known.given = (known.surname[0], ""), (known.given[0], "")
    if happens("birth_digits_exchanged"):
        known.birth = exchanged_birth(random, known.birth)
    elif happens("birth_day_wrong"):
        known.birth = known.birth.replace(day=known.birth.day % 28 + 1)
    if known.relationship != "SELF" and happens("relationship_just_family"):
        known.relationship = "FAMILY"
    elif happens("relationship_missing"):
        known.relationship = ""
    if happens("sex_wrong"):
        known.sex = "F" if known.sex == "M" else "M"
    if happens("postal_code_of_former_home"):
        known.postal = str(random.randrange(1000000, 9999999))
    return known


# --- files -----------------------------------------------------------------------------------------

def write_csv(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=1868)
    parser.add_argument("--records", type=int, default=2000, help="records of each site")
    parser.add_argument("--shared", type=int, default=1500, help="people at both sites")
    parser.add_argument("--writing-only", action="store_true", help="no true differences")
    args = parser.parse_args()
    if args.shared > args.records:
        parser.error("--shared must be at most --records")
    os.makedirs(args.out, exist_ok=True)
    random = random_module.Random(args.seed)
    people = make_people(random, 2 * args.records - args.shared)
    # Shared people are picked individually: the hospital may see a child but not the child's brother.
    random.shuffle(people)
    insured, seen = people[:args.records], people[args.records - args.shared:]
    made = collections.Counter()
    known = seen if args.writing_only else [as_the_hospital_knows(random, person, made) for person in seen]
    random.shuffle(known)
    truth = [("insurer", f"I{i:05}", p.number) for i, p in enumerate(insured, 1)]
    truth += [("hospital", f"H{i:05}", p.number) for i, p in enumerate(known, 1)]
    write_csv(os.path.join(args.out, "insurer.csv"), INSURER_HEADER,
              (insurer_row(random, f"I{i:05}", p) for i, p in enumerate(insured, 1)))
    write_csv(os.path.join(args.out, "hospital.csv"), HOSPITAL_HEADER,
              (hospital_row(random, f"H{i:05}", p) for i, p in enumerate(known, 1)))
    write_csv(os.path.join(args.out, "truth.csv"), ["site", "record", "person"], truth)
    print(f"{args.records} records of each site, {args.shared} people at both; true differences:")
    for kind in _RATES:
        print(f"  {kind:28} {made[kind]:6}")


if __name__ == "__main__":
    main()
