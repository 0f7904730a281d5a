#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/synthetic/budget.h"
#include "agent/synthetic/closeness.h"
#include "agent/synthetic/coded_table.h"
#include "agent/synthetic/privacy_check.h"
#include "agent/synthetic/synthesis_spec.h"

namespace blindlink::agent {

// One table of a synthesis and how it compares with the real one.
struct TableReport {
  std::string name;  // "persons", "visits"
  const std::vector<Domain>* domains = nullptr;
  const CodedTable* real = nullptr;
  const CodedTable* synthetic = nullptr;
  Closeness closeness;
  std::optional<PrivacyCheck> privacy;  // only with a hold-out
};

// For the site alone: the figures are exact, so they are not differentially private.
std::string ReportToJson(const SynthesisSpec& spec, const Budget& budget,
                         const std::vector<TableReport>& tables);
// The same for reading and printing: one HTML file, self-contained, without scripts, with plots as
// SVG.
std::string ReportToHtml(const SynthesisSpec& spec, const Budget& budget,
                         const std::vector<TableReport>& tables);

// What goes with the synthetic files: how they were made and what was spent. Tells nothing of the
// data that the synthetic files do not tell.
std::string SynthesisToJson(const SynthesisSpec& spec, const Budget& budget, uint64_t persons,
                            uint64_t visits);

}  // namespace blindlink::agent
