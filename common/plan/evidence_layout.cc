#include "common/plan/evidence_layout.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "common/base/byte_order.h"

namespace blindlink {
namespace {

// Goes up when any kind's values, domain or width changes.
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
      if (FixesItem(match_key, items_[i])) {
        key.fixed |= uint64_t{1} << i;
      } else {
        key.sent.push_back({static_cast<uint8_t>(i), static_cast<uint8_t>(items_[i].code_bits)});
        bits += items_[i].code_bits;
      }
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
  for (const EvidenceKind kind : EvidenceKindsOf(described.standardizer(), detail)) {
    items_.push_back(
        {field, described.standardizer(), kind, CodeBitsOf(described.standardizer(), kind)});
    absl::StrAppend(&canonical_definition_, " ", static_cast<int>(kind));
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
  // First and last name in each other's place, by their first parts, so that an initial behind does
  // not matter, where both have them; who goes by the middle name.
  if (!add(v1::GIVEN_NAME, EvidenceKind::kFirstPart, v1::SURNAME, EvidenceKind::kFirstPart)) {
    add(v1::GIVEN_NAME, EvidenceKind::kExactName, v1::SURNAME, EvidenceKind::kExactName);
  }
  add(v1::GIVEN_NAME, EvidenceKind::kExactName, v1::MIDDLE_NAME, EvidenceKind::kExactName);
  add(v1::GIVEN_NAME, EvidenceKind::kInitial, v1::MIDDLE_NAME, EvidenceKind::kInitial);
  for (size_t i = 0; i < items_.size(); ++i) {
    // The catalog has these two next to each other.
    const bool first_of_two =
        (items_[i].kind == EvidenceKind::kFirstPart && items_[i].standardizer == v1::SURNAME) ||
        items_[i].kind == EvidenceKind::kMonth;
    if (first_of_two) crosses_.push_back({i, i + 1});
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
EvidenceBits EvidenceLayout::CompareAll(const Value* left, const Value* right) const {
  EvidenceBits bits;
  const auto compare = [&bits](Value a, Value b, size_t bit) {
    const auto both = static_cast<uint64_t>(a != 0 && b != 0);
    bits.compared |= both << bit;
    bits.differs |= (both & static_cast<uint64_t>(a != b)) << bit;
  };
  for (size_t i = 0; i < items_.size(); ++i) compare(left[i], right[i], i);
  size_t bit = items_.size();
  for (const CrossComparison& cross : crosses_) {
    compare(left[cross.first], right[cross.second], bit++);
    compare(left[cross.second], right[cross.first], bit++);
  }
  return bits;
}

void EvidenceLayout::Pack(size_t match_key, const uint8_t* codes, std::vector<uint8_t>* out) const {
  const KeyEvidence& key = keys_[match_key];
  std::array<uint8_t, kMaxBits + 4> packed;
  uint8_t* at = packed.data();
  uint64_t waiting = 0;  // its lowest `count` bits are not written yet
  unsigned count = 0;
  for (const SentItem& sent : key.sent) {
    waiting = waiting << sent.code_bits | codes[sent.item];
    count += sent.code_bits;
    if (count < 32) continue;
    count -= 32;
    StoreBigEndian32(static_cast<uint32_t>(waiting >> count), at);
    at += 4;
  }
  StoreBigEndian32(static_cast<uint32_t>(waiting << (32 - count)), at);
  out->insert(out->end(), packed.data(), packed.data() + key.width);
}

void EvidenceLayout::Unpack(const KeyEvidence& key, const uint8_t* packed, uint8_t* codes) {
  unsigned read = 0;
  unsigned count = 0;
  for (const SentItem& sent : key.sent) {
    if (count < sent.code_bits) {
      read = read << 8 | *packed++;
      count += 8;
    }
    count -= sent.code_bits;
    codes[sent.item] = static_cast<uint8_t>(read >> count & ((1u << sent.code_bits) - 1));
  }
}

EvidenceBits EvidenceLayout::Compare(size_t match_key, const uint8_t* left, const uint8_t* right,
                                     bool exact_meeting) const {
  const KeyEvidence& key = keys_[match_key];
  std::array<uint8_t, kMaxBits> left_codes{};
  std::array<uint8_t, kMaxBits> right_codes{};
  Unpack(key, left, left_codes.data());
  Unpack(key, right, right_codes.data());
  EvidenceBits bits = CompareCodes(left_codes.data(), right_codes.data());
  if (exact_meeting) bits.compared |= key.fixed;
  return bits;
}

EvidenceBits EvidenceLayout::CompareCodes(const uint8_t* left, const uint8_t* right) const {
  return CompareAll(left, right);
}

EvidenceBits EvidenceLayout::CompareValues(const uint64_t* left, const uint64_t* right) const {
  return CompareAll(left, right);
}

}  // namespace blindlink
