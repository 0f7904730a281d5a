// Tests what every shared index promises (resolver/index/shared_index.h), with each engine that has
// a place for the exchange.
#include "resolver/index/shared_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/contract/token_index_contract.h"
#include "tests/support/sample_tokens.h"

namespace blindlink::resolver {
namespace {

using Kind = ExchangeBlock::Kind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using SharedIndexKinds = testing::Types<InMemory, OnClickHouse<0x6300000000000000>>;

Dataset FirstDataset() {
  return {1,
          {"anna", "bert"},
          {PostingOf(1, "a", 0), PostingOf(1, "c", 0), PostingOf(1, "c", 1), PostingOf(1, "e", 1)}};
}

Dataset SecondDataset() {
  Dataset dataset{2, {"carl"}, {PostingOf(2, "b", 0), PostingOf(2, "c", 0), PostingOf(2, "d", 0)}};
  dataset.postings[1].evidence.size = 3;
  dataset.postings[1].evidence.bytes = {1, 2, 3};
  return dataset;
}

Dataset ThirdDataset() { return {3, {"dora"}, {PostingOf(3, "a", 0), PostingOf(3, "c", 0)}}; }

std::unique_ptr<OwnedSharedIndex> ShareOf(const TokenIndex& index,
                                          const std::vector<uint32_t>& datasets) {
  auto shared = index.Share(datasets);
  EXPECT_TRUE(shared.ok()) << shared.status();
  return shared.ok() ? *std::move(shared) : nullptr;
}

std::vector<std::string> BlocksOf(const SharedIndex& shared, Kind kind, uint32_t part,
                                  const std::vector<uint64_t>& attempts, uint64_t expected) {
  std::vector<std::string> blocks;
  const absl::Status read =
      shared.Read(kind, part, attempts, expected, [&blocks](absl::string_view bytes) {
        blocks.emplace_back(bytes);
        return absl::OkStatus();
      });
  EXPECT_TRUE(read.ok()) << read;
  return blocks;
}

absl::Status ReadOf(const SharedIndex& shared, Kind kind, uint32_t part,
                    const std::vector<uint64_t>& attempts, uint64_t expected) {
  return shared.Read(kind, part, attempts, expected,
                     [](absl::string_view) { return absl::OkStatus(); });
}

// Bytes that cannot be compressed, others for each number.
std::string NoiseOf(uint64_t number, size_t size) {
  std::string noise(size, '\0');
  uint64_t state = number + 1;
  for (char& c : noise) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    c = static_cast<char>(state >> 56);
  }
  return noise;
}

template <typename Kind>
class SharedIndexContract : public TokenIndexContract<Kind> {
 protected:
  void Ingest3() {
    Ingest(FirstDataset(), this->index_.get());
    Ingest(SecondDataset(), this->index_.get());
    Ingest(ThirdDataset(), this->index_.get());
  }
};
TYPED_TEST_SUITE(SharedIndexContract, SharedIndexKinds);

TYPED_TEST(SharedIndexContract, ThePostingsAreThoseOfTheRunsDatasetsAsTheIndexHasThem) {
  this->Ingest3();
  const auto shared = ShareOf(*this->index_, {1, 2});
  EXPECT_EQ(Drain(shared->Postings({})), Drain(this->index_->Postings({.datasets = {1, 2}})));
  EXPECT_EQ(Drain(shared->Postings({.datasets = {2}})), SecondDataset().postings);
  EXPECT_THAT(Drain(shared->Postings({.datasets = {3}})), IsEmpty()) << "not of the run";
}

TYPED_TEST(SharedIndexContract, RangesAndOnlyWithAreAsThoseOfTheIndex) {
  this->Ingest3();
  const auto shared = ShareOf(*this->index_, {1, 2});
  for (const PostingQuery& query :
       std::vector<PostingQuery>{{StoredTokenNamed("b"), StoredTokenNamed("d"), {1, 2}, {}},
                                 {StoredTokenNamed("c"), std::nullopt, {1, 2}, {}},
                                 {{}, StoredTokenNamed("c"), {1, 2}, {}},
                                 {{}, std::nullopt, {1, 2}, {2}},
                                 {StoredTokenNamed("b"), StoredTokenNamed("e"), {1, 2}, {1}}}) {
    const std::vector<Posting> expected = Drain(this->index_->Postings(query));
    EXPECT_FALSE(expected.empty());
    EXPECT_EQ(Drain(shared->Postings(query)), expected);
  }
}

TYPED_TEST(SharedIndexContract, TheBordersBeginAtTheFirstTokenAndAreInOrder) {
  const auto shared = ShareOf(*this->index_, {1});
  const std::vector<StoredToken> borders = shared->Borders();
  ASSERT_EQ(borders.size(), 2u);
  EXPECT_EQ(borders[0], StoredToken());
  EXPECT_LT(borders[0], borders[1]);
}

TYPED_TEST(SharedIndexContract, BlocksComeBackInTheOrderOfTheAttemptsNamedAndOfPut) {
  const auto shared = ShareOf(*this->index_, {});
  ASSERT_TRUE(shared->Put(7, 0, {{Kind::kCandidates, 1, "a"}, {Kind::kCandidates, 1, "b"}}).ok());
  ASSERT_TRUE(shared->Put(3, 0, {{Kind::kCandidates, 1, "c"}}).ok());
  ASSERT_TRUE(shared->Put(7, 2, {{Kind::kCandidates, 1, "d"}}).ok());
  ASSERT_TRUE(shared->Put(5, 0, {{Kind::kCandidates, 1, "of a killed worker"}}).ok());
  EXPECT_THAT(BlocksOf(*shared, Kind::kCandidates, 1, {7, 3}, 4), ElementsAre("a", "b", "d", "c"));
  EXPECT_THAT(BlocksOf(*shared, Kind::kCandidates, 1, {3, 7}, 4), ElementsAre("c", "a", "b", "d"));
  EXPECT_THAT(BlocksOf(*shared, Kind::kCandidates, 1, {3, 8}, 1), ElementsAre("c"));
  EXPECT_THAT(BlocksOf(*shared, Kind::kCandidates, 1, {}, 0), IsEmpty());
}

TYPED_TEST(SharedIndexContract, KindsAndPartsAreReadByThemselves) {
  const auto shared = ShareOf(*this->index_, {});
  ASSERT_TRUE(shared
                  ->Put(1, 0,
                        {{Kind::kCandidates, 0, "part 0"},
                         {Kind::kCandidates, 1, "part 1"},
                         {Kind::kTokenUses, 0, ""},
                         {Kind::kReach, 0, "reach"},
                         {Kind::kCandidates, 0, "more of part 0"}})
                  .ok());
  EXPECT_THAT(BlocksOf(*shared, Kind::kCandidates, 0, {1}, 2),
              ElementsAre("part 0", "more of part 0"));
  EXPECT_THAT(BlocksOf(*shared, Kind::kCandidates, 1, {1}, 1), ElementsAre("part 1"));
  EXPECT_THAT(BlocksOf(*shared, Kind::kTokenUses, 0, {1}, 1), ElementsAre(""));
  EXPECT_THAT(BlocksOf(*shared, Kind::kReach, 0, {1}, 1), ElementsAre("reach"));
  EXPECT_THAT(BlocksOf(*shared, Kind::kPairs, 0, {1}, 0), IsEmpty());
}

TYPED_TEST(SharedIndexContract, ManyBlocksOfManyAttemptsComeBackInOrder) {
  const auto shared = ShareOf(*this->index_, {});
  constexpr uint64_t kAttempts = 40;
  constexpr uint64_t kBlocks = 20;
  std::vector<uint64_t> attempts;
  std::vector<std::string> expected;
  for (uint64_t attempt = kAttempts; attempt > 0; --attempt) {
    std::vector<ExchangeBlock> blocks;
    for (uint64_t i = 0; i < kBlocks; ++i) {
      blocks.push_back({Kind::kRanks, 0, absl::StrCat(attempt, " ", i)});
      expected.push_back(blocks.back().bytes);
    }
    attempts.push_back(attempt);
    ASSERT_TRUE(shared->Put(attempt, 0, std::move(blocks)).ok());
  }
  EXPECT_EQ(BlocksOf(*shared, Kind::kRanks, 0, attempts, expected.size()), expected);
}

TYPED_TEST(SharedIndexContract, LargeBlocksComeBackToTheByte) {
  const auto shared = ShareOf(*this->index_, {});
  std::vector<std::string> expected;
  for (uint64_t i = 0; i < 6; ++i) {
    expected.push_back(NoiseOf(i, (size_t{7} << 20) + i));
    ASSERT_TRUE(shared->Put(1, i, {{Kind::kPairs, 2, expected.back()}}).ok());
  }
  EXPECT_TRUE(BlocksOf(*shared, Kind::kPairs, 2, {1}, expected.size()) == expected);
}

TYPED_TEST(SharedIndexContract, AnotherNumberOfBlocksThanExpectedIsDataLoss) {
  const auto shared = ShareOf(*this->index_, {});
  ASSERT_TRUE(shared->Put(1, 0, {{Kind::kRanks, 0, "a"}, {Kind::kRanks, 0, "b"}}).ok());
  for (const uint64_t expected : {1, 3}) {
    const absl::Status read = ReadOf(*shared, Kind::kRanks, 0, {1}, expected);
    EXPECT_EQ(read.code(), absl::StatusCode::kDataLoss) << read;
    EXPECT_THAT(std::string(read.message()), HasSubstr("start the run again"));
  }
  EXPECT_EQ(ReadOf(*shared, Kind::kRanks, 0, {}, 1).code(), absl::StatusCode::kDataLoss);
}

TYPED_TEST(SharedIndexContract, AnErrorOfTheReaderEndsTheReading) {
  const auto shared = ShareOf(*this->index_, {});
  ASSERT_TRUE(shared->Put(1, 0, {{Kind::kRanks, 0, "a"}, {Kind::kRanks, 0, "b"}}).ok());
  int calls = 0;
  const absl::Status read = shared->Read(Kind::kRanks, 0, {1}, 2, [&calls](absl::string_view) {
    ++calls;
    return absl::CancelledError("enough");
  });
  EXPECT_EQ(read.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(calls, 1);
}

TYPED_TEST(SharedIndexContract, ALaterRunHasNoneOfAnEarlierOnesBlocks) {
  const auto earlier = ShareOf(*this->index_, {});
  ASSERT_TRUE(earlier->Put(1, 0, {{Kind::kRanks, 0, "a"}}).ok());
  const auto later = ShareOf(*this->index_, {});
  EXPECT_EQ(ReadOf(*earlier, Kind::kRanks, 0, {1}, 1).code(), absl::StatusCode::kDataLoss)
      << "removed";
  EXPECT_THAT(BlocksOf(*later, Kind::kRanks, 0, {1}, 0), IsEmpty());
  ASSERT_TRUE(later->Put(1, 0, {{Kind::kRanks, 0, "b"}}).ok());
  EXPECT_THAT(BlocksOf(*later, Kind::kRanks, 0, {1}, 1), ElementsAre("b"));
}

TEST(SharedIndex, RocksDbHasNoPlaceForAnExchange) {
  OnRocksDb kind;
  const auto shared = kind.Open()->Share({1});
  ASSERT_TRUE(shared.ok()) << shared.status();
  EXPECT_EQ(*shared, nullptr);
}

}  // namespace
}  // namespace blindlink::resolver
