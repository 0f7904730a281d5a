#!/usr/bin/env python3
"""What generalization of codes leaves of three sites' data, judged after their linkage by the truth.

    tests/accuracy/codes.py [--data FOLDER] [--programs build/release/bin] [--max-rare 0.05] [--splits 0] [--persons 1]

The data are read from BLINDLINK_DATA (default ../shared/data).

Runs blindlink-agent codes build, survey, plan and apply for each site as sites would, with the true diagnosis
codes and with the procedures as they are. The judge joins what the sites release by the true persons. --splits N
also deals the claims out to the three sites anew, N times, so that nothing depends on one division; --persons
SHARE takes that share of the persons, others each time.
"""
import argparse
import csv
import gzip
import hashlib
import hmac
import itertools
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from pathlib import Path

SITES = 'abc'
PLAN = '''name: "codes" version: 1 purpose: "test"
codes { code_system: "ICD-10-CM" combination: 2 min_combination: 5 CODE_MAP }
codes { code_system: "HCPCS" combination: 2 min_combination: 5 CODE_MAP }
codes { code_system: "ICD-10-PCS" combination: 2 min_combination: 5 CODE_MAP }
'''


def rows_of(path):
    with gzip.open(path, 'rt') as file:
        yield from csv.DictReader(file)


class Sites:
    """The claims of three sites with the truth about them."""

    def __init__(self, folder):
        self.person = {(t['site'], t['claim_id']): t['person'] for t in rows_of(folder / 'truth/claims.csv.gz')}
        self.claims = {(s, c['claim_id']): c for s in SITES for c in rows_of(folder / f'site_{s}/claims.csv.gz')}
        self.diagnoses = [(t['site'], t['claim_id'], 'ICD-10-CM', t['icd10cm'])
                          for t in rows_of(folder / 'truth/diagnoses.csv.gz') if t['icd10cm'] != '-']
        self.procedures = [(s, p['claim_id'], p['code_system'], p['code'])
                           for s in SITES for p in rows_of(folder / f'site_{s}/procedures.csv.gz')]

    def rows(self, kind, split=None, share=1):
        """(site, person, claim, system, code), dealt out anew if `split` is a seed."""
        deal = random.Random(split or 0)
        home = {}
        everybody = sorted(set(self.person.values()))
        chosen = set(deal.sample(everybody, round(share * len(everybody))))
        for site, claim, system, code in getattr(self, kind):
            if self.person[site, claim] not in chosen:
                continue
            at = site if split is None else home.setdefault((site, claim), deal.choice(SITES))
            yield at, self.person[site, claim], (site, claim), system, code


