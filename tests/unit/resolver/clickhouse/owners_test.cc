// Who may write to an index on a cluster, and on which servers it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "common/base/files.h"
#include "resolver/index/rocksdb/rocksdb_engine.h"
#include "tests/unit/resolver/clickhouse/cluster_fixture.h"

namespace blindlink::resolver {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using ClusterOwners = ClusterTest;

TEST_F(ClusterOwners, ASecondProcessIsRefused) {
  Open();
  const auto second = OpenIn(folder_ / "index");
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("another process"));
}

TEST_F(ClusterOwners, ACopyOfTheDataIsRefusedAndTakesOverWhenToldTo) {
  Open();
  const auto writer = index_->BeginDataset(1, {});
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE(WriteRecords(writer->get()).ok());

  const std::filesystem::path copy = folder_ / "copy";
  std::filesystem::copy(folder_ / "index", copy);
  const auto refused = OpenIn(copy);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.status().message()),
              AllOf(HasSubstr("another resolver, on host "),
                    HasSubstr("make the file " + (copy / "take-over").string())));

  ASSERT_TRUE(WriteFileAtomically(copy / "take-over", "").ok());
  auto second = OpenIn(copy);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_FALSE(std::filesystem::exists(copy / "take-over"));
  const absl::Status fenced = (*writer)->Commit(RowOf(1, 0));
  EXPECT_EQ(fenced.code(), absl::StatusCode::kFailedPrecondition) << fenced;
  EXPECT_THAT(std::string(fenced.message()), HasSubstr("stop this one"));
  EXPECT_EQ(index_->BeginDataset(2, {}).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(index_->RemoveDataset(2).code(), absl::StatusCode::kFailedPrecondition);

  std::swap(index_, *second);
  EXPECT_TRUE(index_->Datasets().value().empty()) << "the first one's dataset is not visible";
  EXPECT_TRUE(Write(1, PostingsOf(1, 100)).ok());
}

TEST_F(ClusterOwners, TheSameResolverOpensItAgainUnasked) {
  Open();
  ASSERT_TRUE(Write(1, PostingsOf(1, 100)).ok());
  Open();
  EXPECT_EQ(Read().value().size(), 100u);
}

TEST_F(ClusterOwners, ShardsInAnotherOrderOrWithAnotherBorderAreRefused) {
  Open();
  index_.reset();
  std::swap(options_->shards[0].servers, options_->shards[1].servers);
  const auto swapped = OpenIn(folder_ / "index");
  EXPECT_EQ(swapped.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(swapped.status().message()), HasSubstr("was shard 2 of 2"));
  std::swap(options_->shards[0].servers, options_->shards[1].servers);
  ++options_->shards[1].first_token;
  EXPECT_EQ(OpenIn(folder_ / "index").status().code(), absl::StatusCode::kFailedPrecondition);
  options_->shards.pop_back();
  EXPECT_EQ(OpenIn(folder_ / "index").status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(ClusterOwners, AnIndexOfTheOtherEngineIsRefused) {
  Open();
  index_.reset();
  const RocksDbEngine rocksdb;
  EXPECT_EQ(rocksdb.Open({folder_ / "index", "failures", nullptr, kEvidence}).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(rocksdb.Remove(folder_ / "index").code(), absl::StatusCode::kFailedPrecondition);
  std::filesystem::create_directories(folder_ / "embedded/db");
  const auto refused = OpenIn(folder_ / "embedded");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("is on this machine"));
}

TEST_F(ClusterOwners, ARemovedIndexLeavesNoTable) {
  Open();
  ASSERT_TRUE(Write(1, PostingsOf(1, 100)).ok());
  index_.reset();
  const ClickHouseEngine engine(cluster().Options(kBorder));
  ASSERT_TRUE(engine.Remove(folder_ / "index").ok());
  for (const int shard : {1, 2}) {
    EXPECT_EQ(
        cluster().Query(shard, "SELECT count() FROM system.tables WHERE name LIKE 'failures%'"),
        "0\n");
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "index"));
  EXPECT_TRUE(engine.Remove(folder_ / "index").ok()) << "again";
}

}  // namespace
}  // namespace blindlink::resolver
