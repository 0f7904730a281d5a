#include "resolver/work/exchange_blocks.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "resolver/results/token_use_row.h"

namespace blindlink::resolver {
namespace {

constexpr CandidateBounds kBounds{10, 5, 3};

Candidate CandidateOf(uint32_t left, uint32_t right) {
  return {left, right, 4, 2, 7, {0x8000000000000001, 1}};
}

absl::StatusOr<std::vector<Candidate>> Decoded(const std::string& bytes,
                                               const CandidateBounds& bounds = kBounds) {
  std::vector<Candidate> candidates;
  const absl::Status status = DecodeCandidates(bytes, bounds, [&](const Candidate& candidate) {
    candidates.push_back(candidate);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return candidates;
}

bool AreEqual(const Candidate& a, const Candidate& b) { return !(a < b) && !(b < a); }

TEST(ExchangeBlocks, CandidatesComeBackAsTheyWere) {
  const std::vector<Candidate> candidates = {CandidateOf(0, 1), CandidateOf(3, 9),
                                             CandidateOf(3, 9), CandidateOf(2, 8)};
  const auto decoded = Decoded(EncodeCandidates(candidates));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  ASSERT_EQ(decoded->size(), candidates.size());
  for (size_t i = 0; i < candidates.size(); ++i) {
    EXPECT_TRUE(AreEqual((*decoded)[i], candidates[i])) << i;
  }
}

TEST(ExchangeBlocks, CandidatesThatDoNotFitTheRunAreDataLoss) {
  const std::string good = EncodeCandidates(std::vector<Candidate>{CandidateOf(3, 9)});
  EXPECT_TRUE(Decoded(good).ok());
  EXPECT_TRUE(absl::IsDataLoss(Decoded(good + "x").status()));
  EXPECT_TRUE(absl::IsDataLoss(Decoded(good, {9, 5, 3}).status()));
  EXPECT_TRUE(absl::IsDataLoss(Decoded(good, {10, 4, 3}).status()));
  EXPECT_TRUE(absl::IsDataLoss(Decoded(good, {10, 5, 2}).status()));
  const std::string turned = EncodeCandidates(std::vector<Candidate>{CandidateOf(9, 3)});
  EXPECT_TRUE(absl::IsDataLoss(Decoded(turned).status()));
}

TEST(ExchangeBlocks, RanksAndSetsOfRanksComeBackAsTheyWere) {
  const std::vector<uint32_t> ranks = {7, 0, 0xffffffff, 3};
  std::vector<uint32_t> decoded;
  ASSERT_TRUE(DecodeRanks(EncodeRanks(ranks), 4, &decoded).ok());
  EXPECT_EQ(decoded, ranks);
  EXPECT_TRUE(absl::IsDataLoss(DecodeRanks("abc", 100, &decoded)));
  EXPECT_TRUE(absl::IsDataLoss(DecodeRanks(EncodeRanks(ranks), 7, &decoded)));  // has four

  const std::vector<uint32_t> set = {0, 1, 63, 64, 99};
  std::vector<uint32_t> named;
  const auto name = [&](uint32_t rank) { named.push_back(rank); };
  ASSERT_TRUE(DecodeRankSet(EncodeRankSet(set), 100, name).ok());
  EXPECT_EQ(named, set);
  EXPECT_TRUE(absl::IsDataLoss(DecodeRankSet(EncodeRankSet(set), 99, name)));
  EXPECT_TRUE(absl::IsDataLoss(DecodeRankSet("abcde", 99, name)));
}

TEST(ExchangeBlocks, CountsOfPatternsComeBackAsTheyWere) {
  const std::vector<PatternCount> counts = {{0x8000000000000123, 7}, {0, uint64_t{1} << 40}};
  std::vector<PatternCount> decoded;
  const auto take = [&](const PatternCount& count) {
    decoded.push_back(count);
    return absl::OkStatus();
  };
  ASSERT_TRUE(DecodePatternCounts(EncodePatternCounts(counts), take).ok());
  EXPECT_EQ(decoded, counts);
  EXPECT_TRUE(absl::IsDataLoss(DecodePatternCounts("short", take)));
}

TEST(ExchangeBlocks, ABrokenRowIsDataLoss) {
  std::string bytes;
  AppendRow(TokenUseRow{{}, 3, 4}, &bytes);
  int rows = 0;
  const auto count = [&](const TokenUseRow& row) {
    rows += row.match_key == 3 && row.use == 4 ? 1 : 0;
    return absl::OkStatus();
  };
  EXPECT_TRUE(ForEachRow<TokenUseRow>(bytes, count).ok());
  EXPECT_EQ(rows, 1);
  bytes.pop_back();
  EXPECT_TRUE(absl::IsDataLoss(ForEachRow<TokenUseRow>(bytes, count)));
}

}  // namespace
}  // namespace blindlink::resolver
