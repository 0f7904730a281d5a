#!/usr/bin/env python3
"""Makes the demonstration's two files and their truth; all people in them are invented.

  make_sample.py OUT_DIR [--seed N] [--registry 2000] [--claims 20000] [--shared 1500]

hss.csv (a registry) and hc.csv (claims) have different headers and conventions; truth.csv (site,record,person)
says which records are one person's. The same seed gives the same files. Prints the number of records, persons
and true pairs, and how often each kind of error (errors.py) was made.
"""

import argparse
import csv
import os
import random as random_module

from errors import Errors
from people import Population
from places import STATE, Places

HSS_HEADER = ["id", "given_name", "surname", "birth_date", "address", "zip", "ssn"]
HC_HEADER = ["member_id", "first_name", "last_name", "dob", "street_address", "unit", "city", "state", "zip",
             "ssn", "phone"]


def hss_row(record_id, record):
    birth = record["birth"].strftime("%m/%d/%Y") if record["birth"] else ""
    surname = f"{record['last']} {record['suffix']}".strip()
    address = f"{record['street']} {record['unit']}".strip()
    return [record_id, record["first"], surname, birth, address, record["zip"], record["ssn"]]


def hc_row(record_id, record):
    birth = record["birth"].isoformat() if record["birth"] else ""
    surname = record["last"].upper() + (f", {record['suffix'].upper()}." if record["suffix"] else "")
    return [record_id, record["first"].upper(), surname, birth, record["street"], record["unit"],
            record["city"], STATE, record["zip"], record["ssn"].replace("-", ""), record["phone"]]


def choose(random, population, sizes):
    """Returns the persons of the registry and of the claims, one entry per record."""
    people = population.people
    adults = [person for person in people if person.birth.year <= 1996]
    registry = random.sample(adults, sizes.registry - sizes.registry // 50)
    shared = registry[:sizes.shared]
    in_registry = {person.number for person in registry}
    homes = {person.household for person in registry}
    # Relatives of registered people first, because a linkage may confuse them.
    others = [person for person in people if person.number not in in_registry]
    random.shuffle(others)
    others.sort(key=lambda person: person.household not in homes)
    claims = list(shared)
    claims += random.choices(shared, k=sizes.shared // 8)  # a second record under another member number
    again = sizes.claims // 50
    claims += others[:sizes.claims - again - len(claims)]
    claims += random.choices(claims, k=sizes.claims - len(claims))
    registry += random.choices(registry, k=sizes.registry - len(registry))
    return registry, claims


def write_site(random, path, header, row_of, site, prefix, persons, errors, truth):
    random.shuffle(persons)
    ids = random.sample(range(10 ** 6, 10 ** 7), len(persons))
    with open(path, "w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(header)
        for number, person in zip(ids, persons):
            record_id = f"{prefix}{number}"
            rows.writerow(row_of(record_id, errors.record_of(person)))
            truth.writerow([site, record_id, f"person-{person.number:06d}"])


def report(registry, claims, errors):
    in_claims = {}
    for person in claims:
        in_claims[person.number] = in_claims.get(person.number, 0) + 1
    true_pairs = sum(in_claims.get(person.number, 0) for person in registry)
    both = {person.number for person in registry} & set(in_claims)
    print(f"hss: {len(registry)} records of {len({p.number for p in registry})} persons; "
          f"hc: {len(claims)} records of {len(in_claims)} persons; "
          f"{len(both)} persons in both, {true_pairs} true pairs across sites")
    for kind, possible in errors.possible.items():
        print(f"  {kind:28} {errors.made[kind]:6} of {possible:6}  {errors.made[kind] / possible:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=2013)
    parser.add_argument("--registry", type=int, default=2000)
    parser.add_argument("--claims", type=int, default=20000)
    parser.add_argument("--shared", type=int, default=1500)
    sizes = parser.parse_args()
    if not 0 <= sizes.shared <= min(sizes.registry * 49 // 50, sizes.claims * 4 // 5):
        parser.error("--shared must be at most 98 % of --registry and 80 % of --claims")

    random = random_module.Random(sizes.seed)
    places = Places(random)
    population = Population(random, places)
    while len(population.people) < 3 * sizes.registry + sizes.claims:
        population.add_household()
    registry, claims = choose(random, population, sizes)

    os.makedirs(sizes.out, exist_ok=True)
    errors = Errors(random, places)
    with open(os.path.join(sizes.out, "truth.csv"), "w", newline="", encoding="utf-8") as out:
        truth = csv.writer(out, lineterminator="\n")
        truth.writerow(["site", "record", "person"])
        write_site(random, os.path.join(sizes.out, "hss.csv"), HSS_HEADER, hss_row, "hss", "R", registry,
                   errors, truth)
        write_site(random, os.path.join(sizes.out, "hc.csv"), HC_HEADER, hc_row, "hc", "M", claims, errors,
                   truth)
    report(registry, claims, errors)


if __name__ == "__main__":
    main()
