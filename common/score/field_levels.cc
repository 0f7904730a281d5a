#include "common/score/field_levels.h"

#include <set>
#include <utility>

namespace blindlink {
namespace {

constexpr const char* kRarityLevels[] = {"missing", "very common", "common",
                                         "known",   "rare",        "very rare"};

ScoredField DescribeRarity() {
  ScoredField field;
  field.name = "name_rarity";
  field.levels = kRarityLevels;
  field.is_rarity = true;
  return field;
}

}  // namespace

ScoredField DescribeScoredField(v1::Standardizer standardizer) {
  const StandardizerTraits& traits = TraitsOf(standardizer);
  const CodeLevels& levels = CodeLevelsOf(traits.comparison);
  ScoredField field;
  static_cast<ScoredTraits&>(field) = traits.scored;
  field.levels = levels.names;
  field.comparison = traits.comparison;
  field.agrees_from = levels.agrees_from;
  field.birth_date = traits.comparison == Comparison::kDate;
  field.same_year_levels = levels.same_year;
  return field;
}

FieldLevels::FieldLevels(const v1::LinkagePlan& plan, const EvidenceLayout& layout) {
  bool has_place = false;
  std::set<size_t> seen;
  for (const EvidenceItem& item : layout.items()) {
    const Comparison comparison = TraitsOf(item.standardizer).comparison;
    if (IsPlace(comparison)) {
      has_place = true;
    } else if (seen.insert(item.field).second) {
      fields_.push_back(DescribeScoredField(item.standardizer));
      fields_.back().name = plan.fields(static_cast<int>(item.field)).name();
      rules_.push_back(
          {CodeLevelsOf(comparison).level, CodePositions(layout, item.field, item.standardizer)});
    }
  }
  if (has_place) {
    place_ = PlaceRule{CodePositions(layout, v1::POSTAL_CODE), CodePositions(layout, v1::CITY),
                       CodePositions(layout, v1::STATE)};
    fields_.push_back(DescribeScoredField(v1::POSTAL_CODE));
    fields_.back().name = kPlaceName;
  }
  if (!layout.empty()) fields_.push_back(DescribeRarity());
}

bool SameBirthYear(const std::vector<ScoredField>& fields, AgreementPattern pattern) {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].same_year_levels >> LevelIn(pattern, i) & 1) return true;
  }
  return false;
}

size_t NameRarity(uint64_t records) {
  if (records > 40) return 1;
  if (records > 15) return 2;
  if (records > 6) return 3;
  return records > 2 ? 4 : 5;
}

AgreementPattern FieldLevels::PatternOf(const EvidenceBits& bits, size_t tokens,
                                        size_t name_rarity) const {
  AgreementPattern pattern = tokens > 1 ? 0 : kThroughOneToken;
  size_t field = 0;
  const auto set_next = [&](size_t level) { pattern |= AgreementPattern{level} << (4 * field++); };
  for (const Rule& rule : rules_) set_next(rule.level(ComparedCodes(rule.positions, bits)));
  if (place_) {
    set_next(PlaceLevel(ComparedCodes(place_->postal_code, bits), ComparedCodes(place_->city, bits),
                        ComparedCodes(place_->state, bits)));
  }
  if (!fields_.empty()) set_next(name_rarity);
  return pattern;
}

}  // namespace blindlink
