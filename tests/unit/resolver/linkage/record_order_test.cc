#include "resolver/linkage/record_order.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/base/byte_order.h"
#include "resolver/index/memory_token_index.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

class RecordOrderTest : public testing::Test {
 protected:
  // A pseudonym that looks random, the same for the same number.
  static RecordPseudonym Pseudonym(uint64_t number) {
    RecordPseudonym pseudonym;
    for (size_t half = 0; half < 2; ++half) {
      uint64_t mixed = (2 * number + half + 1) * 0x9e3779b97f4a7c15;
      mixed = (mixed ^ mixed >> 29) * 0xbf58476d1ce4e5b9;
      StoreBigEndian64(mixed ^ mixed >> 32, pseudonym.bytes.data() + 8 * half);
    }
    return pseudonym;
  }
  static std::vector<RecordPseudonym> Pseudonyms(uint64_t first, uint64_t end) {
    std::vector<RecordPseudonym> records;
    for (uint64_t number = first; number < end; ++number) records.push_back(Pseudonym(number));
    return records;
  }

  void Add(const std::string& site, const std::vector<RecordPseudonym>& records) {
    const auto number = static_cast<uint32_t>(added_.size() + 1);
    const auto writer = index_.BeginDataset(number, {});
    ASSERT_TRUE(writer.ok());
    for (const RecordPseudonym& record : records) ASSERT_TRUE((*writer)->AddRecord(record).ok());
    storage::v1::CommittedDataset row;
    row.set_dataset_number(number);
    row.mutable_manifest()->set_site(site);
    row.set_records(records.size());
    ASSERT_TRUE((*writer)->Commit(row).ok());
    added_.emplace_back(site, records);
  }

  absl::StatusOr<RecordOrder> TryMake(size_t threads, uint64_t memory_budget,
                                      const RecordMarks* only = nullptr) {
    auto rows = RowFileWriter<RecordRow>::Create(file());
    EXPECT_TRUE(rows.ok());
    const RunControl control{&cancel_, [](const char*, double) {}};
    auto order = RecordOrder::Make(index_, *index_.Datasets(), folder_.path(), memory_budget,
                                   rows->get(), control, only, threads);
    EXPECT_TRUE((*rows)->FinishTemporary().ok());
    return order;
  }
  RecordOrder Make(size_t threads, uint64_t memory_budget, const RecordMarks* only = nullptr) {
    auto order = TryMake(threads, memory_budget, only);
    EXPECT_TRUE(order.ok()) << order.status();
    return *std::move(order);
  }

  // Compares the order, and what it wrote, with that of a set of all records.
  void ExpectRight(const RecordOrder& order, const RecordMarks* only = nullptr) const {
    std::set<std::pair<std::string, RecordPseudonym>> all;
    for (size_t i = 0; i < added_.size(); ++i) {
      for (uint32_t record = 0; record < added_[i].second.size(); ++record) {
        if (only != nullptr && !only->Has(static_cast<uint32_t>(i + 1), record)) continue;
        all.emplace(added_[i].first, added_[i].second[record]);
      }
    }
    ASSERT_EQ(order.record_count(), all.size());
    const std::vector<std::pair<std::string, RecordPseudonym>> sorted(all.begin(), all.end());
    const auto rows = RowFileReader<RecordRow>::Open(file());
    ASSERT_TRUE(rows.ok());
    ASSERT_EQ((*rows)->rows(), sorted.size());
    const auto written = *(*rows)->Read(0, sorted.size());
    for (uint32_t rank = 0; rank < sorted.size(); ++rank) {
      ASSERT_EQ(order.sites()[written[rank].site], sorted[rank].first);
      ASSERT_EQ(written[rank].record, sorted[rank].second);
      ASSERT_EQ(order.SiteOfRank(rank), written[rank].site);
    }
    for (size_t i = 0; i < added_.size(); ++i) {
      const auto dataset = static_cast<uint32_t>(i + 1);
      for (uint32_t record = 0; record < added_[i].second.size(); ++record) {
        if (only != nullptr && !only->Has(dataset, record)) continue;
        const uint32_t rank = order.RankOf(dataset, record);
        ASSERT_EQ(sorted[rank], std::pair(added_[i].first, added_[i].second[record]));
      }
    }
  }

