#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "blindlink/v1/plan.pb.h"
#include "common/plan/evidence_kind.h"
#include "common/plan/match_key_layout.h"

namespace blindlink {

// One code of a record: which field it is of, and what it describes there.
struct EvidenceItem {
  size_t field;  // index into LinkagePlan.fields
  v1::Standardizer standardizer;
  EvidenceKind kind;
  unsigned code_bits;

  // The number of codes, not counting 0, which stands for a missing value.
  unsigned CodeCount() const { return (1u << code_bits) - 1; }
  // The code that 16 random bits of a value give.
  uint8_t CodeOf(uint16_t random) const {
    return static_cast<uint8_t>(1 + (random * CodeCount() >> 16));
  }
};

// What the codes of two records say about them, a bit per item. Crosswise comparisons (first name
// with last and middle name, day with month, parts of a name) have bits of their own after those of
// the items. Combine the tokens that two records share with |=.
struct EvidenceBits {
  uint64_t compared = 0;  // both records have a value
  uint64_t differs = 0;   // and the values differ

  EvidenceBits& operator|=(const EvidenceBits& other) {
    compared |= other.compared;
    differs |= other.differs;
    return *this;
  }
  bool Agrees(size_t bit) const { return (compared & ~differs) >> bit & 1; }
  bool Compared(size_t bit) const { return compared >> bit & 1; }
  friend bool operator==(const EvidenceBits&, const EvidenceBits&) = default;
};

// Two items whose values are compared crosswise: one record's `first` with the other's `second`.
struct CrossComparison {
  size_t first;
  size_t second;
};

// The evidence codes of a plan: which codes a record has, and which of them travel with the tokens
// of each match key. A code has a few bits; 0 says that the record has no such value. Codes that a
// match key fixes are left out, since they always agree. Immutable, so threads may share it.
// Copyable.
class EvidenceLayout {
 public:
  // Each item and each crosswise comparison of a plan has a bit in EvidenceBits.
  static constexpr size_t kMaxBits = 64;
  // A code for each of items(), 0 for a missing value; then zeros.
  using Codes = std::array<uint8_t, kMaxBits + 8>;
  // Of evidence in a plan; each takes four bits of an AgreementPattern, as does a name's rarity.
  static constexpr int kMaxFields = 14;

  EvidenceLayout() = default;
  // `match_keys` must have been made from `plan`.
  EvidenceLayout(const v1::LinkagePlan& plan, const std::vector<MatchKeyLayout>& match_keys);

  bool empty() const { return items_.empty(); }
  const std::vector<EvidenceItem>& items() const { return items_; }
  // Bits of items and crosswise comparisons.
  size_t bit_count() const { return items_.size() + 2 * crosses_.size(); }
  // Bytes of evidence a token of the match key (index into Plan::match_keys) carries.
  size_t WidthOf(size_t match_key) const { return keys_.empty() ? 0 : keys_[match_key].width; }
  // Appends the codes that travel with a token, WidthOf bytes: those that the match key does not
  // fix, without gaps, the highest bit first; the last byte is padded with zeros.
  void Pack(size_t match_key, const Codes& codes, std::vector<uint8_t>* out) const;

  // The codes in WidthOf(match_key) packed bytes; 0 for those that do not travel.
  Codes CodesIn(size_t match_key, const uint8_t* packed) const {
    return Unpack(keys_[match_key], packed);
  }

  // The bit of a field's item; -1 if the plan has none.
  int BitOf(size_t field, EvidenceKind kind) const;
  // The bits of a crosswise comparison, in both directions: left's first with right's second, and
  // left's second with right's first. -1 if there is none.
  int CrossBit(size_t first_item, size_t second_item) const;
  // The same for a name and the name field that it is compared with by this kind of code, if that
  // field has the standardizer `with`; otherwise -1.
  int CrossBitOf(size_t field, EvidenceKind kind, v1::Standardizer with) const;

  // Compares the packed codes of two records that share a token of the match key.
  // `exact_meeting`: both tokens were made of base forms, not exchanged; only then is what the
  // match key fixes known to agree.
  EvidenceBits Compare(size_t match_key, const uint8_t* left, const uint8_t* right,
                       bool exact_meeting) const;
  // Compares unpacked codes.
  EvidenceBits CompareCodes(const Codes& left, const Codes& right) const;
  // Compares values instead of codes: a hash for each of items(), 0 for a missing value.
  EvidenceBits CompareValues(const uint64_t* left, const uint64_t* right) const;

  // An injective description of all that decides the codes. It is hashed into the tokenization
  // digest and into the key of the codes. Empty without evidence.
  const std::string& canonical_definition() const { return canonical_definition_; }

 private:
  // So many codes are packed at a time: with the rest of a byte they fill eight bytes.
  static constexpr size_t kPackedAtOnce = 7;
  struct PackedGroup {
    uint64_t mask = 0;  // the bits of each byte that are sent, the first code's the highest
    unsigned bits = 0;  // how many
  };
  struct KeyEvidence {
    std::vector<PackedGroup> groups;
    uint64_t fixed = 0;  // bits of items that are not sent, because they agree
    size_t width = 0;    // bytes that are sent
  };

  void AddField(const v1::LinkagePlan& plan, size_t field, v1::Detail detail);
  void AddCrosses();
  // The first item of these; -1 if there is none.
  int FindItem(v1::Standardizer standardizer, EvidenceKind kind) const;
  // Codes that are not sent become 0.
  static Codes Unpack(const KeyEvidence& key, const uint8_t* packed);
  template <typename Value>
  void CompareCrosswise(const Value* left, const Value* right, EvidenceBits* bits) const;

  std::vector<EvidenceItem> items_;
  std::vector<CrossComparison> crosses_;
  std::vector<KeyEvidence> keys_;
  std::string canonical_definition_;
};

}  // namespace blindlink
