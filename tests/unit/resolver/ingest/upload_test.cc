#include "resolver/ingest/upload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/tokens/token_block.h"
#include "resolver/ingest/seal.h"
#include "tests/support/sample_tokens.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;

class UploadTest : public testing::Test {
 protected:
  UploadTest() {
    blocks_.push_back(BlockOf(0, 0, {{"anna", {{"a"}, {"b", kLastDob}}}, {"bert", {{"c"}}}}));
    blocks_.push_back(BlockOf(1, 2, {{"carl", {{"d"}}}}));
    blocks_.push_back(BlockOf(2, 3, {{"dora", {{"e"}}}}));
    auto upload =
        Upload::Create(folder_ / "site" / "all", ManifestFor(plan_, "site", "all"), plan_, {});
    EXPECT_TRUE(upload.ok()) << upload.status();
    upload_ = *std::move(upload);
  }

  absl::Status Append(const v1::TokenBlock& block) { return upload_->Append(block); }
  void AppendAll() {
    for (const v1::TokenBlock& block : blocks_) ASSERT_TRUE(Append(block).ok());
  }
  // As after a restart of the resolver.
  void Reopen() {
    upload_.reset();
    auto upload = Upload::Open(folder_ / "site" / "all", plan_, {});
    ASSERT_TRUE(upload.ok()) << upload.status();
    upload_ = *std::move(upload);
  }
  uint64_t Next() const { return upload_->Position().next_sequence(); }

  TemporaryFolder folder_;
  const Plan plan_ = TinyPlan();
  std::vector<v1::TokenBlock> blocks_;
  std::shared_ptr<Upload> upload_;
};

TEST_F(UploadTest, ItBeginsAtBlockZeroWithAnEmptyChain) {
  EXPECT_EQ(Next(), 0u);
  EXPECT_EQ(upload_->Position().chain(), std::string(32, '\0'));
  EXPECT_EQ(upload_->Info().state(), v1::RECEIVING);
}

TEST_F(UploadTest, ThePositionIsWhatTheAgentsOwnChainSays) {
  AppendAll();
  EXPECT_EQ(Next(), 3u);
  EXPECT_EQ(upload_->Position().chain(), CommitOf("all", blocks_).chain());
  EXPECT_EQ(upload_->Info().records(), 4u);
  EXPECT_EQ(upload_->Info().tokens(), 5u);
}

TEST_F(UploadTest, TheSameBlockAgainChangesNothing) {
  AppendAll();
  const std::string position = upload_->Position().SerializeAsString();
  const auto size = std::filesystem::file_size(upload_->log_file());
  EXPECT_TRUE(Append(blocks_[1]).ok());
  EXPECT_TRUE(Append(blocks_[0]).ok());
  EXPECT_EQ(upload_->Position().SerializeAsString(), position);
  EXPECT_EQ(std::filesystem::file_size(upload_->log_file()), size);
  EXPECT_EQ(upload_->Info().records(), 4u);
}

TEST_F(UploadTest, AnotherBlockInTheSamePlaceIsAborted) {
  AppendAll();
  const v1::TokenBlock other = BlockOf(1, 2, {{"carl", {{"changed"}}}});
  EXPECT_EQ(Append(other).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Next(), 3u);
}

TEST_F(UploadTest, ABlockAheadOfItsTurnIsAbortedAndNotStored) {
  ASSERT_TRUE(Append(blocks_[0]).ok());
  const absl::Status status = Append(blocks_[2]);
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("block 1 is expected"));
  EXPECT_EQ(Next(), 1u);
  EXPECT_TRUE(Append(blocks_[1]).ok());
}

TEST_F(UploadTest, ADamagedBlockIsDataLossAndNotStored) {
  v1::TokenBlock damaged = blocks_[0];
  (*damaged.mutable_record_ids())[3] ^= 1;
  EXPECT_EQ(Append(damaged).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Next(), 0u);
  EXPECT_EQ(std::filesystem::file_size(upload_->log_file()), 0u);
}

TEST_F(UploadTest, ABlockOfAnotherPlanIsRefused) {
  EXPECT_EQ(Append(BlockOf(0, 0, {{"anna", {{"a", 99}}}})).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Next(), 0u);
}

