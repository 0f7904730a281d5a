"""The files of a resolver's token index, read without any key, as somebody would who has stolen them.

Reads RocksDB through its C interface, and pages of postings by docs/formats/index_keys.md. Standard library only.
"""
import collections
import ctypes
import ctypes.util

# `codes`: the bytes at the place of the evidence, as they lie there; enciphered since version 2 of the page.
Posting = collections.namedtuple("Posting", "dataset token match_key record form codes")
_FAMILIES = (b"default", b"postings", b"records", b"datasets")
_NOBODY = 0xffffffff  # the record of a token that too many share


class _Bits:
    """Reads bits, the highest of a byte first."""

    def __init__(self, data):
        self._text, self._at = f"{int.from_bytes(data, 'big'):0{8 * len(data)}b}", 0

    def read(self, bits):
        self._at += bits
        return int(self._text[self._at - bits:self._at] or "0", 2)

    def read_unary(self):
        begin, self._at = self._at, self._text.index("1", self._at) + 1
        return self._at - 1 - begin


def _library():
    path = ctypes.util.find_library("rocksdb")
    if path is None:
        raise OSError("librocksdb is missing: install librocksdb-dev (deploy/install-deps.sh)")
    rocks = ctypes.CDLL(path)
    for name in ("options_create", "readoptions_create", "open_for_read_only_column_families", "create_iterator_cf", "iter_key",
                 "iter_value"):
        getattr(rocks, "rocksdb_" + name).restype = ctypes.c_void_p
    rocks.rocksdb_iter_valid.restype = ctypes.c_ubyte
    return rocks


def read_rows(folder):
    """Column family -> its keys and values, in order. The folder is only read; nobody may have it open for writing."""
    rocks, count = _library(), len(_FAMILIES)
    options, error = ctypes.c_void_p(rocks.rocksdb_options_create()), ctypes.c_char_p()
    handles = (ctypes.c_void_p * count)()
    database = ctypes.c_void_p(rocks.rocksdb_open_for_read_only_column_families(
        options, str(folder).encode(), count, (ctypes.c_char_p * count)(*_FAMILIES), (ctypes.c_void_p * count)(*[options] * count),
        handles, ctypes.c_ubyte(0), ctypes.byref(error)))
    if error.value is not None:
        raise OSError(f"no token index in {folder}: {error.value.decode()}")
    reading = ctypes.c_void_p(rocks.rocksdb_readoptions_create())
    rows = {name.decode(): list(_rows(rocks, database, reading, ctypes.c_void_p(handle)))
            for name, handle in zip(_FAMILIES, handles)}
    for handle in handles:
        rocks.rocksdb_column_family_handle_destroy(ctypes.c_void_p(handle))
    rocks.rocksdb_close(database)
    return rows


def _rows(rocks, database, reading, family):
    at, size = ctypes.c_void_p(rocks.rocksdb_create_iterator_cf(database, reading, family)), ctypes.c_size_t()
    rocks.rocksdb_iter_seek_to_first(at)
    while rocks.rocksdb_iter_valid(at):
        key = ctypes.string_at(rocks.rocksdb_iter_key(at, ctypes.byref(size)), size.value)
        yield key, ctypes.string_at(rocks.rocksdb_iter_value(at, ctypes.byref(size)), size.value)
        rocks.rocksdb_iter_next(at)
    rocks.rocksdb_iter_destroy(at)


def _postings_of(key, page):
    dataset, count, low_bits, record_bits = int.from_bytes(key[:4], "big"), int.from_bytes(page[1:3], "big"), page[3], page[4]
    kinds = [tuple(page[20 + 3 * i:23 + 3 * i]) for i in range(page[5] + 1)]
    token, begin = int.from_bytes(page[6:16], "big"), 20 + 3 * len(kinds)
    codes_at = begin + int.from_bytes(page[16:20], "big")
    bits, kind_bits, kind = _Bits(page[begin:codes_at]), (len(kinds) - 1).bit_length(), None
    for _ in range(count):
        if bits.read(1) == 0:
            zeros = bits.read_unary()
            token += zeros << low_bits | bits.read(low_bits)
            kind = kinds[bits.read(kind_bits)]
        match_key, code_bytes, form_bits = kind
        record, form = bits.read(record_bits), bits.read(form_bits)
        yield Posting(dataset, token.to_bytes(10, "big"), match_key, record, form, page[codes_at:codes_at + code_bytes])
        codes_at += code_bytes


class StolenIndex:
    """What the files say: `postings` of records, `pseudonyms` by dataset and record, `versions` of the pages."""

    def __init__(self, folder):
        rows = read_rows(folder)
        self.versions = {page[0] for _, page in rows["postings"]}
        self.postings = [posting for key, page in rows["postings"] for posting in _postings_of(key, page)
                         if posting.record != _NOBODY and posting.match_key != 0]
        self.pseudonyms = collections.defaultdict(list)
        for key, row in rows["records"]:
            self.pseudonyms[int.from_bytes(key[:4], "big")] += [row[i:i + 16] for i in range(0, len(row), 16)]