  // The order is right with any number of threads, in memory and where it does not fit there.
  void ExpectRightAlways(const RecordMarks* only = nullptr) {
    for (const size_t threads : {1, 2, 3, 8}) {
      for (const uint64_t memory_budget : {uint64_t{1}, uint64_t{1} << 20, uint64_t{64} << 20}) {
        SCOPED_TRACE(testing::Message() << threads << " threads, " << memory_budget << " bytes");
        ExpectRight(Make(threads, memory_budget, only), only);
      }
    }
  }

  std::filesystem::path file() const { return folder_ / "order.rows"; }

  TemporaryFolder folder_;
  MemoryTokenIndex index_;
  std::vector<std::pair<std::string, std::vector<RecordPseudonym>>> added_;
  std::atomic<bool> cancel_ = false;
};

TEST_F(RecordOrderTest, IsTheSameWithAnyThreadsAndMemory) {
  Add("south", Pseudonyms(0, 90000));
  Add("north", Pseudonyms(80000, 120000));
  Add("west", Pseudonyms(7, 8));
  ExpectRightAlways();
}

TEST_F(RecordOrderTest, RowsOfOneRecordHaveOneRankWhereverTheyAre) {
  std::vector<RecordPseudonym> twice = Pseudonyms(0, 40000);
  const std::vector<RecordPseudonym> again = Pseudonyms(20000, 50000);
  twice.insert(twice.end(), again.begin(), again.end());
  Add("north", twice);
  Add("north", Pseudonyms(10000, 60000));
  Add("south", Pseudonyms(10000, 20000));
  EXPECT_EQ(Make(3, 1 << 20).record_count(), 60000u + 10000u);
  ExpectRightAlways();
}

TEST_F(RecordOrderTest, OnlyMarkedRecordsHaveRanks) {
  Add("north", Pseudonyms(0, 50000));
  Add("south", Pseudonyms(30000, 80000));
  RecordMarks only(*index_.Datasets());
  for (uint32_t record = 0; record < 50000; record += 3) only.Set(1, record);
  for (uint32_t record = 49000; record < 50000; ++record) only.Set(2, record);
  EXPECT_EQ(only.Count(1), 16667u);
  EXPECT_EQ(only.Count(2), 1000u);
  ExpectRightAlways(&only);
}

TEST_F(RecordOrderTest, PseudonymsThatAreNotRandomAreOrderedToo) {
  std::vector<RecordPseudonym> counted;
  for (uint32_t number = 0; number < 70000; ++number) {
    RecordPseudonym& record = counted.emplace_back();
    StoreBigEndian32((number * 7919) % 70000, record.bytes.data() + 12);
  }
  RecordPseudonym highest;
  highest.bytes.fill(0xff);
  counted.push_back(highest);
  Add("north", counted);
  Add("south", {highest, RecordPseudonym{}});
  ExpectRightAlways();
}

TEST_F(RecordOrderTest, SitesWithoutRecordsHaveNoRanks) {
  Add("east", {});
  Add("north", Pseudonyms(0, 10));
  Add("south", {});
  Add("west", Pseudonyms(0, 5));
  const RecordOrder order = Make(2, 1 << 20);
  ExpectRight(order);
  EXPECT_EQ(order.FirstRankOf(0), 0u);
  EXPECT_EQ(order.FirstRankOf(1), 0u);
  EXPECT_EQ(order.FirstRankOf(2), 10u);
  EXPECT_EQ(order.FirstRankOf(3), 10u);
  EXPECT_EQ(order.FirstRankOf(4), 15u);
}

TEST_F(RecordOrderTest, OfNothingIsEmpty) {
  EXPECT_EQ(Make(2, 1 << 20).record_count(), 0u);
  Add("north", {});
  EXPECT_EQ(Make(2, 1 << 20).record_count(), 0u);
}

TEST_F(RecordOrderTest, CanBeCancelled) {
  Add("north", Pseudonyms(0, 1000));
  cancel_ = true;
  EXPECT_TRUE(absl::IsCancelled(TryMake(2, 1 << 20).status()));
}

TEST_F(RecordOrderTest, LeavesNoFiles) {
  Add("north", Pseudonyms(0, 50000));
  Make(2, 1);
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    EXPECT_EQ(entry.path(), file());
    ++files;
  }
  EXPECT_EQ(files, 1u);
}

}  // namespace
}  // namespace blindlink::resolver
