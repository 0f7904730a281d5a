#include "agent/evidence/evidence_values.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "agent/variants/variants.h"
#include "common/base/mix.h"
#include "common/crypto/siphash.h"
#include "common/plan/standardizer_catalog.h"

namespace blindlink::agent {
namespace {

using Kind = EvidenceKind;

// Public on purpose: secrecy comes from the key of the codes.
constexpr SipHashKey kPublicKey = {0x626c696e646c696e, 0x6b20763120686173};

constexpr absl::string_view kNone = "-";

uint64_t Hash(Kind kind, absl::string_view text) {
  if (text.empty()) return 0;
  SipHashKey key = kPublicKey;
  key[0] ^= DomainOf(kind);
  const uint64_t hash = SipHash24(key, text);
  return hash == 0 ? 1 : hash;
}

// Min-wise hashing (Broder 1997) of the text's bigrams, with its ends marked: the probability that
// two texts have the same minimum is the Jaccard index of their sets of bigrams.
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

// Of a masked number, only what is not masked is known.
absl::string_view KnownThird(const StandardValue& value, int which) {
  const absl::string_view third = Third(value.text, which);
  return IsMaskedNumber(value) && third.find('X') != third.npos ? absl::string_view() : third;
}

// Empty if the part is not known: partial dates are short, and damaged ones have zeros.
absl::string_view DatePart(absl::string_view date, size_t at, size_t size) {
  if (date.size() < at + size) return {};
  const absl::string_view part = date.substr(at, size);
  return part.find_first_not_of('0') == part.npos ? absl::string_view() : part;
}

// The first text of a value in each form, each made only once.
class FirstForms {
 public:
  FirstForms(v1::Standardizer standardizer, const StandardValue& value)
      : standardizer_(standardizer), value_(value) {}

  const StandardValue& value() const { return value_; }
  // The text that min-hashes are made of. Valid until the next call, as is that of Of.
  absl::string_view ForMinHash() {
    const v1::Form form = TraitsOf(standardizer_).min_hash_form;
    return form == v1::EXACT ? absl::string_view(value_.text) : Of(form);
  }
  // Empty if there is none.
  absl::string_view Of(v1::Form form) {
    for (const auto& [known, text] : forms_) {
      if (known == form) return text;
    }
    std::vector<std::string> texts;
    AppendForm(form, standardizer_, value_, &texts);
    return forms_.emplace_back(form, texts.empty() ? "" : std::move(texts[0])).second;
  }

 private:
  const v1::Standardizer standardizer_;
  const StandardValue& value_;
  absl::InlinedVector<std::pair<v1::Form, std::string>, 3> forms_;
};

uint64_t ValueOf(const EvidenceItem& item, FirstForms& forms) {
  const StandardValue& value = forms.value();
  const absl::string_view text = value.text;
  switch (item.kind) {
    case Kind::kExactName:
    case Kind::kExact:
      return Hash(item.kind, text);
    case Kind::kNicknameRoot:
      return Hash(item.kind, forms.Of(v1::NICKNAME_ROOT));
    case Kind::kDoubleMetaphone:
      return Hash(item.kind, forms.Of(v1::DOUBLE_METAPHONE));
    case Kind::kInitial:
      return Hash(item.kind, forms.Of(v1::INITIAL));
    case Kind::kFirstPart:
      return Hash(item.kind, value.parts.empty() ? text : value.parts.front());
    case Kind::kLastPart:
      return Hash(item.kind, value.parts.empty() ? text : value.parts.back());
    case Kind::kMinHash0:
    case Kind::kMinHash1:
    case Kind::kMinHash2:
    case Kind::kMinHash3:
      return MinHash(item.kind, forms.ForMinHash());
    case Kind::kYear:
      return Hash(item.kind, DatePart(text, 0, 4));
    case Kind::kMonth:
      return Hash(item.kind, DatePart(text, 4, 2));
    case Kind::kDay:
      return Hash(item.kind, DatePart(text, 6, 2));
    case Kind::kHouseNumber:
      return Hash(item.kind, forms.Of(v1::HOUSE_NUMBER));
    case Kind::kStreetName:
      return Hash(item.kind, forms.Of(v1::STREET_NAME));
    case Kind::kStreetCore:
      return Hash(item.kind, forms.Of(v1::STREET_CORE));
    case Kind::kPrefix3:
      return Hash(item.kind, forms.Of(v1::PREFIX_3_DIGITS));
    case Kind::kPrefix5:
      return Hash(item.kind, forms.Of(v1::PREFIX_5));
    case Kind::kFirstThird:
      return Hash(item.kind, KnownThird(value, 0));
    case Kind::kMiddleThird:
      return Hash(item.kind, KnownThird(value, 1));
    case Kind::kLastThird:
      return Hash(item.kind, KnownThird(value, 2));
    case Kind::kLocalPart:
      return Hash(item.kind, text.substr(0, text.find('@')));
    case Kind::kLast4:
      return Hash(item.kind, forms.Of(v1::LAST_4));
  }
  return 0;
}

}  // namespace

void AppendEvidenceValues(absl::Span<const EvidenceItem> items,
                          const std::vector<StandardValue>& values, std::vector<uint64_t>* out) {
  if (items.empty()) return;
  if (!values.empty()) {
    FirstForms forms(items[0].standardizer, values[0]);
    for (const EvidenceItem& item : items) out->push_back(ValueOf(item, forms));
    return;
  }
  for (const EvidenceItem& item : items) {
    // A father and his son of the same name are told apart by a suffix that only one of them has.
    out->push_back(TraitsOf(item.standardizer).missing_says_none ? Hash(item.kind, kNone) : 0);
  }
}

}  // namespace blindlink::agent
