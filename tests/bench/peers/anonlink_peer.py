"""Makes Bloom filters with clkhash, compares all pairs with anonlink: anonlink_peer.py LEFT RIGHT OUT THRESHOLD."""

import csv
import io
import sys

import anonlink
from bitarray import bitarray
from clkhash import clk, comparators, field_formats, schema

_FIELDS = ("first_name", "surname", "dob", "street", "city", "zip")


def _schema():
    grams = lambda: field_formats.FieldHashingProperties(comparator=comparators.NgramComparison(2),
                                                         strategy=field_formats.BitsPerTokenStrategy(20))
    return schema.Schema([field_formats.StringSpec(name, grams()) for name in _FIELDS], 1024)


def _filters(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_FIELDS)
    writer.writerows([row[name] for name in _FIELDS] for row in rows)
    text.seek(0)
    encoded = clk.generate_clk_from_csv(text, "a secret of both sites", _schema(), validate=False,
                                        progress_bar=False)
    filters = [bitarray() for _ in encoded]
    for bits, one in zip(filters, encoded):
        bits.frombytes(clk.base64.b64decode(one) if isinstance(one, str) else one.tobytes())
    return [row["unique_id"] for row in rows], filters


def main():
    left, right, out, threshold = sys.argv[1:]
    (left_ids, left_filters), (right_ids, right_filters) = _filters(left), _filters(right)
    candidates = anonlink.candidate_generation.find_candidate_pairs(
        [left_filters, right_filters], anonlink.similarities.dice_coefficient, float(threshold))
    groups = anonlink.solving.greedy_solve(candidates)
    with open(out, "w", encoding="utf-8") as file:
        for (_, a), (_, b) in (sorted(group) for group in groups):
            file.write(f"{left_ids[a]},{right_ids[b]}\n")


if __name__ == "__main__":
    main()
