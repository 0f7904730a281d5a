"""The rows of results, and how one goes through them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Generic, Iterator, NamedTuple, Optional, Sequence, TypeVar

from blindlink.info import ResultInfo

if TYPE_CHECKING:
    import pandas
    import pyarrow


class MatchPair(NamedTuple):
    """Two records that the plan calls one person. Records are pseudonyms, 32 hexadecimal digits."""

    left_site: str
    left_record: str
    right_site: str
    right_record: str
    level: str  # "full" or "partial"
    rule: str  # or the band of the score: high, medium, low, review
    match_keys: str  # joined by ";"
    score: float  # not-a-number if the file has none


class EntityMember(NamedTuple):
    """A record and the person it was resolved to."""

    entity: str
    site: str
    record: str


class OverlapCell(NamedTuple):
    """How many entities have a record at both sites; if they are the same site, a record there."""

    left_site: str
    right_site: str
    entities: Optional[int]  # None: suppressed
    suppressed: bool
    shown: str  # the count, or "1-10", or "withheld"


class EntityChange(NamedTuple):
    """What has become of an entity or of a record's entity between two runs (docs/increments.md)."""

    change: str  # merged, split, added, left, moved
    entity_before: str
    entity: str
    site: str
    record: str
    records: Optional[int]
    run: str
    time: str
    cause: str


class TimelineEvent(NamedTuple):
    """An event of a person (docs/formats/timeline.md), as written there: dates may be coarser than days."""

    entity: str
    date: str
    kind: str
    site: str
    record: str
    visit: str
    seq: str
    end: str
    code: str
    code_system: str
    name: str
    certainty: str
    setting: str
    payer: str
    amount: str
    copy_of: str  # empty: count it


Row = TypeVar("Row", bound=Sequence[Any])


class Rows(Generic[Row]):
    """The rows of one result, read or fetched as one goes through them, a chunk in memory at a time.

    Each iteration begins anew. `info` says where the rows come from, and what speaks against their use; None if
    nothing is known. Not thread-safe.
    """

    def __init__(self, row_type: type[Row], chunks: Callable[[], Iterator[list[Row]]],
                 info: Optional[ResultInfo] = None, total: Optional[int] = None, source: str = "the rows") -> None:
        self.row_type = row_type
        self.info = info
        self.total = total
        self.source = source  # for messages
        self._chunks = chunks

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.row_type._fields)  # type: ignore[attr-defined]

    def chunks(self) -> Iterator[list[Row]]:
        """Lists of some thousand rows."""
        return self._chunks()

    def __iter__(self) -> Iterator[Row]:
        for chunk in self._chunks():
            yield from chunk

    def __len__(self) -> int:
        if self.total is None:
            raise TypeError("how many rows there are is known only after reading them")
        return self.total

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<{self.total if self.total is not None else 'some'} rows of {self.row_type.__name__} of {self.source}>"

    def to_pandas(self) -> pandas.DataFrame:
        """All rows in memory. `attrs["blindlink"]` has the metadata. Needs blindlink[pandas]."""
        from blindlink import tables
        return tables.to_pandas(self)

    def to_arrow(self) -> pyarrow.Table:
        """All rows in memory. The schema's metadata, key "blindlink", has JSON. Needs blindlink[arrow]."""
        return self.to_batches().read_all()

    def to_batches(self) -> pyarrow.RecordBatchReader:
        """A reader of record batches, a chunk in memory at a time: for files larger than memory."""
        from blindlink import tables
        return tables.to_batches(self)
