// What happens to an index on a cluster when a server dies, hangs, or loses what it had: never
// fewer postings with OK, nothing twice, nothing half visible.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/relay.h"
#include "tests/support/small_disk.h"
#include "tests/unit/resolver/clickhouse/cluster_fixture.h"

namespace blindlink::resolver {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::HasSubstr;

using ClusterFailures = ClusterTest;

constexpr size_t kPostings = 6000;

void Flip(const std::filesystem::path& file) {
  FILE* const bytes = fopen(file.c_str(), "r+");
  ASSERT_NE(bytes, nullptr);
  const auto middle = static_cast<long>(std::filesystem::file_size(file) / 2);
  fseek(bytes, middle, SEEK_SET);
  const int byte = fgetc(bytes);
  fseek(bytes, middle, SEEK_SET);
  fputc(byte ^ 1, bytes);
  fclose(bytes);
}

TEST_F(ClusterFailures, AShardKilledInMidInsertLosesNothingAndNothingIsTwice) {
  Open();
  options_->rows_per_chunk = 100;
  const std::vector<Posting> postings = PostingsOf(1, kPostings);
  std::thread killer([] {
    for (const int shard : {1, 2}) {
      std::this_thread::sleep_for(milliseconds(150));
      cluster().Kill(shard);
      std::this_thread::sleep_for(milliseconds(100));
      cluster().Restart(shard);
    }
  });
  const absl::Status written = Write(1, postings);
  killer.join();
  ASSERT_TRUE(written.ok()) << written;
  EXPECT_EQ(Read().value(), postings);
}

TEST_F(ClusterFailures, AShardThatHangsAndCarriesTheChunkOutLaterHasItOnce) {
  options_->stall_timeout = milliseconds(500);
  Open();
  const std::vector<Posting> postings = PostingsOf(1, kPostings);
  std::thread stopper([] {
    for (int times = 0; times < 3; ++times) {
      cluster().Signal(1, SIGSTOP);
      std::this_thread::sleep_for(milliseconds(1200));
      cluster().Signal(1, SIGCONT);
      std::this_thread::sleep_for(milliseconds(200));
    }
  });
  const absl::Status written = Write(1, postings);
  stopper.join();
  ASSERT_TRUE(written.ok()) << written;
  EXPECT_EQ(Read().value(), postings);
}

TEST_F(ClusterFailures, AShardThatIsDeadAtCommitLeavesNothingVisibleAndTheNextWriterGoesOn) {
  options_->patience = milliseconds(300);
  const std::filesystem::path scratch = folder_ / "scratch";
  std::filesystem::create_directory(scratch);
  Open();
  const std::vector<Posting> postings = PostingsOf(1, kPostings);
  {
    const auto writer = index_->BeginDataset(1, scratch);
    ASSERT_TRUE(writer.ok()) << writer.status();
    ASSERT_TRUE(WriteRecords(writer->get()).ok());
    ASSERT_TRUE(WritePostings(postings, 0, kPostings, writer->get()).ok());
    cluster().Kill(2);
    const absl::Status status = (*writer)->Commit(RowOf(1, kPostings));
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("shard 2 (127.0.0.1:"));
  }
  EXPECT_EQ(Read().value(), std::vector<Posting>());
  cluster().Restart(2);
  EXPECT_EQ(Read().value(), std::vector<Posting>());
  const auto writer = index_->BeginDataset(1, scratch);
  ASSERT_TRUE(writer.ok()) << writer.status();
  EXPECT_GT((*writer)->finished_ranges(), 0u);
  ASSERT_TRUE(WriteRecords(writer->get()).ok());
  ASSERT_TRUE(
      WritePostings(postings, (*writer)->finished_ranges() * 100, kPostings, writer->get()).ok());
  const absl::Status committed = (*writer)->Commit(RowOf(1, kPostings));
  ASSERT_TRUE(committed.ok()) << committed;
  EXPECT_EQ(Read().value(), postings);
}