TEST_F(UploadTest, RecordsAreNumberedWithoutAGap) {
  ASSERT_TRUE(Append(blocks_[0]).ok());
  EXPECT_EQ(Append(BlockOf(1, 3, {{"carl", {}}})).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Append(BlockOf(1, 1, {{"carl", {}}})).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Next(), 1u);
}

TEST_F(UploadTest, AReopenedUploadContinuesAtTheSamePosition) {
  ASSERT_TRUE(Append(blocks_[0]).ok());
  ASSERT_TRUE(Append(blocks_[1]).ok());
  const std::string position = upload_->Position().SerializeAsString();
  Reopen();
  EXPECT_EQ(upload_->Position().SerializeAsString(), position);
  EXPECT_EQ(upload_->manifest().dataset(), "all");
  EXPECT_TRUE(Append(blocks_[1]).ok());
  EXPECT_TRUE(Append(blocks_[2]).ok());
  EXPECT_TRUE(upload_->Commit(CommitOf("all", blocks_)).ok());
}

TEST_F(UploadTest, ATornBlockIsAskedForAgainAfterReopening) {
  ASSERT_TRUE(Append(blocks_[0]).ok());
  ASSERT_TRUE(Append(blocks_[1]).ok());
  std::filesystem::resize_file(upload_->log_file(),
                               std::filesystem::file_size(upload_->log_file()) - 1);
  Reopen();
  EXPECT_EQ(Next(), 1u);
  EXPECT_EQ(upload_->Info().records(), 2u);
}

