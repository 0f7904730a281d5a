"""Looks for identifiers, and for unkeyed hashes of them, in files.

scan_for_identifiers.py CANARIES FILE_OR_FOLDER...

CANARIES has one record a line, values separated by tabs. Each value is looked for as it is, in upper
and lower case, without white space and without punctuation, in UTF-8 and UTF-16, in Base64 and
hexadecimal, and as the first eight bytes of its MD5, SHA-1, SHA-256 and SHA-512 digest, binary and
hexadecimal; of the digests also those of the record's values strung together. Prints every finding as
"FILE: what"; ends with 1 if there is one.
"""

import base64
import hashlib
import itertools
import os
import re
import sys

SHORTEST = 5  # bytes; shorter values would be found by chance
HASHES = ("md5", "sha1", "sha256", "sha512")


def forms_of(value):
    forms = {value, value.upper(), value.lower(), value.title()}
    forms |= {re.sub(r"\s+", "", form) for form in forms}
    forms |= {re.sub(r"[^0-9A-Za-z]+", "", form) for form in forms}
    forms |= {re.sub(r"[^0-9A-Za-z]+", " ", form).strip() for form in forms}
    return forms


def strung_together(values):
    """Twos and threes of a record's values, and all, as somebody would hash them."""
    for count in (2, 3, len(values)):
        for chosen in itertools.combinations(values, count):
            for separator in ("", " ", "|", ",", ";", "\0", "\t"):
                yield separator.join(chosen)
                yield separator.join(chosen).upper()


def needles_of(record):
    plain = set()
    for value in record:
        plain |= forms_of(value)
    needles = {}
    for form in plain:
        raw = form.encode()
        if len(raw) < SHORTEST:
            continue
        needles[raw] = f"a value of {len(raw)} bytes"
        needles[form.encode("utf-16-le")] = "a value in UTF-16"
        needles[raw.hex().encode()] = needles[raw.hex().upper().encode()] = "a value in hexadecimal"
        # Without the last characters, which depend on what follows.
        needles[base64.b64encode(raw)[: len(raw) // 3 * 4]] = "a value in Base64"
    for text in itertools.chain(plain, strung_together(record)):
        for name in HASHES:
            digest = hashlib.new(name, text.encode()).digest()[:8]
            needles[digest] = f"{name}"
            needles[digest.hex().encode()] = needles[digest.hex().upper().encode()] = f"{name} in hex"
    return {needle: what for needle, what in needles.items() if len(needle) >= SHORTEST}


def files_of(paths):
    for path in paths:
        if os.path.isdir(path):
            for folder, _, names in os.walk(path):
                yield from (os.path.join(folder, name) for name in names)
        else:
            yield path


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        records = [line.rstrip("\n").split("\t") for line in file if line.strip()]
    needles = {}
    for record in records:
        needles.update(needles_of(record))
    found = scanned = total = 0
    for path in files_of(sys.argv[2:]):
        with open(path, "rb") as file:
            content = file.read()
        scanned += 1
        total += len(content)
        for needle, what in needles.items():
            if needle in content:
                print(f"{path}: {what}")
                found += 1
    print(f"{scanned} files, {total} bytes, {len(needles)} needles, {found} findings")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
