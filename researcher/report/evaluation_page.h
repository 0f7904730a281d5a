#pragma once

#include <optional>
#include <string>

#include "researcher/evaluate/evaluation.h"
#include "researcher/results/manifest.h"

namespace blindlink::researcher {

// What the page says about the origin of its figures.
struct PageSource {
  std::string evaluated;  // file names without folders
  std::string reference;
  std::string subgroups = {};  // empty: none
  std::string date = {};       // as the user writes it; empty: the manifest's
  std::optional<ResultManifest> manifest = {};
};

// The evaluation as one HTML file for reading and printing, after Figures 8 to 11 of the 2013
// Mini-Sentinel report: Venn diagram, contingency table, measures with intervals, counts by rule
// and band, precision-recall curve, calibration, subgroups. The file is self-contained: styles and
// drawings (SVG) are inline, there is no script, and nothing is loaded. Shows counts only, never a
// record.
std::string EvaluationPage(const Evaluation& evaluation, const PageSource& source);

}  // namespace blindlink::researcher
