"""The files that blindlink-researcher writes: checked against their manifests, read a chunk at a time."""

from __future__ import annotations

import codecs
import collections
import csv
import hashlib
import json
import math
import os
import pathlib
from typing import IO, Any, Callable, Iterable, Iterator, Optional, Sequence, Union

import zstandard

from blindlink.errors import DamagedFileError, FileError
from blindlink.info import ResultInfo, info_of_manifest
from blindlink.rows import EntityChange, EntityMember, MatchPair, OverlapCell, Rows, TimelineEvent
from blindlink.warnings import UnverifiedFileWarning, warn

PathLike = Union[str, "os.PathLike[str]"]

_ROWS_PER_CHUNK = 8192
_BLOCK = 1 << 20
_MOST_CHARACTERS_PER_LINE = 16 << 20
# Small, since what comes of a block of zstd may be much larger.
_ZSTD_BLOCK = 8192


def read_pairs(path: PathLike, *, manifest: Optional[PathLike] = None, verify: bool = True) -> Rows[MatchPair]:
    """The pairs of a file of `blindlink-researcher pairs`, or another file with its first four columns.

    The file is compared with `manifest` (FILE.manifest.json beside it) before its first row, each time it is read:
    DamagedFileError if it is another one. Without a manifest there is a warning, unless `verify` is False. A name
    that ends in .zst is decompressed. What the manifest says against the result is given as warnings. FileError:
    cannot be read, or a row is wrong.
    """
    optional = ("level", "rule", "match_keys", "score")
    return _rows_of(path, "match-pairs", MatchPair, manifest, verify, optional, {"score": number_of})


def read_entities(path: PathLike, *, manifest: Optional[PathLike] = None, verify: bool = True) -> Rows[EntityMember]:
    """The entity map of a file of `blindlink-researcher entities`; as read_pairs."""
    return _rows_of(path, "entity-map", EntityMember, manifest, verify)


def read_overlap(path: PathLike, *, manifest: Optional[PathLike] = None, verify: bool = True) -> Rows[OverlapCell]:
    """The cells of a file of `blindlink-researcher overlap`; as read_pairs."""
    source = _Source(path, "overlap", manifest, verify)
    names = ("left_site", "right_site", "entities", "suppressed")

    def chunks() -> Iterator[list[OverlapCell]]:
        for chunk in source.chunks(names, (), {}):
            yield [OverlapCell(left, right, int(shown) if shown.isdigit() else None, suppressed == "true", shown)
                   for left, right, shown, suppressed in chunk]
    return Rows(OverlapCell, chunks, source.info, source.total, source.path)


def read_entity_changes(path: PathLike) -> Rows[EntityChange]:
    """A file of `blindlink-researcher entities --changes-since`. It has no manifest."""
    return _rows_of(path, "", EntityChange, None, False, (),
                    {"records": lambda text: int(text) if text else None})


def read_timeline(path: PathLike, *, manifest: Optional[PathLike] = None,
                  verify: bool = True) -> Rows[TimelineEvent]:
    """The events of a file of `blindlink-researcher timeline`; as read_pairs."""
    return _rows_of(path, "timeline", TimelineEvent, manifest, verify)


def read_timeline_persons(path: PathLike, *, manifest: Optional[PathLike] = None,
                          verify: bool = True) -> Rows[Any]:
    """The persons' file of `blindlink-researcher timeline`; all columns are text, the quasi-identifiers too."""
    source = _Source(path, "timeline-persons", manifest, verify)
    names = source.header()
    row_type = _text_row("TimelinePerson", names)
    return Rows(row_type, lambda: _as_rows(row_type, source.chunks(names, (), {})), source.info, source.total,
                source.path)


def _text_row(name: str, columns: Iterable[str]) -> Any:
    """A type of rows; columns whose names Python does not take are named by their position."""
    row_type: Any = collections.namedtuple(name, columns, rename=True)  # type: ignore[misc]
    row_type.__annotations__ = dict.fromkeys(row_type._fields, str)
    return row_type


def csv_rows(path: PathLike, names: Sequence[str]) -> Iterator[list[Any]]:
    """The columns `names` of any CSV file, which has no manifest."""
    for chunk in _Source(path, "", None, False).chunks(names, (), {}):
        yield from chunk


def has_manifest(path: PathLike) -> bool:
    return os.path.exists(f"{os.fspath(path)}.manifest.json")


def number_of(value: Any) -> float:
    """A score; not-a-number if `value` is none."""
    if type(value) is float:
        return value
    try:
        return float(value) if "_" not in str(value) else math.nan
    except (TypeError, ValueError):
        return math.nan


def _as_rows(row_type: Any, chunks: Iterable[list[Any]]) -> Iterator[list[Any]]:
    for chunk in chunks:
        yield [row_type(*row) for row in chunk]


def _rows_of(path: PathLike, kind: str, row_type: type[Any], manifest: Optional[PathLike], verify: bool,
             optional: tuple[str, ...] = (), parsers: Optional[dict[str, Callable[[str], Any]]] = None) -> Rows[Any]:
    source = _Source(path, kind, manifest, verify)
    return Rows(row_type, lambda: _as_rows(row_type, source.chunks(row_type._fields, optional, parsers or {})),
                source.info, source.total, source.path)


