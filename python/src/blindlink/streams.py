"""Streams of rows that continue where a lost connection left them."""

from __future__ import annotations

import time
from typing import Any, Callable, Iterator, Optional, TypeVar

from blindlink.errors import DataLossError, DeadlineExceededError, UnavailableError
from blindlink.retries import Backoff, RetryPolicy

Row = TypeVar("Row")


def resumed(ask: Callable[[int], Iterator[Any]], rows_of: Callable[[Any], list[Row]], what: str,
            total: Optional[int], policy: RetryPolicy, sleep: Callable[[float], None] = time.sleep,
            ) -> Iterator[list[Row]]:
    """The rows of the messages that `ask(first_row)` streams, a list for each message.

    While the resolver cannot be reached, `ask` is called again from the next row on; likewise if a stream reaches its
    deadline after rows have come. `total`: how many rows there are; DataLossError if fewer or more come. None: not
    known.
    """
    backoff = Backoff(policy, sleep)
    row = 0
    while True:
        before = row
        try:
            for message in ask(row):
                rows = rows_of(message)
                row += len(rows)
                _check_promised(what, row, total, len(rows))
                if rows:
                    backoff.progressed()
                    yield rows
            break
        except UnavailableError:
            if row == total:
                return
            if not backoff.wait():
                raise
        except DeadlineExceededError:
            if row == before:
                raise
    if total is not None and row != total:
        raise DataLossError(f"{what} has {total} rows, the resolver sent {row}")


def _check_promised(what: str, row: int, total: Optional[int], rows: int) -> None:
    if total is not None and row > total:
        raise DataLossError(f"{what} has {total} rows, and the resolver sends more of them")
    if rows == 0 and row > 0:
        raise DataLossError("the resolver sends messages without a row")
