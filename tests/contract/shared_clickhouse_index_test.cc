// Tests what a shared index on a cluster promises besides: to workers, and about its servers.
#include "resolver/index/clickhouse/shared_clickhouse_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/contract/token_index_contract.h"
#include "tests/support/clickhouse_cluster.h"
#include "tests/support/sample_tokens.h"

namespace blindlink::resolver {
namespace {

using Kind = ExchangeBlock::Kind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr uint64_t kBorder = 0x6300000000000000;
constexpr char kMarker[] = "MARKER-that-no-server-should-see";

class SharedOnClickHouse : public TokenIndexContract<OnClickHouse<kBorder>> {
 protected:
  void SetUp() override {
    TokenIndexContract::SetUp();
    if (IsSkipped()) return;
    Dataset first{1, {"anna"}, {PostingOf(1, "a", 0), PostingOf(1, "d", 0)}};
    for (Posting& posting : first.postings) {
      posting.evidence.size = sizeof(kMarker) - 1;
      std::copy_n(kMarker, posting.evidence.size, posting.evidence.bytes.begin());
    }
    Ingest(first, index_.get());
    Ingest({2, {"bert"}, {PostingOf(2, "a", 0), PostingOf(2, "d", 0)}}, index_.get());
    Ingest({3, {"carl"}, {PostingOf(3, "a", 0)}}, index_.get());
    options_ = std::make_unique<ClickHouseOptions>(ClickHouseCluster::Shared().Options(kBorder));
    Share();
  }

  void Share() {
    auto shared = index_->Share({1, 2});
    ASSERT_TRUE(shared.ok()) << shared.status();
    shared_ = *std::move(shared);
    access_ = shared_->Access();
  }

  std::unique_ptr<SharedIndex> Worker() {
    auto worker = OpenSharedIndex(*options_, access_);
    EXPECT_TRUE(worker.ok()) << worker.status();
    return worker.ok() ? *std::move(worker) : nullptr;
  }

  std::string Table(absl::string_view name) const {
    return absl::StrCat("blindlink.`contract_", access_.id(), "_", name, "`");
  }
  // On both shards.
  std::string Query(const std::string& sql) const {
    return ClickHouseCluster::Shared().Query(1, sql) + ClickHouseCluster::Shared().Query(2, sql);
  }

  absl::Status ReadRanks(const SharedIndex& shared, uint64_t expected) {
    blocks_.clear();
    return shared.Read(Kind::kRanks, 0, {1}, expected, [this](absl::string_view bytes) {
      blocks_.emplace_back(bytes);
      return absl::OkStatus();
    });
  }

  absl::Status Refused(const std::function<void(v1::IndexAccess&)>& change) const {
    v1::IndexAccess access = access_;
    change(access);
    return OpenSharedIndex(*options_, access).status();
  }

