#!/usr/bin/env python3
"""The attacks on token sets, small: a weak plan falls, the shipped ones stay under their thresholds.

    attacks_test.py BIN_DIR OUT_DIR
"""
import json
import os
import shutil
import subprocess
import sys

import padding
import shipped_plans

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

bin_dir, out = sys.argv[1:]
agent = os.path.join(bin_dir, "blindlink-agent")


def path(name):
    return os.path.join(out, name)


def run(*command, expect=0):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == expect, (command, done.returncode, done.stderr[-2000:])
    return done.stdout + done.stderr


def plan_of(name):
    return os.path.join(ROOT, "deploy/plans", name + ".textproto")


def tokenize(plan, people, tokens, key="token.key"):
    """The summary."""
    run(agent, "tokenize", "--input", path(people), "--plan", plan, "--project", "p", "--site", "s", "--dataset", "d",
        "--token-key", path(key), "--state", path("state"), "--out", path(tokens), "--json", path("summary.json"))
    with open(path("summary.json"), encoding="utf-8") as file:
        return json.load(file)


def audit(plan, tokens, expect=0, *more):
    text = run(agent, "audit-tokens", "--tokens", path(tokens), "--plan", plan, "--truth", path("people.csv"),
               "--state", path("state"), "--json", path("audit.json"), *more, expect=expect)
    with open(path("audit.json"), encoding="utf-8") as file:
        return json.load(file), text


def by(report, name):
    return next(way for way in report["named_by"] if way["by"] == name)


def judges_alike(summary, report):
    """tokenize judged as audit-tokens --truth does afterwards: the same thresholds, and the same shares of each field."""
    assert summary["audit"]["exceeded"] == report["exceeded"], (summary["audit"], report["exceeded"])
    for field in summary["audit"]["named"]:
        of_field = [way for way in report["named_by"] if way["by"].partition(" ")[0] == field["field"]]
        best = max(of_field, key=lambda way: way["named"])
        records = max(1, field["records"])
        assert abs(field["named"] / records - best["named"]) < 1e-9, (field, best)
        assert abs(field["guessed"] / records - best["guessed"]) < 1e-9, (field, best)


def weak_plan_falls():
    weak = os.path.join(HERE, "weak.textproto")
    summary = tokenize(weak, "people.csv", "weak.bltok")
    report, text = audit(weak, "weak.bltok", 4)
    judges_alike(summary, report)
    assert any(what.startswith("last_name: ") for what in summary["audit"]["exceeded"]), summary["audit"]
    last = by(report, "last_name")
    assert last["named"] > 5 * last["guessed"], last
    assert last["purity"] > 0.95, last
    assert report["exceeded"] and "last_name" in text, report["exceeded"]
    # Without the evidence codes its tokens still chain, since they hold the name.
    hidden, _ = audit(weak, "weak.bltok", 4, "--without-evidence")
    assert by(hidden, "last_name")["named"] > 5 * last["guessed"]


def what_fails_is_not_sent():
    command = [agent, "upload", "--tokens", path("weak.bltok"), "--resolver", "127.0.0.1:1", "--cert", "none",
               "--key", "none", "--ca", "none"]
    refused = run(*command, expect=4)
    assert "nothing was sent" in refused and "--send-despite-audit" in refused, refused
    # With a reason it gets as far as the certificate, which is not there.
    done = subprocess.run(command + ["--send-despite-audit", "a test"], capture_output=True, text=True, check=False)
    assert "nothing was sent" not in done.stderr, done.stderr


def tokenize_judges_a_plan_that_holds_as_the_audit_does():
    plan = plan_of("us-guarded")
    summary = tokenize(plan, "people.csv", "guarded.bltok")
    report, _ = audit(plan, "guarded.bltok")
    judges_alike(summary, report)
    assert not report["exceeded"], report["exceeded"]


def token_key_and_tokens_give_names():
    """A dictionary of surnames and both sexes finds the people of the weak plan; with another key it finds nobody."""
    with open(path("people.csv"), encoding="utf-8") as people:
        surnames = sorted({line.split(",")[1] for line in people} - {"last_name", ""})
    with open(path("guesses.csv"), "w", encoding="utf-8") as guesses:
        guesses.write("member_id,last_name,sex\n")
        for i, surname in enumerate(surnames):
            guesses.write(f"{i}F,{surname},F\n{i}M,{surname},M\n")
    weak = os.path.join(HERE, "weak.textproto")
    run(agent, "keygen", "--out", path("other.key"))
    shares = {}
    for key in ("token.key", "other.key"):
        tokenize(weak, "guesses.csv", key + ".bltok", key)
        text = run(sys.executable, os.path.join(HERE, "dictionary.py"), "--tokens", path("weak.bltok"), "--guesses",
                   path(key + ".bltok"), "--key", "1")
        shares[key] = float(text.rsplit(" ", 1)[1])
    assert shares["token.key"] > 0.9, shares
    assert shares["other.key"] == 0, shares


def padding_hides_numbers_but_not_codes():
    """Numbers of tokens tell which fields are missing; with padding they do not, but evidence codes still do."""
    site = padding.Site(bin_dir, path("padding"), 3000)
    plain = site.measure(plan_of("us-guarded"), "")
    padded = site.measure(plan_of("us-guarded"), padding.PADDING)
    mixed = site.measure(plan_of("us-guarded"), padding.PADDING + padding.FAKES)
    for name in ("middle_name", "date_of_birth", "zip", "ssn", "phone", "email"):
        told = [found["fields"][name] for found in (plain, padded, mixed)]
        assert told[0]["numbers"] > 0.9, (name, told)
        assert told[1]["numbers"] == told[2]["numbers"] == 0, (name, told)
        assert min(how["codes"] for how in told) > 0.9, (name, told)
        assert told[1]["sharing"] < 0.5, (name, told)
    assert padded["unique"] < plain["unique"] / 2, (plain["unique"], padded["unique"])
    assert padded["bits"] < plain["bits"] / 2, (plain["bits"], padded["bits"])
    assert mixed["records"] == plain["records"] * 11 // 10, mixed["records"]
    # Neither changes how many records share a token.
    assert plain["most"] == padded["most"] == mixed["most"], (plain, padded, mixed)


shutil.rmtree(out, ignore_errors=True)
os.makedirs(out, mode=0o700)
people = shipped_plans.People(bin_dir, path("plans"), shipped_plans.RECORDS)
os.symlink(people.file, path("people.csv"))
run(agent, "keygen", "--out", path("token.key"))
weak_plan_falls()
what_fails_is_not_sent()
tokenize_judges_a_plan_that_holds_as_the_audit_does()
token_key_and_tokens_give_names()
shipped_plans.check_all(people)
padding_hides_numbers_but_not_codes()
