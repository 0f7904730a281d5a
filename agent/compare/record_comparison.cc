#include "agent/compare/record_comparison.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "agent/compare/best_level.h"
#include "agent/compare/name_rarity.h"
#include "agent/compare/value_levels.h"

namespace blindlink::agent {
namespace {

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
  SetBounds(plan.proto(), &fields_);
  AddRarity("first_name_rarity", &given_);
  AddRarity("last_name_rarity", &surname_);
}

void RecordComparison::AddField(size_t plan_field, const v1::Field& field) {
  const Comparison comparison = TraitsOf(field.standardizer()).comparison;
  plan_fields_.push_back(plan_field);
  if (comparison == Comparison::kPostalCode) SetOnce(plan_field, &postal_code_);
  if (comparison == Comparison::kCity) SetOnce(plan_field, &city_);
  if (comparison == Comparison::kState) SetOnce(plan_field, &state_);
  if (comparison == Comparison::kMiddleName) SetOnce(plan_field, &middle_);
  const bool has_place = std::any_of(compared_.begin(), compared_.end(), [](const Compared& other) {
    return IsPlace(other.comparison);
  });
  if (IsPlace(comparison) && has_place) return;
  const NameField here = {static_cast<int>(plan_field), static_cast<int>(fields_.size()), -1};
  if (comparison == Comparison::kGivenName && given_.name < 0) given_ = here;
  if (comparison == Comparison::kSurname && surname_.name < 0) surname_ = here;
  compared_.push_back({comparison, plan_field});
  ScoredField scored = DescribeScoredField(field.standardizer());
  scored.name = IsPlace(comparison) ? kPlaceName : field.name();
  scored.levels = LevelsOf(comparison);
  if (scored.birth_date) scored.same_year_levels = DateLevelsOfSameYear();
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
    } else if (IsPlace(field.comparison)) {
      level = PlaceLevel(PlaceOf(left), PlaceOf(right));
    } else {
      level = BestLevel(a, b, [&field](const ComparableValue& x, const ComparableValue& y) {
        return ValueLevel(field.comparison, x, y);
      });
    }
    pattern |= AgreementPattern{level} << (4 * i);
  }
  return pattern;
}

}  // namespace blindlink::agent
