#include "agent/risk/local_recoding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "agent/risk/equal_rows.h"
#include "agent/risk/full_domain.h"
#include "agent/risk/group_tally.h"
#include "agent/risk/quasi_table.h"
#include "tests/unit/agent/risk/risk_samples.h"

namespace blindlink::agent {
namespace {

void ExpectAllMayStand(const RecodingProblem& problem, const Grouping& groups) {
  GroupTally tally(problem);
  std::vector<char> seen(problem.row_count);
  const uint32_t* next = groups.rows.data();
  for (const uint32_t size : groups.sizes) {
    EXPECT_TRUE(MayStand(problem, {next, size}, &tally));
    for (uint32_t i = 0; i < size; ++i) seen[next[i]] = 1;
    next += size;
  }
  EXPECT_EQ(std::count(seen.begin(), seen.end(), 1), problem.row_count);
}

SensitiveRule Sensitive(size_t rows, uint32_t values) {
  SensitiveRule rule;
  rule.share.resize(values);
  for (size_t i = 0; i < rows; ++i) {
    rule.codes.push_back(static_cast<uint32_t>(std::min(Mix64(i) % values, Mix64(i + 7) % values)));
    rule.share[rule.codes.back()] += 1.0 / static_cast<double>(rows);
  }
  return rule;
}

TEST(LocalRecodingTest, EveryRowIsInAGroupOfAtLeastK) {
  const SampleProblem sample = MakeSampleProblem(3001, 5);
  const auto groups = RecodeLocally(sample.problem, {.threads = 2, .part = 256});
  ASSERT_TRUE(groups.ok()) << groups.status();
  ExpectAllMayStand(sample.problem, *groups);
}

TEST(LocalRecodingTest, TheResultIsTheSameForAnyNumberOfThreads) {
  const SampleProblem sample = MakeSampleProblem(2000, 3);
  const auto one = RecodeLocally(sample.problem, {.threads = 1, .part = 128});
  const auto four = RecodeLocally(sample.problem, {.threads = 4, .part = 128});
  ASSERT_TRUE(one.ok() && four.ok());
  EXPECT_EQ(one->rows, four->rows);
  EXPECT_EQ(one->sizes, four->sizes);
}

TEST(LocalRecodingTest, GroupsKeepEachRuleOnSensitiveValues) {
  SampleProblem sample = MakeSampleProblem(1500, 4);
  for (int kind = 0; kind < 3; ++kind) {
    SensitiveRule rule = Sensitive(1500, 6);
    if (kind == 0) rule.distinct = 3;
    if (kind == 1) rule.entropy = 2.5;
    if (kind == 2) rule.closeness = 0.25;
    sample.problem.sensitive = {rule};
    const auto groups = RecodeLocally(sample.problem, {.threads = 2, .part = 256});
    ASSERT_TRUE(groups.ok()) << groups.status();
    ExpectAllMayStand(sample.problem, *groups);
    EXPECT_GT(groups->sizes.size(), 20);
  }
}

TEST(LocalRecodingTest, RowsThatAreEqualLoseNothing) {
  SampleProblem sample = MakeSampleProblem(40, 4);
  for (size_t i = 0; i < sample.problem.cells.size(); ++i) {
    sample.problem.cells[i] = sample.problem.cells[i % 3 + (i / 3 % 10) * 3];
  }
  const auto groups = RecodeLocally(sample.problem, {});
  ASSERT_TRUE(groups.ok()) << groups.status();
  EXPECT_EQ(Generalize(sample.problem, *groups).cells, sample.problem.cells);
}

TEST(LocalRecodingTest, TooFewRowsAreRefused) {
  const SampleProblem sample = MakeSampleProblem(4, 5);
  EXPECT_EQ(RecodeLocally(sample.problem, {}).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(LocalRecodingTest, MoreValuesThanThereAreCannotBeAsked) {
  SampleProblem sample = MakeSampleProblem(100, 5);
  sample.problem.sensitive = {Sensitive(100, 2)};
  sample.problem.sensitive[0].distinct = 3;
  EXPECT_FALSE(RecodeLocally(sample.problem, {}).ok());
}

TEST(FullDomainTest, AllOfAColumnHasOneLevelAndGroupsHaveAtLeastK) {
  const SampleProblem sample = MakeSampleProblem(2000, 5);
  const auto table = RecodeFullDomain(sample.problem, 0.02);
  ASSERT_TRUE(table.ok()) << table.status();
  const EqualRows groups = FindEqualRows(*table);
  EXPECT_GE(*std::min_element(groups.sizes.begin(), groups.sizes.end()), 5);
  EXPECT_LE(groups.suppressed, 40);
}

TEST(LocalRecodingTest, LessIsLostThanByFullDomainRecoding) {
  const SampleProblem sample = MakeSampleProblem(2000, 5);
  const auto groups = RecodeLocally(sample.problem, {});
  const auto full = RecodeFullDomain(sample.problem, 0);
  ASSERT_TRUE(groups.ok() && full.ok());
  double cost = 0;
  for (size_t i = 0; i < 2000; ++i) cost += CostOfNodes(sample.problem, full->row(i));
  EXPECT_LT(CostOf(sample.problem, *groups), cost);
}

}  // namespace
}  // namespace blindlink::agent
