"""What can go wrong: a class for each status of the resolver, and for files. Messages name no person's value."""

from __future__ import annotations

from typing import Any

import grpc


class BlindlinkError(Exception):
    """Any error of this package. `code` is the name of the gRPC status, empty if a file is the cause."""

    code = ""


class CancelledError(BlindlinkError):
    """The call was cancelled, as by closing the client."""

    code = "CANCELLED"


class UnknownError(BlindlinkError):
    """Any status that has no class of its own."""

    code = "UNKNOWN"


class InvalidArgumentError(BlindlinkError):
    """The request, or an argument, is wrong."""

    code = "INVALID_ARGUMENT"


class DeadlineExceededError(BlindlinkError):
    """The resolver did not answer in time."""

    code = "DEADLINE_EXCEEDED"


class NotFoundError(BlindlinkError):
    """There is no such project, run or grant."""

    code = "NOT_FOUND"


class AlreadyExistsError(BlindlinkError):
    """It is there already."""

    code = "ALREADY_EXISTS"


class PermissionDeniedError(BlindlinkError):
    """This certificate, or its grants, do not give that."""

    code = "PERMISSION_DENIED"


class ResourceExhaustedError(BlindlinkError):
    """A limit of the resolver is reached."""

    code = "RESOURCE_EXHAUSTED"


class FailedPreconditionError(BlindlinkError):
    """Not in this state: no run has finished, or records of it were withdrawn."""

    code = "FAILED_PRECONDITION"


class AbortedError(BlindlinkError):
    """Somebody else changed the same thing meanwhile."""

    code = "ABORTED"


class OutOfRangeError(BlindlinkError):
    """A row past the end was asked for."""

    code = "OUT_OF_RANGE"


class UnimplementedError(BlindlinkError):
    """The resolver is of an earlier release."""

    code = "UNIMPLEMENTED"


class InternalError(BlindlinkError):
    """The resolver failed; its operator's log says why."""

    code = "INTERNAL"


class UnavailableError(BlindlinkError):
    """Nobody answers, or the connection was lost, after all attempts. The same call may succeed later."""

    code = "UNAVAILABLE"


class BusyError(UnavailableError):
    """The resolver has too much to do. It did nothing."""


class DataLossError(BlindlinkError):
    """The run's result is damaged, or fewer or more rows came than the run has."""

    code = "DATA_LOSS"


class UnauthenticatedError(BlindlinkError):
    """There was no certificate."""

    code = "UNAUTHENTICATED"


class FileError(BlindlinkError, ValueError):
    """A file is not what it should be. The message names file, row and column."""


class DamagedFileError(FileError):
    """A file is not the one that its manifest describes."""


_BY_CODE: dict[str, type[BlindlinkError]] = {
    kind.code: kind for kind in BlindlinkError.__subclasses__() if kind.code}

# Words of gRPC, and what they mean. In TLS 1.3 the client's handshake ends before the server has checked the
# client's certificate, so a refusal looks like a closed connection.
_CAUSES = (
    (("Connection refused", "No route to host", "Network is unreachable"),
     "nothing answers at that address: check it, and that the resolver is running"),
    (("DNS resolution failed", "address lookup failed"), "the resolver's host name cannot be found"),
    (("CERTIFICATE_VERIFY_FAILED", "certificate verify failed"),
     "the resolver's certificate was not accepted: it has expired, or was not issued by the CA in `ca`"),
    (("Hostname Verification Check failed", "is not in peer certificate"),
     "the resolver's certificate is for another name: check `resolver_name`"),
    (("Ssl handshake failed", "Tls handshake failed", "SSL_ERROR"),
     "the TLS handshake failed: only TLS 1.3 with a certificate of the resolver's client CA is accepted"),
)
_CLOSED = ("the connection was closed: the resolver stopped, or it refused this certificate (expired, not issued by "
           "the resolver's client CA, or not in its list of clients); the resolver's operator can tell which")


def error_of(error: Any) -> BlindlinkError:
    """The error of this package for a grpc.RpcError."""
    code, message = error.code(), error.details() or ""
    details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin", b"")
    if code is grpc.StatusCode.RESOURCE_EXHAUSTED and (
            details == b"blindlink/busy" or "Server Threadpool Exhausted" in message):
        return BusyError(f"the resolver is busy, try again later: {message}")
    if code is grpc.StatusCode.UNAVAILABLE and details != b"blindlink/worded":
        cause = next((words for signs, words in _CAUSES if any(sign in message for sign in signs)), _CLOSED)
        return UnavailableError(f"cannot reach the resolver: {cause} [{message}]")
    return _BY_CODE.get(code.name, UnknownError)(message)
