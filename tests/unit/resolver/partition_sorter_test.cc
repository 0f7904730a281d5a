#include "resolver/extsort/partition_sorter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <thread>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace blindlink {
namespace {

struct Value {
  uint64_t prefix;
  uint32_t rest;
  uint64_t Prefix() const { return prefix; }
  bool SameKey(const Value& other) const { return prefix == other.prefix; }
  friend bool operator<(const Value& a, const Value& b) {
    return a.prefix != b.prefix ? a.prefix < b.prefix : a.rest < b.rest;
  }
  friend bool operator==(const Value&, const Value&) = default;
};

std::vector<Value> RandomValues(size_t count) {
  std::mt19937_64 random(5);
  std::vector<Value> values(count);
  for (Value& value : values) value = {random(), static_cast<uint32_t>(random())};
  return values;
}

absl::StatusOr<std::vector<Value>> CopyOf(const PartitionSorter<Value>::Slice& slice) {
  std::vector<Value> copy;
  slice.ForEach([&copy](const Value& value) { copy.push_back(value); });
  return copy;
}

class PartitionSorterTest : public testing::Test {
 protected:
  std::vector<Value> Sorted(const std::vector<Value>& values, const WorkLimits& limits,
                            uint64_t expected) {
    PartitionSorter<Value> sorter(folder_.path(), limits, expected);
    std::vector<std::thread> threads;
    for (size_t t = 0; t < limits.threads; ++t) {
      threads.emplace_back([&, t] {
        for (size_t at = t * 1000; at < values.size(); at += limits.threads * 1000) {
          const auto part = absl::MakeConstSpan(values).subspan(at, 1000);
          EXPECT_TRUE(sorter.Add(part).ok());
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    std::vector<Value> sorted;
    const absl::Status status = sorter.InOrder(CopyOf, [&](std::vector<Value> slice) {
      EXPECT_TRUE(sorted.empty() || slice.empty() || !sorted.back().SameKey(slice.front()))
          << "neighbours of one key are not parted";
      sorted.insert(sorted.end(), slice.begin(), slice.end());
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
    return sorted;
  }
  void ExpectSorted(std::vector<Value> values, const WorkLimits& limits, uint64_t expected) {
    const std::vector<Value> sorted = Sorted(values, limits, expected);
    std::sort(values.begin(), values.end());
    EXPECT_EQ(sorted, values);
  }

  TemporaryFolder folder_;
};

constexpr uint64_t kMemory = uint64_t{64} << 20;

TEST_F(PartitionSorterTest, ValuesComeInOrderWhateverTheMemoryAndTheThreads) {
  const std::vector<Value> values = RandomValues(100000);
  for (const uint64_t memory : {kMemory, kMemory / 64, uint64_t{1}}) {
    for (const size_t threads : {1, 3}) ExpectSorted(values, {memory, threads}, values.size());
  }
}

TEST_F(PartitionSorterTest, AWrongGuessOfHowManyComeChangesNothing) {
  ExpectSorted(RandomValues(50000), {kMemory / 64, 2}, 0);
  ExpectSorted(RandomValues(5000), {kMemory / 64, 2}, 100'000'000);
}

TEST_F(PartitionSorterTest, VeryManyValuesWithOneBeginningAreSortedToo) {
  std::vector<Value> values = RandomValues(60000);
  for (size_t i = 0; i < 50000; ++i) values[i].prefix = 0x1234567890abcdef;
  ExpectSorted(values, {kMemory / 256, 2}, values.size());
}

TEST_F(PartitionSorterTest, TheLowestAndTheHighestBeginningHaveTheirPlace) {
  ExpectSorted({{~uint64_t{0}, 1}, {0, 2}, {0, 1}, {~uint64_t{0}, 0}}, {kMemory, 1}, 4);
}

TEST_F(PartitionSorterTest, NothingAddedIsNothingVisited) {
  EXPECT_TRUE(Sorted({}, {kMemory, 2}, 0).empty());
}

TEST_F(PartitionSorterTest, AnErrorOfTheWorkOrOfTheTakerEndsIt) {
  for (const bool of_work : {true, false}) {
    PartitionSorter<Value> sorter(folder_.path(), {kMemory / 64, 2}, 100000);
    ASSERT_TRUE(sorter.Add(RandomValues(100000)).ok());
    int taken = 0;
    const absl::Status status = sorter.InOrder(
        [of_work](
            const PartitionSorter<Value>::Slice& slice) -> absl::StatusOr<std::vector<Value>> {
          if (of_work) return absl::CancelledError("enough");
          return CopyOf(slice);
        },
        [&taken](const std::vector<Value>&) {
          ++taken;
          return absl::CancelledError("enough");
        });
    EXPECT_TRUE(absl::IsCancelled(status));
    EXPECT_EQ(taken, of_work ? 0 : 1);
  }
}

TEST_F(PartitionSorterTest, AFolderThatIsNotThereIsAnError) {
  PartitionSorter<Value> sorter(folder_ / "none", {1, 1}, 100000);
  EXPECT_FALSE(sorter.Add(RandomValues(100000)).ok());
}

TEST(OrderByPrefix, EqualPrefixesAreOrderedByTheRest) {
  const std::vector<Value> values = {{7, 3}, {7, 1}, {2, 9}, {7, 2}};
  std::vector<uint32_t> rests;
  for (const PrefixEntry& entry : OrderByPrefix<Value>(values)) {
    rests.push_back(values[entry.index].rest);
  }
  EXPECT_EQ(rests, (std::vector<uint32_t>{9, 1, 2, 3}));
}

}  // namespace
}  // namespace blindlink
