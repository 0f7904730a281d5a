#!/usr/bin/env python3
"""Makes a small project with the programs of a release and writes it to a file, with what the researcher fetched of it, so that
upgrade_test.py can show that later releases open it and find the same.

    tests/upgrade/make_project.py FOLDER_OF_THE_PROGRAMS NAME_OF_THE_RELEASE OUT.tar.xz

The people are the invented ones of tests/worked_example; all keys are made for this and protect nothing. For a release that has no
tag, build blindlink-resolver, blindlink-agent and blindlink-researcher of its commit in a worktree:

    git worktree add ../before COMMIT
    cd ../before && cmake --preset release && ninja -C build/release blindlink-resolver blindlink-agent blindlink-researcher
"""

import csv
import datetime
import json
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from parties import ROOT, SITES, Parties  # noqa: E402

GRANT_DAYS = 700  # the longest is two years
REASONS = ("--purpose", "To show that a later release opens this project.",
           "--legal-basis", "None is needed, since nobody in it is a real person.",
           "--necessity", "Without results there would be nothing to compare.",
           "--proportionality", "Nobody is concerned by what is released here.",
           "--harm", "None, since all of the people in it are invented.")


def write_rows(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def prepare(programs, project):
    plan = (ROOT / "deploy/plans/mini-sentinel-phase1.textproto").read_text(encoding="utf-8")
    (project / "plan.textproto").write_text(plan + "\nreview {}\n", encoding="utf-8")
    for site in SITES:
        shutil.copy(ROOT / f"tests/worked_example/{site}.csv", project)
    subprocess.run([programs / "blindlink-agent", "keygen", "--out", project / "token.key"], check=True, stdout=subprocess.DEVNULL)


def create(parties, name, *more):
    sites = [word for site in SITES for word in ("--site", site)]
    parties.coordinator("project", "create", "--name", name, "--plan", parties.project / "plan.textproto", *sites,
                        "--researcher", "study", *more)
    for site in SITES:
        parties.send(name, site, "first", parties.project / f"{site}.csv")
    parties.coordinator("linkage", "start", "--project", name, "--wait")


def record(parties, name, rows):
    write_rows(parties.project / "recorded" / f"{name}.csv", rows)


def open_project(parties):
    """Results are released to the researcher; the second run follows a decision."""
    create(parties, "asthma")
    parties.coordinator("review", "decide", "--project", "asthma", "--left", parties.pseudonym("asthma", "registry", "H4"), "--right",
                        parties.pseudonym("asthma", "claims", "C4"), "--verdict", "link", "--reason", "As the test wants it.")
    parties.coordinator("linkage", "start", "--project", "asthma", "--wait")
    for run in ("run-000001", "run-000002"):
        for what in ("pairs", "entities"):
            record(parties, f"asthma-{what}-{run}", parties.fetch(what, "asthma", "--run", run))


def granted_project(parties):
    """Results are released by a grant. Returns its last day."""
    create(parties, "flu", "--release", "by-grant")
    until = datetime.date.today() + datetime.timedelta(days=GRANT_DAYS)
    parties.researcher("access", "request", "--project", "flu", "--run", "run-000001", "--level", "entity-map",
                       "--until", str(until), *REASONS)
    for name in ("center", "board"):
        parties.coordinator("access", "approve", "--project", "flu", "--grant", "grant-000001",
                            "--reason", "Nobody in it is real.", name=name)
    for what in ("pairs", "entities"):
        record(parties, f"flu-{what}-run-000001", parties.fetch(what, "flu"))
    return str(until)


def pack(project, out):
    def private(info):
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        # RocksDB's own log tells of the machine.
        return None if pathlib.PurePath(info.name).name.startswith("LOG") else info

    with tarfile.open(out, "w:xz") as archive:
        archive.add(project, arcname="project", filter=private)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    programs, release, out = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], sys.argv[3]
    with tempfile.TemporaryDirectory(prefix="blindlink-project-") as name:
        folder = pathlib.Path(name)
        project = folder / "project"
        (project / "recorded").mkdir(parents=True)
        prepare(programs, project)
        with Parties(programs, project, folder) as parties:
            open_project(parties)
            until = granted_project(parties)
        version = subprocess.run([programs / "blindlink-resolver", "--version"], check=True, text=True, stdout=subprocess.PIPE)
        made = {"release": release, "program": version.stdout.strip(), "grant_until": until}
        (project / "made.json").write_text(json.dumps(made) + "\n", encoding="utf-8")
        pack(project, out)


if __name__ == "__main__":
    main()
