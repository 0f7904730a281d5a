#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/input/input_record.h"
#include "agent/standardize/text/standard_value.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// Tells whether two records with the same record id can be one person. One person may have several
// names, addresses and numbers; two people stand behind one id if their sexes or birth dates
// differ, or if no part of one's names is among the other's. What is missing or unusable
// contradicts nothing. Not thread-safe.
class Contradiction {
 public:
  // `plan` must outlive it.
  Contradiction(const Plan& plan, const StandardizeOptions& standardize);

  // In what the two contradict each other: the name of a field of the plan, or "name". Nothing if
  // they do not.
  std::optional<absl::string_view> Between(const RawRecord& a, const RawRecord& b) const;

 private:
  using Texts = std::set<std::string>;

  // Adds the standard forms of a field's values to `texts`, and the parts of compound ones.
  void AddTexts(const RawRecord& record, int field, Texts* texts) const;
  bool FieldDiffers(const RawRecord& a, const RawRecord& b, int field) const;
  bool NamesDiffer(const RawRecord& a, const RawRecord& b) const;

  const Plan& plan_;
  const StandardizeOptions standardize_;
  std::vector<int> names_;  // indices of the plan's fields
  std::vector<int> facts_;  // sex and dates
};

}  // namespace blindlink::agent
