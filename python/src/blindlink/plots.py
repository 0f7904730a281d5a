"""Figures. They need blindlink[plot] and return the axes of matplotlib that they drew on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Optional

from blindlink.errors import InvalidArgumentError
from blindlink.evaluation import Evaluation
from blindlink.rows import MatchPair, Rows
from blindlink.tables import needed

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_scores(pairs: Iterable[MatchPair], *, threshold: Optional[float] = None, bins: int = 50,
                ax: Optional[Axes] = None) -> Axes:
    """How many pairs have which score, with the run's threshold (or `threshold`). Counts are on a log scale."""
    info = pairs.info if isinstance(pairs, Rows) else None
    if threshold is None and info is not None and info.expected is not None:
        threshold = info.expected.min_score
    ax = _axes(ax)
    ax.hist([pair.score for pair in pairs], bins=bins, range=(0, 1), log=True)
    if threshold is not None:
        ax.axvline(threshold, color="black", linestyle="--", label=f"threshold {threshold:.3f}")
        ax.legend()
    ax.set(xlabel="score", ylabel="match pairs")
    return ax


def plot_calibration(evaluation: Evaluation, *, ax: Optional[Axes] = None) -> Axes:
    """The share of true pairs against the mean score of each bin, with 95 % intervals; on the diagonal, both agree."""
    bins = _of(evaluation, evaluation.calibration)
    ax = _axes(ax)
    shares = [one.true_share for one in bins]
    ax.plot([0, 1], [0, 1], color="grey", linestyle=":")
    ax.errorbar([one.mean_score for one in bins], [share.value for share in shares],
                yerr=[[max(share.value - share.low, 0) for share in shares],
                      [max(share.high - share.value, 0) for share in shares]], fmt="o", capsize=3)
    ax.set(xlabel="mean score", ylabel="share of true pairs", xlim=(0, 1.02), ylim=(0, 1.02))
    return ax


def plot_precision_recall(evaluation: Evaluation, *, ax: Optional[Axes] = None) -> Axes:
    """PPV against sensitivity as the threshold falls to that of the file; what it left out cannot be drawn."""
    curve = _of(evaluation, evaluation.curve)
    if evaluation.true_pairs == 0:
        raise InvalidArgumentError("the truth has no pairs in scope")
    ax = _axes(ax)
    ax.plot([point.tp / evaluation.true_pairs for point in curve],
            [point.tp / (point.tp + point.fp) for point in curve])
    ax.set(xlabel="sensitivity", ylabel="PPV", xlim=(0, 1.02), ylim=(0, 1.02))
    return ax


def _of(evaluation: Evaluation, values: Optional[list[Any]]) -> list[Any]:
    if not values:
        raise InvalidArgumentError(f"there are no scores to draw: {evaluation.why_no_scores or 'no pair is judged'}")
    return values


def _axes(ax: Optional[Axes]) -> Any:
    return ax if ax is not None else needed("matplotlib.pyplot", "plot").subplots()[1]
