#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/compare/difference.h"
#include "agent/why_missed/kept_records.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// What a difference is about. Fields that belong together count as one subject.
enum class Subject {
  kFirstName,
  kMiddleName,
  kLastName,  // including the suffix
  kDate,
  kAddress,  // street, second line, city, state, ZIP
  kNumber,   // SSN, insurance number
  kContact,  // phone, e-mail
  kOther,    // sex, relationship
  kSeveral,  // no single subject differs most
  kNothing,  // nothing differs
};
inline constexpr size_t kSubjects = static_cast<size_t>(Subject::kNothing) + 1;

absl::string_view NameOf(Subject subject);
Subject SubjectOf(v1::Standardizer standardizer);

// How two records compare, without any of their values.
struct Explanation {
  std::vector<Difference> fields;  // by the plan's fields
  Subject main = Subject::kNothing;
  // Indices into plan.match_keys() of those under which the two share a token, in forms that may
  // meet. If empty, the pair was not a candidate. Over-used tokens are not taken into account.
  std::vector<size_t> match_keys;
};

// Compares two records field by field. A field that one of the sites never fills is kNotInFile.
// Exchanged first and last names, and a middle name in place of the first, are distinguished from
// other differences. Pure; thread-safe.
Explanation Explain(const Plan& plan, const KeptRecord& left, const KeptRecord& right);

}  // namespace blindlink::agent
