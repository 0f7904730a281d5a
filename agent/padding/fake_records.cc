#include "agent/padding/fake_records.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/byte_order.h"
#include "common/base/encoding.h"
#include "common/base/mix.h"
#include "common/plan/fake_records.h"

namespace blindlink::agent {
namespace {

uint64_t FirstHalf(const RecordPseudonym& record) { return LoadBigEndian64(record.bytes.data()); }

// Scales a random number to one below `count` (Lemire 2019, without rejection).
uint64_t Below(uint64_t count, uint64_t random) {
  return static_cast<uint64_t>(static_cast<unsigned __int128>(random) * count >> 64);
}

// Between which two halves the fakes of a batch lie. Before the first batch there is nothing. One
// record alone, which is nearly always the last of all, has them behind it: none has its half.
std::pair<uint64_t, uint64_t> RangeOf(uint64_t first_record,
                                      const std::vector<RawRecord>& records) {
  const auto in_order = [](const RawRecord& record) { return !record.out_of_order; };
  const auto first = std::find_if(records.begin(), records.end(), in_order);
  if (first == records.end()) return {0, ~uint64_t{0}};
  const auto last = std::find_if(records.rbegin(), records.rend(), in_order);
  const uint64_t end = FirstHalf(last->pseudonym);
  const uint64_t begin = first_record == 0 ? 0 : FirstHalf(first->pseudonym);
  return begin < end ? std::pair(begin, end) : std::pair(end + 1, ~uint64_t{0});
}

}  // namespace

RecordPseudonym FakeMark::PseudonymFrom(uint64_t first_half) const {
  RecordPseudonym pseudonym;
  StoreBigEndian64(first_half, pseudonym.bytes.data());
  const absl::string_view half = pseudonym.AsView().substr(0, 8);
  const std::array<uint8_t, 16> mark = key_.Digest16(half);
  std::copy_n(mark.begin(), 8, pseudonym.bytes.begin() + 8);
  return pseudonym;
}

bool FakeMark::IsOn(const RecordPseudonym& record) const {
  return PseudonymFrom(FirstHalf(record)) == record;
}

FakeRecords::FakeRecords(const Plan& plan, const TokenPadding& tokens, const HmacSha256& key,
                         const FakeMark& mark)
    : per_1000_(plan.proto().fakes_per_1000_records()), tokens_(tokens), key_(key), mark_(mark) {}

std::vector<FakeRecords::Fake> FakeRecords::Among(uint64_t first_record,
                                                  const std::vector<RawRecord>& records) const {
  const uint64_t first = FakesBeside(first_record, per_1000_);
  const uint64_t end = FakesBeside(first_record + records.size(), per_1000_);
  const auto [low, high] = RangeOf(first_record, records);
  std::vector<Fake> fakes;
  for (uint64_t number = first; number < end; ++number) {
    std::string message = "fake";
    AppendNumber64(number, &message);
    const std::array<uint8_t, 16> random = key_.Digest16(message);
    const uint64_t half = low + Below(high - low, LoadBigEndian64(random.data()));
    fakes.push_back(
        {mark_.PseudonymFrom(half), Below(records.size(), LoadBigEndian64(random.data() + 8))});
  }
  std::sort(fakes.begin(), fakes.end(),
            [](const Fake& a, const Fake& b) { return a.pseudonym < b.pseudonym; });
  return fakes;
}

void FakeRecords::Disguise(const Fake& fake, std::vector<MadeToken>* tokens,
                           std::vector<uint64_t>* evidence_values) const {
  uint64_t slot = TokenPadding::kBeyondPadding;
  for (MadeToken& made : *tokens) {
    made.token = tokens_.TokenOf(fake.pseudonym, made.match_key, slot++);
  }
  // Other values, but equal where the model's are equal and missing where they are missing: codes
  // of equal values in two kinds are alike under one token.
  const std::array<uint8_t, 16> random =
      key_.Digest16(absl::StrCat("values", fake.pseudonym.AsView()));
  const uint64_t secret = LoadBigEndian64(random.data());
  for (uint64_t& value : *evidence_values) {
    if (value != 0) value = std::max<uint64_t>(1, Mix64(value ^ secret));
  }
}

}  // namespace blindlink::agent
