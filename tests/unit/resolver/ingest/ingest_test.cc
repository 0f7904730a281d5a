#include "resolver/ingest/ingest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_format.h"
#include "common/base/disk_room.h"
#include "resolver/index/memory_token_index.h"
#include "resolver/index/overused_token.h"
#include "resolver/index/rocksdb/rocksdb_token_index.h"
#include "resolver/ingest/seal.h"
#include "tests/support/sample_tokens.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

constexpr uint64_t kLarge = uint64_t{64} << 20;
constexpr uint64_t kSmall = 1;  // the smallest buffer of the sorter: many runs

class IngestTest : public testing::Test {
 protected:
  IngestTest() {
    EXPECT_TRUE(IndexKey::Generate(folder_ / "index.key").ok());
    key_ = std::make_unique<IndexKey>(*IndexKey::Read(folder_ / "index.key"));
    std::filesystem::create_directory(folder_ / "temporary");
  }

  void Send(const std::vector<v1::TokenBlock>& blocks) {
    auto upload = Upload::Create(folder_ / "site" / "all", ManifestFor(plan_, "site", "all"), plan_,
                                 {log_bytes_, [] {}});
    ASSERT_TRUE(upload.ok()) << upload.status();
    upload_ = *std::move(upload);
    for (const v1::TokenBlock& block : blocks) ASSERT_TRUE(upload_->Append(block).ok());
    ASSERT_TRUE(upload_->Commit(CommitOf("all", blocks)).ok());
    ASSERT_TRUE(upload_->KeepDatasetNumber(5).ok());
  }
  void Reopen() {
    upload_.reset();
    upload_ = *Upload::Open(folder_ / "site" / "all", plan_, {});
  }

  absl::Status Ingest(TokenIndex* index, uint64_t memory_budget = kLarge, size_t threads = 2) {
    return IngestUpload(*upload_, *key_, *index, folder_ / "temporary", {memory_budget, threads},
                        cancel_);
  }

  StoredToken Stored(absl::string_view token) const {
    return key_->TokenMaker().Make(TokenNamed(token).AsView())[0];
  }

  TemporaryFolder folder_;
  Plan plan_ = TinyPlan();
  std::unique_ptr<IndexKey> key_;
  uint64_t log_bytes_ = 1;  // each block is a log
  std::shared_ptr<Upload> upload_;
  std::atomic<bool> cancel_ = false;
};

std::vector<Posting> PostingsOf(const TokenIndex& index) {
  std::vector<Posting> all;
  const auto cursor = index.Postings({});
  EXPECT_TRUE(cursor.ok());
  while (true) {
    const auto batch = (*cursor)->Next();
    EXPECT_TRUE(batch.ok());
    if (!batch.ok() || batch->empty()) return all;
    all.insert(all.end(), batch->begin(), batch->end());
  }
}

// 4 blocks of 500 records with 3 tokens each.
std::vector<v1::TokenBlock> ManyBlocks() {
  std::vector<v1::TokenBlock> blocks;
  int next = 0;
  for (uint64_t block = 0; block < 4; ++block) {
    std::vector<SampleRecord> records;
    for (int i = 0; i < 500; ++i, ++next) {
      records.push_back({absl::StrFormat("record-%d", next),
                         {{absl::StrFormat("first-%d", next * 7919 % 1000)},
                          {absl::StrFormat("nick-%d", next % 10), kNameDob, kNicknameForm},
                          {absl::StrFormat("last-%d", next), kLastDob}}});
    }
    blocks.push_back(BlockOf(block, block * 500, records));
  }
  return blocks;
}

TEST_F(IngestTest, APostingHasTheDatasetTheOrdinalTheFormAndAKeyedToken) {
  Send({BlockOf(0, 0, {{"anna", {}}}),
        BlockOf(1, 1, {{"bert", {}}, {"carl", {{"token", kNameDob, kNicknameForm}}}})});
  MemoryTokenIndex index;
  ASSERT_TRUE(Ingest(&index).ok());
  EXPECT_EQ(PostingsOf(index),
            (std::vector<Posting>{{Stored("token"), kNameDob, 5, 2, kNicknameForm}}));
}

