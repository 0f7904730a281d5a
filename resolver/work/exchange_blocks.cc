#include "resolver/work/exchange_blocks.h"

#include "common/base/byte_order.h"
#include "common/base/encoding.h"

namespace blindlink::resolver {
namespace {

// A candidate without its left record: right, conditions, evidence, match key, rarity of the name.
constexpr size_t kRestOfCandidate = 4 + 4 + 8 + 8 + 2 + 1;

absl::Status Broken() {
  return absl::DataLossError("a block that another program of the run gave does not fit the run");
}

const uint8_t* BytesOf(absl::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

// Steps from one number of a rising sequence to the next are small, so most of their bytes are 0.
void AppendSteps(absl::Span<const uint32_t> numbers, std::string* out) {
  uint32_t before = 0;
  for (const uint32_t number : numbers) {
    AppendNumber32(number - before, out);
    before = number;
  }
}

}  // namespace

std::string EncodeRanks(absl::Span<const uint32_t> ranks) {
  std::string bytes;
  bytes.reserve(4 * ranks.size());
  for (const uint32_t rank : ranks) AppendNumber32(rank, &bytes);
  return bytes;
}

absl::Status DecodeRanks(absl::string_view bytes, uint64_t most, std::vector<uint32_t>* ranks) {
  if (bytes.size() % 4 != 0 || ranks->size() + bytes.size() / 4 > most) return Broken();
  for (size_t at = 0; at < bytes.size(); at += 4) {
    ranks->push_back(LoadBigEndian32(BytesOf(bytes) + at));
  }
  return absl::OkStatus();
}

std::string EncodeCandidates(absl::Span<const Candidate> candidates) {
  std::string bytes;
  bytes.reserve(candidates.size() * (4 + kRestOfCandidate));
  uint32_t before = 0;
  for (const Candidate& candidate : candidates) {
    AppendNumber32(candidate.left - before, &bytes);
    before = candidate.left;
  }
  for (const Candidate& candidate : candidates) {
    AppendNumber32(candidate.right, &bytes);
    AppendNumber32(static_cast<uint32_t>(candidate.conditions), &bytes);
    AppendNumber64(candidate.evidence.compared, &bytes);
    AppendNumber64(candidate.evidence.differs, &bytes);
    bytes.push_back(static_cast<char>(candidate.match_key));
    bytes.push_back(static_cast<char>(candidate.match_key >> 8));
    bytes.push_back(static_cast<char>(candidate.name_rarity));
  }
  return bytes;
}

absl::Status DecodeCandidates(absl::string_view bytes, const CandidateBounds& bounds,
                              absl::FunctionRef<absl::Status(const Candidate&)> handle) {
  const size_t count = bytes.size() / (4 + kRestOfCandidate);
  if (bytes.size() != count * (4 + kRestOfCandidate)) return Broken();
  const uint8_t* left = BytesOf(bytes);
  const uint8_t* rest = left + 4 * count;
  Candidate candidate{};
  for (size_t i = 0; i < count; ++i, left += 4, rest += kRestOfCandidate) {
    candidate.left += LoadBigEndian32(left);
    candidate.right = LoadBigEndian32(rest);
    candidate.conditions = static_cast<int32_t>(LoadBigEndian32(rest + 4));
    candidate.evidence = {LoadBigEndian64(rest + 8), LoadBigEndian64(rest + 16)};
    candidate.match_key = static_cast<uint16_t>(rest[24] | rest[25] << 8);
    candidate.name_rarity = rest[26];
    if (candidate.left >= candidate.right || candidate.right >= bounds.records ||
        static_cast<uint32_t>(candidate.conditions) >= bounds.conditions ||
        candidate.match_key >= bounds.match_keys) {
      return Broken();
    }
    if (absl::Status handled = handle(candidate); !handled.ok()) return handled;
  }
  return absl::OkStatus();
}

std::string EncodePatternCounts(absl::Span<const PatternCount> counts) {
  std::string bytes;
  bytes.reserve(16 * counts.size());
  for (const auto& [pattern, count] : counts) {
    AppendNumber64(pattern, &bytes);
    AppendNumber64(count, &bytes);
  }
  return bytes;
}

absl::Status DecodePatternCounts(absl::string_view bytes,
                                 absl::FunctionRef<absl::Status(const PatternCount&)> handle) {
  if (bytes.size() % 16 != 0) return Broken();
  absl::Status status;
  for (size_t at = 0; at < bytes.size() && status.ok(); at += 16) {
    const uint8_t* const from = BytesOf(bytes) + at;
    status = handle({LoadBigEndian64(from), LoadBigEndian64(from + 8)});
  }
  return status;
}

std::string EncodeRankSet(absl::Span<const uint32_t> ranks) {
  std::string bytes;
  bytes.reserve(4 * ranks.size());
  AppendSteps(ranks, &bytes);
  return bytes;
}

absl::Status DecodeRankSet(absl::string_view bytes, uint64_t records,
                           absl::FunctionRef<void(uint32_t)> handle) {
  if (bytes.size() % 4 != 0) return Broken();
  uint64_t rank = 0;
  for (size_t at = 0; at < bytes.size(); at += 4) {
    rank += LoadBigEndian32(BytesOf(bytes) + at);
    if (rank >= records) return Broken();
    handle(static_cast<uint32_t>(rank));
  }
  return absl::OkStatus();
}

}  // namespace blindlink::resolver
