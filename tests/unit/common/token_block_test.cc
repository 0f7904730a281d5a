#include "common/tokens/token_block.h"

#include <gtest/gtest.h>

#include <string>

#include "common/tokens/block_chain.h"

namespace blindlink {
namespace {

Plan TwoFieldPlan() {
  auto plan = Plan::Parse(R"(
    name: "tiny" version: 1 description: "For tests." standardizer_version: "3"
    fields { name: "last_name" standardizer: SURNAME }
    fields { name: "date_of_birth" standardizer: DATE }
    match_keys {
      name: "last-dob" id: 7
      components { field: "last_name" variants { form: SOUNDEX } }
      components { field: "date_of_birth" }
    }
    match_rules { name: "r" level: FULL score: 1 all_of { match_key: "last-dob" } })");
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *std::move(plan);
}

v1::TokenBlock TwoRecords() {
  v1::TokenBlock block;
  block.set_record_ids(std::string(16, 'a') + std::string(16, 'b'));
  v1::TokenColumn& column = *block.add_columns();
  column.set_match_key(7);
  column.set_tokens(std::string(16, '\x01') + std::string(16, '\x02'));
  column.add_records(1);
  column.add_records(0);
  column.set_forms(std::string("\x00\x01", 2));
  block.set_crc32(ChecksumOf(block));
  return block;
}

absl::StatusCode CheckAfter(void (*damage)(v1::TokenBlock*), bool fix_checksum) {
  v1::TokenBlock block = TwoRecords();
  damage(&block);
  if (fix_checksum) block.set_crc32(ChecksumOf(block));
  return CheckBlock(block, TwoFieldPlan()).code();
}

TEST(TokenBlock, ASoundBlockPasses) { EXPECT_TRUE(CheckBlock(TwoRecords(), TwoFieldPlan()).ok()); }

TEST(TokenBlock, ItsRecordsAreCountedByTheirPseudonyms) {
  EXPECT_EQ(RecordCountOf(TwoRecords()), 2u);
  EXPECT_EQ(RecordCountOf(v1::TokenBlock()), 0u);
}

TEST(TokenBlock, AFlippedBitIsDataLoss) {
  EXPECT_EQ(CheckAfter([](v1::TokenBlock* b) { (*b->mutable_record_ids())[3] ^= 1; }, false),
            absl::StatusCode::kDataLoss);
}

TEST(TokenBlock, AnEmptyColumnDoesNotStartTheChecksumAnew) {
  const auto with_empty_column = [](uint64_t sequence) {
    v1::TokenBlock block = TwoRecords();
    block.set_sequence(sequence);
    block.add_columns()->set_match_key(9);
    block.mutable_columns()->SwapElements(0, 1);
    return ChecksumOf(block);
  };
  EXPECT_NE(with_empty_column(1), with_empty_column(2));
}

TEST(TokenBlock, AnotherSequenceNumberIsDataLoss) {
  EXPECT_EQ(CheckAfter([](v1::TokenBlock* b) { b->set_sequence(4); }, false),
            absl::StatusCode::kDataLoss);
}

TEST(TokenBlock, WrongShapesAreRefusedEvenWithARightChecksum) {
  const auto invalid = absl::StatusCode::kInvalidArgument;
  EXPECT_EQ(CheckAfter([](v1::TokenBlock* b) { b->mutable_columns(0)->set_match_key(8); }, true),
            invalid);
  EXPECT_EQ(CheckAfter([](v1::TokenBlock* b) { b->mutable_columns(0)->set_records(0, 2); }, true),
            invalid);
  EXPECT_EQ(
      CheckAfter([](v1::TokenBlock* b) { b->mutable_columns(0)->set_forms("\x01\x02"); }, true),
      invalid);
  EXPECT_EQ(
      CheckAfter([](v1::TokenBlock* b) { b->mutable_columns(0)->mutable_tokens()->pop_back(); },
                 true),
      invalid);
  EXPECT_EQ(CheckAfter([](v1::TokenBlock* b) { (*b->mutable_columns(0)->mutable_tokens())[0] = 9; },
                       true),
            invalid);
  EXPECT_EQ(CheckAfter([](v1::TokenBlock* b) { *b->add_columns() = b->columns(0); }, true),
            invalid);
}

TEST(BlockChain, ItContinuesFromAStoredPosition) {
  BlockChain whole;
  whole.Add(11);
  BlockChain continued = BlockChain::From(whole.next_sequence(), whole.value());
  whole.Add(12);
  continued.Add(12);
  EXPECT_EQ(whole.value(), continued.value());
  EXPECT_EQ(continued.next_sequence(), 2u);
}

TEST(BlockChain, TheOrderOfBlocksCounts) {
  BlockChain one;
  BlockChain other;
  one.Add(1);
  one.Add(2);
  other.Add(2);
  other.Add(1);
  EXPECT_NE(one.value(), other.value());
}

}  // namespace
}  // namespace blindlink