TEST_F(IngestTest, OfATokenThatTooManyRecordsShareOnlyTheNumberIsStored) {
  plan_ = TinyPlan("limits { max_records_per_token: 2 }");
  Send({BlockOf(0, 0,
                {{"a", {{"often"}, {"often", kNameDob, kNicknameForm}, {"twice"}}},
                 {"b", {{"often"}, {"twice"}}}}),
        BlockOf(1, 2, {{"c", {{"often"}, {"often", kLastDob}}}})});
  MemoryTokenIndex index;
  ASSERT_TRUE(Ingest(&index).ok());
  std::vector<Posting> expected = {OverusedToken(Stored("often"), kNameDob, 5, 3, 4),
                                   {Stored("often"), kLastDob, 5, 2, 0},
                                   {Stored("twice"), kNameDob, 5, 0, 0},
                                   {Stored("twice"), kNameDob, 5, 1, 0},
                                   MarkOf(5, 0),
                                   MarkOf(5, 1),
                                   MarkOf(5, 2)};
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(PostingsOf(index), expected);
}

// Where it does not fit in memory, a token's postings come in several pieces.
TEST_F(IngestTest, ATokenThatDoesNotFitInMemoryIsCountedAsOne) {
  constexpr int kRecords = 140000;
  std::vector<v1::TokenBlock> blocks;
  for (int first = 0; first < kRecords; first += 500) {
    std::vector<SampleRecord> records;
    for (int i = first; i < first + 500; ++i) {
      records.push_back({absl::StrFormat("r%d", i), {{"hub"}, {absl::StrFormat("t%d", i)}}});
    }
    blocks.push_back(BlockOf(blocks.size(), static_cast<uint64_t>(first), records));
  }
  log_bytes_ = Upload::kMaxLogBytes;
  std::vector<Posting> large;
  for (const uint64_t memory : {kLarge, kSmall}) {
    Send(blocks);
    MemoryTokenIndex index;
    ASSERT_TRUE(Ingest(&index, memory).ok());
    upload_->Remove();
    const std::vector<Posting> postings = PostingsOf(index);
    EXPECT_EQ(postings.size(), 2 * kRecords + 1u);  // one of each, the number, and the marks
    EXPECT_EQ(postings.back(), MarkOf(5, kRecords - 1));
    EXPECT_THAT(postings,
                testing::Contains(OverusedToken(Stored("hub"), kNameDob, 5, kRecords, kRecords)));
    ASSERT_EQ(index.Datasets()->size(), 1u);
    EXPECT_EQ((*index.Datasets())[0].audit().match_keys(0).most_records(), kRecords);
    if (large.empty()) large = postings;
    EXPECT_TRUE(postings == large);
  }
}

TEST_F(IngestTest, NoTokenIsStoredAsItWasSent) {
  const std::vector<v1::TokenBlock> blocks = ManyBlocks();
  Send(blocks);
  MemoryTokenIndex index;
  ASSERT_TRUE(Ingest(&index).ok());
  std::set<StoredToken> sent;
  for (const v1::TokenBlock& block : blocks) {
    for (const v1::TokenColumn& column : block.columns()) {
      for (size_t at = 0; at < column.tokens().size(); at += Token::kSize) {
        sent.insert(StoredToken::FromBytes(column.tokens().data() + at));
      }
    }
  }
  const std::vector<Posting> stored = PostingsOf(index);
  EXPECT_EQ(stored.size(), 6000u);
  for (const Posting& posting : stored) ASSERT_FALSE(sent.contains(posting.token));
}

TEST_F(IngestTest, AnotherIndexKeyStoresOtherTokens) {
  Send({BlockOf(0, 0, {{"anna", {{"token"}}}})});
  MemoryTokenIndex one;
  ASSERT_TRUE(Ingest(&one).ok());
  ASSERT_TRUE(IndexKey::Generate(folder_ / "other.key").ok());
  key_ = std::make_unique<IndexKey>(*IndexKey::Read(folder_ / "other.key"));
  upload_->Remove();
  Send({BlockOf(0, 0, {{"anna", {{"token"}}}})});
  MemoryTokenIndex other;
  ASSERT_TRUE(Ingest(&other).ok());
  EXPECT_NE(PostingsOf(one).at(0).token, PostingsOf(other).at(0).token);
}

