"""Compares pairs or an entity map with a known truth: the figures of `blindlink-researcher evaluate`."""

from __future__ import annotations

import bisect
import dataclasses
import math
from typing import Any, Iterable, Iterator, Mapping, NamedTuple, Optional, Union

from blindlink.errors import InvalidArgumentError
from blindlink.files import PathLike, number_of, read_entities, read_pairs
from blindlink.records import Records, Truth, pairs_within, read_source

SCOPES = ("cross-site", "within-site", "all")
# The lowest score of each band, as in the linkage (common/score/band.h).
BANDS = (("high", 0.85), ("medium", 0.75), ("low", 0.65), ("review", 0.0))
# Bins of the calibration are narrow where good linkage has most of its pairs.
_BIN_EDGES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0)
_MOST_CURVE_POINTS = 200

Source = Union[PathLike, Iterable[Any], Any]
Rule = tuple[str, str]  # and level


class Proportion(NamedTuple):
    """A share with its 95 % interval."""

    value: float
    low: float
    high: float


def wilson(hits: int, total: int) -> Proportion:
    """`hits` of `total` with the interval of Wilson (1927), without continuity correction.

    With a total of 0 nothing is known: value 0, interval 0 to 1.
    """
    if total == 0:
        return Proportion(0.0, 0.0, 1.0)
    z = 1.959963984540054  # of a two-sided 95 % interval
    p = hits / total
    scale = 1 / (1 + z * z / total)
    middle = scale * (p + z * z / (2 * total))
    half = scale * z * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    # At the ends, rounding would miss the exact value of the formula.
    return Proportion(p, 0.0 if hits == 0 else middle - half, 1.0 if hits == total else middle + half)


@dataclasses.dataclass(frozen=True)
class RuleOutcome:
    """The pairs of one rule at one level."""

    rule: str
    level: str
    tp: int
    fp: int


@dataclasses.dataclass(frozen=True)
class BandOutcome:
    """The pairs whose score lies in one band."""

    band: str
    tp: int
    fp: int


class ScoreBin(NamedTuple):
    """Pairs whose score is at least `low` and below `high` (the last bin: at most 1)."""

    low: float
    high: float
    mean_score: float  # the expected share of true pairs
    pairs: int
    true_pairs: int

    @property
    def true_share(self) -> Proportion:
        return wilson(self.true_pairs, self.pairs)


class CurvePoint(NamedTuple):
    """What the result would have been if `threshold` were the lowest score of a match pair."""

    threshold: float
    tp: int
    fp: int


@dataclasses.dataclass
class Evaluation:
    """Counts of pairs in scope, and figures from them. `print` shows them as the researcher's program does."""

    scope: str
    tp: int = 0
    fp: int = 0
    fn: int = 0
    tn: int = 0
    rules: list[RuleOutcome] = dataclasses.field(default_factory=list)  # most pairs first
    # None unless the scores measure something: `why_no_scores` says why not.
    bands: Optional[list[BandOutcome]] = None
    calibration: Optional[list[ScoreBin]] = None
    curve: Optional[list[CurvePoint]] = None  # as the threshold falls: a point for each score
    why_no_scores: str = ""
    rows: int = 0
    pairs: int = 0
    entities: int = 0
    duplicate_rows: int = 0
    self_pairs: int = 0
    pairs_out_of_scope: int = 0
    pairs_not_in_truth: int = 0
    true_pairs: int = 0
    truth_records: int = 0
    truth_persons: int = 0

    @property
    def sensitivity(self) -> Optional[Proportion]:
        """Of the true pairs, those found; None if there are none."""
        return wilson(self.tp, self.tp + self.fn) if self.tp + self.fn else None

    @property
    def ppv(self) -> Optional[Proportion]:
        """Of the pairs found, those true; None if there are none."""
        return wilson(self.tp, self.tp + self.fp) if self.tp + self.fp else None

    @property
    def specificity(self) -> Optional[Proportion]:
        """Of the pairs that are not one person, those kept apart; None if the truth has no two records."""
        return wilson(self.tn, self.tn + self.fp) if self._tn_known() else None

    @property
    def f1(self) -> float:
        return 0.0 if self.tp == 0 else 2.0 * self.tp / (2.0 * self.tp + self.fp + self.fn)

    def to_dict(self) -> dict[str, Any]:
        """What `blindlink-researcher evaluate --json` writes, key by key (docs/formats/result_files.md)."""
        out: dict[str, Any] = {"scope": self.scope, "tp": self.tp, "fp": self.fp, "fn": self.fn,
                               "tn": self.tn if self._tn_known() else None}
        for name in ("sensitivity", "specificity", "ppv"):
            figure = getattr(self, name)
            out[name] = figure.value if figure else None
            out[f"{name}_interval"] = [figure.low, figure.high] if figure else None
        out["f1"] = self.f1
        for name in ("rows", "pairs", "entities", "duplicate_rows", "self_pairs", "pairs_out_of_scope",
                     "pairs_not_in_truth", "true_pairs", "truth_records", "truth_persons"):
            out[name] = getattr(self, name)
        out["rules"] = [dataclasses.asdict(rule) for rule in self.rules]
        if self.curve is not None:
            out["bands"] = [dataclasses.asdict(band) for band in self.bands or ()]
            out["calibration"] = [{"from": one.low, "to": one.high, "mean_score": one.mean_score, "pairs": one.pairs,
                                   "true_pairs": one.true_pairs} for one in self.calibration or ()]
            out["curve"] = [point._asdict() for point in thinned(self.curve, _MOST_CURVE_POINTS)]
        return out

    def __str__(self) -> str:
        tn = str(self.tn) if self._tn_known() else "unknown"
        lines = [f"Pairs ({self.scope})".ljust(23) + " one person   not one person",
                 f"  linked               {self.tp:11d}  {self.fp:15d}",
                 f"  not linked           {self.fn:11d}  {tn:>15}", ""]
        for name, figure in (("sensitivity", self.sensitivity), ("specificity", self.specificity),
                             ("PPV", self.ppv)):
            shown = (f"{figure.value:.6f}   (95 % interval {figure.low:.6f} to {figure.high:.6f})"
                     if figure else "unknown")
            lines.append(f"  {name:12} {shown}")
        lines.append(f"  {'F1':12} {self.f1:.6f}")
        if self.rules:
            lines += ["", f"  {'rule':28} {'level':8} {'true':>10} {'false':>10}"]
        lines += [f"  {one.rule or '-':28} {one.level or '-':8} {one.tp:10d} {one.fp:10d}" for one in self.rules]
        if self.entities:
            lines += ["", f"  {self.entities} entities imply {self.pairs} pairs"]
        lines += [f"  not counted: {count} {what}" for count, what in (
            (self.pairs_not_in_truth, "pairs with a record that the truth lacks"),
            (self.pairs_out_of_scope, f"pairs that are not {self.scope}"),
            (self.duplicate_rows, "rows that repeat an earlier one"),
            (self.self_pairs, "rows that pair a record with itself")) if count]
        return "\n".join(lines)

    def _tn_known(self) -> bool:
        return self.tn + self.fp + self.tp + self.fn > 0


