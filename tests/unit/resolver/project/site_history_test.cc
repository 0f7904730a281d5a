#include "resolver/project/site_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace blindlink::resolver {
namespace {

using testing::ElementsAre;

storage::v1::CommittedDataset Dataset(const std::string& name, uint32_t number, int64_t time) {
  storage::v1::CommittedDataset dataset;
  dataset.mutable_manifest()->set_dataset(name);
  dataset.set_dataset_number(number);
  dataset.set_commit_unix_seconds(time);
  return dataset;
}

TEST(InOrderOfCommit, BeginsWithThoseOfAnEarlierReleaseInTheOrderTheyCame) {
  storage::v1::CommittedDataset rewritten = Dataset("old-1", 9, 0);
  rewritten.add_earlier_numbers(1);
  const auto counted = InOrderOfCommit(
      {Dataset("new-2", 3, 200), Dataset("old-2", 2, 0), rewritten, Dataset("new-1", 4, 100)});
  std::vector<std::string> names;
  for (const CountedDataset& each : counted) names.push_back(each.manifest.dataset());
  EXPECT_THAT(names, ElementsAre("old-1", "old-2", "new-1", "new-2"));
}

TEST(AsCommitted, CountsTheRecordsOfTheCommit) {
  storage::v1::CommittedDataset dataset = Dataset("d", 1, 1);
  dataset.set_records(10);
  dataset.mutable_counts()->set_records(10);
  dataset.mutable_counts()->set_rows(100);
  dataset.mutable_counts()->set_rejected_rows(20);
  EXPECT_EQ(AsCommitted(dataset).records, 80u) << "of an earlier release, less 70 withdrawn";
  dataset.set_records_at_commit(79);
  EXPECT_EQ(AsCommitted(dataset).records, 79u);
  dataset.set_records_at_commit(0);
  dataset.mutable_counts()->set_rows(0);
  EXPECT_EQ(AsCommitted(dataset).records, 10u);
}

}  // namespace
}  // namespace blindlink::resolver