TEST_F(ClusterFailures, AShardKilledInMidSweepIsAskedAgain) {
  Open();
  const std::vector<Posting> postings = PostingsOf(1, kPostings);
  ASSERT_TRUE(Write(1, postings).ok());
  options_->rows_per_range = 100;
  auto cursor = index_->Postings({});
  ASSERT_TRUE(cursor.ok());
  std::vector<Posting> all;
  int batches = 0;
  while (true) {
    const auto batch = (*cursor)->Next();
    ASSERT_TRUE(batch.ok()) << batch.status();
    if (batch->empty()) break;
    all.insert(all.end(), batch->begin(), batch->end());
    if (++batches != 3 && batches != 8) continue;
    for (const int shard : {1, 2}) {
      cluster().Kill(shard);
      cluster().Restart(shard);
    }
  }
  EXPECT_GT(batches, 10);
  EXPECT_EQ(all, postings);
}

// Also the answer to a commit, bodies in both directions, and handshakes.
TEST_F(ClusterFailures, ConnectionsThatBreakOffAnywhereLoseNothingAndMakeNothingTwice) {
  Relay first(absl::StrCat("127.0.0.1:", cluster().Port(1)), UINT64_MAX);
  Relay second(absl::StrCat("127.0.0.1:", cluster().Port(2)), UINT64_MAX);
  const auto port_of = [](const Relay& relay) {
    const std::string address = relay.address();
    return static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  };
  options_->shards[0].servers[0].port = port_of(first);
  options_->shards[1].servers[0].port = port_of(second);
  options_->rows_per_range = 100;
  Open();
  constexpr uint32_t kDatasets = 6;
  constexpr size_t kEach = 1500;
  std::atomic<bool> ended = false;
  std::atomic<int> cuts = 0;
  std::thread cutter([&] {
    std::minstd_rand random(1);
    while (!ended) {
      std::this_thread::sleep_for(milliseconds(1 + random() % 60));
      (random() % 2 == 0 ? first : second).Cut();
      ++cuts;
    }
  });
  for (uint32_t dataset = 1; dataset <= kDatasets; ++dataset) {
    const std::vector<Posting> postings = PostingsOf(dataset, kEach);
    const absl::Status written = Write(dataset, postings);
    EXPECT_TRUE(written.ok()) << written;
    const auto read = Read({.datasets = {dataset}});
    EXPECT_TRUE(read.ok()) << read.status();
    EXPECT_TRUE(read.ok() && *read == postings) << "dataset " << dataset;
  }
  ended = true;
  cutter.join();
  EXPECT_GT(cuts, 20);
  EXPECT_EQ(index_->Datasets().value().size(), kDatasets);
  EXPECT_EQ(Read().value().size(), kDatasets * kEach);
}

TEST_F(ClusterFailures, AFullDiskSaysSoAndTheSameWriterSucceedsOnceThereIsRoom) {
  const std::filesystem::path data = cluster().folder() / "shard2/data";
  cluster().Kill(2);
  const std::filesystem::path copy = folder_ / "copy";
  std::filesystem::copy(data, copy, std::filesystem::copy_options::recursive);
  {
    const SmallDisk disk(data, "64m");
    if (!disk.mounted()) {
      cluster().Restart(2);
      GTEST_SKIP() << "mounting a file system needs root";
    }
    std::filesystem::copy(copy, data, std::filesystem::copy_options::recursive);
    cluster().Restart(2);
    options_->patience = milliseconds(300);
    Open();
    const std::vector<Posting> small = PostingsOf(1, 500);
    ASSERT_TRUE(Write(1, small).ok());
    disk.TakeTheRest(64 << 10);
    const std::vector<Posting> large = PostingsOf(2, 60'000);
    const absl::Status full = Write(2, large);
    EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted) << full;
    EXPECT_THAT(std::string(full.message()), HasSubstr("shard 2 (127.0.0.1:"));
    EXPECT_EQ(Read().value(), small);
    disk.GiveBack();
    const absl::Status written = Write(2, large);
    EXPECT_TRUE(written.ok()) << written;
    EXPECT_EQ(Read({.datasets = {2}}).value(), large);
    index_.reset();
    EXPECT_TRUE(ClickHouseEngine(cluster().Options(kBorder)).Remove(folder_ / "index").ok());
    cluster().Kill(2);
  }
  cluster().Restart(2);
}

