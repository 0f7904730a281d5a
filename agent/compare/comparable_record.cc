#include "agent/compare/comparable_record.h"

#include "absl/hash/hash.h"
#include "agent/standardize/address/address.h"
#include "agent/variants/variants.h"
#include "common/plan/standardizer_catalog.h"

namespace blindlink::agent {
namespace {

std::vector<uint64_t> Hashes(v1::Form form, v1::Standardizer standardizer,
                             const StandardValue& value) {
  std::vector<std::string> texts;
  AppendForm(form, standardizer, value, &texts);
  std::vector<uint64_t> hashes;
  hashes.reserve(texts.size());
  for (const std::string& text : texts) hashes.push_back(ComparableHash(text));
  return hashes;
}

}  // namespace

uint64_t ComparableHash(absl::string_view text) { return absl::HashOf(text); }

ComparableValue MakeComparable(v1::Standardizer standardizer, const StandardValue& value) {
  ComparableValue made;
  made.text = value.text;
  switch (TraitsOf(standardizer).comparison) {
    case Comparison::kGivenName:
      made.roots = Hashes(v1::NICKNAME_ROOT, standardizer, value);
      [[fallthrough]];
    case Comparison::kSurname:
      made.sounds = Hashes(v1::DOUBLE_METAPHONE, standardizer, value);
      made.parts = Hashes(v1::NAME_PART, standardizer, value);
      if (made.parts.empty()) made.parts.push_back(ComparableHash(value.text));
      break;
    case Comparison::kCity:
      made.sounds = Hashes(v1::DOUBLE_METAPHONE, standardizer, value);
      break;
    case Comparison::kStreetAddress:
      made.address = std::make_shared<const ComparableAddress>(
          ComparableAddress{AddressOf(value).house_number, StreetNameText(AddressOf(value)),
                            AddressOf(value).unit, AddressOf(value).po_box});
      break;
    default:
      break;
  }
  return made;
}

}  // namespace blindlink::agent
