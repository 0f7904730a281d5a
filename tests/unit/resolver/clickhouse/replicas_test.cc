// What several servers of a shard are good for: a run goes on when one of them dies, and whatever
// dies when, all of them have the same or an error says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/files.h"
#include "tests/unit/resolver/clickhouse/cluster_fixture.h"

namespace blindlink::resolver {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr size_t kPostings = 6000;

// Servers 1 and 3 are the first shard, 2 and 4 the second.
class Replicas : public ClusterTest {
 protected:
  static ClickHouseCluster& Four() {
    static ClickHouseCluster cluster(4);
    return cluster;
  }

  void SetUp() override {
    if (const std::string why = ClickHouseCluster::WhyNot(); !why.empty()) GTEST_SKIP() << why;
    options_ = std::make_unique<ClickHouseOptions>(Four().ReplicatedOptions(kBorder));
    options_->patience = std::chrono::seconds(2);
  }
  void TearDown() override {
    index_.reset();
    if (options_ == nullptr) return;
    const ClickHouseEngine engine(Four().ReplicatedOptions(kBorder));
    EXPECT_TRUE(engine.Remove(folder_ / "index").ok());
  }

  // The index's table on the server, as it is called there.
  static std::string Table(int server, absl::string_view name) {
    const std::string tables =
        Four().Query(server, "SELECT name FROM system.tables WHERE database = 'blindlink'");
    for (size_t at = 0; at < tables.size();) {
      const size_t end = tables.find('\n', at);
      const std::string table = tables.substr(at, end - at);
      if (absl::EndsWith(table, absl::StrCat("_", name))) return "blindlink.`" + table + "`";
      at = end + 1;
    }
    return "";
  }
  static std::string Count(int server, absl::string_view name) {
    return Four().Query(server, "SELECT count() FROM " + Table(server, name));
  }

  // Removes the parts of the table of postings that the server, which is dead, has.
  static void LosePostings(int server) {
    const std::filesystem::path tables =
        Four().folder() / absl::StrFormat("shard%d/data/data/blindlink", server);
    int lost = 0;
    for (const auto& table : std::filesystem::directory_iterator(tables)) {
      if (!absl::EndsWith(table.path().string(), "_postings")) continue;
      for (const auto& part : std::filesystem::directory_iterator(table)) {
        if (!std::filesystem::exists(part.path() / "hi.bin")) continue;
        std::filesystem::remove_all(part.path());
        ++lost;
      }
    }
    EXPECT_GT(lost, 0);
  }

  // Writes dataset 1, whose row server 3 cannot take.
  void CommitOnServerOneOnly(const std::vector<Posting>& postings) {
    const auto writer = index_->BeginDataset(1, {});
    ASSERT_TRUE(writer.ok()) << writer.status();
    ASSERT_TRUE(WriteRecords(writer->get()).ok());
    ASSERT_TRUE(WritePostings(postings, 0, postings.size(), writer->get()).ok());
    const std::string datasets = Table(3, "datasets");
    Four().Query(3, absl::StrCat("RENAME TABLE ", datasets, " TO blindlink.away"));
    const absl::Status status = (*writer)->Commit(RowOf(1, postings.size()));
    Four().Query(3, absl::StrCat("RENAME TABLE blindlink.away TO ", datasets));
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(std::string(status.message()), HasSubstr(NameOf(3)));
    ASSERT_EQ(Count(1, "datasets"), "1\n");
    ASSERT_EQ(Count(3, "datasets"), "0\n");
    EXPECT_TRUE(index_->Datasets().value().empty());
  }

