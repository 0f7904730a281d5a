"""How long to wait before the next attempt, and when to give up."""

from __future__ import annotations

import dataclasses
import random
import time
from typing import Callable, TypeVar

from blindlink.errors import BusyError, UnavailableError

T = TypeVar("T")


@dataclasses.dataclass(frozen=True)
class RetryPolicy:
    """Exponential back-off, as in blindlink-researcher. The last half of each wait is random.

    Times in seconds. `max_waits`: waits in a row without progress once something has come;
    `max_waits_before_progress`: before that, since a wrong address or a refused certificate does not fix itself.
    """

    first: float = 0.5
    longest: float = 30.0
    max_waits: int = 9
    max_waits_before_progress: int = 3


# For calls that are not repeated, unless the resolver was too busy to take them.
BUSY = RetryPolicy(first=0.2, longest=5.0, max_waits=6, max_waits_before_progress=6)


class Backoff:
    """The waits of one call under a policy. Not thread-safe."""

    def __init__(self, policy: RetryPolicy, sleep: Callable[[float], None] = time.sleep) -> None:
        self._policy = policy
        self._sleep = sleep
        self._progressed = False
        self._waits = 0

    def wait(self) -> bool:
        """Waits, each time twice as long. False, at once, when the waits are used up."""
        policy = self._policy
        if self._waits >= (policy.max_waits if self._progressed else policy.max_waits_before_progress):
            return False
        whole = min(policy.first * 2 ** min(self._waits, 20), policy.longest)
        self._waits += 1
        self._sleep(random.uniform(whole / 2, whole))
        return True

    def progressed(self) -> None:
        """Something has been achieved: the waits start anew."""
        self._progressed = True
        self._waits = 0


def repeated(call: Callable[[], T], policy: RetryPolicy) -> T:
    """`call`, again while the resolver cannot be reached. For calls that change nothing."""
    backoff = Backoff(policy)
    while True:
        try:
            return call()
        except UnavailableError:
            if not backoff.wait():
                raise


def repeated_if_busy(call: Callable[[], T]) -> T:
    """`call`, again only if the resolver was too busy to begin it."""
    backoff = Backoff(BUSY)
    while True:
        try:
            return call()
        except BusyError:
            if not backoff.wait():
                raise
