#include "agent/upload/uploader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/status_macros.h"
#include "common/tokens/token_block.h"
#include "tests/unit/agent/upload/fake_resolver.h"

namespace blindlink::agent {
namespace {

using testing::AllOf;
using testing::HasSubstr;

v1::TokenBlock Block(uint64_t sequence, char content = 'a') {
  v1::TokenBlock block;
  block.set_sequence(sequence);
  block.set_record_ids(std::string(1600, content));
  block.set_crc32(ChecksumOf(block));
  return block;
}

class UploaderTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Uploader>> Begin() {
    v1::UploadManifest manifest;
    manifest.set_project("flu");
    manifest.set_site("general");
    manifest.set_dataset("2026");
    UploaderOptions options;
    options.bytes_between_acknowledgements = 4000;  // three blocks
    options.backoff.max_waits = 5;
    options.backoff.max_waits_before_progress = 5;
    options.backoff.sleep = [this](std::chrono::milliseconds wait) {
      waits_.push_back(wait);
      return true;
    };
    return Uploader::Begin(resolver_.stub(), manifest, options);
  }

  absl::Status UploadAll(uint64_t count, char content = 'a') {
    BL_ASSIGN_OR_RETURN(const std::unique_ptr<Uploader> uploader, Begin());
    for (uint64_t i = 0; i < count; ++i) {
      BL_RETURN_IF_ERROR(uploader->Write(Block(i, content)));
    }
    return uploader->Commit({}).status();
  }

  FakeResolver resolver_;
  std::vector<std::chrono::milliseconds> waits_;
};

TEST_F(UploaderTest, BlocksArriveInSequenceAndAreCommitted) {
  EXPECT_TRUE(UploadAll(10).ok());
  EXPECT_TRUE(resolver_.committed);
  EXPECT_EQ(resolver_.chain.next_sequence(), 10u);
  EXPECT_EQ(resolver_.streams, 4) << "acknowledged every three blocks and at the end";
  EXPECT_EQ(resolver_.manifest.dataset(), "2026");
}

TEST_F(UploaderTest, EvidenceCountsLikeAllElseThatIsKeptUntilAcknowledged) {
  const auto uploader = Begin();
  ASSERT_TRUE(uploader.ok());
  for (uint64_t i = 0; i < 3; ++i) {
    v1::TokenBlock block = Block(i);
    block.add_columns()->set_evidence(std::string(4000, 'e'));
    block.set_crc32(ChecksumOf(block));
    ASSERT_TRUE((*uploader)->Write(block).ok());
  }
  EXPECT_EQ(resolver_.streams, 3);
}

TEST_F(UploaderTest, AnInputWithoutBlocksIsCommittedToo) {
  EXPECT_TRUE(UploadAll(0).ok());
  EXPECT_TRUE(resolver_.committed);
}

TEST_F(UploaderTest, AfterABrokenConnectionItGoesOnWhereTheResolverIs) {
  for (const int after : {0, 2, 3, 7, 9}) {
    FakeResolver& resolver = resolver_;
    resolver.chain = BlockChain();
    resolver.committed = false;
    resolver.received = 0;
    resolver.begins = 0;
    resolver.break_after = after;
    resolver.unavailable_begins = 2;
    EXPECT_TRUE(UploadAll(10).ok()) << after;
    EXPECT_EQ(resolver.chain.next_sequence(), 10u) << after;
  }
  EXPECT_FALSE(waits_.empty());
}

TEST_F(UploaderTest, AStreamThatTheResolverEndedBecauseItWasSilentGoesOn) {
  resolver_.break_after = 4;
  resolver_.break_code = grpc::StatusCode::CANCELLED;
  EXPECT_TRUE(UploadAll(10).ok());
  EXPECT_EQ(resolver_.chain.next_sequence(), 10u);
}

TEST_F(UploaderTest, AnInterruptedUploadIsContinuedWithoutSendingAgain) {
  for (uint64_t i = 0; i < 6; ++i) resolver_.chain.Add(Block(i).crc32());
  EXPECT_TRUE(UploadAll(10).ok());
  EXPECT_EQ(resolver_.received, 4);
}

TEST_F(UploaderTest, OtherBlocksThanBeforeTheInterruptionAreRefused) {
  for (uint64_t i = 0; i < 6; ++i) resolver_.chain.Add(Block(i).crc32());
  const absl::Status status = UploadAll(10, 'b');
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("changed since the interrupted upload"),
                    HasSubstr("discard --project flu --dataset 2026")));
  EXPECT_EQ(resolver_.received, 0);
}

TEST_F(UploaderTest, FewerBlocksThanBeforeTheInterruptionAreRefused) {
  for (uint64_t i = 0; i < 6; ++i) resolver_.chain.Add(Block(i).crc32());
  EXPECT_EQ(UploadAll(5).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(resolver_.committed);
}

TEST_F(UploaderTest, ACommittedDatasetIsRefusedInWords) {
  resolver_.committed = true;
  const absl::Status status = UploadAll(3);
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("42 records"), HasSubstr("choose another dataset name")));
}

TEST_F(UploaderTest, WhatIsNotTheConnectionsFaultIsNotTriedAgain) {
  resolver_.break_after = 4;
  resolver_.break_code = grpc::StatusCode::RESOURCE_EXHAUSTED;
  EXPECT_EQ(UploadAll(10).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(waits_.empty());
}

TEST_F(UploaderTest, ItGivesUpAfterAllAttemptsAndSaysHowToGoOn) {
  resolver_.break_after = 4;
  resolver_.unavailable_begins = 100;
  const absl::Status status = UploadAll(10);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("Run the same command again"));
  ASSERT_EQ(waits_.size(), 5u);
  EXPECT_GT(waits_[4], waits_[0]);
}

TEST_F(UploaderTest, AResolverThatLostBlocksItAcknowledgedIsDataLoss) {
  auto uploader = Begin();
  ASSERT_TRUE(uploader.ok());
  for (uint64_t i = 0; i < 3; ++i) ASSERT_TRUE((*uploader)->Write(Block(i)).ok());
  resolver_.chain = BlockChain();
  ASSERT_TRUE((*uploader)->Write(Block(3)).ok());
  EXPECT_EQ((*uploader)->Commit({}).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(UploaderTest, WaitingEndsWhenTheDatasetIsInTheIndex) {
  auto uploader = Begin();
  ASSERT_TRUE(uploader.ok());
  int shown = 0;
  const auto info = (*uploader)->WaitUntilCommitted([&](const v1::UploadInfo&) { ++shown; });
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->state(), v1::COMMITTED);
  EXPECT_EQ(shown, 3);
}

TEST_F(UploaderTest, AFailedIngestIsAnErrorWithTheResolversWords) {
  resolver_.final_state = v1::INGEST_FAILED;
  auto uploader = Begin();
  ASSERT_TRUE(uploader.ok());
  const auto info = (*uploader)->WaitUntilCommitted(nullptr);
  EXPECT_EQ(info.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(info.status().message()), HasSubstr("no room"));
}

}  // namespace
}  // namespace blindlink::agent
