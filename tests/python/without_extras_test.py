"""The package as it is installed without its extras."""

import importlib.resources
import importlib.util
import unittest

import blindlink


class WithoutExtras(unittest.TestCase):
    def test_tables_and_figures_say_what_to_install(self):
        rows = blindlink.Rows(blindlink.EntityMember, lambda: iter([]))
        for extra, module, use in (("pandas", "pandas", rows.to_pandas), ("arrow", "pyarrow", rows.to_arrow),
                                   ("plot", "matplotlib", lambda: blindlink.plot_scores([]))):
            self.assertIsNone(importlib.util.find_spec(module))
            with self.assertRaisesRegex(ImportError, rf"pip install 'blindlink\[{extra}\]'"):
                use()

    def test_the_package_is_the_installed_one_and_says_its_types(self):
        self.assertIn("site-packages", blindlink.__file__)
        self.assertTrue(importlib.resources.files("blindlink").joinpath("py.typed").is_file())

    def test_everything_it_names_is_there_and_explained(self):
        for name in blindlink.__all__:
            self.assertTrue(getattr(blindlink, name).__doc__, name)


if __name__ == "__main__":
    unittest.main()
