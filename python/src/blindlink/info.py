"""What is known of a result before its first row is read: from the resolver, or from a file's manifest."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any, Iterator, Optional

from blindlink.warnings import DamagedResultWarning, NoteWarning, QualityWarning, RulesChangedWarning, warn


@dataclasses.dataclass(frozen=True)
class Rules:
    """The plan and the release rules of a result, as a version that counts up in the project."""

    version: int
    text: str
    version_before: int = 0  # of the newest result that the caller had fetched; 0: none

    @property
    def changed(self) -> bool:
        return self.version_before not in (0, self.version)


@dataclasses.dataclass(frozen=True)
class ExpectedQuality:
    """A run's estimates of its own quality, made without any truth; limits hold in 95 of 100 data sets."""

    min_score: float  # the threshold
    matches: float  # pairs of one person that share a token
    ppv: float
    sensitivity: float  # of true_pairs
    ppv_low: float = 0.0
    ppv_high: float = 0.0
    true_pairs: float = 0.0
    true_pairs_low: float = 0.0
    true_pairs_high: float = 0.0
    unmet: float = 0.0  # true pairs, at least, that share no token
    warnings: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class EntitySizes:
    """How many entities have so many records, and why some are not larger."""

    sizes: tuple[tuple[int, int], ...]  # (records, entities), smallest first
    refused_by_size: int = 0
    refused_as_weak: int = 0
    refused_by_statement: int = 0
    pairs_by_entity: int = 0


@dataclasses.dataclass(frozen=True)
class ResultInfo:
    """A finished run. `warnings` says what speaks against its use."""

    project: str
    run: str
    run_started: str = ""  # UTC
    plan_name: str = ""
    plan_digest: str = ""
    datasets: tuple[tuple[str, str], ...] = ()  # (site, dataset)
    match_pairs: Optional[int] = None  # None: only a grant tells
    entity_map_rows: Optional[int] = None
    by_grant: bool = False
    grants: tuple[str, ...] = ()  # of the caller, in force for this run
    grant_expires: str = ""
    note: str = ""
    damage: str = ""  # why it cannot be fetched
    rules: Optional[Rules] = None
    expected: Optional[ExpectedQuality] = None  # if the score decided
    entities: Optional[EntitySizes] = None

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(text for _, text in self._what_speaks_against_it())

    def warn(self) -> None:
        """Gives each of `warnings` as a warning of Python."""
        for category, text in self._what_speaks_against_it():
            warn(category, f"{self.run} of {self.project}: {text}")

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON: what a table of the rows carries as its metadata."""
        return {**{key: value for key, value in dataclasses.asdict(self).items() if value not in (None, "", ())},
                "warnings": list(self.warnings)}

    def _what_speaks_against_it(self) -> Iterator[tuple[Any, str]]:
        if self.damage:
            yield DamagedResultWarning, self.damage
        if self.note:
            yield NoteWarning, self.note
        if self.rules is not None and self.rules.changed:
            yield RulesChangedWarning, (f"the rules have changed since your last fetch, from version "
                                        f"{self.rules.version_before} to {self.rules.version}: {self.rules.text}")
        for text in self.expected.warnings if self.expected is not None else ():
            yield QualityWarning, text


def time_text(unix_seconds: int) -> str:
    """UTC, as manifests write it; empty for 0."""
    if unix_seconds <= 0:
        return ""
    return datetime.datetime.fromtimestamp(unix_seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def info_of_message(message: Any) -> ResultInfo:
    """Of a ResultInfo of result_service.proto."""
    counted = not message.by_grant or len(message.grants) == 1
    return ResultInfo(
        project=message.project, run=message.run, run_started=time_text(message.started_unix_seconds),
        plan_name=message.plan_name, plan_digest=message.plan_digest.hex(),
        datasets=tuple((dataset.site, dataset.dataset) for dataset in message.datasets),
        match_pairs=message.match_pairs if counted else None,
        entity_map_rows=message.entity_map_rows if counted else None,
        by_grant=message.by_grant, grants=tuple(message.grants),
        grant_expires=time_text(message.grant_expires_unix_seconds), note=message.note, damage=message.damage,
        rules=Rules(message.rules_version, message.rules, message.rules_version_fetched)
        if message.rules_version else None,
        expected=_expected_of_message(message.score) if message.HasField("score") else None,
        entities=_entities_of_message(message.entities) if message.HasField("entities") else None)


def _expected_of_message(score: Any) -> ExpectedQuality:
    return ExpectedQuality(
        score.min_score, score.expected_matches, score.expected_ppv, score.expected_sensitivity,
        score.expected_ppv_low, score.expected_ppv_high, score.expected_true_pairs, score.expected_true_pairs_low,
        score.expected_true_pairs_high, score.expected_unmet, tuple(score.warnings))


def _entities_of_message(report: Any) -> EntitySizes:
    return EntitySizes(tuple((size.records, size.entities) for size in report.sizes), report.refused_by_size,
                       report.refused_as_weak, report.refused_by_statement, report.pairs_by_entity)


def info_of_manifest(manifest: dict[str, Any]) -> ResultInfo:
    """Of FILE.manifest.json, as docs/formats/result_files.md describes it."""
    rules, expected, entities = (manifest.get(key) for key in ("rules", "expected", "entities"))
    grant = manifest.get("grant", "")
    rows = {"match-pairs": "match_pairs", "entity-map": "entity_map_rows"}.get(manifest.get("kind", ""))
    counts: dict[str, Any] = {rows: manifest.get("rows")} if rows else {}
    return ResultInfo(
        project=manifest.get("project", ""), run=manifest.get("run", ""),
        run_started=manifest.get("run_started", ""), plan_name=manifest.get("plan_name", ""),
        plan_digest=manifest.get("plan_digest", ""),
        datasets=tuple((one["site"], one["dataset"]) for one in manifest.get("datasets", ())),
        by_grant=bool(grant), grants=(grant,) if grant else (), grant_expires=manifest.get("grant_expires", ""),
        note=manifest.get("note", ""),
        rules=Rules(rules["version"], rules["text"], rules.get("version_before", 0)) if rules else None,
        expected=_of_known(ExpectedQuality, {**expected, "warnings": tuple(expected.get("warnings", ()))})
        if expected else None,
        entities=_of_known(EntitySizes, {**entities, "sizes": tuple(
            (size["records"], size["entities"]) for size in entities["sizes"])}) if entities else None,
        **counts)


def _of_known(kind: Any, values: dict[str, Any]) -> Any:
    """A later release may write more."""
    names = {field.name for field in dataclasses.fields(kind)}
    return kind(**{key: value for key, value in values.items() if key in names})
