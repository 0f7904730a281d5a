#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "agent/goldstandard/block_index.h"
#include "agent/goldstandard/blocking_keys.h"
#include "agent/tokenize/record_values.h"
#include "agent/tokenize/token_recipe.h"
#include "common/base/files.h"
#include "common/plan/plan.h"

namespace blindlink::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class BlockingTest : public testing::Test {
 protected:
  BlockingTest() { EXPECT_TRUE(plan_.ok()) << plan_.status(); }

  // `fields`: name, value, name, value, ...
  std::vector<RecordBlock> BlocksOf(const std::vector<std::string>& fields) {
    RawRecord record;
    for (const v1::Field& field : plan_->proto().fields()) {
      RawTexts& texts = record.values.emplace_back();
      for (size_t i = 0; i < fields.size(); i += 2) {
        if (fields[i] == field.name()) texts.push_back(fields[i + 1]);
      }
    }
    std::vector<UnusedValue> unused;
    values_.Read(record, &unused);
    std::vector<RecordBlock> blocks;
    BlockingKeyMaker(plan_->proto()).Make(values_, &blocks);
    return blocks;
  }

  bool Meet(const std::vector<std::string>& left, const std::vector<std::string>& right) {
    BlockIndex index;
    index.Add(0, BlocksOf(left));
    index.Finish(500);
    std::vector<uint32_t> found;
    index.Find(BlocksOf(right), &found);
    return !found.empty();
  }

  const absl::StatusOr<Plan> plan_ = Plan::Parse(
      *ReadFile(std::string(BLINDLINK_SOURCE_DIR) + "/deploy/plans/us-default.textproto"));
  const TokenRecipe recipe_ = MakeValueRecipe(*plan_);
  RecordValues values_{*plan_, recipe_, {}, nullptr, FieldsRead::kAll};
};

TEST_F(BlockingTest, OneFieldThatFewShareIsEnough) {
  EXPECT_TRUE(Meet({"date_of_birth", "1961-03-14"}, {"date_of_birth", "3/14/1961"}));
  EXPECT_TRUE(Meet({"ssn", "219-09-9123"}, {"ssn", "219099123"}));
  EXPECT_TRUE(Meet({"phone", "617-253-0142"}, {"phone", "(617) 253-0142"}));
  EXPECT_FALSE(Meet({"first_name", "Susan"}, {"first_name", "Susan"}));
}

TEST_F(BlockingTest, ErrorsInOneFieldLeaveKeysOfOthers) {
  const std::vector<std::string> person = {"first_name",    "Robert",     "last_name", "Carter",
                                           "date_of_birth", "1961-03-14", "zip",       "02139"};
  EXPECT_TRUE(Meet(person, {"first_name", "Bobby", "last_name", "Carter"}));
  EXPECT_TRUE(Meet(person, {"first_name", "Carter", "last_name", "Robert"}));
  EXPECT_TRUE(Meet(person, {"last_name", "Karter", "date_of_birth", "1961-03-14"}));
  EXPECT_TRUE(Meet(person, {"last_name", "Carter", "date_of_birth", "1962-03-14"}));
  EXPECT_TRUE(Meet(person, {"last_name", "Carter", "date_of_birth", "1916-03-14"}));
  EXPECT_TRUE(Meet(person, {"first_name", "Bob", "zip", "02139"}));
  EXPECT_FALSE(Meet(person, {"first_name", "Susan", "last_name", "Novak", "date_of_birth",
                             "1982-04-05", "zip", "02139"}));
}

TEST_F(BlockingTest, AMiddleNameMeetsAFirstName) {
  EXPECT_TRUE(Meet({"first_name", "Susan", "middle_name", "Elizabeth", "last_name", "Carter"},
                   {"first_name", "Elizabeth", "last_name", "Carter"}));
}

TEST_F(BlockingTest, ARecordWithoutValuesIsInNoBlock) { EXPECT_THAT(BlocksOf({}), IsEmpty()); }

TEST_F(BlockingTest, KeysOfDifferentKindsNeverMeetAndNoKeyStandsTwice) {
  const std::vector<RecordBlock> blocks =
      BlocksOf({"first_name", "Robert", "last_name", "Carter", "date_of_birth", "1961-03-14",
                "street_address", "12 Bushytail Road", "city", "Cambridge", "zip", "02139", "ssn",
                "219-09-9123", "phone", "617-253-0142", "email", "rc@postbox.net"});
  std::set<uint64_t> hashes;
  for (const RecordBlock& block : blocks) hashes.insert(block.hash);
  EXPECT_EQ(hashes.size(), blocks.size());
  EXPECT_GT(blocks.size(), 30u);
}

TEST(BlockIndexTest, FindsEachRecordOnceAndInOrder) {
  BlockIndex index;
  index.Add(0, std::vector<RecordBlock>{{10, 0}, {11, 1}});
  index.Add(1, std::vector<RecordBlock>{{11, 1}});
  index.Add(2, std::vector<RecordBlock>{{10, 0}, {12, 2}});
  index.Finish(500);
  std::vector<uint32_t> found;
  index.Find(std::vector<RecordBlock>{{11, 1}, {10, 0}}, &found);
  EXPECT_THAT(found, ElementsAre(0, 1, 2));
  index.Find(std::vector<RecordBlock>{{99, 1}}, &found);
  EXPECT_THAT(found, IsEmpty());
}

TEST(BlockIndexTest, LeavesOutAndReportsABlockThatTooManyShare) {
  BlockIndex index;
  for (uint32_t record = 0; record < 4; ++record) {
    index.Add(record, std::vector<RecordBlock>{{10, 3}, {record, 0}});
  }
  index.Finish(3);
  std::vector<uint32_t> found;
  index.Find(std::vector<RecordBlock>{{10, 3}, {2, 0}}, &found);
  EXPECT_THAT(found, ElementsAre(2));
  EXPECT_EQ(index.left_out()[3].blocks, 1u);
  EXPECT_EQ(index.left_out()[3].largest, 4u);
  EXPECT_EQ(index.left_out()[0].blocks, 0u);
}

}  // namespace
}  // namespace blindlink::agent
