#include "resolver/project/index_size.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/base/files.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;

constexpr uint64_t kGiB = uint64_t{1} << 30;

Plan PlanNamed(const std::string& name) {
  const auto text =
      ReadFile(std::string(BLINDLINK_SOURCE_DIR) + "/deploy/plans/" + name + ".textproto");
  auto plan = Plan::Parse(*text);
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *std::move(plan);
}

// A dataset of so many records, each with a token of every match key.
storage::v1::CommittedDataset DatasetOf(const Plan& plan, uint64_t records) {
  storage::v1::CommittedDataset dataset;
  dataset.set_records(records);
  for (const auto& key : plan.match_keys()) {
    v1::MatchKeyCounts& counts = *dataset.mutable_counts()->add_match_keys();
    counts.set_match_key(key.id);
    counts.set_tokens(records);
    dataset.set_postings(dataset.postings() + records);
  }
  return dataset;
}

TEST(IndexSize, GrowsWithTheRecordsAndTheirCodes) {
  const Plan plan = PlanNamed("us-default");
  const uint64_t one = EstimateIndexBytes(plan, {DatasetOf(plan, 1000)});
  EXPECT_EQ(EstimateIndexBytes(plan, {DatasetOf(plan, 1000), DatasetOf(plan, 2000)}), 3 * one);
  // docs/performance.md: 969 to 1017 bytes a record, whose tokens are 25 on average, not one of
  // every match key.
  EXPECT_GT(one, 700u * 1000);
  EXPECT_LT(one, 1400u * 1000);
  const Plan without_codes = PlanNamed("mini-sentinel-phase1");
  EXPECT_EQ(EstimateIndexBytes(without_codes, {DatasetOf(without_codes, 1)}),
            16 + 9 * without_codes.match_keys().size());
}

TEST(IndexSize, WhatDoesNotFitInMemoryIsSaid) {
  EXPECT_EQ(NoticeOfSlowReading(4 * kGiB, 4 * kGiB), std::nullopt);
  const auto notice = NoticeOfSlowReading(40 * kGiB, 23 * kGiB);
  ASSERT_TRUE(notice.has_value());
  EXPECT_THAT(*notice,
              HasSubstr("about 40.0 GiB, does not fit in this machine's memory of 23.0 GiB"));
}

TEST(IndexSize, ThisMachineHasMemory) { EXPECT_GT(MemoryOfMachine(), kGiB / 4); }

}  // namespace
}  // namespace blindlink::resolver
