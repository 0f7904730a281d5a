"""Records by number, the truth about them, and tables of any kind as rows."""

from __future__ import annotations

import collections
import collections.abc
import operator
import os
from typing import Any, Callable, Iterable, Iterator, Sequence

from blindlink.errors import InvalidArgumentError
from blindlink.files import csv_rows, has_manifest
from blindlink.rows import Rows


class Records:
    """Numbers the records of an evaluation, each of which is a site and an id there."""

    def __init__(self) -> None:
        self.site_of: list[str] = []
        self._numbers: dict[tuple[str, str], int] = {}

    def number(self, site: str, record: str) -> int:
        number = self._numbers.setdefault((site, record), len(self.site_of))
        if number == len(self.site_of):
            self.site_of.append(site)
        return number


class Truth:
    """Which record belongs to which person."""

    def __init__(self, source: Any, records: Records) -> None:
        self.person_of: dict[int, Any] = {}
        for row, (site, record, person) in enumerate(read_source(source, _read_truth, ("site", "record", "person")), 1):
            if self.person_of.setdefault(records.number(site, record), person) != person:
                raise InvalidArgumentError(f"the truth, row {row}, gives a record a different person than an "
                                           "earlier row")
        self.persons = len(set(self.person_of.values()))
        self.sites = len(set(records.site_of))


def pairs_within(members: Iterable[tuple[Any, str]], scope: str) -> int:
    """The pairs in scope whose records share a group, of (group, site) of each record."""
    of_site: collections.Counter[tuple[Any, str]] = collections.Counter(members)
    of_group: collections.Counter[Any] = collections.Counter()
    for (group, _), count in of_site.items():
        of_group[group] += count
    within = sum(map(_pairs, of_site.values()))
    every = sum(map(_pairs, of_group.values()))
    return {"cross-site": every - within, "within-site": within, "all": every}[scope]


def _pairs(records: int) -> int:
    return records * (records - 1) // 2


def read_source(source: Any, read: Callable[..., Iterable[Any]], names: Sequence[str],
                optional: int = 0) -> Iterator[Sequence[Any]]:
    """The fields `names` of each row of a file, a table, or rows; the last `optional` ones are None if missing.

    `read` reads a file. The others may not be empty: a pair that lacks a record would be counted as something else.
    """
    if isinstance(source, (str, os.PathLike)):
        source = read(source, verify=has_manifest(source))
    needed = names[:len(names) - optional]
    place = getattr(source, "source", "the table")
    for row, values in enumerate(_rows_of(source, names, needed), 1):
        if not all(values[:len(needed)]):  # or the number 0
            for name, value in zip(needed, values):
                if value is None or value == "":
                    raise InvalidArgumentError(f"{place}, row {row} has an empty column '{name}'")
        yield values


def _read_truth(path: Any, verify: bool) -> Iterable[Any]:
    del verify  # no program writes a manifest of a truth
    return csv_rows(path, ("site", "record", "person"))


def _rows_of(source: Any, names: Sequence[str], needed: Sequence[str]) -> Iterator[Sequence[Any]]:
    if isinstance(source, Rows) and set(names) <= set(source.columns):
        return map(operator.itemgetter(*map(source.columns.index, names)), source)
    columns = getattr(source, "column_names", None)  # of Arrow
    if columns is None and hasattr(source, "itertuples"):
        columns = list(source.columns)
    if columns is None:
        return _of_iterable(source, names, needed)
    missing = [name for name in needed if name not in columns]
    if missing:
        raise InvalidArgumentError(f"the table has no column '{missing[0]}'")
    length = len(source)
    return zip(*(_values_of(source[name]) if name in columns else [None] * length for name in names))


def _values_of(column: Any) -> list[Any]:
    """Values of Python, not of numpy or Arrow. What pandas has for a missing one (NaN, NA) becomes None."""
    if hasattr(column, "to_pylist"):
        return list(column.to_pylist())
    return [None if missing else value for value, missing in zip(column.tolist(), column.isna().tolist())]


def _of_iterable(source: Iterable[Any], names: Sequence[str], needed: Sequence[str]) -> Iterator[Sequence[Any]]:
    for row in source:
        if isinstance(row, collections.abc.Mapping):
            if not set(needed) <= row.keys():
                raise InvalidArgumentError(f"a row lacks one of {', '.join(needed)}")
            yield [row.get(name) for name in names]
        elif hasattr(row, "_fields"):
            yield [getattr(row, name, None) for name in names]
        else:  # a plain tuple: the columns in their order
            yield (*row, *[None] * (len(names) - len(row)))
