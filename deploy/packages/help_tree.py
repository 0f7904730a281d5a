"""The command tree of a program, read from what its own --help prints (CLI11's layout)."""

import dataclasses
import os
import re
import subprocess

_COLUMN = 30  # where CLI11 begins the descriptions; two more in an option group


@dataclasses.dataclass
class Option:
    """An option or positional: `names` as on the command line, `spec` what follows them: type, check, REQUIRED."""

    names: list
    spec: str
    text: str

    @property
    def takes_value(self):
        return bool(re.match(r"(TEXT|UINT|INT|FLOAT|BOOLEAN|ENUM)\b", self.spec))

    @property
    def choices(self):
        found = re.search(r":\{([^}]*)\}", self.spec)
        return found[1].split(",") if found else []

    @property
    def may_be_file(self):
        """CLI11 names no files; a text without a check may be one."""
        return bool(re.match(r"TEXT(?![:\w])", self.spec))


@dataclasses.dataclass
class Section:
    title: str
    note: str
    options: list


@dataclasses.dataclass
class Command:
    """`path` begins with the program's name."""

    path: list
    text: str
    usage: str
    sections: list
    children: list
    footer: str

    @property
    def summary(self):
        """The description without what CLI11 adds about groups of options."""
        return self.text.split("\n")[0].strip()

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()

    def options(self):
        return [option for section in self.sections for option in section.options]


def help_text(program, path):
    """What `program path… --help` prints."""
    arguments = [os.fspath(program), *path, "--help"]
    return subprocess.run(arguments, check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout


def read_tree(program, path=()):
    """The command of `program` with the subcommands `path`, and all below it."""
    name = os.path.basename(program)
    lines = help_text(program, path).rstrip("\n").split("\n")
    usage = next(at for at, line in enumerate(lines) if line.startswith("Usage: "))
    command = Command([name, *path], "\n".join(lines[:usage]), lines[usage].removeprefix("Usage: "), [], [], "")
    at = usage + 1
    while at < len(lines):
        title = _title(lines, at)
        if title is None and lines[at]:
            break
        at += 1
        if title == "Subcommands":
            entries, at = _entries(lines, at, "  ")
            command.children = [read_tree(program, (*path, child)) for child, _ in entries]
        elif title is not None:
            section, at = _section(title, lines, at)
            command.sections.append(section)
    command.footer = "\n".join(lines[at:])
    return command


def _title(lines, at):
    """The title of the section that begins at the line; None for a blank line and where the footer begins."""
    if group := re.match(r"\[Option Group: (.*)\]$", lines[at]):
        return group[1]
    heading = re.match(r"(\S.*):$", lines[at])
    following = lines[at + 1] if at + 1 < len(lines) else ""
    known = heading and (heading[1] in ("Positionals", "Subcommands") or following.startswith("  -"))
    return heading[1] if known else None


def _section(title, lines, at):
    notes, indent = [], "  "
    while at < len(lines) and not lines[at].lstrip().startswith("-") and title != "Positionals":
        if lines[at].strip() == "Options:":
            indent = "    "
        elif lines[at].strip():
            notes.append(lines[at].strip())
        at += 1
    entries, at = _entries(lines, at, indent)
    options = []
    for head, text in entries:
        names, _, spec = head.partition(" ")
        options.append(Option(names.split(","), spec.strip(), text))
    return Section(title, " ".join(notes), options), at


def _entries(lines, at, indent):
    """Head and description of each entry; a description that finds no room stands in the next line."""
    found = []
    column = _COLUMN + len(indent) - 2
    while at < len(lines) and re.match(indent + r"\S", lines[at]):
        head, text = lines[at], ""
        if at + 1 < len(lines) and lines[at + 1].startswith(" " * column):
            text = lines[at + 1]
            at += 1
        else:
            head, text = head[:column], head[column:]
        found.append((head.strip(), text.strip()))
        at += 1
    return found, at