TEST_F(IngestTest, LittleMemoryAndManyThreadsGiveTheSameIndex) {
  Send(ManyBlocks());
  MemoryTokenIndex large;
  ASSERT_TRUE(Ingest(&large, kLarge, 1).ok());
  for (const size_t threads : {1, 5}) {
    upload_->Remove();  // an ingest uses its segments up
    Send(ManyBlocks());
    MemoryTokenIndex small;
    ASSERT_TRUE(Ingest(&small, kSmall, threads).ok());
    EXPECT_EQ(PostingsOf(large), PostingsOf(small)) << threads;
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "temporary"));
}

TEST_F(IngestTest, TheSameTokenOfOneRecordTwiceIsOnePosting) {
  v1::TokenBlock twice = BlockOf(0, 0, {{"anna", {{"token"}, {"token"}}}});
  Send({twice});
  MemoryTokenIndex index;
  ASSERT_TRUE(Ingest(&index).ok());
  EXPECT_EQ(PostingsOf(index).size(), 1u);
}

TEST_F(IngestTest, CancelledItLeavesTheIndexAsItWas) {
  Send(ManyBlocks());
  MemoryTokenIndex index;
  cancel_ = true;
  EXPECT_EQ(Ingest(&index).code(), absl::StatusCode::kCancelled);
  EXPECT_TRUE(PostingsOf(index).empty());
  EXPECT_TRUE(index.Datasets()->empty());
  cancel_ = false;
  EXPECT_TRUE(Ingest(&index).ok());
  EXPECT_EQ(PostingsOf(index).size(), 6000u);
}

TEST_F(IngestTest, ADiskThatBecomesFullMeanwhileLeavesTheIndexAsItWasAndThenItWorks) {
  Send(ManyBlocks());
  MemoryTokenIndex index;
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small = {64, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);  // simulates a full disk
  const absl::Status full = Ingest(&index, kSmall);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted) << full;
  EXPECT_TRUE(index.Datasets()->empty());
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "temporary"));
  EXPECT_TRUE(Ingest(&index, kSmall).ok());
  EXPECT_EQ(PostingsOf(index).size(), 6000u);
}

