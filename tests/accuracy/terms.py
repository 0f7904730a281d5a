#!/usr/bin/env python3
"""Measures the standardization of disease names with the real program and prints every figure beside its bar.

    tests/accuracy/terms.py [--agent build/release/bin/blindlink-agent] [--shared ../shared] [--work DIR] [--errors FILE] [--every N]

Right by category: the category (three characters) of the code given is one of the truth's. For the list of terms of the
Disease Ontology the truth is its codes and the category that an official entry with the same words has. Exit code 1 if a
figure is below its bar, 0 with "SKIPPED" if the test data are not there.
"""
import argparse
import csv
import gzip
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def rows(path, delimiter=','):
    opened = gzip.open(path, 'rt', encoding='utf-8') if str(path).endswith('.gz') else open(path, encoding='utf-8')
    with opened as file:
        yield from csv.DictReader(file, delimiter=delimiter)


def write(path, header, table):
    with open(path, 'w', encoding='utf-8', newline='') as file:
        out = csv.writer(file)
        out.writerow(header)
        out.writerows(table)


class Terms:
    def __init__(self, agent, shared, work):
        self.agent, self.shared, self.work, self.failed = agent, shared, work, 0
        self.clinical = shared / 'data/clinical'
        self.codes = shared / 'data/codes'

    def run(self, *arguments):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        done = subprocess.run([self.agent, 'terms', *map(str, arguments)], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f'terms {arguments[0]} failed: {done.stderr}')
        return done.stdout, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before

    def official(self, out, *more):
        y = self.codes / 'icd10cm_2025'
        return self.run('build', '--codes', self.clinical / 'codes_more/icd10cm_2025_order.csv.gz', '--tabular',
                        self.codes / 'icd10cm_2021/icd10cm_tabular_2021.xml.gz', '--index', y / 'ICD10CM_2025_Index.csv',
                        '--neoplasms', y / 'ICD10CM_2025_neoplasms.csv', *more, '--out', out)

    def match(self, dictionary, names, out, *more):
        return self.run('match', '--dictionary', dictionary, '--input', names, '--out', out, *more)

    def check(self, what, value, bar, show='{:.4f}'):
        ok = value >= bar
        self.failed += not ok
        print(f'{"ok  " if ok else "LOW "} {what:74s} {show.format(value):>9s}  bar {show.format(bar)}')


def categories(text):
    return {m[:3] for m in re.findall(r'\b[A-TV-Z][0-9][0-9A-B](?:\.[0-9A-Z]{1,4})?', text)}


def disease_ontology(terms, dictionary, errors):
    source = terms.clinical / 'disease_names/disease_terms_icd10cm_dev_clean.tsv'
    table = [r for r in rows(source, '\t') if categories(r['icd10cm'] + ' ' + r['official'])]
    names = terms.work / 'do.csv'
    write(names, ['name'], [[r['term']] for r in table])
    terms.match(dictionary, names, terms.work / 'do.out.csv', '--min-right', .98)
    total = automatic = right = ten = acronyms = acronym_wrong = 0
    for r, m in zip(table, rows(terms.work / 'do.out.csv')):
        truth = categories(r['icd10cm'] + ' ' + r['official'])
        good = m['standard_code'][:3] in truth
        if r['acronym'] == '1':
            acronyms += m['automatic'] == '1'
            acronym_wrong += m['automatic'] == '1' and not good
            continue
        total += 1
        candidates = [c.split(':') for c in m['candidates'].split()]
        ten += any(c[0][:3] in truth for c in candidates)
        if m['automatic'] == '1':
            automatic += 1
            right += good
        if errors and (m['automatic'] != '1' or not good):
            print('do', m['automatic'], int(good), r['term'], sorted(truth), m['standard_code'], m['candidates'][:60],
                  m['explanation'], sep='\t', file=errors)
    print(f'\nTerms of the Disease Ontology, official files only: {total} names; of acronyms {acronyms} automatic, '
          f'{acronym_wrong} of them wrong')
    terms.check('automatic (--min-right 0.98)', automatic / total, .55)
    terms.check('right by category, of automatic', right / max(1, automatic), .98)
    terms.check('right category among ten candidates', ten / total, .90)


