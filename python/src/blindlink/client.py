"""The client of a resolver, for researchers."""

from __future__ import annotations

import datetime
import sys
from typing import Any, Callable, Iterable, Iterator, Optional, Union

from blindlink.access import Grant, access_request, grant_of_message
from blindlink.channel import Channel, PathLike, enum_name
from blindlink.errors import DataLossError, FailedPreconditionError, NotFoundError, PermissionDeniedError
from blindlink.info import ResultInfo, info_of_message, time_text
from blindlink.retries import RetryPolicy, repeated, repeated_if_busy
from blindlink.rows import EntityChange, EntityMember, MatchPair, OverlapCell, Rows
from blindlink.streams import resumed

_LEVELS = {"FULL": "full", "PARTIAL": "partial"}
_CHANGES = {"ENTITIES_MERGED": "merged", "ENTITY_SPLIT": "split", "RECORD_ADDED": "added", "RECORD_LEFT": "left",
            "RECORD_MOVED": "moved"}


class Client:
    """A researcher's connection to a resolver, over mutual TLS, for one project.

    Fetches results as `blindlink-researcher` does, with the same retries: while the resolver cannot be reached, a call
    is repeated, and a stream goes on from the row where it broke. What a run says against its own result is given as
    warnings before its first row. Thread-safe; the rows it returns are not.

    resolver: HOST:PORT. cert, key, ca: files (PEM); the key may be readable by its owner alone. resolver_name: the DNS
    name that the resolver's certificate must have, whatever its address. timeout: seconds for a call that returns one
    answer. stream_timeout: likewise for each part of a stream; it then goes on, unless nothing came.

    Errors are those of `blindlink.errors`, with the resolver's words.
    """

    def __init__(self, resolver: str, cert: PathLike, key: PathLike, ca: PathLike, *, project: str,
                 resolver_name: str = "resolver.blindlink", timeout: float = 60.0, stream_timeout: float = 300.0,
                 retry: RetryPolicy = RetryPolicy()) -> None:
        self.project = project
        self._channel = Channel(resolver, cert, key, ca, resolver_name)
        self._timeout = timeout
        self._stream_timeout = stream_timeout
        self._retry = retry

    def close(self) -> None:
        self._channel.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- results ---------------------------------------------------------------------------------------------------

    def results(self, grant: str = "") -> list[ResultInfo]:
        """The finished runs, oldest first, damaged ones too; with `grant`, only its run. Gives no warnings."""
        answer = repeated(lambda: self._unary("Result.ListResults", grant=grant), self._retry)
        return [info_of_message(info) for info in answer.results]

    def result(self, run: str = "", grant: str = "") -> ResultInfo:
        """The run that a fetch would be of (default: the newest). An older run never stands in for a damaged one.

        FailedPreconditionError: none has finished, or several grants give it. NotFoundError: no such run.
        DataLossError: it is damaged. PermissionDeniedError: it needs a grant.
        """
        runs = self.results(grant)
        if not runs:
            raise FailedPreconditionError(f"project {self.project} has no finished linkage run yet")
        info = runs[-1] if not run else next((one for one in runs if one.run == run), None)
        if info is None:
            raise NotFoundError(f"project {self.project} has no finished run {run}; the newest is {runs[-1].run}")
        if info.damage:
            raise DataLossError(info.damage)
        if info.by_grant and not info.grants:
            raise PermissionDeniedError(f"project {self.project} releases its results by grant, and you have none in "
                                        f"force for {info.run}: ask for one with request_access")
        if len(info.grants) > 1:
            raise FailedPreconditionError(f"several of your grants give {info.run}: choose one with grant=: "
                                          f"{', '.join(info.grants)}")
        return info

    def pairs(self, run: str = "", grant: str = "") -> Rows[MatchPair]:
        """The match pairs of a run, as docs/formats/result_files.md describes them. Errors as `result`."""
        info = self._chosen(run, grant)
        return self._fetched("Result.GetMatchPairs", MatchPair, lambda chunk: _pairs_of(chunk.pairs), info,
                             info.match_pairs)

    def entities(self, run: str = "", grant: str = "") -> Rows[EntityMember]:
        """Every record of a run with its entity. Errors as `result`."""
        info = self._chosen(run, grant)
        return self._fetched("Result.GetEntityMap", EntityMember, lambda chunk: [
            EntityMember(one.entity, sys.intern(one.site), one.record) for one in chunk.members], info,
            info.entity_map_rows)

    def overlap(self, run: str = "", grant: str = "") -> Rows[OverlapCell]:
        """How many entities each two sites share; small counts are suppressed. Errors as `result`."""
        info = self._chosen(run, grant)
        answer = repeated(lambda: self._unary("Result.GetOverlap", run=info.run, grant=_grant_of(info)), self._retry)
        cells = [_overlap_of(cell, answer.suppressed_up_to) for cell in answer.cells]
        return Rows(OverlapCell, lambda: iter([cells]), info, len(cells), self._name_of(info))

    def entity_changes(self, since: str, run: str = "") -> Rows[EntityChange]:
        """What has become of entities between the runs `since` and `run` (default: the newest).

        PermissionDeniedError: the project releases by grant.
        """
        info = self._chosen(run, "")

        def ask(first_row: int) -> Iterator[Any]:
            return self._channel.stream("EntityChanges.GetEntityChanges", self._stream_timeout, project=self.project,
                                        run=info.run, since_run=since, first_row=first_row)
        return Rows(EntityChange, lambda: resumed(ask, _changes_of, f"{info.run} since {since}", None, self._retry),
                    info, None, f"{self._name_of(info)} since {since}")

    def recheck(self, info: ResultInfo) -> ResultInfo:
        """Whether a result fetched earlier still stands: `info` as the resolver gives it today, with its warnings.

        Says when records were withdrawn since, and when the rules have changed. NotFoundError: the run was removed.
        """
        for known in self.results():
            if known.run == info.run:
                known.warn()
                return known
        raise NotFoundError(f"project {self.project} has no finished run {info.run} any more")

    # --- access ----------------------------------------------------------------------------------------------------

    def request_access(self, run: str, level: str, expires: Union[datetime.date, datetime.datetime], *, purpose: str,
                       legal_basis: str, necessity: str, proportionality: str, harm: str,
                       site_pairs: Iterable[tuple[str, str]] = (), relink: bool = False,
                       site_pseudonyms: bool = False) -> Grant:
        """Asks for a run's results (docs/access.md). level: "counts", "pairs" or "entity-map"; dates are UTC.

        site_pseudonyms needs relink: sites can turn their own pseudonyms back."""
        fields = access_request(run, level, expires, purpose, legal_basis, (necessity, proportionality, harm),
                                site_pairs)
        return grant_of_message(repeated_if_busy(lambda: self._unary(
            "Access.RequestAccess", relink=relink, site_pseudonyms=site_pseudonyms, **fields)))

    def grants(self) -> list[Grant]:
        """The caller's requests and grants, oldest first."""
        answer = repeated(lambda: self._unary("Access.ListGrants"), self._retry)
        return [grant_of_message(grant) for grant in answer.grants]

    def grant(self, name: str) -> Grant:
        """A request or grant, and what was decided about it."""
        return grant_of_message(repeated(lambda: self._unary("Access.GetGrant", grant=name), self._retry))

    # ---------------------------------------------------------------------------------------------------------------

    def _unary(self, call: str, **fields: Any) -> Any:
        return self._channel.unary(call, self._timeout, project=self.project, **fields)

    def _chosen(self, run: str, grant: str) -> ResultInfo:
        info = self.result(run, grant)
        info.warn()
        return info

    def _name_of(self, info: ResultInfo) -> str:
        return f"{info.run} of {self.project}"

    def _fetched(self, call: str, row_type: type[Any], rows_of: Callable[[Any], list[Any]], info: ResultInfo,
                 total: Optional[int]) -> Rows[Any]:
        def ask(first_row: int) -> Iterator[Any]:
            return self._channel.stream(call, self._stream_timeout, project=self.project, run=info.run,
                                        grant=_grant_of(info), first_row=first_row)
        return Rows(row_type, lambda: resumed(ask, rows_of, info.run, total, self._retry), info, total,
                    self._name_of(info))


def _grant_of(info: ResultInfo) -> str:
    return info.grants[0] if info.grants else ""


def _pairs_of(pairs: Iterable[Any]) -> list[MatchPair]:
    return [MatchPair(sys.intern(one.left_site), one.left_record, sys.intern(one.right_site), one.right_record,
                      _LEVELS.get(enum_name("MatchLevel", one.level), ""), sys.intern(one.rule),
                      ";".join(one.match_keys), one.score) for one in pairs]


def _overlap_of(cell: Any, suppressed_up_to: int) -> OverlapCell:
    shown = "withheld" if cell.withheld else f"1-{suppressed_up_to}" if cell.suppressed else str(cell.entities)
    return OverlapCell(cell.left_site, cell.right_site, None if cell.suppressed else cell.entities, cell.suppressed,
                       shown)


def _changes_of(chunk: Any) -> list[EntityChange]:
    return [EntityChange(
        _CHANGES.get(enum_name("EntityChangeKind", one.kind), ""), one.entity_before.hex(), one.entity.hex(), one.site,
        one.record.hex(), one.records or None, one.run, time_text(one.unix_seconds) if one.records else "",
        enum_name("EntityChangeCause", one.cause).lower().replace("_", " ") if one.cause else "")
        for one in chunk.changes]
