#!/usr/bin/env python3
"""Whoever has the token key AND tokens: tokens of guessed people are made with the key and looked up.

    tests/attacks/dictionary.py --tokens site.bltok --guesses guesses.bltok --key ID

Prints the share of the site's records that have a token of the match key ID which a guess has too. The guesses are a
token file made under the same project and key from a file of invented people: every surname of a list with every
birthday, say. The token key alone gives nothing: there are no tokens to look up.
"""
import argparse


def sections(path):
    with open(path, "rb") as file:
        file.seek(12)
        while True:
            head = file.read(5)
            if len(head) < 5:
                return
            size = int.from_bytes(head[1:], "big")
            yield head[:1], file.read(size)
            file.read(4)


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        shift, at = shift + 7, at + 1
        if data[at - 1] < 128:
            return value, at


def fields(data):
    """The fields of a protobuf message: number and value."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        kind = tag & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            size = 4 if kind == 5 else 8
            value, at = data[at:at + size], at + size
        yield tag >> 3, value


def tokens(path, key):
    """(record, token) of a match key; and the number of records so far."""
    first = 0
    for kind, content in sections(path):
        if kind != b"B":
            continue
        block = list(fields(content))
        for number, column in block:
            if number != 4:
                continue
            parts = dict(fields(column))
            if parts.get(1) != key:
                continue
            at = index = 0
            while at < len(parts[3]):
                record, at = varint(parts[3], at)
                yield first + record, parts[2][16 * index:16 * index + 16]
                index += 1
        first += sum(len(value) for number, value in block if number == 3) // 16
    yield first, None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", required=True)
    parser.add_argument("--guesses", required=True)
    parser.add_argument("--key", type=int, required=True)
    args = parser.parse_args()
    guessed = {token for _, token in tokens(args.guesses, args.key)} - {None}
    found, records = set(), 0
    for record, token in tokens(args.tokens, args.key):
        if token is None:
            records = record
        elif token in guessed:
            found.add(record)
    print(f"{len(found)} of {records} records found by guessing: {len(found) / max(1, records):.4f}")


if __name__ == "__main__":
    main()