def three_sites(terms, dictionary, label, bars, errors, every):
    truth = {(r['claim_id'], r['seq']): r for r in rows(terms.clinical / 'sites3/truth/diagnoses.csv.gz')}
    table, known = [], []
    for site in 'abc':
        for i, r in enumerate(rows(terms.clinical / f'sites3/site_{site}/diagnoses.csv.gz')):
            if i % every:
                continue
            table.append([r['name'], r['code']])
            known.append(truth[r['claim_id'], r['seq']])
    names = terms.work / 'sites.csv'
    write(names, ['name', 'code'], table)
    out = terms.work / f'sites.{label.split()[0]}.csv'
    terms.match(dictionary, names, out, '--review', terms.work / f'review.{label.split()[0]}.csv')
    n = automatic = right = full = 0
    tp = fp = fn = social = to_review = 0
    for t, m in zip(known, rows(out)):
        suspected = m['certainty'] == 'suspected'
        tp += suspected and t['suspected'] == '1'
        fp += suspected and t['suspected'] != '1'
        fn += not suspected and t['suspected'] == '1'
        if t['icd10cm'] == '-':
            social += 1
            to_review += m['automatic'] == '0'
            continue
        n += 1
        if m['automatic'] != '1':
            good = None
        else:
            automatic += 1
            good = m['standard_code'][:3] == t['icd10cm'][:3]
            right += good
            full += m['standard_code'] == t['icd10cm'].replace('.', '')
        if errors and (good is not True or m['standard_code'] != t['icd10cm'].replace('.', '')):
            print(label, m['automatic'], good, m['name'], m['code'], t['icd10cm'], m['standard_code'], m['candidates'][:60],
                  m['explanation'], sep='\t', file=errors)
    print(f'\nNames of three sites, {label}: {n} rows')
    terms.check('automatic', automatic / n, bars[0])
    terms.check('right by category, of automatic', right / automatic, bars[1])
    if len(bars) > 2:
        terms.check('right by full code, of automatic', full / automatic, bars[2])
    terms.check('suspected: F1', 2 * tp / (2 * tp + fp + fn), .99)
    terms.check('no disease: to review', to_review / social, .95)


def japanese(terms, errors):
    table = list(rows(terms.clinical / 'disease_names/japanese_small.tsv', '\t'))
    master = terms.work / 'master.csv'
    write(master, ['name', 'icd10'], sorted({(r['standard'], r['icd10']) for r in table}))
    terms.run('build', '--master', master, '--out', terms.work / 'ja.dict')
    names = terms.work / 'ja.csv'
    write(names, ['name'], [[r['surface']] for r in table])
    terms.match(terms.work / 'ja.dict', names, terms.work / 'ja.out.csv')
    right = 0
    for r, m in zip(table, rows(terms.work / 'ja.out.csv')):
        good = (m['automatic'] == '1' and m['standard_name'] == r['standard'] and m['standard_code'] == r['icd10'].replace('.', '')
                and (m['certainty'] == 'suspected') == (r['suspected'] == '1'))
        right += good
        if errors and not good:
            print('ja', r['surface'], r['standard'], m, sep='\t', file=errors)
    print(f'\nJapanese list: {len(table)} names; the master has its standard names and codes alone')
    terms.check('standard name, code and suspected right', right, len(table), '{:.0f}')


def abbreviations(terms, dictionary_with):
    table = list(rows(terms.clinical / 'disease_names/abbreviations_dev.tsv', '\t'))
    names = terms.work / 'abbreviations.csv'
    write(names, ['name'], [[r['abbreviation']] for r in table])
    terms.match(dictionary_with, names, terms.work / 'abbreviations.out.csv')
    ambiguous = coded = single = automatic = right = 0
    for r, m in zip(table, rows(terms.work / 'abbreviations.out.csv')):
        if int(r['meanings_known']) > 1:
            ambiguous += 1
            coded += m['automatic'] == '1'
        else:
            single += 1
            automatic += m['automatic'] == '1'
            right += m['automatic'] == '1' and m['standard_code'][:3] == r['category']
    print(f'\nAbbreviations alone: {ambiguous} with several meanings, {single} with one ({automatic} automatic, {right} right)')
    terms.check('share of ambiguous ones that go to review', 1 - coded / ambiguous, 1)


def speed(terms, dictionary):
    """User seconds of a long list of different names, without those of opening the dictionary."""
    base = [r['term'] for r in rows(terms.clinical / 'disease_names/disease_terms_icd10cm_dev_clean.tsv', '\t')]
    for s in 'abc':
        base += [r['name'] for r in rows(terms.clinical / f'sites3/site_{s}/diagnoses.csv.gz')]
    names, none = terms.work / 'speed.csv', terms.work / 'none.csv'
    write(names, ['name'], [[n] for n in base * 10])
    write(none, ['name'], [[base[0]]])
    seconds = terms.match(dictionary, names, terms.work / 'speed.out.csv')[1]
    seconds -= terms.match(dictionary, none, terms.work / 'none.out.csv')[1]
    different = terms.work / 'different.csv'
    write(different, ['name'], [[n] for n in sorted(set(base))])
    distinct_seconds = terms.match(dictionary, different, terms.work / 'different.out.csv')[1]
    distinct_seconds -= terms.match(dictionary, none, terms.work / 'none.out.csv')[1]
    print(f'\nSpeed: {len(base) * 10} names, {len(set(base))} different')
    terms.check('names a second (user time, one core), as they repeat in claims', len(base) * 10 / max(.001, seconds), 50000, '{:.0f}')
    print(f'     {"different names a second, none repeated":74s} {len(set(base)) / max(.001, distinct_seconds):9.0f}')


