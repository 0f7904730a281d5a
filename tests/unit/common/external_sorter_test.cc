#include "common/extsort/external_sorter.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <random>

namespace blindlink {
namespace {

struct Pair {
  uint64_t first;
  uint64_t second;
  friend auto operator<=>(const Pair&, const Pair&) = default;
};

std::vector<Pair> Drain(ExternalSorter<Pair>* sorter) {
  std::vector<Pair> out;
  while (true) {
    const auto next = sorter->Next();
    EXPECT_TRUE(next.ok()) << next.status();
    if (!next.ok() || *next == nullptr) return out;
    out.push_back(**next);
  }
}

std::vector<Pair> Random(size_t count) {
  std::mt19937_64 random(7);
  std::vector<Pair> values;
  for (size_t i = 0; i < count; ++i) values.push_back({random() % 100, random()});
  return values;
}

void ExpectSorted(size_t count, uint64_t memory_budget, size_t expected_runs) {
  std::vector<Pair> values = Random(count);
  ExternalSorter<Pair> sorter(testing::TempDir(), memory_budget);
  for (const Pair& value : values) ASSERT_TRUE(sorter.Add(value).ok());
  ASSERT_TRUE(sorter.Sort().ok());
  EXPECT_EQ(sorter.runs(), expected_runs);
  std::sort(values.begin(), values.end());
  EXPECT_EQ(Drain(&sorter), values);
  EXPECT_EQ(sorter.count(), count);
}

TEST(ExternalSorter, NothingSortsToNothing) { ExpectSorted(0, 1 << 20, 0); }

TEST(ExternalSorter, WhatFitsStaysInMemory) { ExpectSorted(5000, 1 << 20, 0); }

TEST(ExternalSorter, WhatDoesNotFitGoesThroughTheDiskInTheSameOrder) {
  ExpectSorted(100000, 16 * 4096, 25);
}

TEST(ExternalSorter, ALastRunOfOneValueIsNotLost) { ExpectSorted(2 * 1024 + 1, 1, 3); }

TEST(ExternalSorter, WhatAnotherSorterWasGivenCanBeTaken) {
  for (const uint64_t memory : {uint64_t{1} << 20, uint64_t{16} * 1500}) {
    std::vector<Pair> values = Random(9000);
    ExternalSorter<Pair> sorter(testing::TempDir(), memory);
    ExternalSorter<Pair> other(testing::TempDir(), memory);
    for (size_t i = 0; i < values.size(); ++i) {
      ASSERT_TRUE((i % 3 == 0 ? sorter : other).Add(values[i]).ok());
    }
    ASSERT_TRUE(sorter.Take(std::move(other)).ok());
    ASSERT_TRUE(sorter.Sort().ok());
    EXPECT_EQ(sorter.count(), values.size());
    std::sort(values.begin(), values.end());
    EXPECT_EQ(Drain(&sorter), values);
  }
}

TEST(ExternalSorter, ItLeavesNoFileBehind) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / "external_sorter_test";
  std::filesystem::create_directories(folder);
  ExternalSorter<Pair> sorter(folder, 1);
  for (const Pair& value : Random(5000)) ASSERT_TRUE(sorter.Add(value).ok());
  EXPECT_GT(sorter.runs(), 0u);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  std::filesystem::remove_all(folder);
}

TEST(ExternalSorter, AFolderThatIsNotThereIsAnErrorThatNamesIt) {
  ExternalSorter<Pair> sorter("no-such-folder", 1);
  absl::Status status;
  for (const Pair& value : Random(5000)) status.Update(sorter.Add(value));
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(std::string(status.message()).find("no-such-folder"), std::string::npos);
}

}  // namespace
}  // namespace blindlink
