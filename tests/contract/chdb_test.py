#!/usr/bin/env python3
"""The contract of the token index on the ClickHouse of today: chdb, which PyPI has, behind the same HTTPS.

    chdb_test.py TOKEN_INDEX_CONTRACT_TEST

Debian's clickhouse-server is of 2018. Skipped where packages cannot be downloaded.
"""
import os
import re
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
CLUSTER = HERE.parent / 'support/clickhouse_cluster.sh'
CHDB = 'chdb==4.*'


def install(folder):
    """Python with chdb, or None, with the reason, where it cannot be downloaded."""
    venv.create(folder, with_pip=True)
    python = folder / 'bin/python'
    done = subprocess.run([python, '-m', 'pip', 'install', '-q', '--disable-pip-version-check', '--retries', '1',
                           '--timeout', '10', CHDB],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode == 0:
        return python
    print(f'SKIPPED: chdb cannot be downloaded: {done.stdout.strip().splitlines()[-1]}')
    return None


def on_clickhouse(contract):
    """The filter for the suites whose type is OnClickHouse: one border between the shards, since where it is matters to the resolver alone."""
    listed = subprocess.run([contract, '--gtest_list_tests'], check=True, stdout=subprocess.PIPE, text=True).stdout
    suites = {suite: number for suite, number in reversed(re.findall(r'^(\S+)/(\d+)\.  # TypeParam = \S*OnClickHouse', listed, re.M))}
    if not suites:
        sys.exit('there are no tests of the token index on ClickHouse')
    return ':'.join(f'{suite}/{number}.*' for suite, number in suites.items())


def start_shard(python, folder, number):
    tls, shard = folder / 'tls', folder / f'shard{number}'
    shard.mkdir()
    process = subprocess.Popen([python, HERE / 'chdb_server.py', tls / 'shard.pem', tls / 'shard.key', tls / 'ca.pem',
                                shard / 'data', shard / 'https_port'], stdin=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (shard / 'https_port').exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            sys.exit(f'shard {number} did not start')
        time.sleep(.05)
    return process


def main(contract):
    with tempfile.TemporaryDirectory(prefix='blindlink-chdb-') as place:
        folder = Path(place)
        python = install(folder / 'venv')
        if python is None:
            return 0
        subprocess.run([CLUSTER, 'credentials', folder], check=True)
        shards = []
        try:
            shards = [start_shard(python, folder, number) for number in (1, 2)]
            done = subprocess.run([contract, f'--gtest_filter={on_clickhouse(contract)}'],
                                  env=dict(os.environ, BLINDLINK_CLICKHOUSE_FOLDER=place), stdin=subprocess.DEVNULL)
            return done.returncode
        finally:
            for shard in shards:
                shard.kill()
                shard.wait()


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
