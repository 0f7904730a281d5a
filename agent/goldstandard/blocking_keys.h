#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agent/standardize/text/standard_value.h"
#include "agent/tokenize/record_values.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink::agent {

// Texts that blocking keys are put together of.
enum class BlockText : uint8_t {
  kGiven,       // nickname roots of first names, of their parts and of whole middle names
  kGivenSound,  // Double Metaphone
  kGivenStart,  // three letters
  kGivenInitial,
  kSurname,  // and its parts
  kSurnameSound,
  kSurnameStart,
  kAnyName,  // given names as written and surnames: for those exchanged
  kAnySound,
  kBirth,
  kNearBirth,  // and with day and month swapped, two digits transposed, the year before and after
  kYear,
  kYearMonth,
  kMonthDay,
  kPostalCode,
  kCity,
  kHouseNumber,
  kStreet,  // name without number
  kStreetAndNumber,
  kNumber,  // of one person
  kNumberLast4,
  kNearNumber,    // and with two digits transposed
  kFamilyNumber,  // shared by a household: an insurance number
  kPhone,
  kPhoneLast4,
  kEmail,
  kEmailName,  // before the @
  kCount,
};

// A kind of key: two records are compared when they have all its texts in common.
struct BlockingKey {
  const char* name;  // for reports
  std::array<BlockText, 3> texts;
  size_t size;
};
absl::Span<const BlockingKey> BlockingKeys();

// One key of a record, hashed: the block it belongs to.
struct RecordBlock {
  uint64_t hash;
  uint8_t kind;  // index into BlockingKeys()
};

// Makes a record's keys. On clear text one field alone may be a key, which as a token would be open
// to counting. A key with a text that the record lacks is not made. Keeps buffers: one thread.
class BlockingKeyMaker {
 public:
  // `plan` must outlive it. All its fields may serve, by their standardizers.
  explicit BlockingKeyMaker(const v1::LinkagePlan& plan) : plan_(plan) {}

  // Replaces `keys` by those of the record in `values`, each once.
  void Make(const RecordValues& values, std::vector<RecordBlock>* keys);

 private:
  void CollectTexts(v1::Standardizer standardizer, const StandardValue& value);
  void CollectNames(v1::Standardizer standardizer, const StandardValue& value);
  void Add(BlockText text, v1::Form form, v1::Standardizer standardizer,
           const StandardValue& value);
  void Put(BlockText text, absl::string_view value);
  void AppendKeys(size_t kind, std::vector<RecordBlock>* keys) const;

  const v1::LinkagePlan& plan_;
  std::array<std::vector<uint64_t>, static_cast<size_t>(BlockText::kCount)> texts_;  // hashes
  std::vector<std::string> forms_;
};

}  // namespace blindlink::agent
