"""Makes tokens by the rules that Open Link Token documents as T1 to T4: token_peer.py IN OUT, rows TOKEN,RECORD.

The fifth rule, T5 (surname, three letters of the first name, sex), is left out: it joins thousands of strangers.
"""

import csv
import hashlib
import hmac
import sys

_KEY = b"a secret of both sites"
_RULES = {"T1": lambda r: (r["surname"], r["first_name"][:1], r["sex"], r["dob"]),
          "T2": lambda r: (r["surname"], r["first_name"], r["dob"], r["zip"][:3]),
          "T3": lambda r: (r["surname"], r["first_name"], r["sex"], r["dob"]),
          "T4": lambda r: (r["ssn"], r["sex"], r["dob"])}


def main():
    source, target = sys.argv[1:]
    with open(source, newline="", encoding="utf-8") as file, open(target, "w", encoding="ascii") as out:
        for row in csv.DictReader(file):
            for rule, parts_of in _RULES.items():
                parts = parts_of(row)
                if all(parts):
                    text = "|".join((rule,) + parts)
                    out.write(hmac.new(_KEY, text.encode(), hashlib.sha256).hexdigest() + f",{row['unique_id']}\n")


if __name__ == "__main__":
    main()
