"""A passphrase is typed at the terminal, twice when it is new, and does not appear there."""
import os
import pty
import re
import stat
import subprocess
import sys
import tempfile
import unittest

AGENT = sys.argv.pop(1)
PASSPHRASE = "three long words"


def at_terminal(answers, *arguments):
    """Runs the agent with a terminal of its own. `answers`: (part of the question, what is typed). Returns the exit
    code and all that the terminal showed."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(AGENT, [AGENT, *arguments])
    shown = b""
    for question, answer in answers:
        while question.encode() not in shown.rsplit(b"\n", 1)[-1]:
            shown += os.read(terminal, 1024)
        os.write(terminal, answer.encode() + b"\n")
    while True:
        try:
            more = os.read(terminal, 1024)
        except OSError:  # the other side is closed
            break
        if not more:
            break
        shown += more
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()


class PassphraseAtTerminal(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.key = os.path.join(folder.name, "token.key")
        subprocess.run([AGENT, "keygen", "--out", self.key], check=True, capture_output=True)

    def content(self):
        with open(self.key, encoding="ascii") as file:
            return file.read()

    def test_is_asked_for_twice_then_once_and_never_shown(self):
        key_id = subprocess.run([AGENT, "key-id", "--token-key", self.key, "--project", "flu"], check=True,
                                capture_output=True, text=True).stdout.strip()
        code, shown = at_terminal([("(new): ", PASSPHRASE), ("again: ", PASSPHRASE)], "keys", "protect", self.key)
        self.assertEqual(code, 0, shown)
        self.assertNotIn(PASSPHRASE, shown)
        self.assertRegex(self.content(), r"^blindlink-token-key-v1\nscrypt-aes-256-gcm 17 8 1 ")
        self.assertEqual(stat.S_IMODE(os.stat(self.key).st_mode), 0o600)
        code, shown = at_terminal([("Passphrase of", PASSPHRASE)], "key-id", "--token-key", self.key, "--project", "flu")
        self.assertEqual(code, 0, shown)
        self.assertIn(key_id, shown)
        self.assertNotIn(PASSPHRASE, shown)

    def test_changes_nothing_if_the_two_differ(self):
        before = self.content()
        code, shown = at_terminal([("(new): ", PASSPHRASE), ("again: ", "another phrase")], "keys", "protect", self.key)
        self.assertEqual(code, 3, shown)
        self.assertIn("the two passphrases differ", shown)
        self.assertEqual(self.content(), before)

    def test_is_never_taken_from_an_argument_or_the_environment(self):
        help_text = subprocess.run([AGENT, "keys", "protect", "--help"], check=True, capture_output=True, text=True).stdout
        self.assertEqual(re.findall(r"--passphrase[-\w]*", help_text), ["--passphrase-file"])


if __name__ == "__main__":
    unittest.main()
