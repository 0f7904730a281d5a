"""Every command that prints a list or a report has --json. The commands are those of the programs' own help; one that has no
--json must stand below, with the reason why nothing of it needs one."""

import os
import pathlib
import re
import subprocess
import unittest

BIN = pathlib.Path(os.environ["BLINDLINK_BIN_DIR"])
PROGRAMS = ("agent", "resolver", "researcher", "keyserver")

# Does something and says in a sentence that it is done.
ACTION = {
    "agent discard", "agent end-dataset", "agent upload", "agent keygen", "agent seeds", "agent keys init", "agent keys publish",
    "agent keys seal", "agent keys receive", "agent keys confirm", "agent keys protect", "agent keys unprotect",
    "agent keys destroy", "agent review answer", "agent canaries make",
    "resolver serve", "resolver work", "resolver project purge", "resolver project drop-index", "resolver upload discard", "resolver upload end",
    "resolver linkage cancel", "resolver linkage remove", "resolver access token",
    "keyserver init", "keyserver serve",
}
# Writes what it finds to a file that programs read: CSV, or JSON.
FILE = {
    "agent withdraw", "agent deidentify", "agent synthesize", "agent terms build", "agent terms match", "agent terms update",
    "agent codes survey", "agent codes plan",
    "resolver audit export", "resolver audit fetch",
    "researcher pairs", "researcher entities", "researcher overlap", "researcher export",
}
# Prints one value, or one in each line, or JSON.
VALUE = {
    "agent key-id", "agent keys words", "agent canaries marks", "agent verify-receipt",
    "resolver audit key", "resolver audit proof",
    "keyserver public-key",
}


def help_of(program, path):
    done = subprocess.run([str(BIN / f"blindlink-{program}"), *path, "--help"], text=True, check=True, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.stdout


def subcommands(text):
    """The names below "Subcommands:"."""
    section = re.search(r"^Subcommands:\n((?:  .*\n|\n)*)", text, re.MULTILINE)
    return re.findall(r"^  ([a-z][a-z-]*)(?: |$)", section[1], re.MULTILINE) if section else []


def commands(program, path=()):
    """Name and help of each command that has none below it."""
    text = help_of(program, path)
    below = subcommands(text)
    if not below:
        yield " ".join((program, *path)), text
    for name in below:
        yield from commands(program, (*path, name))


class JsonFlags(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.help = {name: text for program in PROGRAMS for name, text in commands(program)}
        cls.with_json = {name for name, text in cls.help.items() if re.search(r"^  --json ", text, re.MULTILINE)}

    def test_every_list_and_report_has_the_flag(self):
        self.assertEqual(set(self.help) - self.with_json, ACTION | FILE | VALUE)

    def test_the_walk_finds_the_commands(self):
        self.assertGreater(len(self.help), 80)
        for name in ("agent status", "agent keys list", "resolver upload list", "resolver health", "resolver review list",
                     "researcher access list", "researcher list"):
            self.assertIn(name, self.with_json)

    def test_the_flag_says_the_same_everywhere(self):
        for name in self.with_json - {"researcher timeline"}:  # writes large files; its table is for people
            words = " ".join(re.search(r"^  --json .*\n(?: {10,}.*\n)*", self.help[name], re.MULTILINE)[0].split())
            self.assertRegex(words, r"Also write .* as JSON to this file; - prints nothing else", name)


if __name__ == "__main__":
    unittest.main()
