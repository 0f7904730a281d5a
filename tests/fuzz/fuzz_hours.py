#!/usr/bin/env python3
"""Runs fuzzers until each has had an hour of a core, over as many sittings as that takes.

    tests/fuzz/fuzz_hours.py                      # every fuzzer, as many at once as there are cores
    tests/fuzz/fuzz_hours.py --hours .5 key_file witness
    tests/fuzz/fuzz_hours.py --idle               # only with what other programs leave of the cores
    tests/fuzz/fuzz_hours.py --table              # what has been run so far

What counts is CPU time of the fuzzer, not time on the clock, so a busy machine takes longer and counts
no more. The record tests/fuzz/fuzz_hours.json, which is to be committed, says how much each has had; stop the
program with Ctrl-C and start it again whenever you like. The corpus is kept between slices of two minutes. A fuzzer that
finds something is not run again until the file that it wrote, build/PRESET/fuzz/<name>.findings/*, is
removed; exit code 1.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SLICE_SECONDS = 120
# Time on the clock: of a program that others keep from the processors, so no shorter one is a finding.
TOO_LONG = ('-timeout=120', '-report_slow_units=120')
INPUTS = re.compile(r'^stat::number_of_executed_units: *(\d+)', re.M)


class Record:
    """CPU seconds and inputs of each fuzzer so far, in a file that is replaced as a whole."""

    def __init__(self, path):
        self.path = path
        self.of = json.loads(path.read_text()) if path.exists() else {}
        self.lock = threading.Lock()

    def seconds(self, name):
        return self.of.get(name, {}).get('cpu_seconds', 0)

    def add(self, name, seconds, inputs, corpus):
        with self.lock:
            had = self.of.setdefault(name, {'cpu_seconds': 0, 'inputs': 0})
            had['cpu_seconds'] += seconds
            had['inputs'] += inputs
            had['corpus'] = corpus
            new = self.path.with_suffix('.new')
            new.write_text(json.dumps(self.of, indent=1, sort_keys=True) + '\n')
            new.replace(self.path)

    def table(self):
        rows = ['| fuzzer | CPU minutes | inputs | corpus |', '|---|---:|---:|---:|']
        for name, had in sorted(self.of.items()):
            inputs = f'{had["inputs"]:,}'.replace(',', ' ')
            rows.append(f'| `{name}` | {had["cpu_seconds"] / 60:.0f} | {inputs} | {had["corpus"]} |')
        return '\n'.join(rows)


def findings_of(program):
    return sorted(program.with_suffix('.findings').glob('*'))


# Files that are kept for something else too.
ELSEWHERE = {'plan': 'deploy/plans', 'parquet': 'tests/support/parquet'}


def seeds_of(name):
    folders = [ROOT / 'tests/fuzz/seeds' / name, ROOT / ELSEWHERE.get(name, 'none')]
    return [str(folder) for folder in folders if folder.is_dir()]


def run_slice(program, name, seconds, idle):
    """Runs the fuzzer; its exit status, and (CPU seconds, inputs, size of the corpus)."""
    corpus, findings = program.with_suffix('.corpus'), program.with_suffix('.findings')
    corpus.mkdir(exist_ok=True)
    findings.mkdir(exist_ok=True)
    log = program.with_suffix('.log')
    with log.open('w') as out:
        process = subprocess.Popen(
            [program, f'-max_total_time={seconds}', *TOO_LONG, '-rss_limit_mb=2048', '-max_len=65536',
             '-print_final_stats=1', f'-artifact_prefix={findings}/', corpus, *seeds_of(name)],
            stdout=out, stderr=subprocess.STDOUT, cwd=ROOT)
        if idle:
            os.sched_setscheduler(process.pid, os.SCHED_IDLE, os.sched_param(0))
        _, status, used = os.wait4(process.pid, 0)
    inputs = INPUTS.search(log.read_text(errors='replace'))
    return status, (used.ru_utime + used.ru_stime, int(inputs[1]) if inputs else 0, len(list(corpus.iterdir())))


def run_fuzzer(program, record, given, stop):
    """Slices until the fuzzer has had its time, finds something or is to stop; whether it found nothing."""
    name = program.name.removesuffix('_fuzzer')
    wanted = given.hours * 3600
    status = 0
    while not stop.is_set() and not findings_of(program) and status == 0 and record.seconds(name) < wanted:
        left = max(1, int(wanted - record.seconds(name)) + 1)
        status, had = run_slice(program, name, min(SLICE_SECONDS, left), given.idle)
        record.add(name, *had)
    found = findings_of(program)
    # Ctrl-C ends the fuzzers too, perhaps before this program has noted it.
    if status != 0 and not found and not stop.wait(1):
        print(f'{name}: FAILED without a finding, see {program.with_suffix(".log").relative_to(ROOT)}', flush=True)
        return False
    print(f'{name}: {record.seconds(name) / 60:.1f} CPU minutes, ' +
          (f'FOUND {found[0].relative_to(ROOT)}' if found else 'nothing found'), flush=True)
    return not found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--preset', default='fuzz', help="CMake preset: 'fuzz' (default) also follows comparisons")
    parser.add_argument('--hours', type=float, default=1, help='CPU time that each is to have in all (default: 1)')
    parser.add_argument('--idle', action='store_true', help='run at the priority of what is idle')
    parser.add_argument('--table', action='store_true', help='print the table of what has run, and end')
    parser.add_argument('names', nargs='*', metavar='NAME', help='fuzzers without _fuzzer (default: all)')
    given = parser.parse_args()
    folder = ROOT / 'build' / given.preset / 'fuzz'
    record = Record(ROOT / 'tests/fuzz/fuzz_hours.json')
    if given.table:
        print(record.table())
        return 0
    targets = [f'{name}_fuzzer' for name in given.names] or ['fuzzers']
    subprocess.run(['cmake', '--preset', given.preset], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(['cmake', '--build', f'build/{given.preset}', '--target', *targets], cwd=ROOT, check=True)
    programs = [folder / target for target in targets] if given.names else sorted(folder.glob('*_fuzzer'))
    # The one that has had least is first, so that a sitting that is cut short leaves none behind.
    programs.sort(key=lambda p: record.seconds(p.name.removesuffix('_fuzzer')))
    stop = threading.Event()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = [pool.submit(run_fuzzer, program, record, given, stop) for program in programs]
        try:
            return 0 if all([w.result() for w in waiting]) else 1
        except KeyboardInterrupt:
            stop.set()
            print('stopping after the present slices; start again to go on', file=sys.stderr)
            return 130


if __name__ == '__main__':
    sys.exit(main())
