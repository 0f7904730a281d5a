#!/usr/bin/env python3
"""Runs clang-tidy with the tree's .clang-tidy on every source of the programs, in parallel.

A file that passed is not checked again until it, a project header that it includes, or the
configuration changes; passes are remembered in ~/.cache/blindlink/tidy. The most recently changed
files come first, so that a run with a time limit checks the newest work.

    tests/tidy.py [--build build/release] [--newest N] [--minutes N] [--all] [FILE...]
"""
import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ('agent', 'common', 'keyserver', 'resolver', 'researcher')
TIDY = 'clang-tidy-14'
SKIPPED = object()
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)


@lru_cache(maxsize=None)
def own_includes(path):
    """The file and the project headers that it includes, directly or indirectly."""
    found, waiting = set(), [path]
    while waiting:
        file = waiting.pop()
        if file not in found and file.exists():
            found.add(file)
            waiting += [ROOT / name for name in INCLUDE.findall(file.read_text())]
    return frozenset(found)


def digest_of(path, setting):
    digest = hashlib.sha256(setting)
    for file in sorted(own_includes(path)):
        digest.update(str(file.relative_to(ROOT)).encode() + b'\0' + file.read_bytes() + b'\0')
    return digest.hexdigest()


def git_names(*arguments):
    return subprocess.run(['git', *arguments], capture_output=True, text=True, cwd=ROOT).stdout.split()


def newest_first(sources):
    """What is not committed yet comes first."""
    names = git_names('ls-files', '--modified', '--others', '--exclude-standard')
    names += git_names('log', '--format=', '--name-only', '-n', '200')
    rank = {name: place for place, name in reversed(list(enumerate(names)))}
    return sorted(sources, key=lambda f: rank.get(str(f.relative_to(ROOT)), len(names)))


def headers_checked_with(path):
    """The source's own header, and those that it includes and that have no source of their own."""
    own = path.with_suffix('.h')
    return {h for h in own_includes(path) - {path} if h == own or not h.with_suffix('.cc').exists()}


def check(path, build):
    """None if the file passes, else the output of clang-tidy."""
    headers = '|'.join(sorted(re.escape(str(h)) for h in headers_checked_with(path)))
    done = subprocess.run(
        [TIDY, '-p', str(build), '--quiet', '--extra-arg=-Wno-unknown-warning-option',
         f'--header-filter=^({headers})$', str(path)],
        capture_output=True, text=True, cwd=ROOT)
    return None if done.returncode == 0 else done.stdout.strip() or done.stderr.strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', type=Path, default=ROOT / 'build/release',
                        help='folder with compile_commands.json (default: build/release)')
    parser.add_argument('--all', action='store_true', help='also check files that have already passed')
    parser.add_argument('--newest', type=int, help='check only so many sources, those that were changed last')
    parser.add_argument('--minutes', type=float, help='start no further file after this many minutes')
    parser.add_argument('files', nargs='*', type=Path, metavar='FILE')
    given = parser.parse_args()
    commands = json.loads((given.build / 'compile_commands.json').read_text())
    sources = sorted({Path(c['file']) for c in commands
                      if Path(c['file']).is_relative_to(ROOT) and
                      Path(c['file']).relative_to(ROOT).parts[0] in PARTS})
    if given.files:
        sources = [f.resolve() for f in given.files]
    sources = newest_first(sources)[:given.newest]
    passed = Path(os.environ.get('XDG_CACHE_HOME', Path.home() / '.cache')) / 'blindlink/tidy'
    passed.mkdir(parents=True, exist_ok=True)
    version = subprocess.run([TIDY, '--version'], capture_output=True, check=True).stdout
    setting = version + (ROOT / '.clang-tidy').read_bytes()
    waiting = [(f, passed / digest_of(f, setting)) for f in sources]
    waiting = [(f, mark) for f, mark in waiting if given.all or not mark.exists()]
    failed = skipped = 0
    end = time.monotonic() + given.minutes * 60 if given.minutes else float('inf')

    def run(item):
        return item, check(item[0], given.build) if time.monotonic() < end else SKIPPED

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for (file, mark), said in pool.map(run, waiting):
            if said is SKIPPED:
                skipped += 1
            elif said is None:
                mark.touch()
            else:
                failed += 1
                print(f'{file.relative_to(ROOT)}:\n{said}\n', flush=True)
    print(f'clang-tidy: {len(sources)} sources, {len(sources) - len(waiting)} unchanged since they passed, '
          f'{failed} with findings' + (f', {skipped} not reached in time' if skipped else ''))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
