#include "common/score/field_levels.h"

#include <set>
#include <string>
#include <utility>

namespace blindlink {
namespace {

constexpr const char* kRarityLevels[] = {"missing", "very common", "common",
                                         "known",   "rare",        "very rare"};

bool IsOfManyDigits(Comparison comparison) {
  return comparison == Comparison::kNumber || comparison == Comparison::kPhone ||
         comparison == Comparison::kEmail;
}

size_t FirstOf(const MatchKeySet& match_keys) {
  size_t first = 0;
  while (!match_keys.test(first)) ++first;
  return first;
}

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

void SetBounds(const v1::LinkagePlan& plan, std::vector<ScoredField>* fields) {
  std::set<std::string> of_place;
  for (const v1::Field& field : plan.fields()) {
    if (IsPlace(TraitsOf(field.standardizer()).comparison)) of_place.insert(field.name());
  }
  for (const v1::AgreementBound& bound : plan.scoring().bounds()) {
    const std::string& name = of_place.count(bound.field()) > 0 ? kPlaceName : bound.field();
    for (ScoredField& field : *fields) {
      if (field.name == name) field.least_agreement = bound.least_agreement();
    }
  }
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
  SetBounds(plan, &fields_);
  TakeMatchKeys(plan);
}

void FieldLevels::TakeMatchKeys(const v1::LinkagePlan& plan) {
  size_t proofs = 0;
  for (ScoredField& field : fields_) {
    if (IsOfManyDigits(field.comparison) && proofs < kMaxProofs) field.proof = ++proofs;
  }
  given_name_ = FindField(Comparison::kGivenName);
  surname_ = FindField(Comparison::kSurname);
  const bool both = given_name_ != SIZE_MAX && surname_ != SIZE_MAX;
  for (const v1::MatchKey& key : plan.match_keys()) {
    const std::set<std::string> exchanged = {key.exchange().first(), key.exchange().second()};
    of_exchanged_names_.set(proven_.size(), both &&
                                                exchanged.count(fields_[given_name_].name) > 0 &&
                                                exchanged.count(fields_[surname_].name) > 0);
    proven_.push_back(FindProven(plan, key));
  }
}

size_t FieldLevels::FindField(Comparison comparison) const {
  for (size_t f = 0; f < fields_.size(); ++f) {
    if (fields_[f].comparison == comparison) return f;
  }
  return SIZE_MAX;
}

size_t FieldLevels::FindProven(const v1::LinkagePlan& plan, const v1::MatchKey& key) const {
  for (const v1::Component& component : key.components()) {
    if (component.form() != v1::EXACT) continue;
    for (size_t f = 0; f < fields_.size(); ++f) {
      if (fields_[f].proof > 0 && fields_[f].name == component.field()) return f;
    }
  }
  return SIZE_MAX;
}

AgreementPattern FieldLevels::WithTokens(AgreementPattern pattern, const MatchKeySet& match_keys,
                                         size_t tokens) const {
  constexpr size_t kDiffers = 1;
  const auto set_level = [&](size_t f, size_t level) {
    pattern = (pattern & ~(AgreementPattern{15} << (4 * f))) | AgreementPattern{level} << (4 * f);
  };
  if ((match_keys & of_exchanged_names_).any() && LevelIn(pattern, given_name_) == kDiffers &&
      LevelIn(pattern, surname_) == kDiffers) {
    set_level(given_name_, kExchangedNameLevel);
    set_level(surname_, 0);  // the given name's level says it
  }
  if (tokens != 1) return pattern;
  const size_t f = proven_[FirstOf(match_keys)];
  if (f == SIZE_MAX || LevelIn(pattern, f) + 1 != fields_[f].levels.size()) return pattern;
  return pattern | AgreementPattern{fields_[f].proof} << 60;
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