def evaluate(pairs: Source, truth: Source, *, scope: Optional[str] = None) -> Evaluation:
    """Compares match pairs with the truth.

    `pairs`: a file, what `Client.pairs` or `read_pairs` gives, a table of pandas or Arrow, or rows with the columns
    of MatchPair, of which rule, level and score may be missing. `truth`: the same with site, record and person.
    `scope`: "cross-site", "within-site" or "all"; None: cross-site if the truth has several sites. A pair counts once,
    however often and in whichever direction it appears; pairs with a record that the truth lacks are counted apart.
    """
    records = Records()
    known = Truth(truth, records)
    out = Evaluation(_scope_of(scope, known))
    counts: dict[Rule, list[int]] = {}
    judged = list(_judged(_distinct_pairs(pairs, records, counts, out), known, records, out))
    out.tp = sum(is_true for _, _, is_true in judged)
    out.fp = len(judged) - out.tp
    out.rules = _by_rule(judged, counts)
    if not out.why_no_scores:
        _count_scores(sorted(((score, is_true) for _, score, is_true in judged), reverse=True), out)
    return _against_truth(out, known, records)


def evaluate_entities(entities: Source, truth: Source, *, scope: Optional[str] = None) -> Evaluation:
    """Compares the pairs that an entity map implies with the truth; arguments as for `evaluate`."""
    records = Records()
    known = Truth(truth, records)
    out = Evaluation(_scope_of(scope, known), why_no_scores="an entity map has no scores")
    entity_of: dict[int, str] = {}
    for entity, site, record in read_source(entities, read_entities, ("entity", "site", "record")):
        number = records.number(site, record)
        out.rows += 1
        out.duplicate_rows += number in entity_of
        if entity_of.setdefault(number, entity) != entity:
            raise InvalidArgumentError(f"row {out.rows} puts a record of an earlier row into another entity")
    out.entities = len(set(entity_of.values()))
    members = [(entity, records.site_of[number], known.person_of.get(number))
               for number, entity in entity_of.items()]
    judged = [member for member in members if member[2] is not None]
    out.pairs = pairs_within(((entity, site) for entity, site, _ in members), out.scope)
    all_judged = pairs_within(((entity, site) for entity, site, _ in judged), out.scope)
    out.pairs_not_in_truth = out.pairs - all_judged
    out.tp = pairs_within((((entity, person), site) for entity, site, person in judged), out.scope)
    out.fp = all_judged - out.tp
    return _against_truth(out, known, records)


def _scope_of(scope: Optional[str], truth: Truth) -> str:
    if scope not in (None, *SCOPES):
        raise InvalidArgumentError(f"the scope is one of {', '.join(SCOPES)}")
    return scope or ("cross-site" if truth.sites > 1 else "within-site")


