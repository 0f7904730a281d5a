"""The connection to the resolver: mutual TLS, and its calls by the descriptors of proto/."""

from __future__ import annotations

import functools
import importlib.resources
import os
import pathlib
import re
import ssl
import stat
from typing import Any, Iterator, Union

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from blindlink.errors import FailedPreconditionError, FileError, InvalidArgumentError, error_of

PathLike = Union[str, "os.PathLike[str]"]

# Those of the researcher's program (common/rpc/client.cc).
_OPTIONS = (
    ("grpc.max_receive_message_length", 16 << 20),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.min_reconnect_backoff_ms", 10_000),
    ("grpc.max_reconnect_backoff_ms", 5_000),
    ("grpc.dns_min_time_between_resolutions_ms", 1_000),
    ("grpc.enable_retries", 0),
    # gRPC inflates a message whole before it looks at its size: none is taken compressed.
    ("grpc.compression_enabled_algorithms_bitset", 1),
    ("grpc.per_message_decompression", 0),
)


@functools.cache
def _pool() -> Any:
    """The descriptors of the package, apart from those that others may have loaded into this process."""
    data = importlib.resources.files("blindlink").joinpath("messages.binpb").read_bytes()
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(data).file:
        pool.Add(file) if hasattr(pool, "Add") else pool.AddSerializedFile(file.SerializeToString())
    return pool


@functools.cache
def message(name: str) -> Any:
    """The class of a message of proto/blindlink/v1."""
    return message_factory.GetMessageClass(_pool().FindMessageTypeByName(f"blindlink.v1.{name}"))


def enum_name(enum: str, number: int) -> str:
    """The name of an enum's value; empty if a later release has added it."""
    value = _pool().FindEnumTypeByName(f"blindlink.v1.{enum}").values_by_number.get(number)
    return value.name if value is not None else ""


def enum_number(enum: str, name: str) -> int:
    return int(_pool().FindEnumTypeByName(f"blindlink.v1.{enum}").values_by_name[name].number)


@functools.cache
def _method(call: str) -> Any:
    service, method = call.split(".")
    return _pool().FindServiceByName(f"blindlink.v1.{service}").methods_by_name[method]


def _read(path: PathLike, what: str) -> bytes:
    try:
        return pathlib.Path(path).read_bytes()
    except OSError as error:
        raise FileError(f"cannot read {what} {os.fspath(path)}: {error.strerror}") from None


def _check_private(path: PathLike) -> None:
    mode = os.stat(path).st_mode
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise FailedPreconditionError(
            f"{os.fspath(path)} can be read by others: run  chmod 600 {os.fspath(path)}  and consider whether "
            "anybody has read it")


def _check_key_fits(cert: PathLike, key: PathLike, ca: PathLike) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cafile=os.fspath(ca))
    except ssl.SSLError:
        raise FileError(f"{os.fspath(ca)} holds no certificate (PEM)") from None
    try:
        context.load_cert_chain(os.fspath(cert), os.fspath(key), password="")
    except ssl.SSLError:
        raise FileError(f"{os.fspath(cert)} and {os.fspath(key)} are not a certificate and its key (PEM)") from None


class Channel:
    """Calls of one resolver. Thread-safe. Errors are those of `blindlink.errors`; nothing is repeated here."""

    def __init__(self, resolver: str, cert: PathLike, key: PathLike, ca: PathLike, resolver_name: str) -> None:
        if not re.fullmatch(r".+:\d{1,5}", resolver):
            raise InvalidArgumentError("the resolver must be HOST:PORT, for instance center.example.org:7443")
        roots, chain, secret = _read(ca, "the CA"), _read(cert, "the certificate"), _read(key, "the key")
        _check_private(key)
        _check_key_fits(cert, key, ca)
        options = [*_OPTIONS, ("grpc.ssl_target_name_override", resolver_name)]
        if re.match(r"127\.|localhost:|\[::1\]", resolver):
            options.append(("grpc.enable_http_proxy", 0))
        self._channel = grpc.secure_channel(resolver, grpc.ssl_channel_credentials(roots, secret, chain), options)

    def close(self) -> None:
        self._channel.close()

    def unary(self, call: str, timeout: float, **fields: Any) -> Any:
        """The answer to `call` ("Result.ListResults"), asked with `fields`."""
        request, method = self._prepared(call, self._channel.unary_unary, fields)
        try:
            return method(request, timeout=timeout)
        except grpc.RpcError as error:
            raise error_of(error) from None

    def stream(self, call: str, timeout: float, **fields: Any) -> Iterator[Any]:
        """The messages that answer `call`; closing the iterator cancels it."""
        request, method = self._prepared(call, self._channel.unary_stream, fields)
        answer = method(request, timeout=timeout)
        try:
            yield from answer
        except grpc.RpcError as error:
            raise error_of(error) from None
        finally:
            answer.cancel()

    @staticmethod
    def _prepared(call: str, kind: Any, fields: dict[str, Any]) -> tuple[Any, Any]:
        method = _method(call)
        ask = message_factory.GetMessageClass(method.input_type)
        reply = message_factory.GetMessageClass(method.output_type)
        path = f"/{method.containing_service.full_name}/{method.name}"
        return ask(**fields), kind(path, request_serializer=ask.SerializeToString,
                                   response_deserializer=reply.FromString)
