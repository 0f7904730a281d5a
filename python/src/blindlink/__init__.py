"""Blindlink for researchers: fetch results of a resolver, read result files, judge them.

    with blindlink.Client("center.example.org:7443", cert="study.pem", key="study.key", ca="ca.pem",
                          project="asthma") as client:
        table = client.pairs().to_pandas()

Its README.md has worked examples and limits.
"""

from blindlink.access import Decision, Grant
from blindlink.client import Client
from blindlink.errors import (
    AbortedError, AlreadyExistsError, BlindlinkError, BusyError, CancelledError, DamagedFileError, DataLossError,
    DeadlineExceededError, FailedPreconditionError, FileError, InternalError, InvalidArgumentError, NotFoundError,
    OutOfRangeError, PermissionDeniedError, ResourceExhaustedError, UnauthenticatedError, UnavailableError,
    UnimplementedError, UnknownError)
from blindlink.evaluation import Evaluation, Proportion, evaluate, evaluate_entities, wilson
from blindlink.files import (
    read_entities, read_entity_changes, read_overlap, read_pairs, read_timeline, read_timeline_persons)
from blindlink.info import EntitySizes, ExpectedQuality, ResultInfo, Rules
from blindlink.plots import plot_calibration, plot_precision_recall, plot_scores
from blindlink.retries import RetryPolicy
from blindlink.rows import EntityChange, EntityMember, MatchPair, OverlapCell, Rows, TimelineEvent
from blindlink.warnings import (
    DamagedResultWarning, NoteWarning, QualityWarning, ResultWarning, RulesChangedWarning, UnverifiedFileWarning)

__version__ = "0.1.0"

__all__ = [
    "AbortedError", "AlreadyExistsError", "BlindlinkError", "BusyError", "CancelledError", "Client",
    "DamagedFileError", "DamagedResultWarning", "DataLossError", "DeadlineExceededError", "Decision", "EntityChange",
    "EntityMember", "EntitySizes", "Evaluation", "ExpectedQuality", "FailedPreconditionError", "FileError", "Grant",
    "InternalError", "InvalidArgumentError", "MatchPair", "NotFoundError", "NoteWarning", "OutOfRangeError",
    "OverlapCell", "PermissionDeniedError", "Proportion", "QualityWarning", "ResourceExhaustedError", "ResultInfo",
    "ResultWarning", "RetryPolicy", "Rows", "Rules", "RulesChangedWarning", "TimelineEvent", "UnauthenticatedError",
    "UnavailableError", "UnimplementedError", "UnknownError", "UnverifiedFileWarning", "evaluate",
    "evaluate_entities", "plot_calibration", "plot_precision_recall", "plot_scores", "read_entities",
    "read_entity_changes", "read_overlap", "read_pairs", "read_timeline", "read_timeline_persons", "wilson",
]
