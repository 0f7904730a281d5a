#include "agent/compare/record_comparison.h"

#include <algorithm>
#include <set>
#include <string>

#include "agent/compare/best_level.h"
#include "agent/compare/name_rarity.h"
#include "agent/compare/value_levels.h"

namespace blindlink::agent {
namespace {

bool IsPlace(v1::Standardizer standardizer) {
  return standardizer == v1::CITY || standardizer == v1::STATE || standardizer == v1::POSTAL_CODE;
}

const std::vector<const char*>& LevelsOfField(v1::Standardizer standardizer) {
  switch (standardizer) {
    case v1::GIVEN_NAME:
      return GivenNameLevels();
    case v1::MIDDLE_NAME:
      return MiddleNameLevels();
    case v1::SURNAME:
      return SurnameLevels();
    case v1::POSTAL_CODE:
      return PlaceLevels();
    default:
      return LevelsOf(standardizer);
  }
}

// The first of several fields of a kind counts.
void SetOnce(size_t value, int* index) {
  if (*index < 0) *index = static_cast<int>(value);
}

}  // namespace

RecordComparison::RecordComparison(const Plan& plan) {
  std::set<std::string> evidence;
  for (const v1::EvidenceField& field : plan.proto().evidence()) evidence.insert(field.field());
  for (int i = 0; i < plan.proto().fields_size(); ++i) {
    const v1::Field& field = plan.proto().fields(i);
    if (!evidence.empty() && evidence.count(field.name()) == 0) continue;
    if (fields_.size() == kMaxScoredFields) break;
    AddField(static_cast<size_t>(i), field);
  }
  AddRarity("first_name_rarity", &given_);
  AddRarity("last_name_rarity", &surname_);
}

void RecordComparison::AddField(size_t plan_field, const v1::Field& field) {
  const v1::Standardizer standardizer = field.standardizer();
  plan_fields_.push_back(plan_field);
  if (standardizer == v1::POSTAL_CODE) SetOnce(plan_field, &postal_code_);
  if (standardizer == v1::CITY) SetOnce(plan_field, &city_);
  if (standardizer == v1::STATE) SetOnce(plan_field, &state_);
  if (standardizer == v1::MIDDLE_NAME) SetOnce(plan_field, &middle_);
  const bool has_place = std::any_of(compared_.begin(), compared_.end(), [](const Compared& other) {
    return IsPlace(other.standardizer);
  });
  if (IsPlace(standardizer) && has_place) return;
  const v1::Standardizer kind = IsPlace(standardizer) ? v1::POSTAL_CODE : standardizer;
  if (kind == v1::GIVEN_NAME && given_.name < 0) {
    given_ = {static_cast<int>(plan_field), static_cast<int>(fields_.size()), -1};
  }
  if (kind == v1::SURNAME && surname_.name < 0) {
    surname_ = {static_cast<int>(plan_field), static_cast<int>(fields_.size()), -1};
  }
  compared_.push_back({kind, plan_field});
  ScoredField scored = DescribeScoredField(kind);
  if (kind != v1::POSTAL_CODE) scored.name = field.name();
  scored.levels = LevelsOfField(kind);
  if (kind == v1::DATE) scored.same_year_levels = DateLevelsOfSameYear();
  fields_.push_back(std::move(scored));
}

void RecordComparison::AddRarity(const char* name, NameField* of) {
  if (of->name < 0 || fields_.size() == kMaxScoredFields) return;
  of->rarity = static_cast<int>(fields_.size());
  ScoredField& field = fields_.emplace_back();
  field.name = name;
  field.levels = NameRarityLevels();
  // Members of a household share a rare name as often as the two records of one person do.
  field.household = true;
  field.goes_with_name = true;
}

RecordNames RecordComparison::NameOf(const ComparableRecord& record) const {
  const auto at = [&record](int field) {
    return field < 0 ? nullptr : &record[static_cast<size_t>(field)];
  };
  return {at(given_.plan_field), at(middle_), at(surname_.plan_field)};
}

Place RecordComparison::PlaceOf(const ComparableRecord& record) const {
  const auto at = [&record](int field) {
    return field < 0 ? nullptr : &record[static_cast<size_t>(field)];
  };
  return {at(postal_code_), at(city_), at(state_)};
}

AgreementPattern RecordComparison::Compare(const ComparableRecord& left,
                                           const ComparableRecord& right) const {
  const FullNameLevels names = CompareFullNames(NameOf(left), NameOf(right));
  AgreementPattern pattern = 0;
  for (size_t i = 0; i < compared_.size(); ++i) {
    const Compared& field = compared_[i];
    const std::vector<ComparableValue>& a = left[field.plan_field];
    const std::vector<ComparableValue>& b = right[field.plan_field];
    size_t level = 0;
    if (static_cast<int>(i) == given_.name) {
      level = names.given;
    } else if (static_cast<int>(i) == surname_.name) {
      level = names.surname;
    } else if (field.standardizer == v1::POSTAL_CODE) {
      level = PlaceLevel(PlaceOf(left), PlaceOf(right));
    } else if (field.standardizer == v1::MIDDLE_NAME) {
      level = BestLevel(a, b, MiddleNameLevel);
    } else if (field.standardizer == v1::GIVEN_NAME) {
      level = BestLevel(a, b, GivenNameLevel);
    } else if (field.standardizer == v1::SURNAME) {
      level = BestLevel(a, b, SurnameLevel);
    } else {
      level = BestLevel(a, b, [&field](const ComparableValue& x, const ComparableValue& y) {
        return ValueLevel(field.standardizer, x, y);
      });
    }
    pattern |= AgreementPattern{level} << (4 * i);
  }
  return pattern;
}

}  // namespace blindlink::agent
