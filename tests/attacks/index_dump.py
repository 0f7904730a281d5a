#!/usr/bin/env python3
"""Whoever has the files of a resolver's token index, but not the index key: what the records that share a token give away.

    tests/attacks/index_dump.py --index DATA/projects/PROJECT/index/db --plan FILE
        [--own N --map MAP.csv --people FILE.csv]

Reads the raw rows of RocksDB (index_files.py), joins records that share tokens of a field into classes, as audit-tokens
--without-evidence does, and prints for each way of joining the largest class, the number of classes, the share of records in
classes of more than 20, and the mean number of strangers. --own: the thief is the site of dataset N, who knows its people by its own
map and file, and calls everybody in a class by the commonest value of its own records there: prints the share of the other
sites' records that are in such a class.
"""
import argparse
import collections
import csv
import re

import index_files

FOLLOWED = ("GIVEN_NAME", "SURNAME", "DATE", "CITY", "POSTAL_CODE")
_COARSE = ("SOUNDEX", "DOUBLE_METAPHONE", "NYSIIS", "NICKNAME_ROOT", "PREFIX_3")
_VALUES = ("EXACT", "PREFIX_5")
_MOST_FIELDS = 6
_CLASS_SIZE = 20
# Fields of the plan, and the columns of the invented people at both sites; dates are written in many ways.
_COLUMNS = {"first_name": ("first_name", "given_name"), "last_name": ("last_name", "surname"), "city": ("city",),
            "zip": ("zip_code", "zip")}


def _without_braces(text_or_comment):
    return "" if text_or_comment.group().startswith("#") else re.sub("[{}]", "", text_or_comment.group())


def _blocks(text, name):
    """The contents of the blocks `name { ... }` of the outermost level of a text of protobuf."""
    for begin in re.finditer(rf"\b{name}\s*{{", text):
        if text.count("{", 0, begin.start()) != text.count("}", 0, begin.start()):
            continue
        depth, at = 1, begin.end()
        while depth > 0:
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        yield text[begin.end():at - 1]


def _value(block, name, default):
    """Of a field of the block itself, not of blocks within it."""
    found = re.search(rf'\b{name}:\s*"?(\w+)', re.sub(r"{[^{}]*}", "", block))
    return found.group(1) if found else default


def ways(plan):
    """Name of a way to join -> its field, and the ids of the match keys whose tokens hold the field in that form. Of a plan as the
    resolver keeps it in plans/, or of one without spare match keys: those are not used."""
    with open(plan, encoding="utf-8") as file:
        text = re.sub(r'"(?:[^"\\]|\\.)*"|#.*', _without_braces, file.read())
    forms = {int(_value(block, "id", 0)): {_value(part, "field", ""): _value(part, "form", "EXACT")
                                           for part in _blocks(block, "components")}
             for block in _blocks(text, "match_keys") if _value(block, "spare", "false") == "false"}
    fields = [_value(block, "name", "") for block in _blocks(text, "fields") if _value(block, "standardizer", "") in FOLLOWED]
    found = {}
    for field in fields[:_MOST_FIELDS]:
        coarse = {parts[field] for parts in forms.values() if parts.get(field) in _COARSE}
        for form in ["EXACT", *sorted(coarse)]:
            name = field if form == "EXACT" else f"{field} by {form}"
            found[name] = field, {key for key, parts in forms.items() if parts.get(field) in (*_VALUES, form)}
    return found


class Classes:
    """Records joined by equal tokens of some match keys (union-find)."""

    def __init__(self, records, postings, keys):
        self._parent = {record: record for record in records}
        groups = collections.defaultdict(list)
        for posting in postings:
            if posting.form == 0 and posting.match_key in keys:
                groups[posting.match_key, posting.token].append((posting.dataset, posting.record))
        self._joined = sum(len(group) * (len(group) - 1) for group in groups.values())
        for group in groups.values():
            for record in group[1:]:
                self._parent[self.of(record)] = self.of(group[0])

    def of(self, record):
        root = record
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[record] != root:
            self._parent[record], record = root, self._parent[record]
        return root

    def members(self):
        """The classes, as lists of records."""
        members = collections.defaultdict(list)
        for record in self._parent:
            members[self.of(record)].append(record)
        return list(members.values())

    def figures(self):
        """As `joined_by` of audit-tokens --json."""
        sizes = [len(group) for group in self.members()]
        return {"largest_class": max(sizes), "classes": sum(size > 1 for size in sizes),
                "chained_records": sum(size for size in sizes if size > _CLASS_SIZE),
                "mean_strangers": self._joined / sum(sizes)}


def join(stolen, keys, datasets):
    """The classes of all records of some datasets."""
    records = [(dataset, record) for dataset in datasets for record in range(len(stolen.pseudonyms[dataset]))]
    return Classes(records, (posting for posting in stolen.postings if posting.dataset in datasets), keys)


def people_of(stolen, dataset, map_file, people_file):
    """(dataset, record) -> the values of that person by field of the plan, by the site's own map."""
    with open(people_file, encoding="utf-8", newline="") as file:
        rows = {next(iter(row.values())): row for row in csv.DictReader(file)}
    with open(map_file, encoding="utf-8", newline="") as file:
        id_of = {bytes.fromhex(row["pseudonym"]): row["record_id"] for row in csv.DictReader(file)}
    people = {}
    for number, name in enumerate(stolen.pseudonyms[dataset]):
        row = rows[id_of[name]]
        people[dataset, number] = {"record": id_of[name]} | {field: next(row[column] for column in columns if column in row).upper()
                                  for field, columns in _COLUMNS.items()}
    return people


def called_by_own(classes, own, field):
    """Record of another site -> the commonest value of the thief's own records in its class."""
    called = {}
    for group in classes.members():
        values = collections.Counter(own[record].get(field, "") for record in group if record in own)
        values.pop("", None)
        if values:
            called.update((record, values.most_common(1)[0][0]) for record in group if record not in own)
    return called


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", required=True)
    parser.add_argument("--plan", required=True)
    parser.add_argument("--own", type=int)
    parser.add_argument("--map")
    parser.add_argument("--people")
    args = parser.parse_args()
    stolen = index_files.StolenIndex(args.index)
    datasets = sorted(stolen.pseudonyms)
    own = people_of(stolen, args.own, args.map, args.people) if args.own else {}
    others = sum(len(stolen.pseudonyms[dataset]) for dataset in datasets if dataset != args.own)
    for name, (field, keys) in ways(args.plan).items():
        classes = join(stolen, keys, datasets)
        figures = classes.figures()
        told = f"  {len(called_by_own(classes, own, field)) / others:.4f} of the others called" if own else ""
        print(f"{name:36}{figures['largest_class']:9} {figures['classes']:9} {figures['mean_strangers']:9.3f}{told}")


if __name__ == "__main__":
    main()
