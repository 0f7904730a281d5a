#include "resolver/ingest/ingest.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "resolver/index/memory_token_index.h"
#include "tests/support/sample_tokens.h"
#include "tests/support/temporary_folder.h"

namespace blindlink {
namespace {

constexpr uint64_t kLarge = uint64_t{64} << 20;
constexpr uint64_t kSmall = 1;  // the sorter's smallest buffer: many runs

class IngestTest : public testing::Test {
 protected:
  IngestTest() {
    EXPECT_TRUE(IndexKey::Generate(folder_ / "index.key").ok());
    key_ = std::make_unique<IndexKey>(*IndexKey::Read(folder_ / "index.key"));
    std::filesystem::create_directory(folder_ / "temporary");
  }

  void Send(const std::vector<v1::TokenBlock>& blocks) {
    auto upload =
        Upload::Create(folder_ / "site" / "all", ManifestFor(plan_, "site", "all"), plan_);
    ASSERT_TRUE(upload.ok()) << upload.status();
    upload_ = *std::move(upload);
    for (const v1::TokenBlock& block : blocks) ASSERT_TRUE(upload_->Append(block).ok());
    ASSERT_TRUE(upload_->Commit(CommitOf("all", blocks)).ok());
  }

  absl::Status Ingest(TokenIndex* index, uint64_t memory_budget = kLarge, size_t threads = 2) {
    return IngestUpload(*upload_, 5, *key_, *index, folder_ / "temporary", {memory_budget, threads},
                        cancel_);
  }

  StoredToken Stored(absl::string_view token) const {
    return key_->TokenMaker().Make(TokenNamed(token).AsView())[0];
  }

  TemporaryFolder folder_;
  const Plan plan_ = TinyPlan();
  std::unique_ptr<IndexKey> key_;
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
  MemoryTokenIndex other;
  ASSERT_TRUE(Ingest(&other).ok());
  EXPECT_NE(PostingsOf(one).at(0).token, PostingsOf(other).at(0).token);
}

TEST_F(IngestTest, LittleMemoryAndManyThreadsGiveTheSameIndex) {
  Send(ManyBlocks());
  MemoryTokenIndex large;
  ASSERT_TRUE(Ingest(&large, kLarge, 1).ok());
  for (const size_t threads : {1, 5}) {
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
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);  // a file too large stands for the full disk
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
  std::filesystem::resize_file(upload_->blocks_file(),
                               std::filesystem::file_size(upload_->blocks_file()) - 1);
  MemoryTokenIndex index;
  EXPECT_EQ(Ingest(&index).code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(PostingsOf(index).empty());
  EXPECT_TRUE(index.Datasets()->empty());
}

// Opening an upload cuts off what is damaged; of a committed one nothing may be missing.
TEST_F(IngestTest, ACommittedUploadThatLostBlocksIsDataLossAndNotASmallerDataset) {
  Send(ManyBlocks());
  std::filesystem::resize_file(upload_->blocks_file(),
                               std::filesystem::file_size(upload_->blocks_file()) - 1);
  upload_ = *Upload::Open(folder_ / "site" / "all", plan_);
  ASSERT_EQ(upload_->Position().next_sequence(), 3u);
  MemoryTokenIndex index;
  EXPECT_EQ(Ingest(&index).code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(index.Datasets()->empty());
}

TEST_F(IngestTest, ProgressIsSeenAsTokensIngested) {
  Send(ManyBlocks());
  MemoryTokenIndex index;
  ASSERT_TRUE(Ingest(&index).ok());
  EXPECT_EQ(upload_->Info().tokens_ingested(), 6000u);
}

}  // namespace
}  // namespace blindlink
