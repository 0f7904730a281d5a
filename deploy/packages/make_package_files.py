#!/usr/bin/env python3
"""Makes what a package of Blindlink contains beside the program: manual pages and completions from the
program's own --help, change logs and the copyright file, all compressed as Debian wants them.

    make_package_files.py --package NAME [--program FILE] --version V --epoch SECONDS --source DIR --out DIR

The same arguments give the same bytes.
"""

import argparse
import datetime
import email.utils
import gzip
import pathlib
import re
import shutil

from completion import bash_completion, zsh_completion
from help_tree import read_tree
from man_page import man_page, page_name

MAINTAINER = "Blindlink maintainers <maintainers@blindlink.invalid>"


def write_gzip(path, text):
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def exit_codes(source):
    """The table of docs/operations.md, which a test compares with the sources."""
    table = (source / "docs/operations.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| (\d) \|([^|]*)\|([^|]*)\|$", table)
    return [(code, re.sub(r"[`\[\]]|\(#[^)]*\)", "", ": ".join(part.strip() for part in parts if part.strip())))
            for code, *parts in rows]


def write_manual(root, arguments, out):
    day = datetime.datetime.fromtimestamp(arguments.epoch, datetime.timezone.utc).strftime("%Y-%m-%d")
    codes = exit_codes(arguments.source)
    (out / "man1").mkdir()
    for command in root.walk():
        write_gzip(out / "man1" / f"{page_name(command)}.1.gz", man_page(command, arguments.version, day, codes))


def write_completions(root, out):
    (out / "bash").mkdir()
    (out / "bash" / root.path[0]).write_text(bash_completion(root), encoding="utf-8")
    (out / "zsh").mkdir()
    (out / "zsh" / f"_{root.path[0]}").write_text(zsh_completion(root), encoding="utf-8")


def write_documents(arguments, out):
    (out / "doc").mkdir()
    day = email.utils.format_datetime(datetime.datetime.fromtimestamp(arguments.epoch, datetime.timezone.utc))
    write_gzip(out / "doc" / "changelog.gz", (arguments.source / "CHANGELOG.md").read_text(encoding="utf-8"))
    write_gzip(out / "doc" / "changelog.Debian.gz",
               f"{arguments.package} ({arguments.version}-1) bookworm; urgency=medium\n\n"
               f"  * Package of Blindlink {arguments.version}; see changelog.gz.\n\n -- {MAINTAINER}  {day}\n")
    shutil.copyfile(arguments.source / "deploy/packages/copyright", out / "doc" / "copyright")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", required=True)
    parser.add_argument("--program", type=pathlib.Path)
    parser.add_argument("--version", required=True)
    parser.add_argument("--epoch", type=int, required=True)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    shutil.rmtree(arguments.out, ignore_errors=True)
    arguments.out.mkdir(parents=True)
    write_documents(arguments, arguments.out)
    if arguments.program:
        root = read_tree(arguments.program)
        write_manual(root, arguments, arguments.out)
        write_completions(root, arguments.out)


if __name__ == "__main__":
    main()