def _distinct_pairs(source: Source, records: Records, counts: dict[Rule, list[int]],
                    out: Evaluation) -> dict[tuple[int, int], tuple[Rule, float]]:
    """Rule and score of each pair's first row. `counts` gets all rules, without true and false pairs yet."""
    found: dict[tuple[int, int], tuple[Rule, float]] = {}
    without_score = 0
    names = ("left_site", "left_record", "right_site", "right_record", "rule", "level", "score")
    for left_site, left, right_site, right, rule, level, score in read_source(
            source, read_pairs, names, optional=3):
        out.rows += 1
        one, other = records.number(left_site, left), records.number(right_site, right)
        if one == other:
            out.self_pairs += 1
            continue
        value = number_of(score)
        name = (rule if isinstance(rule, str) else "", level if isinstance(level, str) else "")
        counts.setdefault(name, [0, 0])
        without_score += not math.isfinite(value)
        key = (one, other) if one < other else (other, one)
        if key in found:
            out.duplicate_rows += 1
        else:
            found[key] = (name, value)
    out.pairs = len(found)
    out.why_no_scores = _why_no_scores(found, without_score, out.rows)
    return found


def _why_no_scores(found: Mapping[Any, tuple[Rule, float]], without_score: int, rows: int) -> str:
    """Empty if the scores say more than the rules' names."""
    if without_score == rows:
        return "the file of pairs has no scores"
    if without_score:
        return f"{without_score} of its rows have no numeric score"
    score_of: dict[Rule, float] = {}
    if all(score_of.setdefault(rule, score) == score for rule, score in found.values()):
        return "all pairs of a rule have the same score: rules decided"
    return ""


def _judged(found: Mapping[tuple[int, int], tuple[Rule, float]], truth: Truth, records: Records,
            out: Evaluation) -> Iterator[tuple[Rule, float, bool]]:
    """Pairs in scope whose two records the truth knows; the others are only counted."""
    for (left, right), (rule, score) in found.items():
        same_site = records.site_of[left] == records.site_of[right]
        if out.scope != "all" and same_site != (out.scope == "within-site"):
            out.pairs_out_of_scope += 1
        elif left not in truth.person_of or right not in truth.person_of:
            out.pairs_not_in_truth += 1
        else:
            yield rule, score, truth.person_of[left] == truth.person_of[right]


def _by_rule(judged: Iterable[tuple[Rule, float, bool]], counts: dict[Rule, list[int]]) -> list[RuleOutcome]:
    for rule, _, is_true in judged:
        counts[rule][not is_true] += 1
    rules = [RuleOutcome(rule, level, tp, fp) for (rule, level), (tp, fp) in counts.items()]
    return sorted(rules, key=lambda one: (-one.tp - one.fp, one.rule, one.level))


def _count_scores(highest_first: list[tuple[float, bool]], out: Evaluation) -> None:
    out.curve = []
    tp = fp = 0
    for score, is_true in highest_first:
        tp, fp = tp + is_true, fp + (not is_true)
        if out.curve and out.curve[-1].threshold == score:
            out.curve.pop()
        out.curve.append(CurvePoint(score, tp, fp))
    out.bands, out.calibration = [], []
    if highest_first and not (highest_first[0][0] <= 1 and highest_first[-1][0] >= 0):
        return  # not probabilities
    bands = {name: [0, 0] for name, _ in BANDS}
    bins = [[0.0, 0, 0] for _ in _BIN_EDGES[1:]]  # sum of scores, pairs, true pairs
    for score, is_true in highest_first:
        bands[next(name for name, lowest in BANDS if score >= lowest)][not is_true] += 1
        one = bins[bisect.bisect_right(_BIN_EDGES, score, hi=len(_BIN_EDGES) - 1) - 1]
        one[0], one[1], one[2] = one[0] + score, one[1] + 1, one[2] + is_true
    out.bands = [BandOutcome(name, tp, fp) for name, (tp, fp) in bands.items()]
    out.calibration = [ScoreBin(low, high, total / count, int(count), int(true_ones))
                       for low, high, (total, count, true_ones) in zip(_BIN_EDGES, _BIN_EDGES[1:], bins) if count]


def thinned(curve: list[CurvePoint], most: int) -> list[CurvePoint]:
    """At most `most` points for drawing, with both ends, evenly spaced by pairs found."""
    if len(curve) <= most:
        return curve
    found = [point.tp + point.fp for point in curve]
    step = (found[-1] - found[0]) / (most - 1)
    wanted, kept = float(found[0]), []
    for point, count in zip(curve, found):
        if count >= wanted:
            kept.append(point)
            wanted += step
    if kept[-1].threshold != curve[-1].threshold:  # rounding may have left it out
        kept[-1] = curve[-1]
    return kept


def _against_truth(out: Evaluation, truth: Truth, records: Records) -> Evaluation:
    """What the truth says about the pairs that were not found."""
    members = [(person, records.site_of[number]) for number, person in truth.person_of.items()]
    out.true_pairs = pairs_within(members, out.scope)
    out.truth_records, out.truth_persons = len(members), truth.persons
    out.fn = out.true_pairs - out.tp
    comparable = pairs_within(((0, site) for _, site in members), out.scope)
    out.tn = comparable - out.true_pairs - out.fp
    return out
