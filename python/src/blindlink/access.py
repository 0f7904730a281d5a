"""Requests for access and grants (docs/access.md)."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any, Iterable, Union

from blindlink.channel import enum_name, enum_number, message
from blindlink.errors import InvalidArgumentError
from blindlink.info import time_text

_LEVELS = {"counts": "ACCESS_COUNTS", "pairs": "ACCESS_PAIRS", "entity-map": "ACCESS_ENTITY_MAP"}


@dataclasses.dataclass(frozen=True)
class Decision:
    """What a coordinator decided, and why."""

    coordinator: str
    approve: bool
    reason: str
    time: str  # UTC


@dataclasses.dataclass(frozen=True)
class Grant:
    """A request for a run's results, and what became of it."""

    project: str
    grant: str  # "grant-000001"
    state: str  # requested, approved, denied, revoked or expired
    run: str
    level: str  # counts, pairs or entity-map
    site_pairs: tuple[tuple[str, str], ...]  # empty: all
    purpose: str
    expires: str  # UTC
    researcher: str
    decisions: tuple[Decision, ...]


def access_request(run: str, level: str, expires: Union[datetime.date, datetime.datetime], purpose: str,
                   legal_basis: str, rubric: tuple[str, str, str],
                   site_pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The fields of an AccessRequest."""
    if level not in _LEVELS:
        raise InvalidArgumentError(f"the level is one of {', '.join(_LEVELS)}")
    if not isinstance(expires, datetime.datetime):
        expires = datetime.datetime(expires.year, expires.month, expires.day)
    if expires.tzinfo is None:
        expires = expires.replace(tzinfo=datetime.timezone.utc)
    necessity, proportionality, harm = rubric
    return {"run": run, "level": enum_number("AccessLevel", _LEVELS[level]), "purpose": purpose,
            "legal_basis": legal_basis, "expires_unix_seconds": int(expires.timestamp()),
            "rubric": message("AccessRubric")(necessity=necessity, proportionality=proportionality, harm=harm),
            "site_pairs": [message("SitePair")(left=left, right=right) for left, right in site_pairs]}


def grant_of_message(grant: Any) -> Grant:
    """Of a Grant of access_service.proto."""
    level = enum_name("AccessLevel", grant.request.level)
    return Grant(
        grant.project, grant.grant, enum_name("GrantState", grant.state).lower().replace("grant_", ""),
        grant.request.run, next((name for name, value in _LEVELS.items() if value == level), ""),
        tuple((pair.left, pair.right) for pair in grant.request.site_pairs), grant.request.purpose,
        time_text(grant.request.expires_unix_seconds), grant.researcher,
        tuple(Decision(one.coordinator, one.approve, one.reason, time_text(one.unix_seconds))
              for one in grant.decisions))