class _Source:
    """A CSV file and its manifest, if it has one."""

    def __init__(self, path: PathLike, kind: str, manifest: Optional[PathLike], verify: bool) -> None:
        self.path = os.fspath(path)
        self._manifest = _manifest_of(self.path, kind, manifest, verify)
        self.info: Optional[ResultInfo] = None
        self.total: Optional[int] = None
        with self._opened():
            pass  # compared before anybody uses it
        if self._manifest is not None:
            self.total = self._manifest["rows"]
            self.info = _info_of(self._manifest, self.path)
            self.info.warn()
        elif verify:
            warn(UnverifiedFileWarning, f"{self.path} has no manifest: nothing says that it is whole, or of which run")

    def header(self) -> list[str]:
        with self._opened() as file:
            return next(self._rows(file))

    def chunks(self, names: Iterable[str], optional: tuple[str, ...],
               parsers: dict[str, Callable[[str], Any]]) -> Iterator[list[list[Any]]]:
        """Rows with the fields `names`; one of `optional` may be missing, and is then an empty text."""
        with self._opened() as file:
            rows = self._rows(file)
            header = next(rows)
            at = [self._column(header, name, optional) for name in names]
            parse = [parsers.get(name, str) for name in names]
            chunk: list[list[Any]] = []
            for row in rows:
                row.append("")  # of columns that are missing
                chunk.append([one(row[column]) for one, column in zip(parse, at)])
                if len(chunk) == _ROWS_PER_CHUNK:
                    yield chunk
                    chunk = []
            if chunk:
                yield chunk

    def _column(self, header: list[str], name: str, optional: tuple[str, ...]) -> int:
        if name in header:
            return header.index(name)
        if name in optional:
            return -1
        raise FileError(f"{self.path} has no column '{name}'")

    def _opened(self) -> IO[bytes]:
        """The file at its beginning, after a comparison with its manifest."""
        try:
            file = open(self.path, "rb")
        except OSError as error:
            raise FileError(f"cannot read {self.path}: {error.strerror}") from None
        try:
            if self._manifest is not None:
                self._compare(file, self._manifest)
        except BaseException:
            file.close()
            raise
        return file

    def _compare(self, file: IO[bytes], manifest: dict[str, Any]) -> None:
        digest, size = hashlib.sha256(), 0
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
        file.seek(0)
        if (size, digest.hexdigest()) != (manifest.get("bytes"), manifest.get("sha256")):
            raise DamagedFileError(f"{self.path} is not the file that its manifest describes (bytes or SHA-256 "
                                   "differ): it was changed or is damaged; fetch it again")

    def _rows(self, file: IO[bytes]) -> Iterator[list[str]]:
        """The header, then the rows, each as long as the header."""
        blocks = self._decompressed(file) if self.path.endswith(".zst") else iter(lambda: file.read(_BLOCK), b"")
        reader = csv.reader(_lines_of(blocks), strict=True)
        number, width = -1, 0
        try:
            for row in reader:
                if not row:
                    continue
                number, width = number + 1, width or len(row)
                if len(row) != width:
                    raise FileError(f"{self.path}, row {number} has {len(row)} fields, the header has {width}")
                yield row
        except csv.Error as error:
            raise FileError(f"{self.path}, row {number + 1} is not CSV: {error}") from None
        except UnicodeDecodeError:
            raise FileError(f"{self.path}, row {number + 1} or soon after it is not UTF-8") from None
        except zstandard.ZstdError:
            raise DamagedFileError(f"{self.path} is not, or is no more, a file of zstd") from None
        if number < 0:
            raise FileError(f"{self.path} is empty: a header is needed")

    def _decompressed(self, file: IO[bytes]) -> Iterator[bytes]:
        """Frame by frame; a file that ends within a frame is an error."""
        context = zstandard.ZstdDecompressor()
        frame, begun = context.decompressobj(), False
        while block := file.read(_ZSTD_BLOCK):
            while block:
                begun = True
                yield frame.decompress(block)
                block = b""
                if frame.eof:
                    block, begun = frame.unused_data, False
                    frame = context.decompressobj()
        if begun:
            raise DamagedFileError(f"{self.path} ends too early: fetch it again")


def _lines_of(blocks: Iterable[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    rest = ""
    for block in blocks:
        lines = (rest + decoder.decode(block)).split("\n")
        rest = lines.pop()
        for line in lines:
            yield line + "\n"
        if len(rest) > _MOST_CHARACTERS_PER_LINE:
            raise csv.Error("it is longer than 16 MiB")
    rest += decoder.decode(b"", final=True)
    if rest:
        yield rest


def _manifest_of(path: str, kind: str, manifest: Optional[PathLike], verify: bool) -> Optional[dict[str, Any]]:
    """The manifest's values; None if there is none, or the caller wants none."""
    place = pathlib.Path(manifest if manifest is not None else path + ".manifest.json")
    if not kind or not verify or (manifest is None and not place.exists()):
        return None
    try:
        values = json.loads(place.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileError(f"cannot read {place}: {error.strerror}") from None
    except ValueError:
        values = None
    if not isinstance(values, dict) or "kind" not in values or not isinstance(values.get("rows"), int):
        raise FileError(f"{place} is not the manifest of a result file")
    if values.get("format_version") != 1:
        raise FileError(f"{place} is of a later release: use its package")
    if values["kind"] != kind:
        raise FileError(f"{path} is of the kind {values['kind']}, not {kind}")
    return values


def _info_of(manifest: dict[str, Any], path: str) -> ResultInfo:
    try:
        return info_of_manifest(manifest)
    except (AttributeError, KeyError, TypeError) as error:
        raise FileError(f"the manifest of {path} is not in its format (docs/formats/result_files.md)") from error
