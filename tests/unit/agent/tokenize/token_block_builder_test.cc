#include "agent/tokenize/token_block_builder.h"

#include <gtest/gtest.h>

#include "common/tokens/token_block.h"
#include "tests/unit/agent/tokenize/tokenize_fixture.h"

namespace blindlink::agent {
namespace {

RecordPseudonym Pseudonym(uint8_t first) {
  RecordPseudonym pseudonym;
  pseudonym.bytes[0] = first;
  return pseudonym;
}

TEST(TokenBlockBuilder, ABlockFitsThePlanAndItsChecksum) {
  TokenizeFixture fixture(std::string(kNameDob) + kLastDob);
  TokenBlockBuilder builder(fixture.plan());
  builder.Add(Pseudonym(9), fixture.Tokenize({{"Ted"}, {"Roe"}, {"1970-03-04"}}));
  builder.Add(Pseudonym(3), fixture.Tokenize({{"Ann"}, {"Lee"}, {"1971-03-04"}}));
  v1::TokenBlock block = builder.Build();
  SealBlock(5, 100, &block);
  EXPECT_TRUE(CheckBlock(block, fixture.plan()).ok()) << CheckBlock(block, fixture.plan());
  EXPECT_EQ(block.sequence(), 5u);
  EXPECT_EQ(block.first_record(), 100u);
  EXPECT_EQ(block.columns_size(), 2);
}

TEST(TokenBlockBuilder, RecordsAreInTheOrderOfTheirPseudonyms) {
  TokenizeFixture fixture(std::string(kNameDob) + kLastDob);
  TokenBlockBuilder builder(fixture.plan());
  const auto last = fixture.Tokenize({{}, {"Roe"}, {"1970-03-04"}});
  builder.Add(Pseudonym(9), last);
  builder.Add(Pseudonym(3), {});
  const v1::TokenBlock block = builder.Build();
  EXPECT_EQ(block.record_ids()[0], 3);
  EXPECT_EQ(block.record_ids()[16], 9);
  ASSERT_EQ(block.columns_size(), 1);
  EXPECT_EQ(block.columns(0).match_key(), 2u);
  EXPECT_EQ(block.columns(0).records(0), 1u);
}

TEST(TokenBlockBuilder, TheOrderOfRecordsInTheFileLeavesNoTrace) {
  TokenizeFixture fixture(std::string(kNameDob) + kLastDob);
  TokenBlockBuilder builder(fixture.plan());
  const auto ted = fixture.Tokenize({{"Ted"}, {"Roe"}, {"1970-03-04"}});
  const auto ann = fixture.Tokenize({{"Ann"}, {"Roe"}, {"1970-03-04"}});
  builder.Add(Pseudonym(1), ted);
  builder.Add(Pseudonym(2), ann);
  const std::string one = builder.Build().SerializeAsString();
  builder.Add(Pseudonym(2), ann);
  builder.Add(Pseudonym(1), ted);
  EXPECT_EQ(builder.Build().SerializeAsString(), one);
}

TEST(TokenBlockBuilder, ABlockIsFullByRecordsOrByBytes) {
  TokenizeFixture fixture(std::string(kNameDob) + kLastDob);
  TokenBlockBuilder builder(fixture.plan());
  EXPECT_TRUE(builder.HasRoomFor(1'000'000)) << "a single record always fits";
  builder.Add(Pseudonym(1), {});
  EXPECT_FALSE(builder.HasRoomFor(1'000'000));
  while (builder.record_count() < TokenBlockBuilder::kMaxRecords) {
    EXPECT_TRUE(builder.HasRoomFor(0));
    builder.Add(Pseudonym(1), {});
  }
  EXPECT_FALSE(builder.HasRoomFor(0));
}

}  // namespace
}  // namespace blindlink::agent
