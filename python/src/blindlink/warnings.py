"""What a result says against itself, as warnings of Python."""

from __future__ import annotations

import sys
import warnings

class ResultWarning(UserWarning):
    """Whoever uses the result should know this first."""


class NoteWarning(ResultWarning):
    """A note of the resolver about the result, as that records were withdrawn."""


class QualityWarning(ResultWarning):
    """Why the score's estimates may not hold."""


class RulesChangedWarning(ResultWarning):
    """Plan or release rules are not those of the result that was fetched before."""


class DamagedResultWarning(ResultWarning):
    """A run that cannot be fetched."""


class UnverifiedFileWarning(ResultWarning):
    """A file without a manifest, or one that another run has followed: nothing says that it is whole."""


def warn(category: type[ResultWarning], text: str) -> None:
    """Warns at the line outside this package that called it."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").split(".")[0] == "blindlink":
        level, frame = level + 1, frame.f_back
    warnings.warn(text, category, stacklevel=level)
