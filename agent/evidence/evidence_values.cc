#include "agent/evidence/evidence_values.h"

#include <algorithm>
#include <limits>

#include "absl/strings/string_view.h"
#include "agent/variants/variants.h"
#include "common/base/mix.h"
#include "common/crypto/siphash.h"

namespace blindlink {
namespace {

using Kind = EvidenceKind;

// Public on purpose: secrecy comes from the key of the codes.
constexpr SipHashKey kPublicKey = {0x626c696e646c696e, 0x6b20763120686173};

uint64_t Hash(Kind kind, absl::string_view text) {
  if (text.empty()) return 0;
  SipHashKey key = kPublicKey;
  key[0] ^= DomainOf(kind);
  const uint64_t hash = SipHash24(key, text);
  return hash == 0 ? 1 : hash;
}

// Min-wise hashing (Broder 1997) of the text's bigrams, its ends marked: two texts have the same
// minimum with the probability that is the Jaccard index of their sets of bigrams.
uint64_t MinHash(Kind kind, absl::string_view text) {
  if (text.empty()) return 0;
  const uint64_t seed = static_cast<uint64_t>(kind) * 0x9e3779b97f4a7c15;
  uint64_t lowest = std::numeric_limits<uint64_t>::max();
  unsigned char before = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    const auto next = static_cast<unsigned char>(i < text.size() ? text[i] : 0);
    lowest = std::min(lowest, Mix64(seed + (uint64_t{before} << 8 | next)));
    before = next;
  }
  return lowest == 0 ? 1 : lowest;
}

absl::string_view Third(absl::string_view text, int which) {
  const size_t third = text.size() / 3;
  if (third == 0) return {};
  if (which == 0) return text.substr(0, third);
  return which == 1 ? text.substr(third, third) : text.substr(2 * third);
}

absl::string_view DatePart(absl::string_view date, size_t at, size_t size) {
  return date.size() >= at + size ? date.substr(at, size) : absl::string_view();
}

}  // namespace

const std::vector<uint64_t>& EvidenceValues::Make(
    const std::vector<std::vector<StandardValue>>& values) {
  out_.clear();
  for (const EvidenceItem& item : layout_.items()) {
    const std::vector<StandardValue>& of_field = values[item.field];
    out_.push_back(of_field.empty() ? 0 : ValueOf(item, of_field[0]));
  }
  return out_;
}

uint64_t EvidenceValues::FormOf(v1::Form form, const EvidenceItem& item,
                                const StandardValue& value) {
  forms_.clear();
  AppendForm(form, item.standardizer, value, &forms_);
  if (forms_.empty()) return 0;
  return IsMinHash(item.kind) ? MinHash(item.kind, forms_[0]) : Hash(item.kind, forms_[0]);
}

uint64_t EvidenceValues::ValueOf(const EvidenceItem& item, const StandardValue& value) {
  const absl::string_view text = value.text;
  switch (item.kind) {
    case Kind::kExactName:
    case Kind::kExact:
      return Hash(item.kind, text);
    case Kind::kNicknameRoot:
      return FormOf(v1::NICKNAME_ROOT, item, value);
    case Kind::kDoubleMetaphone:
      return FormOf(v1::DOUBLE_METAPHONE, item, value);
    case Kind::kInitial:
      return FormOf(v1::INITIAL, item, value);
    case Kind::kFirstPart:
      return Hash(item.kind, value.parts.empty() ? text : value.parts.front());
    case Kind::kLastPart:
      return Hash(item.kind, value.parts.empty() ? text : value.parts.back());
    case Kind::kMinHash0:
    case Kind::kMinHash1:
    case Kind::kMinHash2:
    case Kind::kMinHash3:
      return item.standardizer == v1::STREET_ADDRESS ? FormOf(v1::STREET_NAME, item, value)
                                                     : MinHash(item.kind, text);
    case Kind::kYear:
      return Hash(item.kind, DatePart(text, 0, 4));
    case Kind::kMonth:
      return Hash(item.kind, DatePart(text, 4, 2));
    case Kind::kDay:
      return Hash(item.kind, DatePart(text, 6, 2));
    case Kind::kHouseNumber:
      return FormOf(v1::HOUSE_NUMBER, item, value);
    case Kind::kStreetName:
      return FormOf(v1::STREET_NAME, item, value);
    case Kind::kStreetCore:
      return FormOf(v1::STREET_CORE, item, value);
    case Kind::kPrefix3:
      return FormOf(v1::PREFIX_3_DIGITS, item, value);
    case Kind::kPrefix5:
      return FormOf(v1::PREFIX_5, item, value);
    case Kind::kFirstThird:
      return Hash(item.kind, Third(text, 0));
    case Kind::kMiddleThird:
      return Hash(item.kind, Third(text, 1));
    case Kind::kLastThird:
      return Hash(item.kind, Third(text, 2));
    case Kind::kLocalPart:
      return Hash(item.kind, text.substr(0, text.find('@')));
    case Kind::kLast4:
      return FormOf(v1::LAST_4, item, value);
  }
  return 0;
}

}  // namespace blindlink
