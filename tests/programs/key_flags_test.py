"""Every command that takes a key file also takes the passphrase that the file may be under, by the programs' own help."""

import re
import unittest

from json_flags_test import PROGRAMS, commands

KEY = re.compile(r"^  --(token-key|exchange-key) ", re.MULTILINE)
# Take a state folder, and use the record key in it.
RECORD_KEY = {"agent tokenize", "agent run", "agent withdraw", "agent deidentify", "agent audit-tokens", "agent canaries check",
              "agent canaries marks"}
# Make or change key files.
OTHERS = {"agent keygen", "agent keys protect", "agent keys unprotect"}


class KeyFlags(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.help = {name: text for program in PROGRAMS for name, text in commands(program)}
        cls.with_key = {name for name, text in cls.help.items() if KEY.search(text)}

    def test_every_command_that_takes_a_key_takes_its_passphrase(self):
        for name in self.with_key | RECORD_KEY | OTHERS:
            self.assertRegex(self.help[name], r"(?m)^  --passphrase-file ", name)

    def test_the_walk_finds_the_commands(self):
        for name in ("agent run", "agent keys destroy", "agent keys seal", "agent key-id"):
            self.assertIn(name, self.with_key)


if __name__ == "__main__":
    unittest.main()