TEST_F(ClusterFailures, AFlippedByteIsDataLossAndNotOtherPostings) {
  Open();
  ASSERT_TRUE(Write(1, PostingsOf(1, kPostings)).ok());
  index_.reset();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(PostingsFolder(1))) {
    if (entry.path().filename() == "hi.bin") Flip(entry.path());
  }
  Open();
  const auto read = Read();
  EXPECT_EQ(read.status().code(), absl::StatusCode::kDataLoss) << read.status();
  EXPECT_THAT(std::string(read.status().message()),
              AllOf(HasSubstr("shard 1"), HasSubstr("damaged")));
}

TEST_F(ClusterFailures, AShardThatHasLostAPartIsDataLossAndNotFewerPostings) {
  Open();
  ASSERT_TRUE(Write(1, PostingsOf(1, kPostings)).ok());
  index_.reset();
  cluster().Kill(2);
  std::vector<std::filesystem::path> parts;
  for (const auto& entry : std::filesystem::directory_iterator(PostingsFolder(2))) {
    if (std::filesystem::exists(entry.path() / "hi.bin")) parts.push_back(entry.path());
  }
  ASSERT_FALSE(parts.empty());
  for (const auto& part : parts) std::filesystem::remove_all(part);
  cluster().Restart(2);
  Open();
  const auto read = Read();
  EXPECT_EQ(read.status().code(), absl::StatusCode::kDataLoss) << read.status();
  EXPECT_THAT(std::string(read.status().message()), HasSubstr("shard 2"));
}

TEST_F(ClusterFailures, AShardWithoutItsTablesIsAnErrorAndNotAnEmptyIndex) {
  Open();
  ASSERT_TRUE(Write(1, PostingsOf(1, 500)).ok());
  cluster().Query(2, "DROP TABLE blindlink.`" + PostingsFolder(2).filename().string() + "`");
  const auto read = Read();
  EXPECT_EQ(read.status().code(), absl::StatusCode::kFailedPrecondition) << read.status();
  EXPECT_THAT(std::string(read.status().message()), HasSubstr("lacks something of the index"));
}

TEST_F(ClusterFailures, AfterADiscardedWriterOrARemovalTheServersHaveNothingOfTheDataset) {
  Open();
  {
    const auto writer = index_->BeginDataset(1, {});
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE(WriteRecords(writer->get()).ok());
    ASSERT_TRUE(WritePostings(PostingsOf(1, kPostings), 0, kPostings, writer->get()).ok());
  }
  ASSERT_TRUE(Write(2, PostingsOf(2, 500)).ok());
  ASSERT_TRUE(index_->RemoveDataset(2).ok());
  for (const int shard : {1, 2}) {
    EXPECT_EQ(cluster().Query(shard, "SELECT count() FROM blindlink.`" +
                                         PostingsFolder(shard).filename().string() + "`"),
              "0\n");
  }
}

TEST_F(ClusterFailures, NothingThatTheServersHoldIsAsItCame) {
  Open();
  ASSERT_TRUE(Write(1, PostingsOf(1, 500)).ok());
  const std::string postings = PostingsFolder(1).filename();
  const std::string prefix = postings.substr(0, postings.size() - std::string("postings").size());
  const auto count = [&](const std::string& table, const std::string& condition) {
    return cluster().Query(
        1, "SELECT count() FROM blindlink.`" + prefix + table + "` WHERE " + condition);
  };
  EXPECT_EQ(count("postings", "position(toString(evidence), 'eee') > 0"), "0\n");
  EXPECT_NE(count("postings", "width > 3"), "0\n");
  EXPECT_EQ(count("records", "position(pseudonyms, 'anna') > 0"), "0\n");
  EXPECT_EQ(count("records", "length(pseudonyms) = 32"), "1\n");
  EXPECT_EQ(count("datasets", "dataset = 1"), "1\n");
}

}  // namespace
}  // namespace blindlink::resolver