// Calls look at the manifests of uploads that are being ingested.
TEST_F(UploadTest, TheManifestIsReadWhileTheRestIsWritten) {
  std::atomic<bool> ended = false;
  std::atomic<int> wrong = 0;
  std::thread reader([&] {
    while (!ended) wrong += upload_->manifest().dataset() == "all" ? 0 : 1;
  });
  for (int i = 0; i < 200; ++i) EXPECT_TRUE(upload_->KeepAudit({}).ok());
  ended = true;
  reader.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(UploadTest, CommitWantsAllBlocksAndTheirChain) {
  ASSERT_TRUE(Append(blocks_[0]).ok());
  EXPECT_EQ(upload_->Commit(CommitOf("all", blocks_)).code(), absl::StatusCode::kAborted);
  v1::CommitUploadRequest other_chain = CommitOf("all", {blocks_[0]});
  (*other_chain.mutable_chain())[0] ^= 1;
  EXPECT_EQ(upload_->Commit(other_chain).code(), absl::StatusCode::kAborted);
  EXPECT_FALSE(upload_->committing());
}

TEST_F(UploadTest, CommitWantsTheAgentsCounts) {
  AppendAll();
  v1::CommitUploadRequest request = CommitOf("all", blocks_);
  request.mutable_counts()->set_records(5);
  EXPECT_EQ(upload_->Commit(request).code(), absl::StatusCode::kInvalidArgument);
  request.mutable_counts()->set_records(4);
  request.mutable_counts()->set_tokens(4);
  EXPECT_EQ(upload_->Commit(request).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(upload_->Info().state(), v1::RECEIVING);
}

TEST_F(UploadTest, CommitWantsNoMoreChanceCountsThanTheRecordsHavePairs) {
  AppendAll();
  v1::CommitUploadRequest request = CommitOf("all", blocks_);
  v1::ChanceAgreement& chance = *request.mutable_counts()->add_chance();
  for (const uint64_t pairs : {0, 3, 4}) chance.add_levels(pairs);
  const absl::Status status = upload_->Commit(request);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("more than 6 pairs of records"));
  EXPECT_FALSE(upload_->committing());
  chance.set_levels(2, 3);
  EXPECT_TRUE(upload_->Commit(request).ok());
}

TEST_F(UploadTest, AnUploadOfNoRecordsIsRefused) {
  EXPECT_EQ(upload_->Commit(CommitOf("all", {})).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(UploadTest, ACommittedUploadTakesNothingMoreAndStaysCommitted) {
  AppendAll();
  ASSERT_TRUE(upload_->Commit(CommitOf("all", blocks_)).ok());
  EXPECT_EQ(upload_->Info().state(), v1::INGESTING);
  EXPECT_TRUE(upload_->Commit(CommitOf("all", blocks_)).ok());
  EXPECT_TRUE(Append(blocks_[2]).ok());  // a repeated block is still harmless
  EXPECT_EQ(Append(BlockOf(3, 4, {{"emil", {}}})).code(), absl::StatusCode::kFailedPrecondition);
  Reopen();
  EXPECT_EQ(upload_->Info().state(), v1::INGESTING);
  EXPECT_EQ(upload_->Info().counts().tokens(), 5u);
}

TEST_F(UploadTest, AFailureIsKeptUntilItIsCommittedAgain) {
  AppendAll();
  ASSERT_TRUE(upload_->Commit(CommitOf("all", blocks_)).ok());
  ASSERT_TRUE(upload_->SetFailure("the disk is full").ok());
  Reopen();
  EXPECT_EQ(upload_->Info().state(), v1::INGEST_FAILED);
  EXPECT_EQ(upload_->Info().failure(), "the disk is full");
  ASSERT_TRUE(upload_->Commit(CommitOf("all", blocks_)).ok());
  EXPECT_EQ(upload_->Info().state(), v1::INGESTING);
}

TEST_F(UploadTest, TheIndexsRowHasManifestAndCounts) {
  AppendAll();
  ASSERT_TRUE(upload_->Commit(CommitOf("all", blocks_)).ok());
  ASSERT_TRUE(upload_->KeepDatasetNumber(9).ok());
  ASSERT_TRUE(upload_->KeepDatasetNumber(10).ok());  // it already has a number
  Reopen();
  const storage::v1::CommittedDataset row = upload_->Dataset();
  EXPECT_EQ(row.dataset_number(), 9u);
  EXPECT_EQ(row.manifest().site(), "site");
  EXPECT_EQ(row.records(), 4u);
  EXPECT_EQ(row.postings(), 5u);
  EXPECT_EQ(row.blocks(), 3u);
}

// Logs of one block each; the third is still being written.
class UploadOfFullLogs : public UploadTest {
 protected:
  UploadOfFullLogs() {
    EXPECT_TRUE(IndexKey::Generate(folder_ / "index.key").ok());
    key_ = std::make_unique<IndexKey>(*IndexKey::Read(folder_ / "index.key"));
    upload_->Remove();
    auto upload = Upload::Create(folder_ / "site" / "all", ManifestFor(plan_, "site", "all"), plan_,
                                 {1, [this] { ++times_full_; }});
    EXPECT_TRUE(upload.ok()) << upload.status();
    upload_ = *std::move(upload);
    AppendAll();
  }
  absl::Status Seal() { return SealLogs(*upload_, *key_, 2, cancel_); }
  std::vector<std::string> Files() const {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "site" / "all")) {
      files.push_back(entry.path().filename());
    }
    return files;
  }
  void Cut(const char* file) {
    const std::filesystem::path path = folder_ / "site" / "all" / file;
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
  }

  std::unique_ptr<IndexKey> key_;
  const std::atomic<bool> cancel_ = false;
  int times_full_ = 0;
};

TEST_F(UploadOfFullLogs, AFullLogIsFollowedByTheNextAndSaysSo) {
  EXPECT_EQ(times_full_, 2);
  EXPECT_TRUE(upload_->Sync().ok());
  EXPECT_THAT(Files(), testing::UnorderedElementsAre("upload.pb", "blocks-000000.log",
                                                     "blocks-000001.log", "blocks-000002.log"));
}

TEST_F(UploadOfFullLogs, EachBecomesASegmentAndTheLastOnlyWhenItIsCommitted) {
  ASSERT_TRUE(Seal().ok());
  EXPECT_THAT(Files(), testing::UnorderedElementsAre("upload.pb", "segment-000000",
                                                     "segment-000001", "blocks-000002.log"));
  EXPECT_TRUE(upload_->Sync().ok());
  ASSERT_TRUE(upload_->Commit(CommitOf("all", blocks_)).ok());
  ASSERT_TRUE(Seal().ok());
  ASSERT_TRUE(Seal().ok());
  EXPECT_THAT(Files(), testing::UnorderedElementsAre("upload.pb", "segment-000000",
                                                     "segment-000001", "segment-000002"));
  EXPECT_EQ(upload_->Segments().size(), 3u);
}

TEST_F(UploadOfFullLogs, APositionIsTheSameWhetherBlocksAreInALogOrInASegment) {
  const std::string position = upload_->Position().SerializeAsString();
  Reopen();
  EXPECT_EQ(upload_->Position().SerializeAsString(), position);
  ASSERT_TRUE(Seal().ok());
  EXPECT_EQ(upload_->Position().SerializeAsString(), position);
  Reopen();
  EXPECT_EQ(upload_->Position().SerializeAsString(), position);
  EXPECT_EQ(upload_->Info().records(), 4u);
  EXPECT_EQ(upload_->Info().tokens(), 5u);
  EXPECT_TRUE(Append(blocks_[0]).ok());  // a repeated block is still recognized
  EXPECT_EQ(Append(BlockOf(0, 0, {{"emil", {}}})).code(), absl::StatusCode::kAborted);
  EXPECT_TRUE(upload_->Commit(CommitOf("all", blocks_)).ok());
}

TEST_F(UploadOfFullLogs, WhatALogLostIsAskedForAgainWithAllThatCameAfter) {
  Cut("blocks-000001.log");
  Reopen();
  EXPECT_EQ(Next(), 1u);
  ASSERT_TRUE(Append(blocks_[1]).ok());
  ASSERT_TRUE(Append(blocks_[2]).ok());
  ASSERT_TRUE(upload_->Commit(CommitOf("all", blocks_)).ok());
  Reopen();
  EXPECT_EQ(Next(), 3u);
  ASSERT_TRUE(Seal().ok());
  EXPECT_EQ(upload_->Position().chain(), CommitOf("all", blocks_).chain());
}

// The resolver was killed after writing the segment and before removing the log.
TEST_F(UploadOfFullLogs, ALogWhoseSegmentIsThereIsRemoved) {
  const std::filesystem::path log = folder_ / "site" / "all" / "blocks-000000.log";
  std::filesystem::copy(log, folder_ / "kept");
  ASSERT_TRUE(Seal().ok());
  std::filesystem::copy(folder_ / "kept", log);
  Reopen();
  EXPECT_EQ(Next(), 3u);
  EXPECT_FALSE(std::filesystem::exists(log));
}

TEST_F(UploadOfFullLogs, ADamagedLogBecomesNoSegment) {
  Cut("blocks-000000.log");
  EXPECT_EQ(Seal().code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(upload_->Segments().empty());
}

TEST_F(UploadOfFullLogs, FromADamagedSegmentOnAllIsAskedForAgain) {
  ASSERT_TRUE(Seal().ok());
  Cut("segment-000000");
  Reopen();
  EXPECT_EQ(Next(), 0u);
  EXPECT_THAT(Files(), testing::Not(testing::Contains(testing::HasSubstr("segment"))));
  AppendAll();
  ASSERT_TRUE(upload_->Commit(CommitOf("all", blocks_)).ok());
  ASSERT_TRUE(Seal().ok());
  EXPECT_EQ(upload_->Info().records(), 4u);
}

TEST_F(UploadTest, RemovedItLeavesNoFolder) {
  AppendAll();
  upload_->Remove();
  EXPECT_FALSE(std::filesystem::exists(folder_ / "site" / "all"));
}

// A stream may still hold the upload when another call discards it, or after it was ingested.
TEST_F(UploadTest, WhoeverStillHoldsARemovedUploadIsToldSo) {
  ASSERT_TRUE(Append(blocks_[0]).ok());
  upload_->Remove();
  EXPECT_EQ(Append(blocks_[1]).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(upload_->Sync().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(upload_->Commit(CommitOf("all", {blocks_[0]})).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "site" / "all"));
}

}  // namespace
}  // namespace blindlink::resolver
