"""Checks that the documents agree with the sources, where that is cheap to compare."""

import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def rows(path):
    """The cells of every table row of a document."""
    return [[cell.strip() for cell in line.strip("|").split("|")]
            for line in text(path).splitlines() if line.startswith("|")]


def quoted(cell):
    """The words in backticks."""
    return re.findall(r"`([A-Za-z0-9_]+)`", cell)


def table_rows(path):
    """The cells of each table row; None between tables."""
    last = None
    for line in text(path).splitlines():
        row = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else None
        if row is not None or last is not None:
            yield row
        last = row


def defined_tests():
    """Suite and name of every test."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*")
                        if path.suffix in (".cc", ".h"))
    return set(re.findall(r"TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\)", sources)) | set(
        re.findall(r"TYPED_TEST(?:_P)?\(\s*(\w+),\s*(\w+)\)", sources)) | set(defined_in_python())


def defined_in_python():
    for path in (ROOT / "tests").rglob("*_test.py"):
        suite = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if found := re.match(r"class (\w+)", line):
                suite = found[1]
            elif found := re.match(r"    def (test_\w+)", line):
                yield suite, found[1]


def documents():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.md"], cwd=ROOT, text=True,
                            stdout=subprocess.PIPE, check=False)
    names = listed.stdout.split() if listed.returncode == 0 else []
    return names or [str(path.relative_to(ROOT)) for path in ROOT.rglob("*.md") if "build" not in path.parts]


class LinkagePlan(unittest.TestCase):
    def test_offers_every_standardizer_the_forms_of_the_catalog(self):
        source = text("common/plan/standardizer_catalog.cc")
        lists = {name: set(re.findall(r"v1::(\w+)", forms)) for name, forms in
                 re.findall(r"constexpr Form (\w+)\[\] = \{(.*?)\};", source, re.DOTALL)}
        catalog = {standardizer: lists[name] for standardizer, name in
                   re.findall(r"\.standardizer = v1::(\w+),\s+\.forms = (\w+),", source)}
        documented = {standardizer: set(quoted(row[2])) for row in rows("docs/linkage-plan.md")
                      if len(row) == 3 and "`EXACT`" in row[2] for standardizer in quoted(row[0])}
        self.assertEqual(documented, catalog)

    def test_explains_every_form(self):
        forms = re.search(r"enum Form \{(.*?)\n\}", text("proto/blindlink/v1/plan.proto"), re.DOTALL).group(1)
        for form in re.findall(r"^  (\w+) = \d+;", forms, re.MULTILINE):
            if form not in ("FORM_UNSPECIFIED", "EXACT"):
                explained = any(form in quoted(row[0]) for row in rows("docs/linkage-plan.md") if len(row) == 3)
                self.assertTrue(explained, form)

    def test_states_the_defaults(self):
        source = text("common/plan/plan_defaults.cc")
        for constant, field in (("TokenBudget", "token_budget"),
                                ("MaxEntitySize", "entity_rules.max_entity_size"),
                                ("MaxRecordsPerToken", "limits.max_records_per_token"),
                                ("MaxRejectShare", "limits.max_reject_share"),
                                ("MinRowsBeforeRejectShare", "limits.min_rows_before_reject_share")):
            value = re.search(rf" k{constant} = ([0-9.]+);", source).group(1)
            self.assertIn(["`" + field + "`", value], [row[:2] for row in rows("docs/linkage-plan.md")])


    def test_lists_every_shipped_plan_with_its_match_keys(self):
        listed = {}
        for row in rows("docs/linkage-plan.md"):
            if len(row) == 4 and row[3] in ("score", "rules"):
                counts = re.sub(r" \(\d+ spare\)", "", row[2]).split(", ")
                listed.update(zip(re.findall(r"`([a-z0-9-]+)`", row[0]), map(int, counts)))
        shipped = {path.stem: len(re.findall(r"(?m)^match_keys ", path.read_text(encoding="utf-8")))
                   for path in (ROOT / "deploy/plans").glob("*.textproto")}
        self.assertEqual(listed, shipped)


class ThreatModel(unittest.TestCase):
    def test_names_every_call_and_who_may_make_it(self):
        table = dict(re.findall(r'\{"/blindlink\.v1\.\w+/(\w+)", (.*?)\}', text("resolver/authz/method_table.cc")))
        calls = {call for proto in (ROOT / "proto/blindlink/v1").glob("*_service.proto")
                 for call in re.findall(r"^  rpc (\w+)", proto.read_text(encoding="utf-8"), re.MULTILINE)}
        documented = {call: row[1] for row in rows("docs/threat-model.md") if len(row) == 3
                      for call in quoted(row[0]) if call in calls}
        self.assertEqual(set(documented), calls)
        for call, who in documented.items():
            for role in ("Site", "Coordinator", "Researcher"):
                self.assertEqual(role.lower() in who, "k" + role in table[call], f"{call}: {role}")


    def test_marks_every_claim_with_a_test_that_exists_or_as_not_tested(self):
        defined = defined_tests()
        column, claims = None, 0
        for row in table_rows("docs/threat-model.md"):
            if row is None:
                column = None
            elif column is None:
                marked = [i for i, cell in enumerate(row) if cell in ("test", "shown by")]
                column = marked[0] if marked else -1
            elif column >= 0 and not set("".join(row)) <= set("-"):
                claims += 1
                self.assertGreater(len(row), column, row)
                mark = row[column]
                named = re.search(r"`([A-Z]\w+\.\w+|attacks_small|index_dump)`", mark)
                self.assertTrue(named or "not tested" in mark, row)
        self.assertGreater(claims, 50)
        scripts = {path.name for path in (ROOT / "tests").rglob("*.py")}
        for suite, test in re.findall(r"`([A-Z]\w+)\.(\w+|\*)`", text("docs/threat-model.md")):
            known = test == "*" and any(one == suite for one, _ in defined)
            self.assertTrue(known or (suite, test) in defined, f"{suite}.{test}")
        for script in re.findall(r"`(?:[\w/]+/)?(\w+\.py)`", text("docs/threat-model.md")):
            self.assertIn(script, scripts)


class Operations(unittest.TestCase):
    def test_names_every_field_of_the_configuration(self):
        message = text("proto/blindlink/config/v1/resolver_config.proto").split("message ResolverConfig {")[1]
        fields = re.findall(r"^  \w+ (\w+) = \d+;", message, re.MULTILINE)
        documented = [name for row in rows("docs/operations.md") if len(row) == 3 for name in quoted(row[0])]
        example = text("deploy/resolver.example.textproto")
        for field in fields:
            self.assertIn(field, documented)
            self.assertRegex(example, rf"(?m)^(# )?{field}(: | {{)")

    def test_names_every_field_of_a_worker_s_configuration(self):
        message = re.search(r"message WorkerConfig \{(.*?)\n\}",
                            text("proto/blindlink/config/v1/resolver_config.proto"), re.DOTALL).group(1)
        section = re.search(r"\n## Workers\n(.*?)\n## ", text("docs/cluster.md"), re.DOTALL).group(1)
        fields = re.findall(r"(?m)^  (?:repeated )?\w+ (\w+) = \d+;", message)
        self.assertGreater(len(fields), 8)
        for field in fields:
            self.assertRegex(section, rf"(?m)^(\| `{field}` \||{field}(:| {{))")

    def test_names_every_field_of_a_cluster_with_its_default(self):
        message = re.search(r"message ClickHouseIndex \{(.*?)\n\}",
                            text("proto/blindlink/config/v1/resolver_config.proto"), re.DOTALL).group(1)
        document = text("docs/cluster.md")
        for field in re.findall(r"^  (?:repeated )?\w+ (\w+) = \d+;", message, re.MULTILINE):
            self.assertIn(field, document)
        defaults = re.findall(r'\{"(\w+)", ([\d\']+), \S+, \S+\},', text("resolver/config/index_config.cc"))
        self.assertGreater(len(defaults), 5)
        for field, value in defaults:
            self.assertIn(["`" + field + "`", value.replace("'", " ")], [row[:2] for row in rows("docs/cluster.md")])

    def test_names_tests_of_a_cluster_that_exist(self):
        named = re.findall(r"`([A-Z]\w+)\.(\w+)`", text("docs/cluster.md"))
        self.assertGreater(len(named), 8)
        known = defined_tests()
        for suite, test in named:
            self.assertIn((suite, test), known)

    def test_states_the_defaults(self):
        source = text("resolver/config/resolver_config.cc")
        for constant, field in (("MemoryMib", "memory_budget_mib"), ("Streams", "max_concurrent_streams"),
                                ("MessageKib", "max_message_kib"), ("GrpcMib", "grpc_memory_mib")):
            value = re.search(rf"kDefault{constant} = (\d+);", source).group(1)
            self.assertIn(["`" + field + "`", value], [row[:2] for row in rows("docs/operations.md")])
            self.assertRegex(text("deploy/resolver.example.textproto"), rf"(?m)^{field}: {value}\b")

    def test_states_the_defaults_of_the_limits(self):
        limits = re.findall(r'\{"(\w+)", (\d+), \S+\},', text("resolver/config/resolver_config.cc"))
        self.assertTrue(limits)
        for field, value in limits:
            self.assertIn(["`" + field + "`", value], [row[:2] for row in rows("docs/operations.md")])
            self.assertRegex(text("deploy/resolver.example.textproto"), rf"(?m)^{field}: {value}\b")

    def test_names_every_exit_code(self):
        codes = re.findall(r"kExit\w+ = (\d+);", text("common/cli/exit_code.h"))
        documented = [row[0] for row in rows("docs/operations.md") if row[0].isdigit()]
        self.assertEqual(documented, codes)


class Robustness(unittest.TestCase):
    def test_names_tests_that_exist(self):
        sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*_test.cc"))
        defined = set(re.findall(r"TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\)", sources))
        of_tests = False
        for row in rows("docs/robustness.md"):
            if "---" in row[0] or len(row) != 3:
                continue
            if row[0].split()[0] in ("attack", "fault", "dates", "data"):
                of_tests = row[2] == "test"
            elif of_tests:
                named = re.findall(r"`([A-Za-z]\w*)\.(\w+)`", row[2])
                files = re.findall(r"`(tests/[\w/.]+)`", row[2])
                self.assertTrue(named or files, row[0])
                for test in named:
                    self.assertIn(test, defined)
                for file in files:
                    self.assertTrue((ROOT / file).exists(), file)


class EveryDocument(unittest.TestCase):
    def test_links_to_what_is_there(self):
        for document in documents():
            folder = (ROOT / document).parent
            for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text(document)):
                if not re.match(r"[a-z]+:", link):
                    self.assertTrue((folder / link).exists(), f"{document}: {link}")

    def test_names_no_machine_s_folder(self):
        for document in documents():
            self.assertNotRegex(text(document), r"(?<![\w.~])/(home|root|work|Users)/", document)


if __name__ == "__main__":
    unittest.main()