TEST_F(IngestTest, DamagedBlocksAreDataLossAndLeaveTheIndexAsItWas) {
  Send(ManyBlocks());
  std::filesystem::resize_file(upload_->log_file(),
                               std::filesystem::file_size(upload_->log_file()) - 1);
  MemoryTokenIndex index;
  EXPECT_EQ(Ingest(&index).code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(PostingsOf(index).empty());
  EXPECT_TRUE(index.Datasets()->empty());
}

// Opening an upload cuts off damaged blocks, but a committed upload must be complete.
TEST_F(IngestTest, ACommittedUploadThatLostBlocksIsDataLossAndNotASmallerDataset) {
  Send(ManyBlocks());
  std::filesystem::resize_file(upload_->log_file(),
                               std::filesystem::file_size(upload_->log_file()) - 1);
  Reopen();
  ASSERT_EQ(upload_->Position().next_sequence(), 3u);
  MemoryTokenIndex index;
  EXPECT_EQ(Ingest(&index).code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(index.Datasets()->empty());
}

TEST_F(IngestTest, OneLogOrManyGiveTheSameIndex) {
  Send(ManyBlocks());
  MemoryTokenIndex of_many;
  ASSERT_TRUE(Ingest(&of_many).ok());
  EXPECT_EQ(upload_->Segments().size(), 4u);
  upload_->Remove();
  log_bytes_ = Upload::kMaxLogBytes;
  Send(ManyBlocks());
  MemoryTokenIndex of_one;
  ASSERT_TRUE(Ingest(&of_one).ok());
  EXPECT_EQ(upload_->Segments().size(), 1u);
  EXPECT_EQ(PostingsOf(of_one), PostingsOf(of_many));
}

TEST_F(IngestTest, LogsAreSealedWhileBlocksCome) {
  const std::vector<v1::TokenBlock> blocks = ManyBlocks();
  auto upload = Upload::Create(folder_ / "site" / "all", ManifestFor(plan_, "site", "all"), plan_,
                               {log_bytes_, [] {}});
  ASSERT_TRUE(upload.ok()) << upload.status();
  upload_ = *std::move(upload);
  std::atomic<bool> all_came = false;
  std::thread sealer([&] {
    while (!all_came) EXPECT_TRUE(SealLogs(*upload_, *key_, 2, cancel_).ok());
  });
  for (const v1::TokenBlock& block : blocks) {
    EXPECT_TRUE(upload_->Append(block).ok());
    EXPECT_TRUE(upload_->Sync().ok());
    EXPECT_EQ(upload_->Position().next_sequence(), block.sequence() + 1);
  }
  EXPECT_TRUE(upload_->Commit(CommitOf("all", blocks)).ok());
  all_came = true;
  sealer.join();
  ASSERT_TRUE(upload_->KeepDatasetNumber(5).ok());
  MemoryTokenIndex index;
  ASSERT_TRUE(Ingest(&index).ok());
  EXPECT_EQ(PostingsOf(index).size(), 6000u);
}

TEST_F(IngestTest, ADamagedSegmentIsDataLossAndLeavesTheIndexAsItWas) {
  Send(ManyBlocks());
  MemoryTokenIndex index;
  ASSERT_TRUE(SealLogs(*upload_, *key_, 1, cancel_).ok());
  {
    std::fstream segment(upload_->Segments()[2], std::ios::in | std::ios::out | std::ios::binary);
    segment.seekp(1000);
    segment.put('\x5a').put('\x5a').put('\x5a').put('\x5a');
  }
  const absl::Status status = Ingest(&index);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("discard the upload"));
  EXPECT_TRUE(index.Datasets()->empty());
}

// An index whose writers fail after the given number of batches; never if it is negative.
class FailingIndex : public TokenIndex {
 public:
  FailingIndex(TokenIndex* index, int batches) : index_(*index), batches_(batches) {}
  absl::StatusOr<std::unique_ptr<DatasetWriter>> BeginDataset(
      uint32_t number, const std::filesystem::path& scratch) override {
    absl::StatusOr<std::unique_ptr<DatasetWriter>> writer = index_.BeginDataset(number, scratch);
    if (!writer.ok()) return writer;
    return std::make_unique<Writer>(*std::move(writer), batches_);
  }
  absl::Status RemoveDataset(uint32_t number) override { return index_.RemoveDataset(number); }
  absl::StatusOr<std::vector<storage::v1::CommittedDataset>> Datasets() const override {
    return index_.Datasets();
  }
  absl::StatusOr<std::unique_ptr<Cursor<Posting>>> Postings(const PostingQuery& q) const override {
    return index_.Postings(q);
  }
  absl::StatusOr<std::unique_ptr<Cursor<RecordPseudonym>>> Records(uint32_t d) const override {
    return index_.Records(d);
  }

 private:
  class Writer : public DatasetWriter {
   public:
    Writer(std::unique_ptr<DatasetWriter> writer, int batches)
        : writer_(std::move(writer)), batches_(batches) {}
    size_t finished_ranges() const override { return writer_->finished_ranges(); }
    absl::Status AddRecord(const RecordPseudonym& record) override {
      return writer_->AddRecord(record);
    }
    std::unique_ptr<PostingBatch> NewBatch() const override { return writer_->NewBatch(); }
    absl::Status AddBatch(std::unique_ptr<PostingBatch> batch) override {
      if (batches_-- == 0) return absl::ResourceExhaustedError("No space left");
      return writer_->AddBatch(std::move(batch));
    }
    absl::StatusOr<bool> EndRanges(size_t end) override { return writer_->EndRanges(end); }
    absl::Status Commit(const storage::v1::CommittedDataset& dataset) override {
      return writer_->Commit(dataset);
    }

   private:
    const std::unique_ptr<DatasetWriter> writer_;
    int batches_;
  };

  TokenIndex& index_;
  const int batches_;
};

class IngestInParts : public IngestTest {
 protected:
  void SetUp() override {
    Send(ManyBlocks());
    auto index =
        OpenRocksDbTokenIndex(folder_ / "index", key_->EvidenceCipherOf({}), /*part_bytes=*/4096);
    ASSERT_TRUE(index.ok()) << index.status();
    index_ = *std::move(index);
    ASSERT_TRUE(Ingest(&whole_).ok());
    upload_->Remove();
    Send(ManyBlocks());
  }
  std::vector<std::filesystem::path> Parts() const {
    std::vector<std::filesystem::path> parts;
    for (const auto& entry : std::filesystem::directory_iterator(upload_->folder())) {
      if (entry.path().extension() == ".sst") parts.push_back(entry.path());
    }
    std::sort(parts.begin(), parts.end());
    return parts;
  }
  uint64_t BytesOfSegmentsOnDisk() const {
    uint64_t bytes = 0;
    for (const std::filesystem::path& segment : upload_->Segments()) {
      struct stat status {};
      EXPECT_EQ(stat(segment.c_str(), &status), 0);
      bytes += static_cast<uint64_t>(status.st_blocks) * 512;
    }
    return bytes;
  }

  MemoryTokenIndex whole_;
  std::unique_ptr<TokenIndex> index_;
};

TEST_F(IngestInParts, InterruptedAnywhereItGoesOnBehindThePartsThatAreThere) {
  size_t parts = 0;
  for (const int batches : {0, 1000, 1000}) {
    FailingIndex failing(index_.get(), batches);
    EXPECT_EQ(Ingest(&failing, kSmall).code(), absl::StatusCode::kResourceExhausted) << batches;
    EXPECT_TRUE(index_->Datasets()->empty());
    EXPECT_TRUE(PostingsOf(*index_).empty());
    EXPECT_TRUE(Parts().size() > parts || batches == 0) << "each attempt must make progress";
    parts = Parts().size();
    Reopen();
  }
  const std::filesystem::path first = Parts().front();
  const auto written = std::filesystem::last_write_time(first);
  FailingIndex never(index_.get(), -1);
  ASSERT_TRUE(Ingest(&never, kSmall).ok());
  EXPECT_EQ(PostingsOf(*index_), PostingsOf(whole_));
  EXPECT_EQ(index_->Datasets()->at(0).records(), 2000u);
  EXPECT_TRUE(!std::filesystem::exists(first) || std::filesystem::last_write_time(first) == written)
      << "a part is not written again";
}

TEST_F(IngestInParts, WhatAPartHoldsIsGivenBackBySegments) {
  if (!CanGiveBack(folder_.path())) GTEST_SKIP() << "no holes can be made in files here";
  ASSERT_TRUE(SealLogs(*upload_, *key_, 1, cancel_).ok());
  const uint64_t before = BytesOfSegmentsOnDisk();
  FailingIndex failing(index_.get(), 1500);
  EXPECT_EQ(Ingest(&failing, kSmall).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_LT(BytesOfSegmentsOnDisk(), before);
}

TEST_F(IngestTest, InterruptedIntoMemoryItGoesOnBehindTheFinishedRanges) {
  Send(ManyBlocks());
  MemoryTokenIndex index;
  for (const int batches : {0, 1000, 1000}) {
    FailingIndex failing(&index, batches);
    EXPECT_EQ(Ingest(&failing, kSmall).code(), absl::StatusCode::kResourceExhausted) << batches;
  }
  ASSERT_TRUE(Ingest(&index, kSmall).ok());
  EXPECT_EQ(PostingsOf(index).size(), 6000u);
}

TEST_F(IngestTest, ProgressIsSeenAsTokensIngested) {
  Send(ManyBlocks());
  MemoryTokenIndex index;
  ASSERT_TRUE(Ingest(&index).ok());
  EXPECT_EQ(upload_->Info().tokens_ingested(), 6000u);
}

}  // namespace
}  // namespace blindlink::resolver
