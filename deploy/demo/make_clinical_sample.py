#!/usr/bin/env python3
"""Makes the clinical demonstration's files: identities and claims of three invented sites, a registry, and the truth.

  make_clinical_sample.py OUT_DIR [--seed N] [--persons 1200]
  make_clinical_sample.py OUT_DIR --site NAME=PERSONS.csv ... --truth TRUTH.csv

OUT_DIR/site_{a,b,c}/ has persons.csv, claims.csv.gz, diagnoses.csv.gz, procedures.csv.gz and drugs.csv.gz; registry/ has
persons.csv and enrolment.csv.gz; truth/ says whose each record and claim is and what each diagnosis means, and its
links.csv (site,record,person) is what `blindlink-researcher evaluate` reads; codes/ holds the excerpt of ICD-10-CM that
occurs, in the layout of the official order file, and its categories as groups of codes. Every person is invented; the same arguments give the same bytes.
The record id of persons.csv is local_id: give the agent --columns record_id=local_id.

The second form adds claims to identities that exist, such as those of blindlink-population: columns id, member_id or
local_id; birth_date or dob; sex or gender. The truth has site,record,person.
"""

import argparse
import os
import random as random_module

from clinical_files import Sites, person_files
from care import Care
from care_model import code_groups, official_list
from errors import Errors
from people import Population
from places import Places

SITES = ["a", "b", "c"]


def sites_of(random):
    """The sites at which a person is known."""
    return random.sample(SITES, random.choices([1, 2, 3], [40, 38, 22])[0])


def make_identities(options, random):
    """Returns {person: (sex, birth, death)} and {site: {person: [local ids]}}, and writes the persons."""
    places = Places(random)
    population = Population(random, places)
    while len(population.people) < options.persons:
        population.add_household()
    people = population.people[:options.persons]
    facts = {}
    for person in people:
        care = Care(own_random(options.seed, person.number), person.sex, person.birth)
        facts[str(person.number)] = (person.sex, person.birth, care.death)
    at_site = {site: [] for site in SITES}
    for person in people:
        for site in sites_of(random):
            at_site[site].append(person)
    return facts, person_files(options.out, random, Errors(random, places), people, at_site, facts)


def own_random(seed, number):
    """A person's own numbers, whatever other persons there are."""
    return random_module.Random(f"{seed}/{number}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=2018)
    parser.add_argument("--persons", type=int, default=1200)
    parser.add_argument("--site", action="append", default=[], metavar="NAME=FILE")
    parser.add_argument("--truth", metavar="FILE")
    options = parser.parse_args()
    if bool(options.site) != bool(options.truth):
        parser.error("--site and --truth belong together")
    if options.persons < 1:
        parser.error("--persons must be at least 1")
    for folder in ("truth", "codes"):
        os.makedirs(os.path.join(options.out, folder), exist_ok=True)

    if options.site:
        from existing_people import read_people
        facts, records = read_people(options.site, options.truth, parser.error)
        names = sorted(records)
    else:
        facts, records = make_identities(options, random_module.Random(options.seed))
        names = SITES
    with Sites(options.out, names, records) as sites:
        for person, (sex, birth, _) in facts.items():
            care = Care(own_random(options.seed, person), sex, birth)
            sites.add_person(person, care, own_random(options.seed, f"claims of {person}"))
        print(sites.report())
    with open(os.path.join(options.out, "codes", "icd10cm_order_excerpt.txt"), "w", encoding="utf-8") as out:
        out.write(official_list())
    with open(os.path.join(options.out, "codes", "groups.txt"), "w", encoding="utf-8") as out:
        out.write(code_groups())


if __name__ == "__main__":
    main()
