#include "agent/pipeline/contradiction.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "agent/standardize/standardize_values.h"

namespace blindlink::agent {
namespace {

constexpr size_t kWholeDate = 8;  // YYYYMMDD; a shorter text is a date known in part

// Whether `b` says nothing in the field that `a` does not say.
bool AddsNothing(const RawTexts& a, const RawTexts& b) {
  return std::all_of(b.begin(), b.end(), [&](const std::string& text) {
    return std::find(a.begin(), a.end(), text) != a.end();
  });
}

// Whether one of the texts begins with the other: J and JOHN.
bool AreAlike(const std::string& a, const std::string& b) {
  return absl::StartsWith(a, b) || absl::StartsWith(b, a);
}

bool AnyAlike(const std::set<std::string>& a, const std::set<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& left) {
    return std::any_of(b.begin(), b.end(),
                       [&](const std::string& right) { return AreAlike(left, right); });
  });
}

}  // namespace

Contradiction::Contradiction(const Plan& plan, const StandardizeOptions& standardize)
    : plan_(plan), standardize_(standardize) {
  for (int i = 0; i < plan.proto().fields_size(); ++i) {
    switch (plan.proto().fields(i).standardizer()) {
      case v1::GIVEN_NAME:
      case v1::MIDDLE_NAME:
      case v1::SURNAME:
        names_.push_back(i);
        break;
      case v1::DATE:
      case v1::SEX:
        facts_.push_back(i);
        break;
      default:
        break;
    }
  }
}

std::optional<absl::string_view> Contradiction::Between(const RawRecord& a,
                                                        const RawRecord& b) const {
  for (const int field : facts_) {
    if (FieldDiffers(a, b, field)) return plan_.proto().fields(field).name();
  }
  if (NamesDiffer(a, b)) return "name";
  return std::nullopt;
}

void Contradiction::AddTexts(const RawRecord& record, int field, Texts* texts) const {
  const v1::Standardizer standardizer = plan_.proto().fields(field).standardizer();
  std::vector<StandardValue> values;
  TextOutcomes outcomes;
  StandardizeValues(standardizer, record.values[static_cast<size_t>(field)], standardize_, &values,
                    &outcomes);
  for (StandardValue& value : values) {
    if (value.damaged || (standardizer == v1::DATE && value.text.size() < kWholeDate)) continue;
    texts->insert(value.parts.begin(), value.parts.end());
    texts->insert(std::move(value.text));
  }
}

bool Contradiction::FieldDiffers(const RawRecord& a, const RawRecord& b, int field) const {
  const auto index = static_cast<size_t>(field);
  if (AddsNothing(a.values[index], b.values[index])) return false;
  Texts left;
  Texts right;
  AddTexts(a, field, &left);
  AddTexts(b, field, &right);
  return !left.empty() && !right.empty() &&
         std::none_of(left.begin(), left.end(),
                      [&](const std::string& text) { return right.contains(text); });
}

bool Contradiction::NamesDiffer(const RawRecord& a, const RawRecord& b) const {
  const bool same = std::all_of(names_.begin(), names_.end(), [&](int field) {
    const auto index = static_cast<size_t>(field);
    return AddsNothing(a.values[index], b.values[index]);
  });
  if (same) return false;
  Texts left;
  Texts right;
  for (const int field : names_) {
    AddTexts(a, field, &left);
    AddTexts(b, field, &right);
  }
  return !left.empty() && !right.empty() && !AnyAlike(left, right);
}

}  // namespace blindlink::agent
