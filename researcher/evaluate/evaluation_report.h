#pragma once

#include <string>

#include "researcher/evaluate/evaluation.h"

namespace blindlink::researcher {

// The evaluation as text for people: contingency table, figures with 95 % intervals, outcome by
// rule, and what was left out of the count. Contains no record id.
std::string EvaluationText(const Evaluation& evaluation);

// The same as JSON for programs; docs/formats/result_files.md lists the keys.
std::string EvaluationJson(const Evaluation& evaluation);

}  // namespace blindlink::researcher
