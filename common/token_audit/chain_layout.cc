#include "common/token_audit/chain_layout.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"

namespace blindlink {
namespace {

constexpr unsigned kFewestBits = 8;

bool IsFollowed(v1::Standardizer standardizer) {
  return standardizer == v1::GIVEN_NAME || standardizer == v1::SURNAME ||
         standardizer == v1::DATE || standardizer == v1::CITY || standardizer == v1::POSTAL_CODE;
}

// Forms that group values so closely that a class of the form stands for its commonest value.
bool IsCoarseWay(v1::Form form) {
  return form == v1::SOUNDEX || form == v1::DOUBLE_METAPHONE || form == v1::NYSIIS ||
         form == v1::NICKNAME_ROOT || form == v1::PREFIX_3;
}

bool IsValue(v1::Form form) { return form == v1::EXACT || form == v1::PREFIX_5; }

// Whether codes of `other` say something about a value of `field`: a place is the same if its parts
// are.
bool Supports(v1::Standardizer other, v1::Standardizer field) {
  if (field == v1::CITY) return other == v1::STATE;
  return field == v1::POSTAL_CODE && (other == v1::CITY || other == v1::STATE);
}

// The whole of a name and its parts are one text for most names, so they are one code.
bool RepeatsAnother(EvidenceKind kind) {
  return kind == EvidenceKind::kFirstPart || kind == EvidenceKind::kLastPart;
}

const ComponentLayout* ComponentOf(const MatchKeyLayout& match_key, size_t field) {
  for (const ComponentLayout& component : match_key.components) {
    if (component.field == field) return &component;
  }
  return nullptr;
}

// Not 0 for the codes that travel with tokens of the match key.
EvidenceLayout::Codes TravellingCodes(const EvidenceLayout& evidence, size_t match_key) {
  const std::vector<uint8_t> all_ones(evidence.WidthOf(match_key), 0xFF);
  return all_ones.empty() ? EvidenceLayout::Codes{} : evidence.CodesIn(match_key, all_ones.data());
}

}  // namespace

ChainLayout::ChainLayout(const Plan& plan) : plan_(plan) {
  AddTargets();
  for (size_t target = 0; target < targets_.size(); ++target) AddWays(target);
  for (size_t key = 0; key < plan.match_keys().size(); ++key) {
    codes_.emplace_back();
    for (size_t target = 0; target < targets_.size(); ++target) {
      codes_[key].push_back(CodesOfTarget(key, target));
    }
    joins_.emplace_back();
    for (const ChainWay& way : ways_) joins_[key].push_back(HowItJoins(key, way));
  }
}

void ChainLayout::AddTargets() {
  const v1::LinkagePlan& proto = plan_.proto();
  for (int i = 0; i < proto.fields_size() && targets_.size() < kMaxTargets; ++i) {
    if (IsFollowed(proto.fields(i).standardizer())) targets_.push_back(static_cast<size_t>(i));
  }
}

void ChainLayout::AddWays(size_t target) {
  const size_t field = targets_[target];
  const std::string& name = plan_.proto().fields(static_cast<int>(field)).name();
  ways_.push_back({field, target, v1::EXACT, true, name});
  // Codes of different values agree now and then, which joins large classes: without codes, classes
  // are smaller and purer.
  if (!plan_.evidence().empty()) {
    ways_.push_back({field, target, v1::EXACT, false, absl::StrCat(name, " by tokens alone"),
                     /*tells_more=*/false});
  }
  for (const MatchKeyLayout& match_key : plan_.match_keys()) {
    const ComponentLayout* component = ComponentOf(match_key, field);
    if (component == nullptr || !IsCoarseWay(component->forms[0])) continue;
    const v1::Form form = component->forms[0];
    const bool known = std::any_of(ways_.begin(), ways_.end(), [&](const ChainWay& way) {
      return way.field == field && way.form == form;
    });
    if (!known)
      ways_.push_back(
          {field, target, form, false, absl::StrCat(name, " by ", v1::Form_Name(form))});
  }
}

ChainLayout::TargetCodes ChainLayout::CodesOfTarget(size_t match_key, size_t target) const {
  TargetCodes codes;
  const EvidenceLayout::Codes travelling = TravellingCodes(plan_.evidence(), match_key);
  const std::vector<EvidenceItem>& items = plan_.evidence().items();
  const size_t field = targets_[target];
  const auto standardizer = plan_.proto().fields(static_cast<int>(field)).standardizer();
  unsigned bits = 0;
  for (const bool own : {true, false}) {
    for (size_t i = 0; i < items.size(); ++i) {
      const bool wanted =
          own ? items[i].field == field : Supports(items[i].standardizer, standardizer);
      if (!wanted || travelling[i] == 0) continue;
      codes.items.push_back(i);
      if (!RepeatsAnother(items[i].kind)) bits += items[i].code_bits;
    }
    if (codes.items.empty()) return codes;  // nothing of the field itself travels
  }
  // Half a pair in a group agrees by chance.
  if (bits >= kFewestBits) codes.largest_group = static_cast<uint64_t>(std::exp2(bits / 2.0));
  return codes;
}

Joins ChainLayout::HowItJoins(size_t match_key, const ChainWay& way) const {
  const MatchKeyLayout& key = plan_.match_keys()[match_key];
  const ComponentLayout* component = ComponentOf(key, way.field);
  const bool fixed =
      component != nullptr && (IsValue(component->forms[0]) || component->forms[0] == way.form);
  if (fixed) return Joins::kByToken;
  const bool told_by_codes = way.by_codes && codes_[match_key][way.target].largest_group > 0;
  return told_by_codes ? Joins::kByTokenAndCodes : Joins::kNot;
}

ChainLayout::Codes ChainLayout::CodesIn(size_t match_key, const uint8_t* evidence) const {
  Codes numbers{};
  const EvidenceLayout::Codes codes = plan_.evidence().CodesIn(match_key, evidence);
  for (size_t target = 0; target < targets_.size(); ++target) {
    const TargetCodes& of = codes_[match_key][target];
    if (of.largest_group == 0 || codes[of.items[0]] == 0) continue;
    uint64_t mixed = 0;
    for (const size_t item : of.items) mixed = (mixed ^ codes[item]) * 0x9E3779B97F4A7C15u;
    numbers[target] = static_cast<uint32_t>(mixed >> 32) | 1;
  }
  return numbers;
}

}  // namespace blindlink