def update(terms, dictionary_2025):
    old, new = terms.work / '2021.dict', terms.work / '2026.dict'
    y = terms.codes / 'icd10cm_2021'
    index = terms.codes / 'icd10cm_2025/ICD10CM_2025_Index.csv'
    terms.run('build', '--codes', y / 'icd10cm-order-Jan-2021.txt.gz', '--tabular', y / 'icd10cm_tabular_2021.xml.gz',
              '--out', old)
    m = terms.clinical / 'codes_more'
    terms.run('build', '--codes', m / 'icd10cm_2026_april_codes.txt.gz', '--tabular', m / 'icd10cm_2026_april_tabular.xml.gz',
              '--index', index, '--neoplasms', terms.codes / 'icd10cm_2025/ICD10CM_2025_neoplasms.csv', '--out', new)
    names = terms.work / 'update.names.csv'
    write(names, ['name', 'code'], [[r['name'], r['code']] for site in 'abc' for r in
                                    rows(terms.clinical / f'sites3/site_{site}/diagnoses.csv.gz')])
    print('\nUpdate')
    for label, a, b in (('2021 to 2025', old, dictionary_2025), ('2025 to April 2026', dictionary_2025, new)):
        moved = terms.work / 'moved.csv'
        standardized = terms.work / 'standardized.csv'
        terms.match(a, names, standardized)
        text, _ = terms.run('update', a, b, '--moved', moved, '--input', standardized, '--out', terms.work / 'updated.csv')
        kinds = {}
        for r in rows(moved):
            kinds.setdefault(r['kind'], []).append(r)
        numbers = [[int(x) for x in re.findall(r'\d+', line)] for line in text.splitlines()]
        sums = all(line[0] == sum(line[1:]) for line in numbers if len(line) > 2)
        listed = numbers[0]  # old = same + retitled + closed + removed
        agree = (len(kinds.get('code-removed', [])) == listed[4] and len(kinds.get('code-retitled', [])) == listed[2] and
                 len(kinds.get('code-added', [])) == numbers[1][4] and len(kinds.get('name-moved', [])) == numbers[2][2] and
                 sum(int(r['rows']) for k, v in kinds.items() if k.startswith('data-') for r in v) == sum(numbers[4][2:]))
        print(text.rstrip())
        terms.check(f'{label}: totals add up and agree with the list', int(sums and agree), 1, '{:.0f}')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--agent', default=ROOT / 'build/release/bin/blindlink-agent', type=Path)
    parser.add_argument('--shared', default=ROOT.parent / 'shared', type=Path)
    parser.add_argument('--work', type=Path)
    parser.add_argument('--errors', help='what was wrong or not automatic, for people who look at the rules')
    parser.add_argument('--every', type=int, default=1, help="use every Nth row of the sites' claims")
    parser.add_argument('--only', default='do,sites,site,ja,abbreviations,speed,update')
    arguments = parser.parse_args()
    if not (arguments.shared / 'data/clinical').is_dir():
        print('SKIPPED: the test data are not there')
        return 0
    only = arguments.only.split(',')
    errors = open(arguments.errors, 'w', encoding='utf-8') if arguments.errors else None
    with tempfile.TemporaryDirectory() as folder:
        work = arguments.work or Path(folder)
        work.mkdir(exist_ok=True)
        terms = Terms(arguments.agent.resolve(), arguments.shared, work)
        official = work / 'official.dict'
        if {'do', 'sites', 'speed', 'update'} & set(only):
            text, seconds = terms.official(official)
            print(text.rstrip(), f'\nbuilt in {seconds:.1f} s of user time; {official.stat().st_size >> 20} MiB')
        if 'do' in only:
            disease_ontology(terms, official, errors)
        if 'sites' in only:
            three_sites(terms, official, 'official files only', (.80, .99), errors, arguments.every)
        if 'site' in only:
            site = work / 'site.dict'
            terms.official(site, '--synonyms', terms.clinical / 'sites3/site_synonyms.tsv')
            three_sites(terms, site, 'site dictionary and official files', (.981, .995, .98), errors,
                        arguments.every)
        if 'ja' in only:
            japanese(terms, errors)
        if 'abbreviations' in only:
            listed = work / 'abbreviations.dict'
            terms.official(listed, '--abbreviations', terms.clinical / 'disease_names/abbreviations_dev.tsv')
            abbreviations(terms, listed)
        if 'speed' in only:
            speed(terms, official)
        if 'update' in only:
            update(terms, official)
    return 1 if terms.failed else 0


if __name__ == '__main__':
    sys.exit(main())
