#include "agent/clinical/terms/review_file.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/csv/csv_writer.h"

namespace blindlink::agent {
namespace {

// "I10 Essential (primary) hypertension (0.93: similar to ...)"
std::string Describe(const TermCandidate& candidate) {
  return absl::StrCat(candidate.code.empty() ? "none" : candidate.code, " ",
                      candidate.standard_name, " (", std::lround(candidate.probability * 100),
                      " %: ", candidate.explanation, ")");
}

}  // namespace

void ReviewFile::Add(absl::string_view name, const TermMatch& match) {
  Entry& entry = names_[std::string(name)];
  if (entry.count++ == 0) entry.match = match;
}

std::string ReviewFile::ToCsv() const {
  std::vector<const std::pair<const std::string, Entry>*> order;
  for (const auto& entry : names_) order.push_back(&entry);
  std::stable_sort(order.begin(), order.end(),
                   [](const auto* a, const auto* b) { return a->second.count > b->second.count; });
  std::string csv = "name,count,decision,standard_name,certainty,candidates\n";
  for (const auto* entry : order) {
    const std::string candidates = absl::StrJoin(
        entry->second.match.candidates, "; ", [](std::string* out, const TermCandidate& candidate) {
          absl::StrAppend(out, Describe(candidate));
        });
    AppendCsvRow({entry->first, absl::StrCat(entry->second.count), "", "",
                  NameOf(entry->second.match.certainty), candidates},
                 &csv);
  }
  return csv;
}

}  // namespace blindlink::agent