  std::string NameOf(int server) const { return absl::StrCat("127.0.0.1:", Four().Port(server)); }
};

TEST_F(Replicas, EachHasWhatIsWrittenAndWhatIsRemovedLeavesEach) {
  Open();
  const std::vector<Posting> postings = PostingsOf(1, kPostings);
  ASSERT_TRUE(Write(1, postings).ok());
  EXPECT_EQ(Read().value(), postings);
  for (const int server : {1, 3}) {
    EXPECT_EQ(Count(server, "postings"), "3001\n") << server;
    EXPECT_EQ(Count(server + 1, "postings"), "2999\n") << server + 1;
    EXPECT_EQ(Count(server, "records"), "1\n") << server;
    EXPECT_EQ(Count(server, "datasets"), "1\n") << server;
  }
  ASSERT_TRUE(index_->RemoveDataset(1).ok());
  EXPECT_TRUE(Read().value().empty());
  for (const int server : {1, 2, 3, 4}) EXPECT_EQ(Count(server, "postings"), "0\n") << server;
  for (const int server : {1, 3}) EXPECT_EQ(Count(server, "records"), "0\n") << server;
}

// Equally many rows on each, so that one number says whether one has lost some.
TEST_F(Replicas, OneThatHangsAndCarriesAChunkOutLaterHasItOnce) {
  options_->patience = std::chrono::seconds(30);
  options_->stall_timeout = milliseconds(500);
  Open();
  const std::vector<Posting> postings = PostingsOf(1, kPostings);
  std::thread stopper([] {
    for (int times = 0; times < 3; ++times) {
      Four().Signal(3, SIGSTOP);
      std::this_thread::sleep_for(milliseconds(1200));
      Four().Signal(3, SIGCONT);
      std::this_thread::sleep_for(milliseconds(200));
    }
  });
  const absl::Status written = Write(1, postings);
  stopper.join();
  ASSERT_TRUE(written.ok()) << written;
  EXPECT_EQ(Read().value(), postings);
  for (const int server : {1, 3}) EXPECT_EQ(Count(server, "postings"), "3001\n") << server;
}

TEST_F(Replicas, OneThatDiesInMidSweepIsReplacedByTheOther) {
  Open();
  const std::vector<Posting> postings = PostingsOf(1, kPostings);
  ASSERT_TRUE(Write(1, postings).ok());
  options_->rows_per_range = 100;
  for (const PostingQuery& query : {PostingQuery{}, PostingQuery{{}, {}, {1}, {1}}}) {
    auto cursor = index_->Postings(query);
    ASSERT_TRUE(cursor.ok());
    std::vector<Posting> all;
    int batches = 0;
    while (true) {
      const auto batch = (*cursor)->Next();
      ASSERT_TRUE(batch.ok()) << batch.status();
      if (batch->empty()) break;
      all.insert(all.end(), batch->begin(), batch->end());
      if (++batches == 3) {
        Four().Kill(1);
        Four().Kill(2);
      }
    }
    EXPECT_GT(batches, 10);
    EXPECT_EQ(all, postings);
    const auto records = index_->Records(1);
    ASSERT_TRUE(records.ok()) << records.status();
    EXPECT_EQ((*records)->Next().value().size(), 2u);
    Four().Restart(1);
    Four().Restart(2);
    // So that the next round begins where this one did.
    Open();
  }
}

TEST_F(Replicas, WithOneDownDataAreReadAndNothingIsWrittenUntilItIsBack) {
  Open();
  const std::vector<Posting> first = PostingsOf(1, kPostings);
  const std::vector<Posting> second = PostingsOf(2, 500);
  ASSERT_TRUE(Write(1, first).ok());
  Four().Kill(3);
  EXPECT_EQ(Read().value(), first);
  for (const absl::Status& status : {Write(2, second), index_->RemoveDataset(1)}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(NameOf(3)));
  }
  EXPECT_EQ(index_->Datasets().value().size(), 1u);
  Four().Restart(3);
  ASSERT_TRUE(Write(2, second).ok());
  ASSERT_TRUE(index_->RemoveDataset(1).ok());
  EXPECT_EQ(Read().value(), second);
}

TEST_F(Replicas, OneThatHasLostPostingsIsDataLossAndNotFewer) {
  Open();
  const std::vector<Posting> postings = PostingsOf(1, kPostings);
  ASSERT_TRUE(Write(1, postings).ok());
  Four().Kill(1);
  LosePostings(1);
  Four().Restart(1);
  Open();
  const auto read = Read();
  EXPECT_EQ(read.status().code(), absl::StatusCode::kDataLoss) << read.status();
  EXPECT_THAT(std::string(read.status().message()), HasSubstr(NameOf(1)));
}

TEST_F(Replicas, WhatOneGaveBeforeItDiedIsComparedWithTheOther) {
  Open();
  options_->rows_per_range = 100;
  std::vector<Posting> postings = PostingsOf(1, kPostings);
  ASSERT_TRUE(Write(1, postings).ok());
  // Of a dataset that begins in the middle of the shard, server 1 has lost all.
  ASSERT_TRUE(Write(2, PostingsOf(2, kPostings)).ok());
  const std::string partitions = Four().Query(
      1, absl::StrCat("SELECT DISTINCT partition_id FROM system.parts WHERE active AND table LIKE "
                      "'%_postings' AND partition_id LIKE '2-%' FORMAT TSV"));
  for (size_t at = 0; at < partitions.size(); at = partitions.find('\n', at) + 1) {
    Four().Query(1, absl::StrCat("ALTER TABLE ", Table(1, "postings"), " DROP PARTITION ID '",
                                 partitions.substr(at, partitions.find('\n', at) - at), "'"));
  }
  auto cursor = index_->Postings({});
  ASSERT_TRUE(cursor.ok());
  absl::Status status;
  for (int batches = 0; status.ok(); ++batches) {
    const auto batch = (*cursor)->Next();
    status = batch.status();
    ASSERT_FALSE(batch.ok() && batch->empty()) << "fewer postings with OK";
    if (batches == 3) Four().Kill(1);
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(NameOf(1) + ") gave"));
  Four().Restart(1);
}

