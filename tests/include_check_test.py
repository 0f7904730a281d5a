#!/usr/bin/env python3
"""The include check finds each fault planted in a small tree, and nothing in a tree without faults."""
import tempfile
import unittest
from pathlib import Path

from include_check import violations

TREE = {
    'common/base/CMakeLists.txt': 'blindlink_library(common_base SOURCES hex.cc DEPS absl::strings)\n',
    'common/base/hex.h': '#include "absl/strings/string_view.h"\n',
    'common/base/hex.cc': '#include "common/base/hex.h"\n',
    'agent/input/CMakeLists.txt': 'blindlink_library(agent_input SOURCES row.cc DEPS common_base)\n',
    'agent/input/row.h': '#include <string>\n',
    'agent/input/row.cc': '#include "agent/input/row.h"\n#include "common/base/hex.h"\n',
    'tests/unit/CMakeLists.txt': 'blindlink_test(row_test SOURCES row_test.cc DEPS agent_input)\n',
    'tests/unit/row_test.cc': '#include <gtest/gtest.h>\n#include "agent/input/row.h"\n',
}


class IncludeCheckTest(unittest.TestCase):
    def found(self, changes):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**TREE, **changes}.items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return violations(Path(folder))

    def test_a_tree_that_declares_what_it_includes_passes(self):
        self.assertEqual(self.found({}), [])

    def test_an_include_that_no_dependency_covers_is_found(self):
        found = self.found({'agent/input/CMakeLists.txt': 'blindlink_library(agent_input SOURCES row.cc)\n'})
        self.assertEqual(found, ['agent/input/row.cc: includes common/base/hex.h, but agent_input does not depend on '
                                 'common_base'])

    def test_a_dependency_through_another_does_not_cover_an_include(self):
        found = self.found({'agent/input/row.h': '#include "absl/strings/str_cat.h"\n'})
        self.assertEqual(len(found), 1)
        self.assertIn('does not depend on absl::strings', found[0])

    def test_a_dependency_that_nothing_uses_is_found(self):
        found = self.found({'agent/input/row.cc': '#include "agent/input/row.h"\n'})
        self.assertEqual(found, ['agent/input/CMakeLists.txt: agent_input depends on common_base, but no file '
                                 'includes it'])

    def test_a_dependency_that_is_named_twice_is_found(self):
        found = self.found({'tests/unit/CMakeLists.txt':
                            'blindlink_test(row_test SOURCES row_test.cc DEPS agent_input agent_input)\n'})
        self.assertEqual(len(found), 1)

    def test_a_source_that_is_not_there_is_found(self):
        found = self.found({'tests/unit/CMakeLists.txt':
                            'blindlink_test(row_test SOURCES row_test.cc gone_test.cc DEPS agent_input)\n'})
        self.assertEqual(found, ['tests/unit/CMakeLists.txt: gone_test.cc does not exist'])

    def test_a_source_that_nothing_builds_is_found(self):
        found = self.found({'tests/unit/forgotten_test.cc': ''})
        self.assertEqual(found, ['tests/unit/forgotten_test.cc: no target of its folder builds it'])

    def test_a_library_that_waits_for_itself_is_found(self):
        found = self.found({
            'common/base/CMakeLists.txt': 'blindlink_library(common_base SOURCES hex.cc DEPS agent_input absl::strings)\n',
            'common/base/hex.cc': '#include "common/base/hex.h"\n#include "agent/input/row.h"\n'})
        self.assertEqual(found, ['agent_input -> common_base -> agent_input: a cycle of libraries'])


if __name__ == '__main__':
    unittest.main()