  std::unique_ptr<ClickHouseOptions> options_;
  std::unique_ptr<OwnedSharedIndex> shared_;
  v1::IndexAccess access_;
  std::vector<std::string> blocks_;
};

TEST_F(SharedOnClickHouse, AWorkerReadsTheSamePostingsOfTheRunsDatasetsOnly) {
  const auto worker = Worker();
  const auto expected = Drain(index_->Postings({.datasets = {1, 2}}));
  ASSERT_EQ(expected.size(), 4u);
  EXPECT_EQ(expected[0].evidence.AsView(), kMarker);
  EXPECT_EQ(Drain(worker->Postings({})), expected);
  EXPECT_EQ(Drain(worker->Postings({StoredTokenNamed("b"), std::nullopt, {}, {2}})),
            (std::vector<Posting>{expected[2], expected[3]}));
  EXPECT_THAT(Drain(worker->Postings({.datasets = {3}})), IsEmpty());
  EXPECT_EQ(worker->Borders(), shared_->Borders());
}

TEST_F(SharedOnClickHouse, WorkersAndTheResolverReadEachOthersBlocks) {
  const auto worker = Worker();
  ASSERT_TRUE(shared_->Put(1, 0, {{Kind::kRanks, 0, "a"}, {Kind::kRanks, 0, "b"}}).ok());
  ASSERT_TRUE(ReadRanks(*worker, 2).ok());
  EXPECT_THAT(blocks_, ElementsAre("a", "b"));
  ASSERT_TRUE(worker->Put(1, 2, {{Kind::kRanks, 0, "c"}}).ok());
  ASSERT_TRUE(ReadRanks(*shared_, 3).ok());
  EXPECT_THAT(blocks_, ElementsAre("a", "b", "c"));
  ASSERT_TRUE(ReadRanks(*Worker(), 3).ok());
}

TEST_F(SharedOnClickHouse, AWorkerLearnsOnlyKeysOfTheEvidenceAndOfTheExchange) {
  // Whoever adds a field to what leaves the resolver sees here what is in it.
  EXPECT_EQ(access_.evidence_starts_key().size() + access_.evidence_stream_key().size(), 32u);
  EXPECT_EQ(access_.exchange_key().size(), 32u);
  EXPECT_EQ(access_.loads_size(), 2);
  EXPECT_EQ(v1::IndexAccess::descriptor()->field_count(), 9);
  EXPECT_EQ(v1::IndexAccess::Load::descriptor()->field_count(), 4);
}

TEST_F(SharedOnClickHouse, TheServersSeeNeitherBlocksNorEvidence) {
  ASSERT_TRUE(shared_->Put(1, 0, {{Kind::kRanks, 0, kMarker}, {Kind::kRanks, 0, kMarker}}).ok());
  const auto with_marker = [this](absl::string_view table, absl::string_view column) {
    return Query(absl::StrCat("SELECT count(), countIf(position(", column, ", 'MARKER') > 0) FROM ",
                              Table(table)));
  };
  EXPECT_EQ(with_marker("exchange", "bytes"), "1\t0\n1\t0\n");
  EXPECT_EQ(with_marker("postings", "toString(evidence)"), "3\t0\n2\t0\n");
  ASSERT_TRUE(ReadRanks(*shared_, 2).ok());
  EXPECT_THAT(blocks_, ElementsAre(kMarker, kMarker));
}

TEST_F(SharedOnClickHouse, BlocksThatAreThereTwiceAreReadOnce) {
  ASSERT_TRUE(shared_->Put(1, 0, {{Kind::kRanks, 0, "a"}, {Kind::kRanks, 0, "b"}}).ok());
  Query(absl::StrCat("INSERT INTO ", Table("exchange"), " SELECT * FROM ", Table("exchange")));
  EXPECT_EQ(Query("SELECT count() FROM " + Table("exchange")), "2\n2\n");
  ASSERT_TRUE(ReadRanks(*shared_, 2).ok());
  EXPECT_THAT(blocks_, ElementsAre("a", "b"));
}

TEST_F(SharedOnClickHouse, AFlippedByteIsDataLoss) {
  ASSERT_TRUE(shared_->Put(1, 0, {{Kind::kRanks, 0, "a"}, {Kind::kRanks, 0, "b"}}).ok());
  Query(
      absl::StrCat("CREATE TABLE blindlink.changed ENGINE = Memory AS SELECT run, kind, part, "
                   "attempt, number, size, concat(substring(bytes, 1, 5), "
                   "if(substring(bytes, 6, 1) = 'x', 'y', 'x'), substring(bytes, 7)) AS bytes "
                   "FROM ",
                   Table("exchange")));
  Query(absl::StrCat("ALTER TABLE ", Table("exchange"), " DROP PARTITION ID '", access_.exchange(),
                     "'"));
  Query(absl::StrCat("INSERT INTO ", Table("exchange"), " SELECT * FROM blindlink.changed"));
  Query("DROP TABLE blindlink.changed");
  const absl::Status read = ReadRanks(*Worker(), 2);
  EXPECT_EQ(read.code(), absl::StatusCode::kDataLoss) << read;
  EXPECT_THAT(std::string(read.message()), HasSubstr("damaged block"));
  EXPECT_THAT(blocks_, IsEmpty());
}

TEST_F(SharedOnClickHouse, ABlockInAnothersPlaceIsDataLoss) {
  for (const char* const change : {"run, kind, toUInt32(1), attempt, number, size, bytes",
                                   "run, toUInt8(2), part, attempt, number, size, bytes",
                                   "run, kind, part, attempt + 1, number, size, bytes",
                                   "run, kind, part, attempt, number + 1, size, bytes"}) {
    Share();
    ASSERT_TRUE(shared_->Put(4, 0, {{Kind::kRanks, 0, "a"}}).ok());
    Query(absl::StrCat("INSERT INTO ", Table("exchange"), " SELECT ", change, " FROM ",
                       Table("exchange")));
    int damaged = 0;
    for (const auto kind : {Kind::kRanks, Kind::kCandidates}) {
      for (const uint32_t part : {0, 1}) {
        for (const uint64_t expected : {1, 2}) {
          const absl::Status read = shared_->Read(
              kind, part, {4, 5}, expected, [](absl::string_view) { return absl::OkStatus(); });
          if (absl::StrContains(read.message(), "damaged block")) ++damaged;
        }
      }
    }
    EXPECT_EQ(damaged, 1) << change;
  }
}

TEST_F(SharedOnClickHouse, TheRunsBlocksAreGoneFromTheServersWithIt) {
  ASSERT_TRUE(shared_->Put(1, 0, {{Kind::kRanks, 0, "a"}, {Kind::kRanks, 0, "b"}}).ok());
  const std::string count = "SELECT count() FROM " + Table("exchange");
  EXPECT_EQ(Query(count), "1\n1\n");
  shared_.reset();
  EXPECT_EQ(Query(count), "0\n0\n");
}

TEST_F(SharedOnClickHouse, WhatAKilledRunLeftIsGoneWithTheNextOne) {
  Query(
      absl::StrCat("INSERT INTO ", Table("exchange"),
                   " SELECT toUInt64(18446744073709551615), toUInt8(1), toUInt32(0), toUInt64(1), "
                   "toUInt32(0), toUInt32(1), 'x'"));
  Share();
  EXPECT_EQ(Query("SELECT count() FROM " + Table("exchange")), "0\n0\n");
}

TEST_F(SharedOnClickHouse, AWorkerThatLacksRowsSeesDataLossAndNotFewerPostings) {
  access_.mutable_loads(0)->set_shard_rows(1, 2);  // as if one had been lost
  const auto worker = Worker();
  const auto cursor = worker->Postings({});
  ASSERT_TRUE(cursor.ok()) << cursor.status();
  absl::Status last;
  while (last.ok()) {
    const auto batch = (*cursor)->Next();
    last = batch.status();
    if (batch.ok() && batch->empty()) break;
  }
  EXPECT_EQ(last.code(), absl::StatusCode::kDataLoss) << last;
  EXPECT_THAT(std::string(last.message()), HasSubstr("shard 2"));
}

TEST_F(SharedOnClickHouse, OtherShardsThanTheResolversAreFailedPrecondition) {
  for (const absl::Status& status :
       {Refused([](auto& access) { access.set_first_tokens(1, kBorder + 1); }),
        Refused([](auto& access) {
          access.add_first_tokens(kBorder + 1);
          for (auto& load : *access.mutable_loads()) load.add_shard_rows(0);
        })}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("give the same shards"));
  }
  std::swap(options_->shards[0].servers, options_->shards[1].servers);
  const absl::Status swapped = OpenSharedIndex(*options_, access_).status();
  EXPECT_EQ(swapped.code(), absl::StatusCode::kFailedPrecondition) << swapped;
}

TEST_F(SharedOnClickHouse, AMalformedMessageIsInvalidArgumentAndNamesTheField) {
  const std::vector<std::pair<std::string, std::function<void(v1::IndexAccess&)>>> changes = {
      {"project", [](auto& access) { access.set_project("x` y"); }},
      {"id", [](auto& access) { access.set_id("x`; DROP"); }},
      {"id", [](auto& access) { access.clear_id(); }},
      {"evidence_bytes", [](auto& access) { access.set_evidence_bytes(0); }},
      {"evidence_bytes", [](auto& access) { access.set_evidence_bytes(65); }},
      {"evidence_starts_key", [](auto& access) { access.set_evidence_starts_key("short"); }},
      {"evidence_stream_key", [](auto& access) { access.clear_evidence_stream_key(); }},
      {"exchange", [](auto& access) { access.clear_exchange(); }},
      {"exchange_key", [](auto& access) { access.mutable_exchange_key()->push_back('x'); }},
      {"first_tokens", [](auto& access) { access.set_first_tokens(0, 1); }},
      {"loads", [](auto& access) { access.mutable_loads(1)->set_dataset(1); }},
      {"loads.shard_rows", [](auto& access) { access.mutable_loads(0)->add_shard_rows(1); }},
      {"loads.shard_rows",
       [](auto& access) { access.mutable_loads(0)->set_shard_rows(0, uint64_t{1} << 63); }},
      {"loads.mask", [](auto& access) { access.mutable_loads(0)->set_mask("short"); }}};
  for (const auto& change : changes) {
    const absl::Status status = Refused(change.second);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << change.first << ": " << status;
    EXPECT_TRUE(absl::EndsWith(status.message(), ": " + change.first)) << status;
  }
  EXPECT_EQ(Refused([](auto& access) {
              access.clear_first_tokens();
              access.clear_loads();
            }).code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace blindlink::resolver
