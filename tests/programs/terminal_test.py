"""What the agent asks at a terminal: a passphrase without echo, twice for a new one, and never again once it has opened a key."""

import os
import pathlib
import pty
import tempfile
import unittest

AGENT = str(pathlib.Path(os.environ["BLINDLINK_BIN_DIR"]) / "blindlink-agent")
PASSPHRASE = "three long words"


def at_terminal(folder, arguments, answers):
    """Exit code, and all that the terminal shows; gives the answers one by one, each to a question."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.environ.pop("CREDENTIALS_DIRECTORY", None)
        os.execv(AGENT, [AGENT, *arguments])
    shown = ""
    asked = 0
    while True:
        try:
            part = os.read(terminal, 4096).decode()
        except OSError:  # the agent has ended
            break
        if not part:
            break
        shown += part
        if asked < len(answers) and shown.endswith(": "):
            os.write(terminal, (answers[asked] + "\n").encode())
            asked += 1
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown


class Terminal(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="blindlink-terminal-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_agent(self, *arguments, answers=()):
        return at_terminal(self.folder, arguments, answers)

    def test_a_new_passphrase_is_typed_twice_and_never_shown(self):
        code, shown = self.run_agent("keygen", "--protect", "--out", "token.key", answers=[PASSPHRASE, PASSPHRASE])
        self.assertEqual(code, 0, shown)
        self.assertIn("The same passphrase again", shown)
        self.assertNotIn(PASSPHRASE, shown)
        self.assertIn("scrypt-aes-256-gcm", (self.folder / "token.key").read_text(encoding="utf-8"))

    def test_two_that_differ_make_no_key(self):
        code, shown = self.run_agent("keygen", "--protect", "--out", "token.key", answers=[PASSPHRASE, "three wrong words"])
        self.assertNotEqual(code, 0)
        self.assertIn("differ", shown)
        self.assertFalse((self.folder / "token.key").exists())

    def test_nothing_is_asked_for_a_file_that_is_there(self):
        self.assertEqual(self.run_agent("keygen", "--out", "token.key")[0], 0)
        code, shown = self.run_agent("keygen", "--protect", "--out", "token.key")
        self.assertNotEqual(code, 0)
        self.assertNotIn("assphrase", shown)

    def test_several_keys_are_protected_with_one_passphrase_typed_twice(self):
        for name in ("a.key", "b.key"):
            self.assertEqual(self.run_agent("keygen", "--out", name)[0], 0)
        code, shown = self.run_agent("keys", "protect", "a.key", "b.key", answers=[PASSPHRASE, PASSPHRASE])
        self.assertEqual(code, 0, shown)
        self.assertEqual(shown.count("The same passphrase again"), 1)

    def test_a_record_key_is_made_under_the_passphrase_that_opened_the_token_key(self):
        self.run_agent("keygen", "--protect", "--out", "token.key", answers=[PASSPHRASE, PASSPHRASE])
        root = pathlib.Path(__file__).resolve().parents[2]
        (self.folder / "people.csv").write_text(
            "record_id,first_name,last_name,date_of_birth,sex,zip,ssn\n1,Ann,Lee,1970-01-02,F,60606,321-54-9876\n", encoding="utf-8")
        code, shown = self.run_agent(
            "tokenize", "--input", "people.csv", "--plan", str(root / "deploy/plans/us-default.textproto"), "--project", "flu", "--site",
            "north", "--dataset", "d1", "--token-key", "token.key", "--state", "state", "--out", "d1.bltok", answers=[PASSPHRASE])
        self.assertEqual(code, 0, shown)
        self.assertEqual(shown.count("assphrase"), 1, shown)
        self.assertIn("scrypt-aes-256-gcm", (self.folder / "state/record.key").read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