TEST_F(Replicas, ACommitThatHasReachedOneOnlyIsNotSeenAndFinishedAtTheNextOpening) {
  Open();
  const std::vector<Posting> postings = PostingsOf(1, 500);
  CommitOnServerOneOnly(postings);

  Open();
  EXPECT_EQ(Count(3, "datasets"), "1\n");
  EXPECT_EQ(Read().value(), postings);
}

TEST_F(Replicas, ACommitThatHasReachedOneOnlyIsForgottenWhenTheDatasetIsWrittenAnew) {
  Open();
  const std::vector<Posting> postings = PostingsOf(1, 500);
  CommitOnServerOneOnly(postings);
  const absl::Status written = Write(1, postings);
  ASSERT_TRUE(written.ok()) << written;
  EXPECT_EQ(Read().value(), postings);
  Open();
  EXPECT_EQ(Read().value(), postings);
  for (const int server : {1, 3}) EXPECT_EQ(Count(server, "datasets"), "1\n") << server;
}

// What the next opening would show must be whole, and the other shard's server is not there to say
// so.
TEST_F(Replicas, ACommitThatHasReachedOneOnlyIsForgottenBeforeItsDataGo) {
  Open();
  const std::vector<Posting> postings = PostingsOf(1, kPostings);
  CommitOnServerOneOnly(postings);
  Four().Kill(4);
  for (const absl::Status& status : {Write(1, postings), index_->RemoveDataset(1)}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  }
  Four().Restart(4);
  Open();
  EXPECT_TRUE(index_->Datasets().value().empty());
  ASSERT_TRUE(Write(1, postings).ok());
  EXPECT_EQ(Read().value(), postings);
}

TEST_F(Replicas, ACommitThatHasReachedOneOnlyIsRemovedWithAllItsData) {
  Open();
  CommitOnServerOneOnly(PostingsOf(1, kPostings));
  ASSERT_TRUE(index_->RemoveDataset(1).ok());
  Open();
  EXPECT_TRUE(index_->Datasets().value().empty());
  for (const int server : {1, 2, 3, 4}) EXPECT_EQ(Count(server, "postings"), "0\n") << server;
  for (const int server : {1, 3}) {
    EXPECT_EQ(Count(server, "records"), "0\n") << server;
    EXPECT_EQ(Count(server, "datasets"), "0\n") << server;
  }
}

TEST_F(Replicas, OneThatHasMissedADatasetIsRefused) {
  Open();
  const std::vector<ClickHouseShard> all = options_->shards;
  for (ClickHouseShard& shard : options_->shards) shard.servers.resize(1);
  Open();
  ASSERT_TRUE(Write(1, PostingsOf(1, 500)).ok());
  index_.reset();
  options_->shards = all;
  const auto index = OpenIn(folder_ / "index");
  EXPECT_EQ(index.status().code(), absl::StatusCode::kFailedPrecondition) << index.status();
  EXPECT_THAT(std::string(index.status().message()),
              testing::AllOf(HasSubstr(NameOf(3)), HasSubstr("lacks a dataset")));
}

TEST_F(Replicas, WhoTookOverElsewhereFencesEachOfThem) {
  Open();
  const auto writer = index_->BeginDataset(1, {});
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE(WriteRecords(writer->get()).ok());
  const std::filesystem::path copy = folder_ / "copy";
  std::filesystem::copy(folder_ / "index", copy);
  EXPECT_EQ(OpenIn(copy).status().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(WriteFileAtomically(copy / "take-over", "").ok());
  const auto second = OpenIn(copy);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ((*writer)->Commit(RowOf(1, 0)).code(), absl::StatusCode::kFailedPrecondition);
  for (const int server : {1, 3}) EXPECT_EQ(Count(server, "datasets"), "0\n") << server;
}

}  // namespace
}  // namespace blindlink::resolver