class Run:
    """The programs in one folder."""

    def __init__(self, programs, folder):
        self.agent, self.folder = programs / 'blindlink-agent', folder

    def codes(self, *args):
        done = subprocess.run([self.agent, 'codes', *map(str, args)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f'codes {args[0]}: {done.stderr}')
        return done.stdout

    def release(self, rows, max_rare):
        """The rows with what each site releases of them."""
        folder, book = self.folder, self.folder / 'book.csv'
        by_site = {s: [r for r in rows if r[0] == s] for s in SITES}
        draft, plan = folder / 'draft.textproto', folder / 'plan.textproto'
        draft.write_text(PLAN.replace('CODE_MAP', ''))
        for s, of_site in by_site.items():
            with open(folder / f'{s}.csv', 'w', newline='') as file:
                out = csv.writer(file)
                out.writerow(['person', 'code_system', 'code'])
                out.writerows((r[1], r[3], r[4]) for r in of_site)
            self.codes('survey', '--book', book, '--release', draft, '--input', folder / f'{s}.csv',
                       '--out', folder / f'survey-{s}.csv')
        self.codes('plan', *(folder / f'survey-{s}.csv' for s in SITES), '--book', book, '--release', draft,
                   '--max-rare', max_rare, '--out', folder / 'map.csv')
        digest = hashlib.sha256((folder / 'map.csv').read_bytes()).hexdigest()
        plan.write_text(PLAN.replace('CODE_MAP', f'code_map: "{digest}"'))
        released = []
        for s, of_site in by_site.items():
            self.codes('apply', '--book', book, '--release', plan, '--map', folder / 'map.csv',
                       '--input', folder / f'{s}.csv', '--out', folder / f'released-{s}.csv')
            with open(folder / f'released-{s}.csv', newline='') as file:
                codes = [r['code'] for r in csv.DictReader(file)]
            assert len(codes) == len(of_site)
            released += [(*r, code) for r, code in zip(of_site, codes)]
        return released


def persons_with_rare_pair(codes_of, k=5):
    pairs = Counter(p for codes in codes_of.values() for p in itertools.combinations(sorted(codes), 2))
    return sum(any(pairs[p] < k for p in itertools.combinations(sorted(codes), 2)) for codes in codes_of.values())


def judge(released, system):
    """The figures of one code system, of the linked persons."""
    before, after = defaultdict(set), defaultdict(set)
    counts, kept, joint = Counter(), Counter(), Counter()
    for _, person, _, of, code, as_code in released:
        if of != system:
            continue
        code = code.replace('.', '')
        before[person].add(code)
        counts[code] += 1
        kept[as_code] += 1
        joint[code, as_code] += 1
        if as_code:
            after[person].add(as_code)
    rows = sum(counts.values())
    bits = -sum(n / rows * math.log2(n / rows) for n in counts.values())
    kept_bits = -sum(n / rows * math.log2(n / rows) for code, n in kept.items() if code)
    lost = sum(n * math.log2((kept[to] if to else rows) / counts[code]) for (code, to), n in joint.items())
    small = lambda sets: sum(n < 11 for n in Counter(c for codes in sets.values() for c in codes).values())
    return {'persons': len(before), 'codes under 11 before': small(before), 'after': small(after),
            'released': sum(1 for c in kept if c), 'rare pair before': persons_with_rare_pair(before) / len(before),
            'rare pair': persons_with_rare_pair(after) / len(before), 'entropy': kept_bits / bits,
            'non-uniform': 1 - lost / rows / bits, 'empty': kept[''] / rows}


def print_judged(label, of):
    print(f'| {label} | {of["persons"]} | {of["rare pair before"]:.3f} → {of["rare pair"]:.3f} | '
          f'{of["codes under 11 before"]} → {of["after"]} | {of["released"]} | {of["entropy"]:.3f} | '
          f'{of["non-uniform"]:.3f} | {of["empty"]:.3f} |')


def chapters(book):
    """Every code and group of ICD-10-CM -> its chapter."""
    chapter = {'': ''}
    with open(book, newline='') as file:
        for row in csv.DictReader(file):
            if row['code_system'] != 'ICD-10-CM' or row['code'] == '*':
                continue
            groups = row['groups'].split('|')
            for name in (row['code'], *groups[:4]):
                chapter.setdefault(name, groups[3])
    return chapter


def measures(sites, released, chapter):
    """Measures before and after: (name, group) -> (before, after)."""
    stays = defaultdict(list)
    for key, claim in sites.claims.items():
        if claim['setting'] == 'inpatient':
            stays[sites.person[key]].append((claim['start'], claim['end'], key))
    after_stay, back = set(), set()
    days = lambda a, b: (date.fromisoformat(b) - date.fromisoformat(a)).days
    for of_person in stays.values():
        of_person.sort()
        for one, other in zip(of_person, of_person[1:]):
            if 1 <= days(one[1], other[0]) <= 30:
                back.add(one[2])
    stay_keys = {key for of_person in stays.values() for _, _, key in of_person}
    for of_claim in released:
        start = sites.claims[of_claim[2]]['start']
        if any(0 < days(end, start) <= 90 for _, end, _ in stays.get(of_claim[1], [])):
            after_stay.add(of_claim[2])
    result = []
    for which in (4, 5):
        of = defaultdict(list)
        of_claim = defaultdict(set)
        for row in released:
            of_claim[row[2]].add(chapter.get(row[which].replace('.', ''), ''))
        for key, groups in of_claim.items():
            for group in groups - {''}:
                of['cost of a claim', group].append(float(sites.claims[key]['total_charge']))
                if key in stay_keys:
                    of['readmitted within 30 days', group].append(key in back)
                if key in after_stay:
                    of['injury or complication within 90 days', 'S00-T88'].append(group == 'S00-T88')
        result.append({k: sum(v) / len(v) for k, v in of.items() if len(v) >= 30})
    return {k: (v, result[1].get(k)) for k, v in result[0].items()}


CARE_PLAN = '''name: "care" version: 1 purpose: "test"
products { name: "all" level: DETAILED tables { name: "persons" } tables { name: "visits" columns: "*" }
           tables { name: "diagnoses" columns: "*" } }
codes { code_system: "ICD-10-CM" combination: 2 min_combination: 5 }
complications { code_system: "ICD-10-CM" codes: "S00-T88" }
dates { shift_days: 182 first_day: "2018-11-01" last_day: "2024-11-30" }
'''
MEASURES = ('readmission_within_30_days', 'complication_within_90_days', 'cost')


def care_of(visits, diagnoses, chapter):
    """Person -> (stays, readmitted, complicated, amounts). visits: person, setting, start, end, amount; diagnoses:
    person, day, code."""
    day = date.fromisoformat
    stays, amounts, injuries = defaultdict(list), defaultdict(list), defaultdict(list)
    for person, setting, start, end, amount in visits:
        if setting == 'inpatient':
            stays[person].append((day(start), day(end or start)))
        if amount:
            amounts[person].append(round(100 * float(amount)))
    for person, when, code in diagnoses:
        if chapter.get(code.replace('.', '')) == 'S00-T88':
            injuries[person].append(day(when))
    care = {}
    for person in {*stays, *amounts}:
        of = sorted(stays[person])
        back = sum(1 <= (b[0] - a[1]).days <= 30 for a, b in zip(of, of[1:]))
        ill = sum(any(1 <= (d - end).days <= 90 for d in injuries[person]) for _, end in of)
        care[person] = (len(of), back, ill, sorted(amounts[person]))
    return care


def four_digits(cents):
    """An amount, given in cents, to four digits; a half is rounded up."""
    value = Fraction(cents) / 100
    if value == 0:
        return 0.0
    unit = Fraction(10) ** (math.floor(math.log10(abs(value))) - 3)
    return float(math.floor(value / unit + Fraction(1, 2)) * unit)


def figures(care):
    """What the manifest should say: measure -> figures."""
    stays = sum(of[0] for of in care.values())
    amounts = sorted(a for of in care.values() for a in of[3])
    # To the nearest ten-thousandth, halves up: round() would take 3 of 96 down.
    rate = lambda cases: {'stays': stays, 'rate': math.floor(Fraction(10000 * cases, stays) + Fraction(1, 2)) / 10000}
    return dict(zip(MEASURES, (rate(sum(of[1] for of in care.values())), rate(sum(of[2] for of in care.values())), {
        'visits': len(amounts), 'mean': four_digits(Fraction(sum(amounts), len(amounts))),
        'median': four_digits(statistics.median(amounts)), 'total': four_digits(sum(amounts))})))


def tells_of_few(before, after, measure, min_cell):
    """Whether a figure or a difference of figures tells of 1 to min_cell - 1 persons."""
    if measure == 'cost':
        cells = [[before.get(p, (0, 0, 0, []))[3] for p in before], [of[3] for of in after.values()],
                 [before[p][3] != after.get(p, (0, 0, 0, []))[3] for p in before]]
    else:
        at = 1 + MEASURES.index(measure)
        split = lambda of: (of[at], of[0] - of[at])
        pairs = [(split(before[p]), split(after.get(p, (0, 0, 0, [])))) for p in before]
        cells = [[cell(a, b) for a, b in pairs] for cell in (
            lambda a, b: a[0], lambda a, b: a[1], lambda a, b: b[0], lambda a, b: b[1],
            lambda a, b: a[0] != b[0], lambda a, b: a[1] != b[1])]
    return any(0 < sum(map(bool, cell)) < min_cell for cell in cells)


def released_table(path):
    text = subprocess.run(['zstd', '-dc', path], check=True, capture_output=True, text=True).stdout
    return list(csv.DictReader(text.splitlines()))


class CareCheck:
    """Compares the figures of `deidentify` with those of this script, from the source and from what was released."""

    def __init__(self, run, data, sites, chapter, min_cell):
        self.run, self.data, self.sites, self.chapter, self.min_cell = run, data, sites, chapter, min_cell
        self.folder = run.folder / f'care-{min_cell}'
        self.folder.mkdir()
        (self.folder / 'plan.textproto').write_text(f'{CARE_PLAN}targets {{ min_cell: {min_cell} }}')
        subprocess.run([run.agent, 'keygen', '--out', self.folder / 'token.key'], check=True, capture_output=True)

    def release(self, site):
        """The manifest's figures and the folder of the product."""
        source, state = self.folder / f'source-{site}', self.folder / f'state-{site}'
        source.mkdir()
        state.mkdir(mode=0o700)
        (state / 'record.key').write_text('blindlink-record-key-v1\n' + hashlib.sha256(site.encode()).hexdigest() + '\n')
        (state / 'record.key').chmod(0o600)
        for name in ('persons.csv', 'claims.csv.gz'):
            (source / name).write_bytes((self.data / f'site_{site}' / name).read_bytes())
        with open(source / 'diagnoses.csv', 'w', newline='') as file:
            out = csv.writer(file)
            out.writerow(['claim_id', 'seq', 'code', 'code_system'])
            out.writerows((claim, i, code, system)
                          for i, (s, claim, system, code) in enumerate(self.sites.diagnoses, 1) if s == site)
        done = subprocess.run(
            [self.run.agent, 'deidentify', '--release', self.folder / 'plan.textproto', source, '--project', 'care',
             '--site', site, '--dataset', 'd', '--token-key', self.folder / 'token.key', '--state', state, '--alone',
             '--codes', self.run.folder / 'book.csv', '--out', self.folder / f'out-{site}'],
            capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f'deidentify: {done.stderr}')
        product = self.folder / f'out-{site}/all'
        return json.loads((product / 'manifest.json').read_text())['utility'], product

    def before(self, site):
        claims = {c: of for (s, c), of in self.sites.claims.items() if s == site}
        visits = [(of['local_id'], of['setting'], of['start'], of['end'], of['total_charge']) for of in claims.values()]
        diagnoses = [(claims[c]['local_id'], claims[c]['start'], code)
                     for s, c, _, code in self.sites.diagnoses if s == site]
        return care_of(visits, diagnoses, self.chapter)

    def after(self, site, product):
        """By the same ids as before: the record key says which record is whose."""
        visits = [(v['record'], v['setting'], v['start'], v['end'], v['amount'])
                  for v in released_table(product / 'visits.csv.zst')]
        diagnoses = [(d['record'], d['date'], d['code']) for d in released_table(product / 'diagnoses.csv.zst')]
        care = care_of(visits, diagnoses, self.chapter)
        text = lambda value: len(value).to_bytes(4, 'big') + value
        key = hashlib.sha256(site.encode()).digest()
        record = lambda person: hmac.digest(key, text(b'care') + text(site.encode()) + person.encode(),
                                            'sha256')[:16].hex()
        return {p: care[record(p)] for p in self.before(site) if record(p) in care}

    def check(self):
        """Prints the figures; whether all agree."""
        agree = True
        print(f'\nMeasures of `deidentify` at each site, before -> after, with cells under {self.min_cell} hidden\n')
        for site in SITES:
            said, product = self.release(site)
            before, after = self.before(site), self.after(site, product)
            for measure in MEASURES:
                if tells_of_few(before, after, measure, self.min_cell):
                    own = None
                else:
                    own = {'before': figures(before)[measure], 'after': figures(after)[measure]}
                same = own == said[measure]
                agree &= same
                shown = 'hidden, since it would tell of a few persons' if own is None else (
                    f'{own["before"]} -> {own["after"]}')
                print(f'site {site}: {measure}: {shown}' + ('' if same else f'\n  BUT THE PROGRAM SAYS {said[measure]}'))
        return agree


def print_measures(values):
    print('\nMeasures by chapter, before and after (groups of 30 claims or more)\n')
    print('| measure | groups | lost | mean change of the others, relative |\n|---|---|---|---|')
    for name in sorted({n for n, _ in values}):
        of = [v for (n, _), v in values.items() if n == name]
        change = [abs(b - a) / a for a, b in of if b is not None and a]
        print(f'| {name} | {len(of)} | {sum(b is None for _, b in of)} | {sum(change) / max(1, len(change)):.4f} |')


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    root = Path(__file__).resolve().parents[2]
    parser.add_argument('--data', type=Path, default=Path(os.environ.get('BLINDLINK_DATA', root.parent / 'shared/data')))
    parser.add_argument('--programs', type=Path, default=Path('build/release/bin'))
    parser.add_argument('--max-rare', type=float, default=0.05)
    parser.add_argument('--splits', type=int, default=0)
    parser.add_argument('--persons', type=float, default=1)
    args = parser.parse_args()
    if not (args.data / 'clinical/sites3').is_dir():
        print(f'SKIPPED: no clinical/sites3 in {args.data}')
        return
    sites = Sites(args.data / 'clinical/sites3')
    failed = False
    with tempfile.TemporaryDirectory() as name:
        run = Run(args.programs, Path(name))
        run.codes('build', args.data / 'codes', args.data / 'clinical/codes_more', '--out', run.folder / 'book.csv')
        print('| codes | persons | with a rare pair (k = 5) | codes under 11 persons | released | entropy kept | '
              'non-uniform entropy kept | not released |\n|---|---|---|---|---|---|---|---|')
        for split in [None, *range(args.splits)]:
            label = '' if split is None else f', split {split}'
            released = run.release(list(sites.rows('diagnoses', split, args.persons)), args.max_rare)
            of = judge(released, 'ICD-10-CM')
            print_judged(f'diagnoses{label}', of)
            failed |= of['after'] > 0 or of['rare pair'] >= 0.05 or of['entropy'] < 0.6
            values = values if split is not None else measures(sites, released, chapters(run.folder / 'book.csv'))
            released = run.release(list(sites.rows('procedures', split, args.persons)), args.max_rare)
            for system in ('HCPCS', 'ICD-10-PCS'):
                print_judged(f'{system}{label}', judge(released, system))
        print_measures(values)
        book = chapters(run.folder / 'book.csv')
        # With small cells hidden, as sites release, and for comparison with none hidden.
        agree = all([CareCheck(run, args.data / 'clinical/sites3', sites, book, min_cell).check() for min_cell in (11, 1)])
        failed |= not agree
    print(f'\ndiagnoses: {"BELOW THE BAR" if failed else "all bars are met"}: '
          'no code under 11 persons, under 5 % with a rare pair, at least 60 % of the entropy; '
          f'measures of deidentify: {"as here" if agree else "NOT AS HERE"}')
    sys.exit(failed)


if __name__ == '__main__':
    main()
