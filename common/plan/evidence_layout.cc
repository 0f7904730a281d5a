#include "common/plan/evidence_layout.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "common/base/bit_gather.h"
#include "common/base/byte_order.h"
#include "common/plan/standardizer_catalog.h"

namespace blindlink {
namespace {

// Must be raised when the values, the domain or the width of any kind changes.
constexpr absl::string_view kEvidenceVersion = "2";

// Whether every token of the match key fixes this item.
bool FixesItem(const MatchKeyLayout& match_key, const EvidenceItem& item) {
  for (size_t i = 0; i < match_key.components.size(); ++i) {
    const ComponentLayout& component = match_key.components[i];
    const bool exchanged =
        match_key.exchange && (match_key.exchange->first == i || match_key.exchange->second == i);
    if (component.field == item.field && component.forms.size() == 1 && !exchanged &&
        Fixes(component.forms[0], item.kind)) {
      return true;
    }
  }
  return false;
}

// Compares two values, of one item or of two, and sets `bit` accordingly.
template <typename Value>
void CompareOne(Value left, Value right, size_t bit, EvidenceBits* bits) {
  const auto both = static_cast<uint64_t>(left != 0 && right != 0);
  bits->compared |= both << bit;
  bits->differs |= (both & static_cast<uint64_t>(left != right)) << bit;
}

// Eight codes at once: sets the lowest bit of each byte that is not 0.
uint64_t NotZero(uint64_t bytes) {
  constexpr uint64_t kLow7 = 0x7f7f7f7f7f7f7f7f;
  return (((bytes & kLow7) + kLow7) | bytes) >> 7 & 0x0101010101010101;
}
// Gathers those bits, the first byte's as the lowest: a multiplication moves each to its place in
// the top byte.
uint64_t FirstLowest(uint64_t flags) { return flags * 0x8040201008040201 >> 56; }

}  // namespace

EvidenceLayout::EvidenceLayout(const v1::LinkagePlan& plan,
                               const std::vector<MatchKeyLayout>& match_keys) {
  for (const v1::EvidenceField& evidence : plan.evidence()) {
    for (int field = 0; field < plan.fields_size(); ++field) {
      if (plan.fields(field).name() == evidence.field()) {
        AddField(plan, static_cast<size_t>(field), evidence.detail());
      }
    }
  }
  if (items_.empty()) return;
  AddCrosses();
  for (const MatchKeyLayout& match_key : match_keys) {
    KeyEvidence& key = keys_.emplace_back();
    size_t bits = 0;
    for (size_t i = 0; i < items_.size(); ++i) {
      if (i % kPackedAtOnce == 0) key.groups.emplace_back();
      if (FixesItem(match_key, items_[i])) {
        key.fixed |= uint64_t{1} << i;
        continue;
      }
      PackedGroup& group = key.groups.back();
      group.mask |= uint64_t{items_[i].CodeCount()} << (56 - 8 * (i % kPackedAtOnce));
      group.bits += items_[i].code_bits;
      bits += items_[i].code_bits;
    }
    key.width = (bits + 7) / 8;
  }
}

void EvidenceLayout::AddField(const v1::LinkagePlan& plan, size_t field, v1::Detail detail) {
  const v1::Field& described = plan.fields(static_cast<int>(field));
  if (canonical_definition_.empty()) {
    canonical_definition_ = absl::StrCat("evidence ", kEvidenceVersion, "\n");
  }
  absl::StrAppend(&canonical_definition_, described.name(), " ",
                  static_cast<int>(described.standardizer()));
  for (const CodeOf& code : TraitsOf(described.standardizer()).codes) {
    if (detail == v1::BRIEF && !code.in_brief) continue;
    items_.push_back({field, described.standardizer(), code.kind, code.bits});
    absl::StrAppend(&canonical_definition_, " ", static_cast<int>(code.kind));
  }
  absl::StrAppend(&canonical_definition_, "\n");
}

void EvidenceLayout::AddCrosses() {
  const auto add = [this](v1::Standardizer first, EvidenceKind first_kind, v1::Standardizer second,
                          EvidenceKind second_kind) {
    const int a = FindItem(first, first_kind);
    const int b = FindItem(second, second_kind);
    if (a < 0 || b < 0) return false;
    crosses_.push_back({static_cast<size_t>(a), static_cast<size_t>(b)});
    return true;
  };
  // First and last name exchanged: by their first parts where both have them, so that a trailing
  // initial does not matter. Then people who go by their middle name.
  if (!add(v1::GIVEN_NAME, EvidenceKind::kFirstPart, v1::SURNAME, EvidenceKind::kFirstPart)) {
    add(v1::GIVEN_NAME, EvidenceKind::kExactName, v1::SURNAME, EvidenceKind::kExactName);
  }
  add(v1::GIVEN_NAME, EvidenceKind::kExactName, v1::MIDDLE_NAME, EvidenceKind::kExactName);
  add(v1::GIVEN_NAME, EvidenceKind::kInitial, v1::MIDDLE_NAME, EvidenceKind::kInitial);
  for (size_t i = 0; i < items_.size(); ++i) {
    const EvidenceItem& item = items_[i];
    int other = -1;
    if (item.kind == EvidenceKind::kMonth) other = BitOf(item.field, EvidenceKind::kDay);
    if (item.kind == EvidenceKind::kFirstPart && item.standardizer == v1::SURNAME) {
      other = BitOf(item.field, EvidenceKind::kLastPart);
    }
    if (other >= 0) crosses_.push_back({i, static_cast<size_t>(other)});
  }
}

int EvidenceLayout::FindItem(v1::Standardizer standardizer, EvidenceKind kind) const {
  const auto found = std::find_if(items_.begin(), items_.end(), [&](const EvidenceItem& item) {
    return item.standardizer == standardizer && item.kind == kind;
  });
  return found == items_.end() ? -1 : static_cast<int>(found - items_.begin());
}

int EvidenceLayout::BitOf(size_t field, EvidenceKind kind) const {
  const auto found = std::find_if(items_.begin(), items_.end(), [&](const EvidenceItem& item) {
    return item.field == field && item.kind == kind;
  });
  return found == items_.end() ? -1 : static_cast<int>(found - items_.begin());
}

int EvidenceLayout::CrossBit(size_t first_item, size_t second_item) const {
  for (size_t i = 0; i < crosses_.size(); ++i) {
    if (crosses_[i].first == first_item && crosses_[i].second == second_item) {
      return static_cast<int>(items_.size() + 2 * i);
    }
  }
  return -1;
}

int EvidenceLayout::CrossBitOf(size_t field, EvidenceKind kind, v1::Standardizer with) const {
  for (const CrossComparison& cross : crosses_) {
    const EvidenceItem& first = items_[cross.first];
    const EvidenceItem& second = items_[cross.second];
    if (first.field != second.field && first.kind == kind && second.kind == kind &&
        ((first.field == field && second.standardizer == with) ||
         (second.field == field && first.standardizer == with))) {
      return CrossBit(cross.first, cross.second);
    }
  }
  return -1;
}

template <typename Value>
void EvidenceLayout::CompareCrosswise(const Value* left, const Value* right,
                                      EvidenceBits* bits) const {
  size_t bit = items_.size();
  for (const CrossComparison& cross : crosses_) {
    CompareOne(left[cross.first], right[cross.second], bit++, bits);
    CompareOne(left[cross.second], right[cross.first], bit++, bits);
  }
}

void EvidenceLayout::Pack(size_t match_key, const Codes& codes, std::vector<uint8_t>* out) const {
  const KeyEvidence& key = keys_[match_key];
  std::array<uint8_t, kMaxBits + 8> packed;
  uint8_t* at = packed.data();
  uint64_t waiting = 0;  // its lowest `count` bits, fewer than eight, are not final yet
  unsigned count = 0;
  const uint8_t* from = codes.data();
  for (const PackedGroup& group : key.groups) {
    waiting = waiting << group.bits | GatherBits(LoadBigEndian64(from), group.mask);
    count += group.bits;
    if (count > 0) StoreBigEndian64(waiting << (64 - count), at);
    at += count / 8;
    count %= 8;
    from += kPackedAtOnce;
  }
  out->insert(out->end(), packed.data(), packed.data() + key.width);
}

EvidenceLayout::Codes EvidenceLayout::Unpack(const KeyEvidence& key, const uint8_t* packed) {
  std::array<uint8_t, kMaxBits + 8> bytes{};
  std::memcpy(bytes.data(), packed, key.width);
  Codes codes{};
  size_t read = 0;  // bits
  uint8_t* to = codes.data();
  for (const PackedGroup& group : key.groups) {
    if (group.bits > 0) {
      const uint64_t next = LoadBigEndian64(bytes.data() + read / 8) << read % 8;
      StoreBigEndian64(ScatterBits(next >> (64 - group.bits), group.mask), to);
      read += group.bits;
    }
    to += kPackedAtOnce;
  }
  return codes;
}

EvidenceBits EvidenceLayout::Compare(size_t match_key, const uint8_t* left, const uint8_t* right,
                                     bool exact_meeting) const {
  const KeyEvidence& key = keys_[match_key];
  EvidenceBits bits = CompareCodes(Unpack(key, left), Unpack(key, right));
  if (exact_meeting) bits.compared |= key.fixed;
  return bits;
}

EvidenceBits EvidenceLayout::CompareCodes(const Codes& left, const Codes& right) const {
  EvidenceBits bits;
  for (size_t i = 0; i < items_.size(); i += 8) {
    const uint64_t a = LoadBigEndian64(left.data() + i);
    const uint64_t b = LoadBigEndian64(right.data() + i);
    const uint64_t both = NotZero(a) & NotZero(b);
    bits.compared |= FirstLowest(both) << i;
    bits.differs |= FirstLowest(both & NotZero(a ^ b)) << i;
  }
  CompareCrosswise(left.data(), right.data(), &bits);
  return bits;
}

EvidenceBits EvidenceLayout::CompareValues(const uint64_t* left, const uint64_t* right) const {
  EvidenceBits bits;
  for (size_t i = 0; i < items_.size(); ++i) CompareOne(left[i], right[i], i, &bits);
  CompareCrosswise(left, right, &bits);
  return bits;
}

}  // namespace blindlink
