#include "agent/clinical/release/diagnosis_standard.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/clinical/terms/absent_disease.h"

namespace blindlink::agent {
namespace {

constexpr size_t kMostKnown = 100'000;
constexpr char kSystem[] = "ICD-10-CM";

}  // namespace

const TermMatch& DiagnosisStandard::Match(const ClinicalRow& row) {
  const absl::string_view code = row.code_system.empty() || row.code_system == kSystem
                                     ? absl::string_view(row.code)
                                     : absl::string_view();
  std::string key = absl::StrCat(row.name, absl::string_view("\0", 1), code);
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  if (known_.size() >= kMostKnown) known_.clear();
  TermMatch match = matcher_->Match(row.name, code);
  match.candidates.clear();
  return known_.emplace(std::move(key), std::move(match)).first->second;
}

bool DiagnosisStandard::Apply(ClinicalRow* row) {
  ++counts_.rows;
  if (SaysAbsent(row->name)) {
    ++counts_.denied;
    return false;
  }
  if (row->name.empty() && row->certainty.empty()) row->certainty = "definite";
  if (matcher_ == nullptr) {
    row->name.clear();
  } else {
    const TermMatch& match = Match(*row);
    if (row->certainty.empty()) row->certainty = std::string(NameOf(match.certainty));
    row->name.clear();
    if (match.automatic && !match.code.empty()) {
      ++counts_.automatic;
      row->code = match.code;
      row->code_system = kSystem;
      row->name = match.standard_name;
    } else if (!row->code.empty()) {
      ++counts_.site_codes;
    }
  }
  if (row->code.empty()) {
    ++counts_.no_code;
    row->code_system.clear();
  }
  if (row->certainty == "suspected") ++counts_.suspected;
  return true;
}

}  // namespace blindlink::agent
