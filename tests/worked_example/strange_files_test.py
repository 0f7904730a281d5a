"""What deploy/demo.sh does with files as people have them: words that help, and nothing of a person in them."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import demo_run  # noqa: E402  (after the path is known)

HEADER = "id,first_name,last_name,street_address,zip,date_of_birth"
PEOPLE = [
    ("1", "José", "Nuñez", "12 Bushytail Road", "46203", "1961-03-14"),
    ("2", "Mariella", "Featherstone", "48 Elm Street", "46204", "1975-08-30"),
    ("3", "Zoë", "Quackenbush", "7 Ninth Avenue", "46205", "1982-04-25"),
]
# What no output and no log may hold.
VALUES = ["José", "Nu\u00f1ez", "Nuez", "Mariella", "Featherstone", "Quackenbush", "Bushytail", "Elm Street",
          "Ninth Avenue", "46203", "46204", "1961", "1975-08", "1982-04"]


def table(header=HEADER, end="\n", number="{}"):
    rows = [header] if header else []
    rows += [",".join((row[0], *row[1:4], number.format(row[4]), row[5])) for row in PEOPLE]
    return "".join(row + end for row in rows)


class StrangeFiles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="blindlink-strange-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.write("registry.csv", table().encode())

    def write(self, name, content):
        (self.folder / name).write_bytes(content)

    def link(self, content):
        """Exit code and all that was said, with the logs, when `content` is linked with the plain registry."""
        self.write("claims.csv", content)
        out = self.folder / "out"
        done = subprocess.run(
            [str(demo_run.ROOT / "deploy/demo.sh"), "--no-install", "--out", str(out), "--site",
             f"registry={self.folder / 'registry.csv'}", "--site", f"claims={self.folder / 'claims.csv'}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        said = done.stdout.decode(errors="replace")
        logs = "".join(log.read_bytes().decode(errors="replace") for log in sorted((out / "logs").iterdir()))
        for value in VALUES:
            self.assertNotIn(value, said + logs)
        return done.returncode, said, logs

    def assert_linked(self, content):
        code, said, logs = self.link(content)
        self.assertEqual(code, 0, said)
        pairs = {(row["left_record"].removesuffix(".0"), row["right_record"].removesuffix(".0"))
                 for row in demo_run.read_rows(self.folder / "out/pairs.csv")}
        self.assertEqual(pairs, {("1", "1"), ("2", "2"), ("3", "3")})
        return logs

    def test_a_file_without_a_header_is_refused_and_nothing_of_it_is_shown(self):
        code, said, _ = self.link(table(header=None).encode())
        self.assertEqual(code, 3, said)
        self.assertIn("seems to hold values instead of names of columns", said)
        self.assertIn("add a first line with the names of its columns", said)

    def test_windows_1252_under_an_ascii_header_is_read_and_said(self):
        self.assertIn("read-as-windows-1252", self.assert_linked(table().encode("cp1252")))

    def test_carriage_returns_alone_end_lines(self):
        self.assert_linked(table(end="\r").encode())

    def test_a_line_that_names_the_delimiter_is_taken(self):
        self.assert_linked(b"sep=,\r\n" + table(end="\r\n").encode())

    def test_numbers_that_a_spreadsheet_wrote_are_linked(self):
        self.assert_linked(table(number="{}.0").encode())

    def test_utf_16_is_refused_with_the_command_that_converts_it(self):
        code, said, _ = self.link(table().encode("utf-16-le"))
        self.assertEqual(code, 3, said)
        self.assertIn("iconv -f UTF-16LE -t UTF-8", said)


if __name__ == "__main__":
    unittest.main()
