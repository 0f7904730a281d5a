#include "resolver/extsort/range_sorter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
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

constexpr size_t kRanges = 256;
size_t RangeOf(const Value& value) { return value.prefix >> 56; }

// Every step-th value, held in memory.
class VectorSource : public RangeSource<Value> {
 public:
  VectorSource(const std::vector<Value>& values, size_t first, size_t step) {
    for (size_t i = first; i < values.size(); i += step) {
      by_range_[RangeOf(values[i])].push_back(values[i]);
    }
  }
  uint64_t CountIn(size_t range) const override { return by_range_[range].size(); }
  absl::Status AppendTo(std::vector<Value>* values, size_t begin, size_t end) const override {
    if (fails_) return absl::DataLossError("cannot be read");
    for (size_t range = begin; range < end; ++range) {
      values->insert(values->end(), by_range_[range].begin(), by_range_[range].end());
    }
    return absl::OkStatus();
  }
  void Fail() { fails_ = true; }

 private:
  std::vector<std::vector<Value>> by_range_ = std::vector<std::vector<Value>>(kRanges);
  bool fails_ = false;
};

RangeSorter<Value>::Sources SourcesOf(const std::vector<Value>& values) {
  constexpr size_t kSources = 3;
  RangeSorter<Value>::Sources sources;
  for (size_t first = 0; first < kSources; ++first) {
    sources.push_back(std::make_unique<VectorSource>(values, first, kSources));
  }
  return sources;
}

absl::StatusOr<std::vector<Value>> CopyOf(const RangeSorter<Value>::Slice& slice) {
  std::vector<Value> copy;
  slice.ForEach([&copy](const Value& value) { copy.push_back(value); });
  return copy;
}

class RangeSorterTest : public testing::Test {
 protected:
  std::vector<Value> Sorted(const std::vector<Value>& values, const WorkLimits& limits,
                            size_t first = 0) {
    RangeSorter<Value> sorter(folder_.path(), limits, kRanges, SourcesOf(values));
    std::vector<Value> sorted;
    size_t ended = first;
    const absl::Status status = sorter.InOrder(
        first, CopyOf,
        [&](std::vector<Value> slice) {
          EXPECT_TRUE(sorted.empty() || slice.empty() || !sorted.back().SameKey(slice.front()))
              << "neighbours of one key are not parted";
          EXPECT_TRUE(slice.empty() || RangeOf(slice.front()) >= ended);
          sorted.insert(sorted.end(), slice.begin(), slice.end());
          return absl::OkStatus();
        },
        [&](size_t end) {
          EXPECT_GT(end, ended);
          EXPECT_TRUE(sorted.empty() || RangeOf(sorted.back()) < end);
          ended = end;
          return absl::OkStatus();
        });
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(ended, kRanges);
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
    return sorted;
  }
  void ExpectSorted(std::vector<Value> values, const WorkLimits& limits) {
    const std::vector<Value> sorted = Sorted(values, limits);
    std::sort(values.begin(), values.end());
    EXPECT_EQ(sorted, values);
  }

  TemporaryFolder folder_;
};

constexpr uint64_t kMemory = uint64_t{64} << 20;

TEST_F(RangeSorterTest, ValuesComeInOrderWhateverTheMemoryAndTheThreads) {
  const std::vector<Value> values = RandomValues(100000);
  for (const uint64_t memory : {kMemory, kMemory / 64, uint64_t{1}}) {
    for (const size_t threads : {1, 3}) ExpectSorted(values, {memory, threads});
  }
}

TEST_F(RangeSorterTest, FromARangeOnItGivesThatRangeAndAllAfterIt) {
  std::vector<Value> values = RandomValues(20000);
  const std::vector<Value> sorted = Sorted(values, {kMemory / 256, 2}, 100);
  std::erase_if(values, [](const Value& value) { return RangeOf(value) < 100; });
  std::sort(values.begin(), values.end());
  EXPECT_EQ(sorted, values);
}

TEST_F(RangeSorterTest, VeryManyValuesWithOneBeginningAreSortedToo) {
  std::vector<Value> values = RandomValues(60000);
  for (size_t i = 0; i < 50000; ++i) values[i].prefix = 0x1234567890abcdef;
  ExpectSorted(values, {kMemory / 256, 2});
}

TEST_F(RangeSorterTest, TheLowestAndTheHighestBeginningHaveTheirPlace) {
  ExpectSorted({{~uint64_t{0}, 1}, {0, 2}, {0, 1}, {~uint64_t{0}, 0}}, {kMemory, 1});
}

TEST_F(RangeSorterTest, NoValuesAreNothingVisited) {
  EXPECT_TRUE(Sorted({}, {kMemory, 2}).empty());
}

TEST_F(RangeSorterTest, AnErrorOfASourceOfTheWorkOrOfTheTakerEndsIt) {
  const std::vector<Value> values = RandomValues(100000);
  for (const char* of : {"source", "work", "take", "ended"}) {
    const std::string who = of;
    RangeSorter<Value>::Sources sources = SourcesOf(values);
    if (who == "source") static_cast<VectorSource&>(*sources.back()).Fail();
    RangeSorter<Value> sorter(folder_.path(), {kMemory / 64, 2}, kRanges, std::move(sources));
    int taken = 0;
    const absl::Status status = sorter.InOrder(
        0,
        [&](const RangeSorter<Value>::Slice& slice) -> absl::StatusOr<std::vector<Value>> {
          if (who == "work") return absl::CancelledError("enough");
          return CopyOf(slice);
        },
        [&](const std::vector<Value>&) {
          ++taken;
          return who == "take" ? absl::CancelledError("enough") : absl::OkStatus();
        },
        [&](size_t) { return who == "ended" ? absl::CancelledError("enough") : absl::OkStatus(); });
    EXPECT_EQ(status.code(),
              who == "source" ? absl::StatusCode::kDataLoss : absl::StatusCode::kCancelled);
    EXPECT_EQ(taken, who == "take" || who == "ended" ? 1 : 0) << who;
  }
}

TEST_F(RangeSorterTest, AFolderThatIsNotThereIsAnErrorWhenItIsNeeded) {
  const std::vector<Value> values(100000, Value{7, 7});
  RangeSorter<Value> sorter(folder_ / "none", {1, 1}, kRanges, SourcesOf(values));
  const auto ok = [](auto&&) { return absl::OkStatus(); };
  EXPECT_FALSE(sorter.InOrder(0, CopyOf, ok, ok).ok());
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
}  // namespace blindlink::resolver
