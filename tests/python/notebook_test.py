"""The notebook, executed by nbclient on what the demonstration left."""

import os
import pathlib
import unittest

import nbformat
from nbclient import NotebookClient

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Notebook(unittest.TestCase):
    def test_runs_on_the_demonstration_and_shows_what_it_says(self):
        notebook = nbformat.read(ROOT / "python/examples/results.ipynb", as_version=4)
        nbformat.validate(notebook)
        for cell in notebook.cells:
            self.assertFalse(cell.get("outputs"), "the notebook is kept without outputs")
        NotebookClient(notebook, timeout=120, resources={"metadata": {"path": os.environ["BLINDLINK_DEMO"]}}).execute()
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
        text = "".join(output.get("text", "") for output in outputs)
        printed = pathlib.Path(os.environ["BLINDLINK_DEMO"], "evaluation-pairs.txt").read_text(encoding="utf-8")
        self.assertIn(printed, text)
        self.assertIn("PPV: expected 0.9", text)
        # The run warns of its sample before anything is shown of it, and the two figures are drawn.
        self.assertIn("QualityWarning", "".join(output.get("text", "") for output in notebook.cells[3].outputs))
        self.assertEqual(sum("image/png" in output.get("data", {}) for output in outputs), 2)


if __name__ == "__main__":
    unittest.main()
