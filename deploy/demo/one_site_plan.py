#!/usr/bin/env python3
"""Reads a linkage plan from standard input and prints it with entity_rules.within_site_duplicates: true.

A single site has only its own duplicates to find. The rest of the plan, including comments, stays unchanged.
"""

import re
import sys

# Comments and strings may hold braces and names, which must be ignored.
_TOKENS = re.compile(r"""
    (?P<space>\s+ | \#[^\n]*)
  | (?P<string>"(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*')
  | (?P<open>[{<]) | (?P<close>[}>])
  | (?P<word>[A-Za-z0-9_.+-]+)
  | (?P<other>.)
""", re.VERBOSE | re.DOTALL)

_SETTING = "within_site_duplicates: true"


def with_within_site_duplicates(text):
    tokens = [token for token in _TOKENS.finditer(text) if token.lastgroup != "space"]
    depth = 0
    rules_depth = None  # the depth of the content of entity_rules
    rules_start = None  # where that content starts
    for at, token in enumerate(tokens):
        if token.lastgroup == "open":
            depth += 1
            if depth == 1 and _name_before(tokens, at) == "entity_rules":
                rules_depth, rules_start = depth, token.end()
        elif token.lastgroup == "close":
            if depth == rules_depth:
                rules_depth = None
            depth -= 1
        elif depth == rules_depth and token.group() == "within_site_duplicates":
            value = tokens[at + 2]  # after the colon
            return text[:value.start()] + "true" + text[value.end():]
    if rules_start is not None:
        return f"{text[:rules_start]} {_SETTING}{_separator(text[rules_start:])}{text[rules_start:]}"
    return f"{text.rstrip()}\n\nentity_rules {{ {_SETTING} }}\n"


def _name_before(tokens, at):
    """The field whose block token `at` opens; a colon may precede that token."""
    before = at - 1
    if before >= 0 and tokens[before].group() == ":":
        before -= 1
    return tokens[before].group() if before >= 0 else ""


def _separator(rest):
    return "" if rest[:1] in (" ", "\n", "\t") else " "


if __name__ == "__main__":
    sys.stdout.write(with_within_site_duplicates(sys.stdin.read()))
